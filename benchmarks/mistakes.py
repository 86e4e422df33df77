"""How many runs with a mistake are told that they have it: the tables of docs/compare.md.

usage: python benchmarks/mistakes.py [TRIALS] [EDITION...]

Each of 200 runs with a mistake is judged as `compare` does. In per cent: those that are not
ordinary and have the mistake named, and in brackets those that are ordinary and are told that they
cannot be told from it. The calls of 2020 are judged by their curves, and by three decimals alone;
so is whether the concise program of PyTorch and TensorFlow is told from the ones before and after.
"""

import sys

import numpy as np
from false_alarms import FRESH, LOSS, PARAMS, calls_of_2020, p_values, with_curve

from gluon_momentum.comparison.calls import from_values
from gluon_momentum.comparison.judge import REFUSED, taken_for
from gluon_momentum.comparison.spreads import Spreads
from gluon_momentum.editions import EDITIONS
from gluon_momentum.statistics import SHUFFLES

MOMENTA = (0.99, 0.9, 0.5)
PAIRS = ((0.02, 0.5), (0.02, 0.9), (0.004, 0.9))  # of the edition of 2019


def of_2018():
    return [from_values("2018", None, mom, None, None, *PARAMS, None) for mom in MOMENTA]


def of_2019():
    return [from_values("2019", *pair, *[None] * 4, LOSS, rows=1500) for pair in PAIRS]


def of_2020():
    """Return the calls from scratch, which all frameworks have, with curves and without."""
    pairs = zip(*(calls_of_2020("pytorch", curves)[:-1] for curves in (True, False)))
    return [
        call._replace(name=f"lr {call.case.settings.lr:g}, mom {call.case.settings.mom:g}, {what}")
        for pair in pairs
        for call, what in zip(pair, ("curve", "three decimals"))
    ]


def shares(call, trials):
    """Return for each mistake of a call the shares that are named, and said not to be told."""
    spreads = Spreads([call], False, None)
    listed, programs = taken_for(call, [], spreads, SHUFFLES)
    made = spreads.mistaken(call, range(FRESH, FRESH + trials))
    found = {}
    for number, mistake in enumerate(listed, 1):
        ps = p_values(call.values, programs, made[mistake])
        refused, alike = ps[0] < REFUSED, ps[number] >= REFUSED
        found[mistake.name] = (refused & alike).mean(), (~refused & alike).mean()
    return found


def which(call, trials):
    """Yield, for each program that a call may be of, the shares told to be of it, or of either."""
    may, spreads = call.alternatives, Spreads([call], False, None)
    programs = [
        taken_for(one, [other for other in may if other != one], spreads, SHUFFLES)[1]
        for one in may
    ]
    for number, one in enumerate(may):
        values = spreads.own(one, range(FRESH, FRESH + trials))
        fits = np.array([p_values(one.values, each, values)[0] >= REFUSED for each in programs])
        alone = fits[number] & (fits.sum(axis=0) == 1)
        yield one.case.program.name, alone.mean(), (fits[number] & ~alone).mean()


def table(calls, trials):
    columns = {call.name: shares(call, trials) for call in calls}
    names = dict.fromkeys(name for found in columns.values() for name in found)
    print(f"| mistake | {' | '.join(columns)} |")
    print(f"| {' | '.join(['---'] * (1 + len(columns)))} |")
    for name in names:
        row = (found.get(name) for found in columns.values())
        cells = ("" if one is None else f"{one[0]:.0%} ({one[1]:.0%})" for one in row)
        print(f"| {name} | {' | '.join(cells)} |".replace("%", ""), flush=True)
    print()


def main():
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    asked = sys.argv[2:] or EDITIONS
    earlier = [*(of_2018() if "2018" in asked else []), *(of_2019() if "2019" in asked else [])]
    if earlier:
        table(earlier, trials)
        table([with_curve(call) for call in earlier], trials)
    if "2020" in asked:
        table(of_2020(), trials)
        for framework in ("pytorch", "tensorflow"):
            for curves in (True, False):
                call = calls_of_2020(framework, curves)[-1]
                for name, told, either in which(call, trials):
                    what = "curve" if curves else "three decimals"
                    print(f"{name}, {what}: told {told:.0%}, cannot tell {either:.0%}", flush=True)


if __name__ == "__main__":
    main()
