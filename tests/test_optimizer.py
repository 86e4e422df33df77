"""sgd_momentum: exact one-step values, and agreement with MXNet's own optimizers."""

import random

import mxnet as mx
import numpy as np
import pytest
from mxnet import nd
from reference import assert_same_stream

import gluon_momentum as gm
from gluon_momentum import training
from gluon_momentum.experiments import CALL


def parameter(values, gradient):
    """Return an NDArray with a gradient that is set by hand."""
    param = nd.array(values)
    param.attach_grad()
    param.grad[:] = nd.array(gradient)
    return param


def test_one_step_gives_exact_values():
    # Powers of two: every product and sum is exact in float32.
    param, v = parameter([1.0, -2.0], [8.0, 4.0]), nd.array([0.5, 1.0])
    gm.sgd_momentum([param], [v], lr=0.25, mom=0.5, batch_size=4)
    assert v.asnumpy().tolist() == [0.75, 0.75]
    assert param.asnumpy().tolist() == [0.25, -2.75]


def test_parameters_and_velocities_change_in_place():
    param, v = parameter([1.0], [1.0]), nd.array([0.0])
    param_view, v_view = param[:], v[:]
    gradient = param.grad
    assert gm.sgd_momentum([param], [v], lr=1, mom=0, batch_size=1) is None
    assert (param_view.asscalar(), v_view.asscalar()) == (0.0, 1.0)
    assert param.grad is gradient or param.grad.asscalar() == 1.0


def test_each_parameter_keeps_its_own_velocity():
    params = [parameter([[1.0], [2.0]], [[1.0], [2.0]]), parameter([3.0], [4.0])]
    vs = [nd.zeros((2, 1)), nd.zeros((1,))]
    gm.sgd_momentum(params, vs, lr=0.5, mom=0.5, batch_size=1)
    assert vs[0].asnumpy().tolist() == [[0.5], [1.0]]
    assert vs[1].asnumpy().tolist() == [2.0]
    assert params[1].asnumpy().tolist() == [1.0]


def test_without_momentum_it_is_plain_sgd(book_data):
    features, labels = book_data
    X, y = features[:10], labels[:10]
    [w, b], vs = gm.init_params()
    plain = [w.copy(), b.copy()]
    for _ in range(5):
        with mx.autograd.record():
            loss = gm.squared_loss(gm.linreg(X, w, b), y)
        loss.backward()
        plain = [p - 0.2 * q.grad / 10 for p, q in zip(plain, [w, b])]
        gm.sgd_momentum([w, b], vs, lr=0.2, mom=0.0, batch_size=10)
        assert w.asnumpy().tolist() == plain[0].asnumpy().tolist()
        assert b.asscalar() == plain[1].asscalar()


@pytest.mark.parametrize("mom", [0.0, 0.5, 0.9, 1.0])
def test_velocity_under_a_constant_gradient_has_its_closed_form(mom):
    param, v = parameter([0.0], [3.0]), nd.array([0.0])
    for t in range(1, 31):
        gm.sgd_momentum([param], [v], lr=0.1, mom=mom, batch_size=2)
        expected = 0.1 * 3 / 2 * (t if mom == 1 else (1 - mom**t) / (1 - mom))
        # 30 float32 steps, each rounded twice, by at most 6e-8 of the sum.
        assert v.asscalar() == pytest.approx(expected, rel=4e-6, abs=0)


def mxnet_sgd_updates():
    """Return sgd_momentum's signature on mx.optimizer.SGD, whose state is -v."""
    optimizer = mx.optimizer.SGD(learning_rate=1.0)
    updater = mx.optimizer.get_updater(optimizer)

    def update(params, vs, lr, mom, batch_size):
        optimizer.momentum, optimizer.rescale_grad = mom, 1 / batch_size
        optimizer.set_learning_rate(lr)
        for i, (param, v) in enumerate(zip(params, vs)):
            updater(i, param.grad, param)
            v[:] = -updater.states[i]

    return update


def operator_updates():
    """Return sgd_momentum's signature on the operator nd.sgd_mom_update, whose state is -v."""

    def update(params, vs, lr, mom, batch_size):
        rates = {"lr": lr, "momentum": mom, "rescale_grad": 1 / batch_size}
        for param, v in zip(params, vs):
            state = -v
            nd.sgd_mom_update(param, param.grad, state, out=param, **rates)
            v[:] = -state

    return update


@pytest.fixture(scope="module")
def ours():
    """Return runs of the chapter's call on the book's data, by momentum, each from seed 3."""
    state = random.getstate()
    gm.seed(0)
    data, runs = gm.generate_data(), {}
    for mom in (0.9, 0.5):
        gm.seed(3)
        runs[mom] = gm.optimize(*data, mom=mom, **CALL)
    yield runs
    random.setstate(state)


@pytest.mark.parametrize("mom", [0.9, 0.5])
@pytest.mark.parametrize("updates", [mxnet_sgd_updates, operator_updates])
def test_mxnet_agrees_across_the_decay(updates, mom, ours, book_data, monkeypatch):
    update, velocities = updates(), []

    def watched(params, vs, *rest):
        update(params, vs, *rest)
        velocities.append(vs[0])

    monkeypatch.setattr(training, "sgd_momentum", watched)
    gm.seed(3)
    theirs = gm.optimize(*book_data, mom=mom, **CALL)
    assert len(velocities) == 300
    assert_same_stream(theirs.losses, ours[mom].losses)
    np.testing.assert_allclose(theirs.w.asnumpy(), ours[mom].w.asnumpy(), rtol=1e-5)
    np.testing.assert_allclose(theirs.b.asnumpy(), ours[mom].b.asnumpy(), rtol=1e-5)


def test_gluon_trainer_agrees_across_the_decay(ours, book_data):
    features, labels = book_data
    gm.seed(3)
    start = [param.asnumpy() for param in gm.init_params()[0]]
    gm.seed(3)
    net = mx.gluon.nn.Dense(1)
    net.initialize()
    net(features[:1])
    net.weight.set_data(nd.array(start[0].T))
    net.bias.set_data(nd.array(start[1]))
    trainer = mx.gluon.Trainer(
        net.collect_params(), "sgd", {"learning_rate": 0.2, "momentum": 0.9}, kvstore=None
    )
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
    assert_same_stream(np.array(losses), ours[0.9].losses)
    np.testing.assert_allclose(net.weight.data().asnumpy().T, ours[0.9].w.asnumpy(), rtol=1e-5)
