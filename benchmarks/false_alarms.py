"""How often `compare` is wrong: of many sound runs, and of many runs with each mistake.

What it does for one notebook is done for many, with seeds that no other run has.
"""

from __future__ import annotations

import numpy as np

from gluon_momentum.comparison.calls import Call
from gluon_momentum.comparison.judge import MISTAKEN, REFUSED, joint
from gluon_momentum.comparison.mistakes import mistakes
from gluon_momentum.comparison.spreads import Spreads
from gluon_momentum.editions import EDITIONS
from gluon_momentum.statistics import SHUFFLES
from gluon_momentum.statistics.likelihood import among_others
from gluon_momentum.statistics.printed import rounded

FRESH = 10**6  # seeds from here on are those of no pool
SOUND, MISTAKEN_RUNS = 1000, 200


def calls_of(edition):
    """Return the calls of an edition's notebooks, each once, as if they had printed something."""
    printed = ("0.244321",) if edition.prints == "loss" else ("1.9987",) * (edition.shape[1] + 1)
    cases = {(*case.settings[:3], case.alike.program.name): case for case in edition.cases()}
    return [
        Call(f"{key[3]}, mom {key[2]}, lr {key[1]}", case, printed) for key, case in cases.items()
    ]


def p_values(call, spreads, listed, values):
    """Return the p-value of each row of values under the right program and with each mistake."""
    wrong = spreads.mistaken(call, listed, range(MISTAKEN))
    pools = [rounded(call.printed, one) for one in (spreads.own(call, range(SHUFFLES)), *wrong)]
    at = rounded(call.printed, values)
    return [
        (1 + ranking.as_strange(at)) / (1 + len(pool))
        for ranking, pool in zip(among_others(call.printed, pools), pools)
    ]


def sound(edition, any_data):
    """Print how many sound notebooks are told that they are not ordinary."""
    calls = calls_of(edition)
    spreads, fresh = Spreads(calls, any_data, None), range(FRESH, FRESH + SOUND)
    ps = [p_values(call, spreads, mistakes(call), spreads.own(call, fresh))[0] for call in calls]
    refused = sum(joint(p, len(calls)) < REFUSED for p in np.min(ps, axis=0))
    data = "any data" if any_data else "the book's data"
    print(
        f"{edition.name}, {data}: {refused} of {SOUND:,} sound notebooks of {len(calls)} calls are "
        f"told that they are not ordinary; {REFUSED * SOUND:.0f} are expected"
    )


def mistaken(edition):
    """Print for each call and mistake how often it is noticed, named, or said not to be told."""
    for call in calls_of(edition):
        spreads, listed = Spreads([call], False, None), mistakes(call)
        trials = spreads.mistaken(call, listed, range(FRESH, FRESH + MISTAKEN_RUNS))
        for number, (mistake, values) in enumerate(zip(listed, trials), 1):
            ps = p_values(call, spreads, listed, values)
            refused, alike = ps[0] < REFUSED, ps[number] >= REFUSED
            print(
                f"{edition.name} {call.name:26} {mistake.name:36} "
                f"not ordinary {refused.mean():4.0%}  named {(refused & alike).mean():4.0%}  "
                f"said not to be told {(~refused & alike).mean():4.0%}"
            )


def main():
    """Measure every edition."""
    for edition in EDITIONS.values():
        for any_data in (False, True):
            sound(edition, any_data)
    for edition in EDITIONS.values():
        mistaken(edition)


if __name__ == "__main__":
    main()
