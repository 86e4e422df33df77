"""What a call prints over shuffles is what the programs print."""

import random

import numpy as np
import pytest

import gluon_momentum as gm
from gluon_momentum.airfoil import program
from gluon_momentum.airfoil.data import load
from gluon_momentum.airfoil.sampler import PythonShuffle
from gluon_momentum.comparison.calls import from_notebook, from_values
from gluon_momentum.comparison.mistakes import mistakes
from gluon_momentum.comparison.spreads import Spreads
from gluon_momentum.environment import seed
from gluon_momentum.experiments import CALL, MOMENTA
from gluon_momentum.notebook import Printed
from gluon_momentum.sweeps import memory
from gluon_momentum.sweeps.schedule import Schedule

W, B = ("2", "-3"), "4"


def chapter():
    return [from_values("2018", None, mom, None, None, W, B, None) for mom in MOMENTA]


def of_2019():
    runs = [
        ("train_ch7", 0.02, 0.5),
        ("train_ch7", 0.02, 0.9),
        ("train_ch7", 0.004, 0.9),
        ("train_gluon_ch7", 0.004, 0.9),
    ]
    rest = 10, 2, (), None, "0.244", ()
    return from_notebook([Printed(1, "", name, "2019", lr, mom, *rest) for name, lr, mom in runs])


@pytest.mark.slow
def test_each_call_of_the_chapter_starts_where_its_place_says(book_data):
    calls = chapter()
    spreads = Spreads(calls, False, None)
    for call in calls:  # from one stream, one after the other
        random.seed(7)
        run = gm.optimize(*book_data, mom=call.mom, **CALL)
        expected = np.append(run.w.asnumpy(), run.b.asnumpy())
        found = spreads.own(call, range(7, 8))[0]
        np.testing.assert_allclose(found, expected, rtol=2e-5, atol=1e-5)


def test_a_loss_of_the_chapter_is_the_last_one(book_data):
    call = from_values("2018", None, 0.99, None, None, None, None, "0.1")
    random.seed(7)
    run = gm.optimize(*book_data, mom=0.99, **CALL)
    found = Spreads([call], False, None).own(call, range(7, 8))
    assert found.shape == (1, 1)
    assert found[0, 0] == pytest.approx(run.losses[-1], rel=1e-4)


@pytest.mark.slow
@pytest.mark.usefixtures("airfoil_file")
def test_each_run_of_2019_starts_where_its_place_says():
    calls = of_2019()
    spreads = Spreads(calls, False, None)
    features, labels = load()
    sampler = PythonShuffle(len(labels))
    seed(0)
    for call in calls:
        random.seed(5)
        if call.gluon:
            names = {"learning_rate": call.lr, "momentum": call.mom}
            given = ("sgd", names, features, labels)
            run = program.train_gluon_ch7(*given, sampler=sampler)
        else:
            rates = {"lr": call.lr, "momentum": call.mom}
            given = (program.sgd_momentum, program.init_momentum_states(5), rates)
            run = program.train_ch7(*given, features, labels, sampler=sampler)
        found = spreads.own(call, range(5, 6))
        assert found[0, 0] == pytest.approx(run.losses[-1], rel=1e-4)


def test_any_data_are_spread_wider_and_converge_to_the_same():
    calls = chapter()
    same, others = (Spreads(calls, any_data, None) for any_data in (False, True))
    for call in calls[1:]:
        near, wide = (spreads.own(call, range(300)) for spreads in (same, others))
        assert wide.shape == near.shape
        assert (wide.std(axis=0) > near.std(axis=0)).all()
        np.testing.assert_allclose(np.median(wide, axis=0), [2, -3.4, 4.2], atol=0.002)


def test_any_data_are_computed_once_for_calls_that_go_over_them_alike():
    calls = chapter()
    together = Spreads(calls, True, None)
    for call in calls:
        alone = Spreads([call], True, None).own(call, range(20))
        np.testing.assert_allclose(together.own(call, range(20)), alone, rtol=1e-6)


@pytest.mark.usefixtures("airfoil_file")
def test_any_starts_of_2019_leave_the_data_as_they_are():
    for call in of_2019()[:1]:
        near, wide = (Spreads([call], any_data, None).own(call, range(50)) for any_data in (0, 1))
        assert (near != wide).any()
        np.testing.assert_allclose(near, wide, rtol=1e-3)  # the start is forgotten
        again = Spreads([call], True, None).own(call, range(50))
        assert wide.tolist() == again.tolist()


def test_mistakes_are_in_the_order_in_which_they_are_listed():
    call = chapter()[1]
    spreads, listed = Spreads([call], False, None), mistakes(call)
    together = spreads.mistaken(call, listed, range(10))
    for mistake, runs in zip(listed, together):
        [one] = spreads.mistaken(call, [mistake], range(10))
        np.testing.assert_allclose(runs, one, rtol=1e-6)


@pytest.mark.parametrize(("any_data", "runs"), [(False, 3), (True, 3)])
def test_what_it_needs_of_memory_is_counted(monkeypatch, any_data, runs):
    asked = []
    monkeypatch.setattr(memory, "check", lambda *given: asked.append(given))
    Spreads(chapter(), any_data, None).own(chapter()[0], range(50))
    needed = memory.bytes_needed(1000, 2, 50, runs, Schedule(10, 3, 10), False, "float32")
    what = "A comparison with 50 shuffles of 3 epochs"
    assert asked == [(needed + 1000 * 50, what, "ask for fewer")]


@pytest.mark.parametrize("any_data", [False, True])
@pytest.mark.parametrize(("seeds", "num_epochs"), [(10**10, 3), (300, 10**10)])
def test_what_does_not_fit_in_memory_is_refused(seeds, num_epochs, any_data):
    call = from_values("2018", None, 0.9, None, num_epochs, W, B, None)
    with pytest.raises(ValueError, match=r"of memory, of which .* are available: ask for fewer\.$"):
        Spreads([call], any_data, None).own(call, range(seeds))
