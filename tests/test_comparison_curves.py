"""Calls that are compared by the curves that they drew, and those of several programs."""

import json
import random

import numpy as np
import pytest
from notebook_forms import animated, code, notebook, of_results, shown

from gluon_momentum import published
from gluon_momentum.comparison.calls import Call, from_notebook, from_values
from gluon_momentum.comparison.compare import compare, judge_together
from gluon_momentum.comparison.judge import ORDINARY, REFUSED, joint, taken_for
from gluon_momentum.comparison.mistakes import mistakes
from gluon_momentum.comparison.spreads import Spreads
from gluon_momentum.editions import EDITIONS, Case
from gluon_momentum.notebook import Losses, read_notebook
from gluon_momentum.statistics.likelihood import among_others
from gluon_momentum.statistics.printed import rounded

EDITION = EDITIONS["2020"]
FRESH = range(10**6, 10**6 + 200)
PAIRS = [(0.02, 0.5), (0.01, 0.9), (0.005, 0.9)]
few_runs = pytest.mark.usefixtures("few_runs_of_each_mistake")
pytestmark = pytest.mark.usefixtures("airfoil_file")


def programs(framework, kind):
    asked = framework, kind, False
    return [one for one in EDITION.programs if (one.framework, one.kind, one.nesterov) == asked]


def case_of(program, lr=0.005, mom=0.9):
    settings = EDITION.usual._replace(lr=lr, mom=mom)
    return Case(EDITION, program, settings._replace(num_epochs=program.num_epochs or 2), 0)


def call_of(framework, kind, lr=0.005, mom=0.9, curve=True, printed="0.243"):
    """Return a call of all programs that it may be of, with any curve."""
    first, *others = (case_of(program, lr, mom) for program in programs(framework, kind))
    count = first.schedule.num_losses(1500)
    losses = Losses(tuple(range(count)), (0.24432189,) * count) if curve else None
    return Call(kind, first, (printed,), tuple(others), losses)


def drawn(call, losses):
    """Return a call as if it had drawn these losses."""
    values = tuple(float(f"{loss:.8g}") for loss in losses)
    return call._replace(printed=(f"{values[-1]:.3f}",), curve=call.curve._replace(values=values))


# What a call draws over shuffles.


@pytest.mark.parametrize("program", EDITION.programs, ids=[one.name for one in EDITION.programs])
def test_a_program_is_what_its_fields_say(program):
    """By a training loop of its own in float64."""
    call = Call("", case_of(program), ("0.2",))
    schedule = call.case.schedule
    count = schedule.num_losses(1500)
    call = call._replace(curve=Losses(tuple(range(count)), (0.2,) * count))
    if schedule.buffer:  # whose order tests/test_editions.py looks at
        call = call._replace(case=call.case._replace(program=program._replace(buffer=0)))
    [found] = Spreads([call], False, None).own(call, range(3, 4))
    features, labels = (array.astype(np.float64) for array in EDITION.load(None))
    design = np.column_stack([features, np.ones(1500)])
    anew = call.case._replace(program=call.case.program._replace(anew=True))
    theta, velocity, losses = anew.starts(4)[3], 0, []
    draws, seen = random.Random(3), 0
    for _ in range(1 if program.framework == "djl" and program.kind == "concise"
                   else call.case.settings.num_epochs):  # fmt: skip
        order = list(range(1500))
        draws.shuffle(order)
        for first in range(0, 1500, 10):
            rows = order[first : first + 10]
            error = design[rows] @ theta - labels[rows]
            gradient = design[rows].T @ error / 10 * program.gradient
            velocity = 0.9 * velocity + 0.005 * gradient
            theta = theta - (0.9 * velocity + 0.005 * gradient if program.nesterov else velocity)
            seen += 10
            if seen % 200 == 0:
                losses.append(program.factor * np.mean((design @ theta - labels) ** 2) / 2)
    assert len(losses) == count
    np.testing.assert_allclose(found, losses, rtol=2e-5)


def test_calls_over_some_of_the_same_mini_batches_are_computed_as_alone():
    calls = [call_of("pytorch", "scratch", *pair) for pair in PAIRS]
    calls += [call_of("pytorch", "concise", curve=curve) for curve in (True, False)]
    together = Spreads(calls, False, None)
    for one in (one for call in calls for one in call.alternatives):
        alone = Spreads([one], False, None)
        np.testing.assert_array_equal(together.own(one, range(20)), alone.own(one, range(20)))
        wrong, by_itself = (each.mistaken(one, range(20)) for each in (together, alone))
        assert [*wrong] == [*by_itself] == mistakes(one)
        for mistake, runs in wrong.items():
            np.testing.assert_array_equal(runs, by_itself[mistake])


