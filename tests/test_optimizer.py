"""sgd_momentum: exact one-step values, and agreement with MXNet's own optimizers."""

import numpy as np
import pytest
from reference import CALL, assert_same_stream

import gluon_momentum as gm

mx = pytest.importorskip("mxnet")
nd = mx.nd


def parameter(values, gradient):
    """Return an NDArray with a gradient that is set by hand."""
    param = nd.array(values)
    param.attach_grad()
    param.grad[:] = nd.array(gradient)
    return param


def test_one_step_gives_exact_values_in_place():
    # Powers of two: every product and sum is exact in float32.
    params = [parameter([[1.0], [-2.0]], [[8.0], [4.0]]), parameter([3.0], [4.0])]
    vs = [nd.array([[0.5], [1.0]]), nd.zeros((1,))]
    views = [array[:] for array in (*params, *vs)]
    assert gm.sgd_momentum(params, vs, lr=0.25, mom=0.5, batch_size=4) is None
    expected = [[[0.25], [-2.75]], [2.75], [[0.75], [0.75]], [0.25]]
    assert [view.asnumpy().tolist() for view in views] == expected
    assert params[1].grad.asscalar() == 4


@pytest.mark.parametrize("mom", [0.0, 0.5, 0.9, 1.0])
def test_velocity_under_a_constant_gradient_has_its_closed_form(mom):
    param, v = parameter([0.0], [3.0]), nd.array([0.0])
    for t in range(1, 31):
        gm.sgd_momentum([param], [v], lr=0.1, mom=mom, batch_size=2)
        expected = 0.1 * 3 / 2 * (t if mom == 1 else (1 - mom**t) / (1 - mom))
        # 30 float32 steps, each rounded twice, by at most 6e-8 of the sum.
        assert v.asscalar() == pytest.approx(expected, rel=4e-6, abs=0)


def test_the_velocity_is_a_moving_average_of_the_scaled_gradients():
    param, v, scaled = parameter([0.0] * 3, [0.0] * 3), nd.zeros(3), []
    for t, gradient in enumerate(np.random.default_rng(0).normal(size=(60, 3))):
        lr = 0.2 if t < 40 else 0.02  # which may change on the way
        param.grad[:] = nd.array(gradient)
        gm.sgd_momentum([param], [v], lr, mom=0.9, batch_size=10)
        scaled.append(lr * gradient / 10 / (1 - 0.9))
        # float32 rounds v by 6e-8 of its size a step, and mom 0.9 keeps ten steps' roundings.
        np.testing.assert_allclose(v.asnumpy(), gm.ewma(scaled, 0.9)[-1], rtol=0, atol=1e-7)


@pytest.mark.parametrize("mom", [0.9, 0.5])
def test_gluon_trainer_agrees_across_the_decay(mom, book_data):
    features, labels = book_data
    gm.seed(3)
    ours = gm.optimize(features, labels, mom=mom, **CALL)
    gm.seed(3)
    w, b = gm.init_params()[0]
    gm.seed(3)
    net = mx.gluon.nn.Dense(1)
    net.initialize()
    net(features[:1])
    net.weight.set_data(w.T)
    net.bias.set_data(b)
    options = {"learning_rate": 0.2, "momentum": mom}
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", options, kvstore=None)
    l2 = mx.gluon.loss.L2Loss()
    losses = [l2(net(features), labels).mean().asscalar()]
    for epoch in range(1, 4):
        if epoch > 2:
            trainer.set_learning_rate(trainer.learning_rate * 0.1)
        for X, y in gm.data_iter(10, features, labels):
            with mx.autograd.record():
                loss = l2(net(X), y)
            loss.backward()
            trainer.step(10)
            losses.append(l2(net(features), labels).mean().asscalar())
    assert_same_stream(losses, ours.losses)
    np.testing.assert_allclose(net.weight.data().asnumpy().T, ours.w.asnumpy(), rtol=1e-5)
    np.testing.assert_allclose(net.bias.data().asnumpy(), ours.b.asnumpy(), rtol=1e-5)
