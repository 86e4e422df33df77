"""How often `compare` tells a sound notebook that it is not ordinary: of 1,000, about 10.

usage: python benchmarks/false_alarms.py [NOTEBOOKS] [EDITION...]

A notebook is made of shuffles of our own that are not among those it is compared with. What
`compare` does for one is done for all at once. Those of 2020 are of each framework, with the curves
that they draw and without.
"""

import sys

import numpy as np

from gluon_momentum.comparison.calls import Call, from_notebook
from gluon_momentum.comparison.judge import REFUSED, joint, taken_for
from gluon_momentum.comparison.spreads import Spreads
from gluon_momentum.editions import EDITIONS
from gluon_momentum.notebook import Losses, Printed
from gluon_momentum.statistics import SHUFFLES
from gluon_momentum.statistics.likelihood import among_others
from gluon_momentum.statistics.printed import rounded

FRESH = 10**6  # seeds from here on are those of no pool
PARAMS, LOSS = (("1.9987", "-3.4012"), "4.2003"), "0.244321"  # the decimals that count
LOSS_2020 = "0.243"


def calls_of(name, rows=None):
    """Return the calls of the first notebook of an edition, each as if it had printed something."""
    edition = EDITIONS[name]
    result = (*PARAMS, None) if edition.prints == "params" else ((), None, LOSS)
    first = len(edition.notebooks[0])
    cases = list(edition.cases())[:first]
    return from_notebook([Printed(1, "", "", case, *result, ()) for case in cases], rows)


def calls_of_2020(framework, curves):
    """Return the calls of a framework's notebook, each with all programs that it may be of."""
    edition, calls = EDITIONS["2020"], []
    for case in list(edition.cases()):
        kind = case.program.kind
        own = [one for one in edition.programs
               if (one.framework, one.kind, one.nesterov) == (framework, kind, False)]  # fmt: skip
        cases = []
        for program in own:
            epochs = program.num_epochs or case.settings.num_epochs
            asked = case.settings._replace(num_epochs=epochs)
            cases.append(case._replace(program=program, settings=asked))
        first, *others = cases
        count = first.schedule.num_losses(first.rows)
        curve = Losses(tuple(range(count)), (float(f"{LOSS}89"),) * count) if curves else None
        calls.append(Call(kind, first, (LOSS_2020,), tuple(others), curve))
    return calls


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
        made: the calls that the notebooks made, each of one case.
        notebooks: how many.
        any_data: as of `compare`.
    """
    spreads, others = Spreads(calls, any_data, None), Spreads(made, any_data, None)
    found = []
    for call, one in zip(calls, made):
        values = others.own(one, range(FRESH, FRESH + notebooks))
        may = call.alternatives
        ps = []
        for each in may:
            rivals = [other for other in may if other != each]
            _, programs = taken_for(each, rivals, spreads, SHUFFLES)
            # Of one number, what other programs print does not count.
            several = len(each.values) > 1
            ps.append(p_values(each.values, programs if several else programs[:1], values)[0])
        found.append(np.max(ps, axis=0))
    return np.array(found)


def report(what, ps):
    refused = np.mean([joint(p, len(ps)) < REFUSED for p in ps.min(axis=0)])
    error = np.sqrt(REFUSED * (1 - REFUSED) / ps.shape[1])
    print(f"{what}: {refused:.1%} are not ordinary ({REFUSED:.0%} +- {error:.1%})", flush=True)


def of_2018(notebooks):
    chapter = calls_of("2018")
    report("three calls of 2018", ranked(chapter, chapter, notebooks))
    report("the same, --any-data", ranked(chapter, chapter, notebooks, True))
    drawn = [with_curve(call) for call in chapter]
    report("the same, with curves", ranked(drawn, drawn, notebooks))


def of_2019(notebooks):
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
    drawn = [with_curve(call) for call in calls_of("2019", 1503)]
    report("2019 on 1,503 rows, with curves", ranked(drawn, drawn, notebooks))


def of_2020(notebooks):
    for framework in EDITIONS["2020"].frameworks:
        for curves in (True, False):
            calls = calls_of_2020(framework, curves)
            for number, last in enumerate(calls[-1].alternatives):
                made = [call.alternatives[number if call is calls[-1] else 0] for call in calls]
                what = f"2020, {framework}, {last.case.program.name}"
                ps = ranked(calls, made, notebooks)
                report(f"{what}, {'with curves' if curves else 'three decimals'}", ps)


def with_curve(call):
    """Return a call as if it had drawn a curve, of which 30 losses are compared."""
    count = call.case.schedule.num_losses(call.case.rows)
    steps = tuple(np.linspace(1, count - 1, min(count - 1, 30)).astype(int).tolist())
    return call._replace(curve=Losses(steps, (float(f"{LOSS}89"),) * len(steps)))


def main():
    notebooks = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(f"Of {notebooks:,} sound notebooks each:")
    for name, report_of in (("2018", of_2018), ("2019", of_2019), ("2020", of_2020)):
        if name in (sys.argv[2:] or EDITIONS):
            report_of(notebooks)


if __name__ == "__main__":
    main()
