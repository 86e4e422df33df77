"""optimize compared with an independent NumPy implementation, at every edge of its arguments."""

import random

import numpy as np
import pytest
import reference
from reference import CALL

import gluon_momentum as gm

d2l = pytest.importorskip("d2l")
nd = pytest.importorskip("mxnet").nd


def both(data, seed, **change):
    """Return a run of optimize and the reference's (w, b, losses) on the same draws."""
    gm.seed(seed)
    start = gm.init_params(data[0].shape[1])
    w = start[0][0].asnumpy().ravel()
    call = {**CALL, **change}
    run = gm.optimize(*data, **call, init_params=lambda num_inputs: start)
    x, y = (array.asnumpy() for array in data)
    return run, reference.train(x, y, w, random.Random(seed).shuffle, **call)


def close(run, expected):
    """Compare a converging run's parameters and every loss with the reference."""
    w, b, losses = expected
    reference.assert_same_stream(run.losses, losses)
    np.testing.assert_allclose(run.w.asnumpy().ravel(), w, rtol=1e-5)
    np.testing.assert_allclose(run.b.asscalar(), b, rtol=1e-5)


@pytest.fixture(scope="module")
def chapter_runs():
    """Return `both` for the chapter's call with each momentum: a run of the book's own size."""
    state = random.getstate()
    gm.seed(0)
    data = gm.generate_data()
    yield {mom: both(data, seed=1, mom=mom) for mom in (0.0, 0.5, 0.9, 0.99)}
    random.setstate(state)


@pytest.fixture
def few_data(book_data):
    """Return the first of the book's examples: a run on all of them takes half a second."""
    return tuple(array[:200] for array in book_data)


@pytest.mark.parametrize("mom", [0.0, 0.5, 0.9])
def test_the_chapters_calls_agree_with_numpy(chapter_runs, mom):
    run, expected = chapter_runs[mom]
    assert len(run.losses) == 301
    close(run, expected)


@pytest.mark.parametrize(
    ("change", "num_losses"),
    [
        ({"batch_size": 1, "lr": 0.05, "log_interval": 50}, 13),
        # 7 does not divide 200: the last mini-batch is smaller, and still divided by 7.
        ({"batch_size": 7, "lr": 0.05, "log_interval": 49}, 16),
        ({"batch_size": 200}, 4),
        ({"log_interval": 5000}, 4),
        # The rule is the chapter's: the first example's number is a multiple of log_interval.
        ({"log_interval": 25}, 13),
        ({"num_epochs": 1}, 21),
        ({"num_epochs": 2}, 41),
        ({"num_epochs": 5, "mom": 0.9}, 101),
        ({"mom": 1, "num_epochs": 1, "lr": 0.001}, 21),
    ],
)
def test_every_size_agrees_with_numpy(few_data, change, num_losses):
    run, expected = both(few_data, seed=2, **{"mom": 0.5, **change})
    close(run, expected)
    epochs = np.linspace(0, change.get("num_epochs", 3), num_losses)
    np.testing.assert_allclose(run.epochs, epochs, rtol=1e-14)


def test_the_pytorch_convention_agrees_until_the_rate_decays(book_data, chapter_runs):
    run, (_, _, losses) = chapter_runs[0.99]  # which diverges
    reference.assert_same_stream(run.losses, losses)
    gm.seed(1)
    w = gm.init_params()[0][0].asnumpy().ravel()
    data = [array.asnumpy() for array in book_data]
    shuffle = random.Random(1).shuffle
    _, _, losses = reference.train(*data, w, shuffle, mom=0.99, convention="pytorch", **CALL)
    reference.assert_same_stream(run.losses[:201], losses[:201])
    # Steps ten times shorter, while the book's velocity keeps its length: more than rounding.
    assert np.abs(np.log10(run.losses[201:] / losses[201:])).max() > 0.5


def test_a_run_has_the_types_of_the_contract(chapter_runs):
    run, _ = chapter_runs[0.9]
    assert gm.Run._fields == ("w", "b", "epochs", "losses")
    assert (run.w.shape, run.b.shape) == ((2, 1), (1,))
    assert type(run.w) is type(run.b) is nd.NDArray
    assert (run.epochs.dtype, run.losses.dtype) == (np.float64, np.float32)


def test_overflow_is_a_result(few_data):
    run = gm.optimize(*few_data, mom=1.0, **{**CALL, "lr": 1e6})
    assert not np.isfinite(run.losses).all()
    assert np.isfinite(run.losses[0])


@pytest.mark.parametrize("name", ["linreg", "squared_loss", "data_iter"])
def test_these_are_d2ls_own(name):
    assert getattr(gm, name) is getattr(d2l, name)
