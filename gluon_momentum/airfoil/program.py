"""The program of the 2019 edition, written anew from what it does.

The update rule is the chapter's. What differs: the states and hyperparameters go to the trainer as
they are; the loss of a mini-batch is its mean, so that a smaller last one counts its own examples;
the learning rate stays; a Gluon DataLoader draws the mini-batches, with NumPy's generator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Sequence

import numpy as np

from ..environment import import_mxnet
from ..training import Run, linreg, squared_loss

if TYPE_CHECKING:
    from mxnet.nd import NDArray

mx = import_mxnet()

BATCH_SIZE, NUM_EPOCHS, LOG_INTERVAL = 10, 2, 100
SCALE = 0.01  # standard deviation of the first weights

Trainer = Callable[[Sequence[Any], Any, dict], None]  # type: ignore[type-arg]


def init_momentum_states(num_inputs: int) -> tuple[NDArray, NDArray]:
    """Return the velocities of the weights and of the bias, zero: (num_inputs, 1) and (1,)."""
    return mx.nd.zeros((num_inputs, 1)), mx.nd.zeros(1)


def sgd_momentum(params: Sequence[NDArray], states: Any, hyperparams: dict[str, float]) -> None:
    r"""Take one step of SGD with momentum, in place.

    .. math:: v \leftarrow \gamma v + \eta g, \qquad x \leftarrow x - v

    Args:
        params: parameters x, each with the gradient g of the mini-batch's mean loss.
        states: one velocity v per parameter.
        hyperparams: the learning rate, "lr", and the momentum, "momentum".
    """
    for param, v in zip(params, states):
        v[:] = hyperparams["momentum"] * v + hyperparams["lr"] * param.grad
        param[:] -= v


def train_ch7(
    trainer: Trainer,
    states: Any,
    hyperparams: dict[str, float],
    features: NDArray,
    labels: NDArray,
    batch_size: int = BATCH_SIZE,
    num_epochs: int = NUM_EPOCHS,
    sampler: Any = None,
) -> Run:
    r"""Fit a linear regression with a trainer such as `sgd_momentum`.

    .. math:: \ell_B(w, b) = \frac{1}{|B|} \sum_{i \in B} \tfrac{1}{2} (x_i^\top w + b - y_i)^2

    Args:
        trainer: takes a step, given the parameters, states and hyperparams.
        states: what the trainer keeps from step to step.
        hyperparams: what else it needs.
        features: an NDArray (num_examples, num_inputs).
        labels: an NDArray (num_examples,).
        batch_size: number of examples in a mini-batch; the last one of an epoch may be smaller.
        num_epochs: number of passes over the data.
        sampler: draws the order of the examples; if None, it is NumPy's generator that does.

    Returns:
        A `Run`; its losses are those of all examples, before the first mini-batch and after every
        hundredth example of an epoch.
    """
    w = mx.nd.random.normal(scale=SCALE, shape=(features.shape[1], 1))
    b = mx.nd.zeros(1)
    for param in (w, b):
        param.attach_grad()

    def loss(x: NDArray, y: NDArray) -> NDArray:
        return squared_loss(linreg(x, w, b), y).mean()

    def step(x: NDArray, y: NDArray) -> None:
        with mx.autograd.record():
            batch_loss = loss(x, y)
        batch_loss.backward()
        trainer([w, b], states, hyperparams)

    losses = _train(loss, step, features, labels, batch_size, num_epochs, sampler)
    return Run(w, b, np.linspace(0, num_epochs, len(losses)), losses)


def train_gluon_ch7(
    name: str,
    hyperparams: dict[str, float],
    features: NDArray,
    labels: NDArray,
    batch_size: int = BATCH_SIZE,
    num_epochs: int = NUM_EPOCHS,
    sampler: Any = None,
) -> Run:
    """Fit a linear regression with one of MXNet's own optimizers; the rest is `train_ch7`.

    Args:
        name: the optimizer's, such as "sgd".
        hyperparams: its arguments, such as "learning_rate" and "momentum".
        features: as in `train_ch7`, like all that follow. A step divides the gradient by
            batch_size, for a smaller last mini-batch too.
        labels: as in `train_ch7`.
        batch_size: as in `train_ch7`.
        num_epochs: as in `train_ch7`.
        sampler: as in `train_ch7`.
    """
    net = mx.gluon.nn.Dense(1, in_units=features.shape[1])
    net.initialize(mx.init.Normal(SCALE))
    trainer = mx.gluon.Trainer(net.collect_params(), name, hyperparams)
    squared = mx.gluon.loss.L2Loss()

    def loss(x: NDArray, y: NDArray) -> NDArray:
        return squared(net(x), y).mean()

    def step(x: NDArray, y: NDArray) -> None:
        with mx.autograd.record():
            batch_loss = squared(net(x), y)
        batch_loss.backward()
        trainer.step(batch_size)

    losses = _train(loss, step, features, labels, batch_size, num_epochs, sampler)
    epochs = np.linspace(0, num_epochs, len(losses))
    return Run(net.weight.data().T, net.bias.data(), epochs, losses)


def _train(
    loss: Callable[[NDArray, NDArray], NDArray],
    step: Callable[[NDArray, NDArray], None],
    features: NDArray,
    labels: NDArray,
    batch_size: int,
    num_epochs: int,
    sampler: Any,
) -> Any:
    """Take the steps of all epochs, and return the losses, numpy float32 (n,)."""
    data = mx.gluon.data.ArrayDataset(features, labels)
    batches = mx.gluon.data.DataLoader(data, batch_size, shuffle=sampler is None, sampler=sampler)
    losses = [loss(features, labels).asscalar()]
    for _ in range(num_epochs):
        for i, (x, y) in enumerate(batches):
            step(x, y)
            if (i + 1) * batch_size % LOG_INTERVAL == 0:
                losses.append(loss(features, labels).asscalar())
    return np.array(losses, np.float32)
