"""How often `compare` tells a sound notebook that it is not ordinary: of 1,000, about 10.

usage: python benchmarks/false_alarms.py [NOTEBOOKS]

A notebook is made of shuffles of our own that are not among those it is compared with. What
`compare` does for one is done for all at once.
"""

import sys

import numpy as np

from gluon_momentum.comparison.calls import from_notebook
from gluon_momentum.comparison.judge import MISTAKEN, REFUSED, joint
from gluon_momentum.comparison.mistakes import mistakes
from gluon_momentum.comparison.spreads import Spreads
from gluon_momentum.editions import CHAPTER, EDITIONS
from gluon_momentum.notebook import Printed
from gluon_momentum.statistics import SHUFFLES
from gluon_momentum.statistics.likelihood import among_others
from gluon_momentum.statistics.printed import rounded

FRESH = 10**6  # seeds from here on are those of no pool
PARAMS, LOSS = (("1.9987", "-3.4012"), "4.2003"), "0.244321"  # the decimals that count


def calls_of(name, rows=None):
    """Return the calls of the first notebook of an edition, each as if it had printed something."""
    edition = EDITIONS[name]
    result = (*PARAMS, None) if edition.prints == "params" else ((), None, LOSS)
    first = len(edition.notebooks[0])
    cases = list(edition.cases())[:first]
    return from_notebook([Printed(1, "", "", case, *result, ()) for case in cases], rows)


def p_values(printed, programs, values):
    """Return the p-value of each row of values under each program.

    Args:
        printed: numbers as they are printed.
        programs: what each program prints over shuffles, (shuffles, numbers).
        values: (trials, numbers).
    """
    pools = [rounded(printed, runs) for runs in programs]
    at = rounded(printed, values)
    rankings = among_others(printed, pools)
    return [(1 + one.as_strange(at)) / (1 + len(pool)) for one, pool in zip(rankings, pools)]


def ranked(calls, made, notebooks, any_data=False):
    """Return the p-value of each call, (calls, notebooks), in notebooks of other calls' shuffles.

    Args:
        calls: what they are compared with.
        made: the calls that the notebooks made.
        notebooks: how many.
        any_data: as of `compare`.
    """
    spreads, others = Spreads(calls, any_data, None), Spreads(made, any_data, None)
    found = []
    for call, one in zip(calls, made):
        programs = [spreads.own(call, range(SHUFFLES))]
        if len(call.printed) > 1:  # of one number, what other programs print does not count
            programs += spreads.mistaken(call, mistakes(call), range(MISTAKEN))
        values = others.own(one, range(FRESH, FRESH + notebooks))
        found.append(p_values(call.printed, programs, values)[0])
    return np.array(found)


def report(what, ps):
    refused = np.mean([joint(p, len(ps)) < REFUSED for p in ps.min(axis=0)])
    error = np.sqrt(REFUSED * (1 - REFUSED) / ps.shape[1])
    print(f"{what}: {refused:.1%} are not ordinary ({REFUSED:.0%} +- {error:.1%})", flush=True)


def main():
    notebooks = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(f"Of {notebooks:,} sound notebooks each:")
    chapter = calls_of(CHAPTER.name)
    report("three calls of 2018", ranked(chapter, chapter, notebooks))
    report("the same, --any-data", ranked(chapter, chapter, notebooks, True))
    for any_data in (False, True):
        option = ", --any-data" if any_data else ""
        on = {rows: calls_of("2019", rows) for rows in EDITIONS["2019"].rows}
        ps = {
            (rows, made): ranked(on[rows], on[made], notebooks, any_data)
            for rows in on
            for made in on
        }
        for rows, made in ps:
            report(f"2019 on {made:,} rows, compared with {rows:,}{option}", ps[rows, made])
        for made in on:
            best = np.max([ps[rows, made] for rows in on], axis=0)
            report(f"2019 on {made:,} rows, which is not certain{option}", best)


if __name__ == "__main__":
    main()
