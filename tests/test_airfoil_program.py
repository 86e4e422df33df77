"""The 2019 edition's program, compared with one in NumPy's float64."""

import random

import mxnet as mx
import numpy as np
import pytest
import reference

from gluon_momentum.airfoil import program
from gluon_momentum.airfoil.sampler import PythonShuffle

pytestmark = pytest.mark.slow

RNG = np.random.default_rng(2019)
# The last mini-batch of 10 has 3; the loss is recorded after the 10th and 20th of an epoch.
FEATURES = RNG.normal(size=(233, 5)).astype(np.float32)
LABELS = (FEATURES @ [0.5, -0.3, 0.2, 0.0, 0.1] + RNG.normal(size=233)).astype(np.float32)


@pytest.fixture(autouse=True)
def numpy_state():
    """Leave NumPy's global generator, which a DataLoader shuffles with, as it was."""
    state = np.random.get_state()
    yield
    np.random.set_state(state)


def run(name, lr, mom, data=None, sampler=None, **sizes):
    """Run one of the two programs from the stream of seed 0."""
    data = data or (mx.nd.array(FEATURES), mx.nd.array(LABELS))
    mx.random.seed(0)
    if name == "gluon":
        rates = {"learning_rate": lr, "momentum": mom}
        return program.train_gluon_ch7("sgd", rates, *data, sampler=sampler, **sizes)
    states = program.init_momentum_states(data[0].shape[1])
    rates = {"lr": lr, "momentum": mom}
    return program.train_ch7(program.sgd_momentum, states, rates, *data, sampler=sampler, **sizes)


def first_weights(num_inputs=5):
    mx.random.seed(0)
    return mx.nd.random.normal(scale=0.01, shape=(num_inputs, 1)).asnumpy().ravel()


def assert_is_reference(found, shuffle, own_size, lr, mom):
    w, b, losses = reference.train_2019(
        FEATURES, LABELS, first_weights(), shuffle, lr, mom, own_size=own_size
    )
    assert found.losses.dtype == np.float32
    assert len(losses) == 5
    np.testing.assert_allclose(found.epochs, [0, 0.5, 1, 1.5, 2], rtol=1e-15)
    reference.assert_same_stream(found.losses, losses)
    np.testing.assert_allclose(found.w.asnumpy().ravel(), w, rtol=0, atol=1e-5)
    np.testing.assert_allclose(found.b.asnumpy(), [b], rtol=0, atol=1e-5)


RATES = [(0.02, 0.5), (0.02, 0.9), (0.004, 0.9)]


@pytest.mark.parametrize(("lr", "mom"), RATES)
@pytest.mark.parametrize("name", ["scratch", "gluon"])
def test_it_is_the_program_in_float64(name, lr, mom):
    random.seed(7)
    found = run(name, lr, mom, sampler=PythonShuffle(233))
    shuffle = random.Random(7).shuffle
    # From scratch the last mini-batch is divided by its 3 examples, by Gluon by 10.
    assert_is_reference(found, shuffle, name == "scratch", lr, mom)


@pytest.mark.parametrize("name", ["scratch", "gluon"])
def test_dividing_the_last_mini_batch_by_the_other_number_is_seen(name):
    random.seed(7)
    found = run(name, 0.02, 0.9, sampler=PythonShuffle(233))
    with pytest.raises(AssertionError):
        assert_is_reference(found, random.Random(7).shuffle, name != "scratch", 0.02, 0.9)


@pytest.mark.parametrize("name", ["scratch", "gluon"])
def test_without_a_sampler_the_order_is_numpys(name):
    np.random.seed(5)
    state = random.getstate()
    found = run(name, 0.02, 0.9)
    assert random.getstate() == state
    own = np.random.RandomState(5)
    assert_is_reference(found, own.shuffle, name == "scratch", 0.02, 0.9)


def test_a_step_is_taken_in_place():
    w, v = mx.nd.array([1.0, 2.0]), mx.nd.array([0.5, -0.5])
    w.attach_grad()
    with mx.autograd.record():
        loss = (w * mx.nd.array([3.0, 4.0])).sum()
    loss.backward()
    program.sgd_momentum([w], [v], {"lr": 0.1, "momentum": 0.5})
    np.testing.assert_allclose(v.asnumpy(), [0.55, 0.15], rtol=1e-6)
    np.testing.assert_allclose(w.asnumpy(), [0.45, 1.85], rtol=1e-6)


def test_the_velocities_start_at_zero():
    states = program.init_momentum_states(3)
    assert [state.shape for state in states] == [(3, 1), (1,)]
    assert all((state.asnumpy() == 0).all() for state in states)


@pytest.mark.parametrize("name", ["scratch", "gluon"])
def test_both_draw_the_first_weights_of_the_stream_and_no_bias(name):
    found = run(name, 1e-12, 0, num_epochs=1)
    np.testing.assert_allclose(found.w.asnumpy().ravel(), first_weights(), rtol=1e-5)
    np.testing.assert_allclose(found.b.asnumpy(), 0, atol=1e-9)
    # And nothing else of it.
    assert mx.nd.random.normal(shape=1).asscalar() == drawn_after(5)


def drawn_after(count):
    mx.random.seed(0)
    mx.nd.random.normal(shape=count)
    return mx.nd.random.normal(shape=1).asscalar()


@pytest.mark.parametrize("name", ["scratch", "gluon"])
def test_batch_size_and_epochs_may_be_others(name):
    found = run(name, 0.02, 0.5, batch_size=50, num_epochs=3)
    # After the second and the fourth of an epoch's five mini-batches.
    np.testing.assert_allclose(found.epochs, np.arange(7) / 2, rtol=1e-15)
    assert found.losses[-1] < found.losses[0]


def test_the_arguments_of_the_edition():
    assert (program.BATCH_SIZE, program.NUM_EPOCHS, program.LOG_INTERVAL) == (10, 2, 100)
    assert program.SCALE == 0.01
