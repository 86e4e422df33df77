"""The programs of the editions on this MXNet, but for the chapter's own `optimize`.

They are written from what the editions do, with the chapter's update rule. One loop trains them
all; what differs is whose step it takes. The mini-batches are those of d2l's `data_iter`, in the
order that Python's `random` draws, where some editions have a DataLoader with NumPy's generator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

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

mx = import_mxnet()


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

    recorded = _train(loss, step, features, labels, case)
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

    recorded = _train(loss, step, features, labels, case)
    return Run(net.weight.data().T, net.bias.data(), *recorded)


def _train(
    loss: Loss,
    step: Step,
    features: NDArray,
    labels: NDArray,
    case: Case,
) -> tuple[Any, Any]:
    """Take all steps, and return where the losses were recorded, in epochs, and these."""
    schedule = case.schedule
    lr, losses = case.settings.lr, []
    if schedule.records.before:
        losses.append(loss(features, labels))
    for epoch, recorded in enumerate(schedule.recorded(len(labels))):
        if epoch > 1:
            lr *= case.edition.decay
        for (X, y), record in zip(data_iter(case.settings.batch_size, features, labels), recorded):
            step(X, y, lr)
            if record:
                losses.append(loss(features, labels))
    found = np.array([each.asscalar() for each in losses], np.float32)
    return schedule.epochs(len(labels)), found
