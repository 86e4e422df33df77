"""The published programs, run again on the same draws."""

import random
from types import SimpleNamespace

import mxnet as mx
import numpy as np
import pytest

import gluon_momentum as gm
from gluon_momentum.published import legacy_normal, seeded_run, unseeded_run
from gluon_momentum.published.records import Call
from gluon_momentum.verification import programs

SHORT = Call(batch_size=10, lr=0.05, mom=0.5, num_epochs=3, log_interval=10)


@pytest.fixture
def seen(monkeypatch):
    """Return what the programs are given, with a short program in their place."""
    seen = []

    def program(features, labels, call, start):
        state = random.getstate()
        seen.append(SimpleNamespace(features=features, labels=labels, call=call, state=state))
        [w, b], _ = start(2)
        seen[-1].w, seen[-1].b = w, b
        return "found"

    monkeypatch.setattr(programs, "_PROGRAMS", {"scratch": program})
    return seen


def test_the_run_of_january_2018_draws_from_mxnets_seed_1(seen):
    assert programs.regenerate("2018-01", "scratch") == "found"
    [found] = seen
    assert found.call == seeded_run("2018-01").call
    assert found.state == random.Random(1).getstate()
    mx.random.seed(1)
    features = mx.nd.random.normal(scale=1, shape=(1000, 2))
    noise = mx.nd.random.normal(scale=0.01, shape=(1000,))
    w = mx.nd.random.normal(scale=1, shape=(2, 1))
    assert found.features.asnumpy().tolist() == features.asnumpy().tolist()
    labels = 2 * features[:, 0] - 3.4 * features[:, 1] + 4.2 + noise
    np.testing.assert_allclose(found.labels.asnumpy(), labels.asnumpy(), rtol=0, atol=2e-6)
    assert found.w.asnumpy().tolist() == w.asnumpy().tolist()
    assert found.b.asscalar() == 0


@pytest.mark.parametrize(("run", "library"), [("2017-10", "libc++"), ("2017-11", "libstdc++")])
def test_the_runs_of_2017_draw_as_mxnet_0_12_on_macos_and_on_linux(seen, run, library):
    programs.regenerate(run, "scratch")
    [found] = seen
    assert found.call == seeded_run(run).call
    features, noise, w = legacy_normal(1, ((1000, 2), (1000,), (2, 1)), library)
    assert found.features.asnumpy().tolist() == features.tolist()
    labels = features @ [2, -3.4] + 4.2 + 0.01 * noise
    np.testing.assert_allclose(found.labels.asnumpy(), labels, rtol=0, atol=2e-6)
    assert found.w.asnumpy().tolist() == w.tolist()


def test_another_program_or_run_is_refused():
    with pytest.raises(ValueError, match=r"^program must be one of scratch, gluon, not 'adam'\.$"):
        programs.regenerate("2018-01", "adam")
    with pytest.raises(ValueError, match=r"^run must be one of 2017-10, .*, not '2018-08'\.$"):
        programs.regenerate("2018-08", "scratch")


@pytest.mark.parametrize("scale", [0.01, 1.0])
def test_the_book_starts_each_experiment_with_the_next_weights_of_one_stream(scale):
    start = programs.book_start([0.99, 0.9], scale)
    gm.seed(0)
    features, labels = gm.generate_data()
    assert start.features.tolist() == features.asnumpy().tolist()
    assert start.labels.tolist() == labels.asnumpy().tolist()
    assert list(start.initial) == [0.99, 0.9]
    for w, b in start.initial.values():
        [drawn, zero], _ = gm.init_params(scale=scale)
        assert (w.tolist(), b.tolist()) == (drawn.asnumpy().tolist(), zero.asnumpy().tolist())


@pytest.mark.slow
def test_the_books_runs_share_data_and_shuffle_and_go_on_with_the_weights():
    calls = [SHORT._replace(num_epochs=1, mom=mom) for mom in (0.9, 0.5)]
    runs = programs.book_runs(calls)
    gm.seed(0)
    data = gm.generate_data()
    assert list(runs) == [0.9, 0.5]
    for call in calls:
        random.seed(0)
        run = gm.optimize(*data, **call._asdict())
        assert runs[call.mom].losses.tolist() == run.losses.tolist()


@pytest.mark.slow
def test_gluons_runs_are_the_books():
    calls = [SHORT._replace(num_epochs=1, mom=mom) for mom in (0.9, 0.5)]
    runs, gluon_runs = programs.book_runs(calls), programs.book_gluon_runs(calls)
    assert list(runs) == list(gluon_runs)
    for mom, run in runs.items():
        np.testing.assert_allclose(gluon_runs[mom].epoch_losses, run.losses[-1:], rtol=1e-4)
        np.testing.assert_allclose(gluon_runs[mom].w, run.w.asnumpy().ravel(), rtol=1e-5)
        np.testing.assert_allclose(gluon_runs[mom].b, run.b.asscalar(), rtol=1e-5)


@pytest.fixture(scope="module")
def data():
    """Return few data, for the gluon program takes its time."""
    gm.seed(5)
    return gm.generate_data(num_examples=60)


@pytest.mark.parametrize("num_epochs", [1, 4])
def test_both_programs_are_optimize(data, num_epochs):
    call = SHORT._replace(num_epochs=num_epochs)
    gm.seed(7)
    run = gm.optimize(*data, **call._asdict())
    for program in programs._PROGRAMS.values():
        gm.seed(7)
        found = program(*data, call, gm.init_params)
        assert found.epoch_losses.shape == (num_epochs,)
        assert found.w.shape == (2,)
        np.testing.assert_allclose(found.epoch_losses, run.losses[6::6], rtol=1e-5, atol=0)
        np.testing.assert_allclose(found.w, run.w.asnumpy().ravel(), rtol=1e-5)
        np.testing.assert_allclose(found.b, run.b.asscalar(), rtol=1e-5)


def test_the_seeds_are_those_of_the_programs():
    assert (programs.PRINTED_SEED, programs.BOOK_SEED) == (1, 0)
    assert [each.call.mom for each in unseeded_run("2018-08").experiments] == [0.99, 0.9, 0.5]
