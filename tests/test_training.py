"""optimize compared with an independent NumPy implementation, at every edge of its arguments."""

import random

import numpy as np
import pytest
import reference
from mxnet import nd

import gluon_momentum as gm
from gluon_momentum import training
from gluon_momentum.experiments import CALL


def both(data, seed, **call):
    """Return a run of optimize and the reference's (w, b, losses) on the same draws."""
    gm.seed(seed)
    start = gm.init_params(data[0].shape[1])
    w = start[0][0].asnumpy().ravel()
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
    yield {mom: both(data, seed=1, mom=mom, **CALL) for mom in (0.0, 0.5, 0.9, 0.99)}
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


def test_a_diverging_run_agrees_with_numpy(chapter_runs):
    run, expected = chapter_runs[0.99]
    reference.assert_same_stream(run.losses, expected[2])


@pytest.mark.parametrize("batch_size", [1, 7, 10, 200])
def test_batch_sizes_agree_with_numpy(few_data, batch_size):
    # 7 does not divide 200: the last mini-batch is smaller, and still divided by 7.
    call = {**CALL, "batch_size": batch_size, "lr": 0.05, "log_interval": 50}
    run, expected = both(few_data, seed=2, mom=0.5, **call)
    close(run, expected)


def test_log_interval_above_an_epoch_records_once_an_epoch(few_data):
    run, expected = both(few_data, seed=2, mom=0.5, **{**CALL, "log_interval": 5000})
    assert len(run.losses) == 4
    assert run.epochs.tolist() == [0, 1, 2, 3]
    close(run, expected)


def test_log_interval_that_is_no_multiple_of_the_batch(few_data):
    # The rule is the chapter's: the first example's number is a multiple of log_interval.
    run, expected = both(few_data, seed=2, mom=0.5, **{**CALL, "log_interval": 25})
    assert len(run.losses) == 1 + 3 * 4
    close(run, expected)


@pytest.mark.parametrize("num_epochs", [1, 2, 3, 5])
def test_numbers_of_epochs_agree_with_numpy(few_data, num_epochs):
    run, expected = both(few_data, seed=4, mom=0.9, **{**CALL, "num_epochs": num_epochs})
    assert run.epochs[-1] == num_epochs
    reference.assert_same_stream(run.losses, expected[2])


def test_the_pytorch_convention_agrees_until_the_rate_decays(book_data, chapter_runs):
    run, _ = chapter_runs[0.99]
    gm.seed(1)
    w = gm.init_params()[0][0].asnumpy().ravel()
    data = [array.asnumpy() for array in book_data]
    shuffle = random.Random(1).shuffle
    _, _, losses = reference.train(*data, w, shuffle, mom=0.99, convention="pytorch", **CALL)
    constant = slice(0, 201)
    reference.assert_same_stream(run.losses[constant], losses[constant])
    with pytest.raises(AssertionError):
        reference.assert_same_stream(run.losses, losses)
    # Steps ten times shorter, while the book's velocity keeps its length: more than rounding.
    decayed = slice(201, None)
    assert np.abs(np.log10(run.losses[decayed] / losses[decayed])).max() > 0.5


def test_the_velocity_is_a_moving_average_of_the_scaled_gradients(few_data, monkeypatch):
    gradients, velocities = [], []

    def watched(params, vs, lr, mom, batch_size):
        gm.sgd_momentum(params, vs, lr, mom, batch_size)
        gradients.append(lr * params[0].grad.asnumpy() / batch_size / (1 - mom))
        velocities.append(vs[0].asnumpy())

    monkeypatch.setattr(training, "sgd_momentum", watched)
    gm.optimize(*few_data, mom=0.9, **CALL)
    average = gm.ewma(gradients, gamma=0.9)
    velocities = np.array(velocities)
    # float32 rounds v by 6e-8 of its size a step, and mom 0.9 keeps about ten steps' roundings.
    scale = np.maximum.accumulate(np.abs(average))
    assert (np.abs(velocities - average) <= 1e-6 * scale).all()
    assert len(velocities) == 60


