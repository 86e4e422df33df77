"""The programs of the editions on this MXNet, but for the chapter's own `optimize`.

They are written from what the editions do, with the chapter's update rule. One loop trains them
all; what differs is whose step it takes. The mini-batches are those of d2l's `data_iter`, in the
order that Python's `random` draws, where some editions have a DataLoader with NumPy's generator.

The edition of today is on `mx.np`. What MXNet needs to be told for that, it is told for the time of
a run only.
"""

from __future__ import annotations

import random
from functools import wraps
from typing import TYPE_CHECKING, Any, Callable, Iterable, Tuple

import numpy as np

from ..chapter.data import init_params
from ..chapter.optimizer import sgd_momentum
from ..chapter.training import Run, autograd, data_iter, linreg, squared_loss
from ..environment import import_mxnet

if TYPE_CHECKING:
    from mxnet.nd import NDArray

    from .edition import Case, Normal

    Loss = Callable[[NDArray, NDArray], NDArray]
    Step = Callable[[NDArray, NDArray, float], None]
    Batches = Callable[[int, NDArray, NDArray], Iterable[Tuple[NDArray, NDArray]]]

mx = import_mxnet()


def _with_np(train: Callable[..., Run]) -> Callable[..., Run]:
    """Return train with `mx.np` for as long as it runs, in this thread."""

    @wraps(train)
    def with_np(*given: Any) -> Run:
        run: Run = mx.util.use_np(train)(*given)
        return run

    return with_np


def scratch(features: NDArray, labels: NDArray, case: Case, normal: Normal = None) -> Run:
    r"""Fit a linear regression from scratch; a step is on the mean loss of its mini-batch.

    .. math:: \ell_B(w, b) = \frac{1}{|B|} \sum_{i \in B} \tfrac{1}{2} (x_i^\top w + b - y_i)^2

    Args:
        features: an NDArray (num_examples, num_inputs).
        labels: an NDArray (num_examples,).
        case: the call, its program and its edition.
        normal: draws the first weights; MXNet's generator if None.

    Returns:
        A `Run`, its losses those of all examples.
    """
    drawn = normal or mx.nd.random.normal
    [w, b], vs = init_params(features.shape[1], case.program.scale, normal=drawn)

    def loss(X: NDArray, y: NDArray) -> NDArray:
        return squared_loss(linreg(X, w, b), y).mean()

    def step(X: NDArray, y: NDArray, lr: float) -> None:
        with autograd.record():
            batch_loss = loss(X, y)
        batch_loss.backward()
        sgd_momentum([w, b], vs, lr, case.settings.mom, 1)  # the mean is divided already

    recorded = _train(loss, step, features, labels, case, data_iter)
    return Run(w, b, *recorded)


def gluon(features: NDArray, labels: NDArray, case: Case, normal: Normal = None) -> Run:
    """Fit a linear regression with Gluon's layer, loss and Trainer; arguments as of `scratch`.

    A step divides the gradient by batch_size, for a smaller last mini-batch too.
    """
    num_inputs = features.shape[1]
    net = mx.gluon.nn.Dense(1, in_units=num_inputs)
    net.initialize(mx.init.Normal(case.program.scale))
    if normal is not None:
        net.weight.set_data(normal(scale=case.program.scale, shape=(num_inputs, 1)).T)
    rates = {"learning_rate": case.settings.lr, "momentum": case.settings.mom}
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", rates)
    squared = mx.gluon.loss.L2Loss()

    def loss(X: NDArray, y: NDArray) -> NDArray:
        return squared(net(X), y).mean()

    def step(X: NDArray, y: NDArray, lr: float) -> None:
        trainer.set_learning_rate(lr)
        with autograd.record():
            batch_loss = squared(net(X), y)
        batch_loss.backward()
        trainer.step(case.settings.batch_size)

    recorded = _train(loss, step, features, labels, case, data_iter)
    return Run(net.weight.data().T, net.bias.data(), *recorded)


