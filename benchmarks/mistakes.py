"""How many runs with a mistake are told that they have it: the table of docs/compare.md.

usage: python benchmarks/mistakes.py [TRIALS]

Each of 200 runs with a mistake is judged as `compare` does. In per cent: those that are not
ordinary and have the mistake named, and in brackets those that are ordinary and are told that they
cannot be told from it.
"""

import sys

from false_alarms import FRESH, LOSS, PARAMS, p_values

from gluon_momentum.comparison.calls import from_values
from gluon_momentum.comparison.judge import MISTAKEN, REFUSED
from gluon_momentum.comparison.mistakes import mistakes
from gluon_momentum.comparison.spreads import Spreads
from gluon_momentum.statistics import SHUFFLES

MOMENTA = (0.99, 0.9, 0.5)
PAIRS = ((0.02, 0.5), (0.02, 0.9), (0.004, 0.9))  # of the edition of 2019


def calls():
    """Return the calls of the table's columns."""
    chapter = [from_values("2018", None, mom, None, None, *PARAMS, None) for mom in MOMENTA]
    of_2019 = [from_values("2019", *pair, *[None] * 4, LOSS, rows=1500) for pair in PAIRS]
    return [*chapter, *of_2019]


def shares(call, trials):
    """Return for each mistake of a call the shares that are named, and said not to be told."""
    spreads, listed = Spreads([call], False, None), mistakes(call)
    wrong = spreads.mistaken(call, listed, range(MISTAKEN))
    programs = [spreads.own(call, range(SHUFFLES)), *wrong]
    made = spreads.mistaken(call, listed, range(FRESH, FRESH + trials))
    found = {}
    for number, (mistake, values) in enumerate(zip(listed, made), 1):
        ps = p_values(call.printed, programs, values)
        refused, alike = ps[0] < REFUSED, ps[number] >= REFUSED
        found[mistake.name] = (refused & alike).mean(), (~refused & alike).mean()
    return found


def main():
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    columns = {call.name: shares(call, trials) for call in calls()}
    names = dict.fromkeys(name for found in columns.values() for name in found)
    print(f"| mistake | {' | '.join(columns)} |")
    print(f"| {' | '.join(['---'] * (1 + len(columns)))} |")
    for name in names:
        row = (found.get(name) for found in columns.values())
        cells = ("" if one is None else f"{one[0]:.0%} ({one[1]:.0%})" for one in row)
        print(f"| {name} | {' | '.join(cells)} |".replace("%", ""))


if __name__ == "__main__":
    main()