def test_a_curve_is_compared_with_what_was_printed_and_within_its_limits():
    of_2018 = from_values("2018", None, 0.9, None, None, ("2.0", "-3.4"), "4.2", None)
    curve = Losses((0, 7, 300), (16.25, 3.1, 5e-5))
    call = of_2018._replace(curve=curve)
    assert call.values == ("2.0", "-3.4", "4.2", "16.25", "3.1", "5e-05")
    among = Spreads([of_2018, call], False, None)
    params, both = among.own(of_2018, range(30)), among.own(call, range(30))
    np.testing.assert_array_equal(both[:, :3], params)
    np.testing.assert_allclose(both[:, 3], 16.306553, rtol=1e-6)
    assert (both[:, 4] > both[:, 5]).all()
    limited = call._replace(curve=curve._replace(limits=(1e-4, 10.0)))
    clipped = Spreads([limited], False, None).own(limited, range(30))
    np.testing.assert_array_equal(clipped, np.hstack([params, np.clip(both[:, 3:], 1e-4, 10)]))


def test_of_a_long_curve_so_many_losses_are_compared_as_say_something(tmp_path):
    x = np.linspace(0, 3, 301)
    figure = animated(x, 0.25 + 0.05 * np.sin(50 * x) ** 2, 3)
    call = "optimize(batch_size=10, lr=0.2, mom=0.9, num_epochs=3, log_interval=10)"
    cell = code(call, "w: [2.0 -3.4] b: 4.2", shown(figure))
    [read] = from_notebook(read_notebook(notebook(tmp_path, cell)).printed)
    steps = read.curve.steps
    assert 20 < len(steps) <= 30
    assert steps[-1] == 300
    np.testing.assert_allclose(read.epochs, x[list(steps)])


# How strange one is.


def p_of(call, values, shuffles=2000):
    """Return the p-value of each row of values that a call may have printed or drawn."""
    _, runs = taken_for(call, [], Spreads([call], False, None), shuffles)
    pools = [rounded(call.values, one) for one in (runs if call.curve else runs[:1])]
    ranking = next(among_others(call.values, pools))
    return (1 + ranking.as_strange(rounded(call.values, values))) / (1 + shuffles)


@few_runs
@pytest.mark.parametrize("framework", ["mxnet", "tensorflow"])
@pytest.mark.parametrize("curve", [True, False])
def test_of_200_sound_notebooks_few_are_refused(framework, curve):
    """benchmarks/false_alarms.py measures it of more, and of all frameworks."""
    calls = [call_of(framework, "scratch", *pair, curve) for pair in PAIRS]
    ps = [p_of(call, Spreads([call], False, None).own(call, FRESH)) for call in calls]
    # One in a hundred is; of 200 with a chance of less than one in a thousand more than 7.
    assert sum(joint(p, 3) < REFUSED for p in np.min(ps, axis=0)) <= 7
    if curve:
        assert np.mean(ps) == pytest.approx(0.45, abs=0.1)  # of two kinds, the larger
    else:
        assert np.mean(ps) > 0.4  # of few digits many shuffles are as strange


@pytest.mark.slow
@few_runs
@pytest.mark.parametrize(
    ("name", "lr", "mom", "alone"),
    [("half in print alone", 0.005, 0.9, 50), ("velocity lost", 0.02, 0.5, 10),
     ("gradient divided twice", 0.01, 0.9, 10), ("gradient not divided", 0.005, 0.9, 200)],
)  # fmt: skip
def test_a_curve_shows_mistakes_that_three_decimals_do_not(name, lr, mom, alone):
    """benchmarks/mistakes.py measures how many."""
    told = []
    for curve in (True, False):
        call = call_of("jax", "scratch", lr, mom, curve)
        wrong = Spreads([call], False, None).mistaken(call, FRESH)
        [values] = [runs for mistake, runs in wrong.items() if mistake.name == name]
        told.append((p_of(call, values) < REFUSED).sum())
    assert told[0] >= 180
    assert told[1] <= alone


@pytest.mark.slow
@few_runs
@pytest.mark.parametrize("framework", ["pytorch", "tensorflow"])
def test_a_curve_tells_of_which_of_its_frameworks_programs_it_is(framework):
    call = call_of(framework, "concise")
    own = Spreads([call], False, None)
    for made in call.alternatives:
        [row] = own.own(made, range(10**6, 10**6 + 1))
        [judged] = judge_together([drawn(call, row)], shuffles=1000).calls
        assert judged.verdict == ORDINARY
        assert [case for case, _ in judged.cases] == [one.case for one in call.alternatives]
        assert judged.fitting == (made.case,)
        assert judged.p == max(p for _, p in judged.cases)


@few_runs
def test_what_is_right_in_one_program_is_no_mistake_in_another():
    for curve in (True, False):
        [judged] = judge_together([call_of("pytorch", "concise", curve=curve)], shuffles=300).calls
        names = [one.name for one, _ in judged.explained] + [one.name for one in judged.untold]
        assert not {"half in print alone", "loss without its half"} & set(names)
        assert bool(judged.told) != curve
    names = [mistake.name for mistake in mistakes(call_of("jax", "scratch"))]
    assert {"half in print alone", "loss without its half", "Nesterov"} <= set(names)
    names = [mistake.name for mistake in mistakes(call_of("paddle", "concise"))]
    assert not {"half in print alone", "loss without its half"} & set(names)
    nesterov = [one for one in EDITION.programs if one.nesterov]
    for program in nesterov:
        listed = mistakes(Call("", case_of(program), ("0.2",)))
        assert all(mistake.rule.nesterov and not mistake.rule.added for mistake in listed)