@_with_np
def np_scratch(features: Any, labels: Any, case: Case, normal: Normal = None) -> Run:
    r"""Do as `scratch` with `mx.np`; the learning rate stands outside the velocity.

    .. math:: v \leftarrow \gamma v + g, \qquad z \leftarrow z - \eta v

    Args:
        features: an mx.np.ndarray (num_examples, num_inputs).
        labels: an mx.np.ndarray (num_examples,).
        case: the call, its program and its edition.
        normal: draws the first weights; MXNet's generator if None.

    Returns:
        A `Run`, its losses those of all examples.
    """
    w, b = _np_weights(features.shape[1], case, normal), mx.np.zeros(1)
    params = [w, b]
    states = [mx.np.zeros_like(param) for param in params]
    for param in params:
        param.attach_grad()

    def loss(X: Any, y: Any) -> Any:
        return ((mx.np.dot(X, w) + b - y.reshape(-1, 1)) ** 2 / 2).mean()

    def step(X: Any, y: Any, lr: float) -> None:
        with autograd.record():
            batch_loss = loss(X, y)
        batch_loss.backward()
        for param, v in zip(params, states):
            v[:] = case.settings.mom * v + param.grad
            param[:] -= lr * v

    recorded = _train(loss, step, features, labels, case, _np_batches)
    return Run(w.as_nd_ndarray(), b.as_nd_ndarray(), *recorded)


@_with_np
def np_concise(features: Any, labels: Any, case: Case, normal: Normal = None) -> Run:
    """Do as `gluon` with `mx.np`; a step divides by the number of its examples.

    Arguments as of `np_scratch`.
    """
    net = mx.gluon.nn.Dense(1, in_units=features.shape[1])
    net.initialize(mx.init.Normal(case.program.scale))
    if normal is not None:
        net.weight.set_data(_np_weights(features.shape[1], case, normal).T)
    rates = {"learning_rate": case.settings.lr, "momentum": case.settings.mom}
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", rates)
    squared = mx.gluon.loss.L2Loss()

    def loss(X: Any, y: Any) -> Any:
        return squared(net(X), y).mean()

    def step(X: Any, y: Any, lr: float) -> None:
        with autograd.record():
            batch_loss = squared(net(X), y)
        batch_loss.backward()
        trainer.step(len(y))

    recorded = _train(loss, step, features, labels, case, _np_batches)
    w, b = net.weight.data().T, net.bias.data()
    return Run(w.as_nd_ndarray(), b.as_nd_ndarray(), *recorded)


def _np_weights(num_inputs: int, case: Case, normal: Normal) -> Any:
    scale, shape = case.program.scale, (num_inputs, 1)
    if normal is None:
        return mx.np.random.normal(0, scale, shape)
    return normal(scale=scale, shape=shape).as_np_ndarray()


def _np_batches(batch_size: int, features: Any, labels: Any) -> Iterable[tuple[Any, Any]]:
    """Yield the mini-batches that d2l's `data_iter` would."""
    order = list(range(len(labels)))
    random.shuffle(order)
    drawn = mx.np.array(order, dtype=np.int32)
    X, y = mx.np.take(features, drawn, axis=0), mx.np.take(labels, drawn, axis=0)
    for first in range(0, len(order), batch_size):
        yield X[first : first + batch_size], y[first : first + batch_size]


def _train(
    loss: Loss,
    step: Step,
    features: NDArray,
    labels: NDArray,
    case: Case,
    batches: Batches,
) -> tuple[Any, Any]:
    """Take all steps, and return where the losses were recorded, in epochs, and these."""
    schedule = case.schedule
    lr, losses = case.settings.lr, []
    if schedule.records.before:
        losses.append(loss(features, labels))
    for epoch, recorded in enumerate(schedule.recorded(len(labels))):
        if epoch > 1:
            lr *= case.edition.decay
        for (X, y), record in zip(batches(case.settings.batch_size, features, labels), recorded):
            step(X, y, lr)
            if record:
                losses.append(loss(features, labels))
    found = np.array([each.asnumpy().item() for each in losses], np.float32)
    return schedule.epochs(len(labels)), found
