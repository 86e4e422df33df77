"""What `compare` says of what was published, of our own runs, and of runs with a mistake."""

import random

import numpy as np
import pytest
from comparison_forms import four_rankings, of_2018, of_2019
from notebook_forms import code, notebook

import gluon_momentum as gm
from gluon_momentum import training
from gluon_momentum.comparison.compare import compare
from gluon_momentum.comparison.judge import ORDINARY, OTHER, REFUSED, joint
from gluon_momentum.comparison.likelihood import among_others
from gluon_momentum.experiments import CALL
from gluon_momentum.published import edition_2019, ports, seeded_run, unseeded_run
from gluon_momentum.published.records import PrintedExperiment
from gluon_momentum.verification.strangeness import rounded

W, B = ("1.9987", "-3.4012"), "4.2003"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"shuffles": 10}, "shuffles must be at least 300, not 10"),
        ({"shuffles": "many"}, "shuffles must be a positive integer, not 'many'"),
        ({"notebook": "momentum.ipynb"}, "Either a notebook must be given, or a call: not both"),
        ({"edition": "2017"}, "edition must be one of 2018, 2019, not '2017'"),
        ({"mom": None}, "mom must be given"),
        ({"b": "four"}, "'four' is no number that was printed"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        compare(**{"mom": 0.9, "w": W, "b": B, **given})


@pytest.mark.usefixtures("few_runs_of_each_mistake")
def test_a_call_is_compared_as_in_a_notebook(tmp_path):
    experiments = [unseeded_run("2018-09").experiments[1]]
    found = compare(of_2018(tmp_path, experiments), shuffles=300)
    asked = {"mom": 0.9, "w": experiments[0].w, "b": experiments[0].b}
    alone = compare(**asked, shuffles=300)
    assert found.calls[0][1:4] == alone.calls[0][1:4]
    assert (found.verdict, found.p) == (alone.verdict, alone.p)
    assert found.ordinary
    assert found.p == pytest.approx(found.calls[0].p)
    assert (found.shuffles, found.any_data, found.left_out) == (300, False, ())


@pytest.mark.usefixtures("few_runs_of_each_mistake")
def test_a_call_is_compared_as_it_was_made():
    sizes = {"lr": 0.1, "batch_size": 20, "num_epochs": 2}
    asked = compare(mom=0.9, **sizes, w=W, b=B, shuffles=300).calls[0]
    assert asked.call[1:6] == ("2018", 0.1, 0.9, 20, 2)
    assert (asked.shuffles != compare(mom=0.9, w=W, b=B, shuffles=300).calls[0].shuffles).all()
    by_loss = compare(mom=0.9, **sizes, loss="0.000051", shuffles=300).calls[0]
    assert by_loss.call.printed == ("0.000051",)
    any_data = compare(mom=0.9, **sizes, w=W, b=B, any_data=True, shuffles=300)
    assert any_data.any_data
    assert (any_data.calls[0].shuffles != asked.shuffles).all()


def test_the_data_of_2019_are_those_that_are_named(tmp_path):
    with pytest.raises(OSError, match=r"none\.dat"):
        compare(edition="2019", lr=0.02, mom=0.5, loss="0.24", data=tmp_path / "none.dat")


@pytest.mark.usefixtures("few_runs_of_each_mistake")
def test_one_call_in_three_decides_for_all(tmp_path):
    first, second, third = unseeded_run("2018-09").experiments
    wrong = third._replace(b="4.3")
    found = compare(of_2018(tmp_path, [first, second, wrong]), shuffles=1000)
    assert [each.verdict for each in found.calls] == [ORDINARY, ORDINARY, OTHER]
    assert found.verdict == OTHER
    assert found.p == pytest.approx(1 - (1 - found.calls[2].p) ** 3)
    assert not found.ordinary


@pytest.mark.usefixtures("few_runs_of_each_mistake")
def test_what_is_left_out_of_a_notebook_is_said(tmp_path):
    source = "optimize(batch_size=10, lr=0.2, mom={}, num_epochs=3, log_interval=10)"
    first = code(source.format(0.9), "w[0]=2.00, w[1]=-3.40, b=4.20\n")
    found = compare(notebook(tmp_path, first, code(source.format(0.5))), shuffles=300)
    assert len(found.calls) == 1
    assert [each.cell for each in found.left_out] == [2]


@pytest.mark.usefixtures("few_runs_of_each_mistake")
def test_random_state_is_not_what_it_depends_on():
    random.seed(1)
    before = compare(mom=0.9, w=W, b=B, shuffles=300).calls[0].as_strange
    gm.seed(99)
    assert compare(mom=0.9, w=W, b=B, shuffles=300).calls[0].as_strange == before


# What was published.


@pytest.mark.slow
@pytest.mark.parametrize("run", ["2018-04", "2018-04-gluon", "2018-08", "2018-09", "2018-09-gluon"])
def test_the_published_runs_of_2018_are_ordinary(tmp_path, run):
    assert compare(of_2018(tmp_path, unseeded_run(run).experiments)).verdict == ORDINARY


@pytest.mark.slow
def test_the_published_runs_with_other_data_are_ordinary_among_any_data(tmp_path):
    runs = [
        PrintedExperiment(seeded.call, printed.w, printed.b, None)
        for seeded in map(seeded_run, ("2017-10", "2017-11", "2018-01"))
        for printed in seeded.printed.values()
    ]
    assert len(runs) == 6
    found = compare(of_2018(tmp_path, runs), any_data=True)
    assert found.verdict == ORDINARY
    # Each would be so if nothing else had been printed.
    assert min(each.p for each in found.calls) >= REFUSED


@pytest.mark.slow
@pytest.mark.usefixtures("airfoil_file")
def test_all_executions_of_2019_are_ordinary(tmp_path):
    found = compare(of_2019(tmp_path, edition_2019().executions[0].printed))
    assert found.verdict == ORDINARY
    # The others by what decides it alone.
    _, pools, _ = four_rankings()
    for execution in edition_2019().executions:
        ps = [one_p([text], pool) for text, pool in zip(execution.printed, pools)]
        assert joint(min(ps), 4) >= REFUSED, (execution.source, ps)
        if execution is edition_2019().executions[0]:
            assert ps == pytest.approx([call.p for call in found.calls])


def one_p(printed, runs):
    pool = rounded(printed, np.vstack([[float(text) for text in printed], runs]))
    return among_others(printed, [pool])[0].as_strange(pool[:1])[0] / len(pool)


@pytest.mark.slow
@pytest.mark.usefixtures("airfoil_file")
def test_of_the_ports_some_runs_are_not_of_this_program(tmp_path):
    found = {}
    for port in ports():
        told = compare(of_2019(tmp_path, port.printed), any_data=True)
        key = (port.source.repository, port.printed[3])
        found[key] = [each.verdict == ORDINARY for each in told.calls], told
    first, second, sangyx, tensorflow = (
        next(value for (_, last), value in found.items() if last == printed)
        for printed in ("0.994468", "0.253280", "0.242904", "0.515107")
    )
    assert first[0] == [True, True, True, False]
    assert second[0] == sangyx[0] == [True] * 4
    assert second[1].ordinary
    assert sangyx[1].ordinary
    assert tensorflow[0] == [True, True, False, False]
    assert "velocity lost" in [each.name for each, _ in tensorflow[1].calls[2].explained]


def faulty(name):
    """Return the chapter's step with a mistake, written as somebody might."""

    def sgd_momentum(params, vs, lr, mom, batch_size):
        for param, v in zip(params, vs):
            if name == "velocity lost":
                v = mom * v + lr * param.grad / batch_size
                param[:] -= v
                continue
            size = {"gradient not divided": 1, "gradient divided twice": batch_size**2}
            grad = param.grad / size.get(name, batch_size)
            if name == "dampened gradient":
                grad = (1 - mom) * grad
            v[:] = mom * v + lr * grad
            param[:] -= mom * v + lr * grad if name == "Nesterov" else v

    return sgd_momentum


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "mom"),
    [
        ("velocity lost", 0.99),
        ("Nesterov", 0.99),
        ("dampened gradient", 0.99),
        ("gradient not divided", 0.9),
        ("gradient divided twice", 0.9),
        ("velocity lost", 0.5),
    ],
)
def test_optimize_with_a_mistake_is_told_to_have_it_or_that_it_cannot_be_told(
    book_data, monkeypatch, name, mom
):
    monkeypatch.setattr(training, "sgd_momentum", faulty(name))
    random.seed(2)
    run = gm.optimize(*book_data, mom=mom, **CALL)
    w, b = [f"{one:.6f}" for one in run.w.asnumpy().ravel()], f"{run.b.asscalar():.6f}"
    found = compare(mom=mom, w=w, b=b, shuffles=5000)
    [call] = found.calls
    named = [each.name for each, _ in call.explained] + [each.name for each in call.untold]
    assert name in named
    if mom == 0.99 or name == "gradient not divided":
        assert not found.ordinary
