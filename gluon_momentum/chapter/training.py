"""The chapter's training loop.

The code of `optimize` is the chapter's own (Dive into Deep Learning, Apache-2.0), with its globals
as arguments; it returns what the chapter prints and plots. `linreg`, `squared_loss` and `data_iter`
are d2l's own functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, NamedTuple

import numpy as np

from .. import arguments
from ..environment import import_d2l, import_mxnet
from .data import as_float32, init_params
from .optimizer import sgd_momentum

if TYPE_CHECKING:
    from mxnet.nd import NDArray
    from numpy.typing import NDArray as Array

autograd = import_mxnet().autograd
d2l = import_d2l()
linreg, squared_loss, data_iter = d2l.linreg, d2l.squared_loss, d2l.data_iter

net = linreg
loss = squared_loss


class Run(NamedTuple):
    """What one call of `optimize` leaves.

    Attributes:
        w: final weights, an NDArray (num_inputs, 1).
        b: final bias, an NDArray (1,).
        epochs: where each loss was recorded, numpy float64 (n,), evenly from 0 to num_epochs.
        losses: the mean loss over all examples there, numpy float32 (n,); inf or nan
            after overflow.
    """

    w: NDArray
    b: NDArray
    epochs: Array[np.float64]
    losses: Array[np.float32]


def optimize(
    features: NDArray,
    labels: NDArray,
    batch_size: int,
    lr: float,
    mom: float,
    num_epochs: int,
    log_interval: int,
    *,
    init_params: Callable[[int], tuple[list[NDArray], list[NDArray]]] = init_params,
) -> Run:
    r"""Fit a linear regression by mini-batch SGD with momentum.

    .. math:: \ell(w, b) = \frac{1}{n} \sum_i \tfrac{1}{2} (x_i^\top w + b - y_i)^2

    From the third epoch on, the learning rate is multiplied by 0.1 at the start of each.

    Args:
        features: (num_examples, num_inputs), an NDArray; a numpy array or nested lists of numbers
            become one of float32.
        labels: (num_examples,), likewise.
        batch_size: number of examples in a mini-batch; the last one of an epoch may be smaller,
            and its gradient is divided by batch_size all the same.
        lr: learning rate, > 0.
        mom: momentum, 0 <= mom <= 1.
        num_epochs: number of passes over the data.
        log_interval: the loss is recorded after each mini-batch whose first example's number in
            its epoch is a multiple of this.
        init_params: gives [w, b] and their velocities for a number of inputs.

    Returns:
        A `Run`. A run that overflows is a result as well: its losses are inf or nan.

    Raises:
        ValueError: an argument is outside its domain, batch_size exceeds the number of examples,
            or features and labels are not finite numbers of matching shapes.

    Example:
        >>> import gluon_momentum as gm
        >>> gm.seed(0)
        >>> features, labels = gm.generate_data()
        >>> run = gm.optimize(features, labels, batch_size=10, lr=0.2, mom=0.9, num_epochs=3,
        ...                   log_interval=10)
        >>> len(run.losses), float(run.epochs[-1])
        (301, 3.0)
        >>> print(f"{run.losses[0]:.4f} {run.losses[-1]:.2e}")
        16.2543 5.26e-05

    Defined in the chapter's section "实验" (Experiments).
    """
    features, labels = as_float32(features, labels)
    batch_size, num_epochs, log_interval = arguments.batches(
        batch_size, num_epochs, log_interval, num_examples=features.shape[0]
    )
    lr, mom = arguments.positive_number("lr", lr), arguments.momentum(mom)
    [w, b], vs = init_params(features.shape[1])
    ls = [loss(net(features, w, b), labels).mean().asnumpy()]
    for epoch in range(1, num_epochs + 1):
        # The learning rate decays by a factor of ten an epoch.
        if epoch > 2:
            lr *= 0.1
        for batch_i, (X, y) in enumerate(d2l.data_iter(batch_size, features, labels)):
            with autograd.record():
                l = loss(net(X, w, b), y)  # noqa: E741
            l.backward()
            sgd_momentum([w, b], vs, lr, mom, batch_size)
            if batch_i * batch_size % log_interval == 0:
                ls.append(loss(net(features, w, b), labels).mean().asnumpy())
    es = np.linspace(0, num_epochs, len(ls), endpoint=True)
    return Run(w, b, es, np.concatenate(ls))