def test_the_same_seed_gives_the_same_bits():
    def once():
        gm.seed(7)
        return gm.optimize(*gm.generate_data(num_examples=200), mom=0.9, **CALL)

    first, second = once(), once()
    assert first.losses.tobytes() == second.losses.tobytes()
    assert first.w.asnumpy().tobytes() == second.w.asnumpy().tobytes()
    assert first.b.asnumpy().tobytes() == second.b.asnumpy().tobytes()


def test_a_run_has_the_types_of_the_contract(chapter_runs):
    run, _ = chapter_runs[0.9]
    assert (run.w.shape, run.b.shape) == ((2, 1), (1,))
    assert isinstance(run.w, nd.NDArray)
    assert (run.epochs.dtype, run.losses.dtype) == (np.float64, np.float32)
    assert run.epochs.shape == run.losses.shape
    assert run.epochs[0] == 0
    assert gm.Run._fields == ("w", "b", "epochs", "losses")


def test_labels_may_be_a_column(few_data):
    features, labels = few_data
    call = {**CALL, "mom": 0.5, "num_epochs": 1}
    gm.seed(1)
    flat = gm.optimize(features, labels, **call)
    gm.seed(1)
    column = gm.optimize(features, labels.reshape((-1, 1)), **call)
    assert flat.losses.tolist() == column.losses.tolist()


def test_overflow_is_a_result(few_data):
    run = gm.optimize(*few_data, mom=1.0, **{**CALL, "lr": 1e6})
    assert not np.isfinite(run.losses).all()
    assert np.isfinite(run.losses[0])


GOOD = {"mom": 0.5, **CALL}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"mom": -0.1}, "mom must be a number from 0 to 1, both allowed, not -0.1"),
        ({"mom": 1.01}, "mom must be a number from 0 to 1, both allowed, not 1.01"),
        ({"mom": float("nan")}, "mom must be a number from 0 to 1, both allowed, not nan"),
        ({"mom": "0.9"}, "mom must be a number from 0 to 1, both allowed, not '0.9'"),
        ({"lr": 0}, "lr must be a finite number above 0, not 0"),
        ({"lr": float("inf")}, "lr must be a finite number above 0, not inf"),
        ({"lr": float("nan")}, "lr must be a finite number above 0, not nan"),
        ({"batch_size": 0}, "batch_size must be a positive integer, not 0"),
        ({"batch_size": 1001}, "batch_size must be at most the number of examples, 1000, not 1001"),
        ({"batch_size": 2.0}, "batch_size must be a positive integer, not 2.0"),
        ({"num_epochs": 0}, "num_epochs must be a positive integer, not 0"),
        ({"log_interval": -1}, "log_interval must be a positive integer, not -1"),
        ({"log_interval": True}, "log_interval must be a positive integer, not True"),
    ],
)
def test_bad_arguments_get_one_sentence(book_data, change, sentence):
    with pytest.raises(ValueError, match=sentence):
        gm.optimize(*book_data, **{**GOOD, **change})


def test_bad_data_get_one_sentence(book_data):
    features, labels = book_data
    with pytest.raises(ValueError, match=r"features must have the shape .* not \(1000,\)"):
        gm.optimize(labels, labels, **GOOD)
    with pytest.raises(ValueError, match=r"one value for each of the 1000 rows .* \(999,\)"):
        gm.optimize(features, labels[:999], **GOOD)


def test_both_ends_of_momentum_are_allowed(few_data):
    for mom in (0, 1):
        run = gm.optimize(*few_data, **{**GOOD, "mom": mom, "num_epochs": 1})
        assert len(run.losses) == 21


def test_linreg_squared_loss_and_data_iter_are_d2ls_own():
    import d2l

    assert (gm.linreg, gm.squared_loss, gm.data_iter) == (
        d2l.linreg,
        d2l.squared_loss,
        d2l.data_iter,
    )