# Calls that are given by their values.


@few_runs
def test_a_value_may_be_of_any_program_of_its_framework():
    found = compare(edition="2020", framework="pytorch", lr=0.005, mom=0.9, loss="0.247",
                    shuffles=300).calls[0]  # fmt: skip
    names = ["pytorch scratch", "pytorch concise 2020-07", "pytorch concise 2021-12",
             "pytorch concise 2022-01"]  # fmt: skip
    assert [case.program.name for case, _ in found.cases] == names
    assert [case.settings.num_epochs for case, _ in found.cases] == [2, 4, 4, 4]
    values = {"w": None, "b": None, "loss": "0.24", "mom": 0.9, "batch_size": None}

    def named(framework, lr, num_epochs=None, **other):
        given = {**values, "num_epochs": num_epochs, **other}
        call = from_values("2020", lr, framework=framework, **given)
        return [(case.program.name, case.settings.num_epochs) for case in (call.case, *call.others)]

    assert named("tensorflow", 0.01) == [("tensorflow scratch", 2)]
    assert named("pytorch", 0.004, 7) == [(name, 7) for name in names]
    assert named("mxnet", 0.005) == [("scratch", 2)]  # both take the same steps
    assert named("djl", 0.005) == [("djl scratch", 2), ("djl concise", 1)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "framework must be given"), ({"framework": "theano"}, "'theano'"),
        ({"framework": "PyTorch"}, "PyTorch"), ({"framework": 3}, "3"),
        ({"edition": "2019", "framework": "pytorch"}, "framework must not be given"),
        ({"edition": "2018", "framework": "mxnet", "lr": None}, "framework must not"),
        ({"framework": "pytorch", "lr": None}, "lr must"),
        ({"framework": "pytorch", "rows": 1503}, "rows must be 1500"),
        ({"framework": "pytorch", "batch_size": 1501}, "batch_size"),
        ({"notebook": "x.ipynb", "framework": "jax", "lr": None, "mom": None, "loss": None},
         "not both"),
    ],
)  # fmt: skip
def test_what_can_be_no_call_is_refused_in_a_sentence(given, said):
    asked = {"edition": "2020", "lr": 0.005, "mom": 0.9, "loss": "0.243", **given}
    with pytest.raises(ValueError, match=rf"^[^\n]*{said}[^\n]*\.$"):
        compare(**asked)


# What was published.


def executions(framework):
    every = published.executions()
    return [one for one in every if (one.edition, one.framework) == ("2020", framework)]


@few_runs
@pytest.mark.slow
@pytest.mark.parametrize("framework", ["mxnet", "pytorch", "tensorflow", "paddle", "jax"])
def test_a_published_execution_is_of_the_program_of_its_day(tmp_path, framework):
    found = executions(framework)
    for one in (found[0], found[-1]):
        path = of_results(tmp_path, "2020", one.results, framework, curves=True)
        judged = compare(path, shuffles=1000)
        assert judged.ordinary, one.source
        assert judged.left_out == ()
        for each, result, right in zip(judged.calls, one.results, EDITION.published(one)):
            assert bool(each.call.curve) == bool(len(result.curve))
            fitting = [case.program.name for case in each.fitting]
            assert right.program.name in fitting
            if each.call.curve:
                np.testing.assert_allclose(each.call.curve.values, result.curve[:, 1], rtol=1e-5)
                assert fitting == [right.program.name]
        told = json.loads(json.dumps(judged.record({})))["calls"]
        for each, record in zip(judged.calls, told):
            names = {case.program.name: p for case, p in each.cases}
            assert {one["program"]: one["p"] for one in record["programs"]} == names
            fitting = [one["program"] for one in record["programs"] if one["ordinary"]]
            assert fitting == [case.program.name for case in each.fitting]
            assert record["curve"] == list(each.call.curve.values if each.call.curve else ())


@few_runs
@pytest.mark.parametrize("edition", [name for name, one in EDITIONS.items() if one.records.before])
def test_a_known_start_that_is_a_last_digit_away_is_none_the_stranger(tmp_path, edition):
    every = [one for one in published.executions() if one.edition == edition]
    results = next(one.results for one in every if all(len(each.curve) for each in one.results))
    # As another order of float32 sums gives it.
    away = [each.curve * np.where(each.curve[:, :1] > 0, 1, [1, 1 + 3e-7]) for each in results]
    results = [each._replace(curve=curve) for each, curve in zip(results, away)]
    path = of_results(tmp_path, edition, results, curves=True)
    judged = compare(path, shuffles=1000)
    assert all(each.call.curve for each in judged.calls)
    assert judged.ordinary
