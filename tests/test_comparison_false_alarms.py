"""How often `compare` is wrong: of many sound runs, and of many runs with each mistake.

What it does for one notebook is done for many.
"""

import numpy as np
import pytest
from comparison_forms import four_rankings, of_2018, of_2019

from gluon_momentum.comparison.calls import from_values
from gluon_momentum.comparison.compare import compare
from gluon_momentum.comparison.judge import MISTAKEN, REFUSED, joint
from gluon_momentum.comparison.likelihood import among_others
from gluon_momentum.comparison.mistakes import mistakes
from gluon_momentum.comparison.spreads import Spreads
from gluon_momentum.experiments import MOMENTA
from gluon_momentum.published import unseeded_run
from gluon_momentum.verification.strangeness import rounded

pytestmark = pytest.mark.slow

W, B = ("1.9987", "-3.4012"), "4.2003"
FRESH = 10**6  # seeds from here on are those of no pool


def counted(printed, programs, values):
    """Return the p-value of each row of values under each program."""
    pools = [rounded(printed, runs) for runs in programs]
    rankings = among_others(printed, pools)
    at = rounded(printed, values)
    return [(1 + one.as_strange(at)) / (1 + len(pool)) for one, pool in zip(rankings, pools)]


def chapter():
    return [from_values("2018", None, mom, None, None, W, B, None) for mom in MOMENTA]


def assert_few(refused, trials):
    """One in a hundred is refused; more than 3.5 deviations above that are too many."""
    share = refused / trials
    print(f"{refused} of {trials} sound notebooks are told that they are not ordinary")
    assert share <= REFUSED + 3.5 * np.sqrt(REFUSED * (1 - REFUSED) / trials)


@pytest.mark.parametrize("any_data", [False, True])
def test_of_1000_sound_notebooks_of_the_chapter_few_are_refused(tmp_path, any_data):
    calls = chapter()
    spreads, fresh = Spreads(calls, any_data, None), range(FRESH, FRESH + 1000)
    values = {call: spreads.own(call, fresh) for call in calls}
    least = np.ones(1000)
    for call in calls:
        wrong = spreads.mistaken(call, mistakes(call), range(MISTAKEN))
        programs = [spreads.own(call, range(20_000)), *wrong]
        least = np.minimum(least, counted(call.printed, programs, values[call])[0])
    refused = [joint(p, 3) < REFUSED for p in least]
    assert_few(sum(refused), 1000)
    # The same by the command's own way, for the strangest, and of the same data for another.
    for index in (int(np.argmin(least)), 0)[: 1 if any_data else 2]:
        texts = [[f"{one:.4f}" for one in values[call][index]] for call in calls]
        experiments = [
            unseeded_run("2018-09").experiments[place]._replace(w=(*text[:2],), b=text[2])
            for place, text in enumerate(texts)
        ]
        told = compare(of_2018(tmp_path, experiments), any_data=any_data)
        # There the value is one of the pool; of four decimals, one more moves a median by a unit.
        assert told.p == pytest.approx(joint(least[index], 3), abs=0.1)
        assert told.ordinary == (not refused[index])


@pytest.mark.usefixtures("airfoil_file")
def test_of_1000_sound_notebooks_of_2019_few_are_refused(tmp_path):
    calls, pools, spreads = four_rankings()
    values = [spreads.own(call, range(FRESH, FRESH + 1000)) for call in calls]
    ps = [counted(["0.244321"], [pool], value)[0] for pool, value in zip(pools, values)]
    least = np.min(ps, axis=0)
    assert_few(sum(joint(p, 4) < REFUSED for p in least), 1000)
    told = compare(of_2019(tmp_path, [f"{value[7, 0]:.6f}" for value in values]))
    assert told.p == pytest.approx(joint(least[7], 4), abs=2e-3)


def loss_calls():
    pairs = (0.02, 0.5), (0.02, 0.9), (0.004, 0.9)
    return [from_values("2019", lr, mom, None, None, None, None, "0.244321") for lr, mom in pairs]


@pytest.mark.usefixtures("airfoil_file")
def test_each_mistake_is_named_or_is_said_not_to_be_told():
    calls = [*chapter()[1:], chapter()[0], *loss_calls()]
    most = {}
    for call in calls:
        spreads, listed = Spreads([call], False, None), mistakes(call)
        programs = [
            spreads.own(call, range(20_000)),
            *spreads.mistaken(call, listed, range(MISTAKEN)),
        ]
        trials = spreads.mistaken(call, listed, range(FRESH, FRESH + 200))
        for number, (mistake, values) in enumerate(zip(listed, trials), 1):
            ps = counted(call.printed, programs, values)
            refused = ps[0] < REFUSED
            alike = ps[number] >= REFUSED
            named, untold = (refused & alike).mean(), (~refused & alike).mean()
            most[call.edition, call.lr, call.mom, mistake.name] = named
            print(
                f"{call.edition} {call.name:18} {mistake.name:36} "
                f"not ordinary {refused.mean():4.0%}  named {named:4.0%}  "
                f"said not to be told {untold:4.0%}"
            )
            # It is one or the other, but where the mistake's own run is a strange one of its kind.
            assert named + untold >= 0.96
    # Where the numbers change enough, most are named.
    for key in (
        ("2018", 0.2, 0.99, "velocity lost"),
        ("2018", 0.2, 0.99, "dampened gradient"),
        ("2018", 0.2, 0.99, "Nesterov"),
        ("2018", 0.2, 0.9, "no decay"),
        ("2018", 0.2, 0.5, "no decay"),
        ("2018", 0.2, 0.5, "gradient divided twice"),
        *(("2018", 0.2, mom, "gradient not divided") for mom in MOMENTA),
        ("2019", 0.02, 0.5, "gradient divided twice"),
        ("2019", 0.004, 0.9, "velocity lost"),
        ("2019", 0.004, 0.9, "dampened gradient"),
        ("2019", 0.004, 0.9, "gradient divided twice"),
        *(("2019", *pair, "gradient not divided") for pair in ((0.02, 0.5), (0.02, 0.9))),
    ):
        assert most[key] > 0.5, key
