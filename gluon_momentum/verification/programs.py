"""The programs behind the published runs, run again with the package's own functions."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Iterable, NamedTuple, Sequence

import numpy as np
from numpy.typing import NDArray

from ..data import generate_data, init_params
from ..environment import import_mxnet, seed
from ..experiments import DATA
from ..published import legacy_normal, seeded_run
from ..published.records import Call
from ..training import Run, autograd, data_iter, optimize

if TYPE_CHECKING:
    from mxnet import nd

mx = import_mxnet()

# What the seeded programs set; and what an unseeded MXNet 1.x draws, the stream of seed 0.
PRINTED_SEED = 1
BOOK_SEED = 0

# The C++ library of MXNet 0.12, where the run was made with that: macOS, and Linux.
LIBRARIES = {"2017-10": "libc++", "2017-11": "libstdc++"}

Params = Callable[[int], Any]


class Regenerated(NamedTuple):
    """What a seeded program prints: the loss after each epoch, the weights and the bias."""

    epoch_losses: NDArray[np.float32]
    w: NDArray[np.float32]
    b: float


class Start(NamedTuple):
    """The book's data, and the initial parameters of each of its experiments by momentum."""

    features: NDArray[np.float32]
    labels: NDArray[np.float32]
    initial: dict[float, tuple[NDArray[np.float32], NDArray[np.float32]]]


def regenerate(run: str, program: str) -> Regenerated:
    """Run a seeded program again.

    Args:
        run: "2017-10" or "2017-11", on the normals of MXNet 0.12 on macOS or Linux, or "2018-01",
            on MXNet's own.
        program: "scratch", which is `optimize`, or "gluon", which is `gluon.Trainer`.

    Raises:
        ValueError: run or program is none of these.

    Example:
        >>> from gluon_momentum.verification.programs import regenerate
        >>> print(regenerate("2018-01", "scratch").w)
        [ 2.0013723 -3.4001465]
    """
    call = seeded_run(run).call
    if program not in _PROGRAMS:
        raise ValueError(f"program must be one of {', '.join(_PROGRAMS)}, not {program!r}.")
    seed(PRINTED_SEED)
    normal = _legacy_normal(LIBRARIES[run]) if run in LIBRARIES else mx.nd.random.normal
    features, labels = generate_data(normal=normal)
    start = partial(init_params, scale=1, normal=normal)
    return _PROGRAMS[program](features, labels, call, start)


def book_start(momenta: Iterable[float], scale: float = 0.01) -> Start:
    """Return what the unseeded runs started from: data, then initial parameters in order.

    Gluon's programs draw their weights where those from scratch draw theirs.
    """
    seed(BOOK_SEED)
    features, labels = generate_data()
    params = {mom: init_params(features.shape[1], scale)[0] for mom in momenta}
    initial = {mom: (w.asnumpy(), b.asnumpy()) for mom, (w, b) in params.items()}
    return Start(features.asnumpy(), labels.asnumpy(), initial)


def book_runs(calls: Iterable[Call]) -> dict[float, Run]:
    """Run the chapter's experiments in order, each with the mini-batches of `BOOK_SEED`."""
    return _in_order(calls, lambda *data, call: optimize(*data, **call._asdict()))


def book_gluon_runs(calls: Iterable[Call]) -> dict[float, Regenerated]:
    """Run the chapter's experiments with `gluon.Trainer`, as `book_runs` runs them from scratch."""
    return _in_order(calls, partial(_with_trainer, start=init_params))


def _in_order(calls: Iterable[Call], program: Callable[..., Any]) -> dict[float, Any]:
    seed(BOOK_SEED)
    data = generate_data()
    runs = {}
    for call in calls:
        random.seed(BOOK_SEED)
        runs[call.mom] = program(*data, call=call)
    return runs


def _legacy_normal(library: str) -> Callable[..., nd.NDArray]:
    num_examples, num_inputs = DATA["num_examples"], DATA["num_inputs"]
    shapes = (num_examples, num_inputs), (num_examples,), (num_inputs, 1)
    draws = iter(legacy_normal(PRINTED_SEED, shapes, library))  # features, noise, w

    def normal(scale: float, shape: Sequence[int]) -> nd.NDArray:
        return mx.nd.array(np.float32(scale) * next(draws))

    return normal


def _from_scratch(
    features: nd.NDArray, labels: nd.NDArray, call: Call, start: Params
) -> Regenerated:
    run = optimize(features, labels, **call._asdict(), init_params=start)
    per_epoch = (len(run.losses) - 1) // call.num_epochs
    return Regenerated(run.losses[per_epoch::per_epoch], run.w.asnumpy().ravel(), run.b.asscalar())


def _with_trainer(
    features: nd.NDArray, labels: nd.NDArray, call: Call, start: Params
) -> Regenerated:
    [w, b], _ = start(features.shape[1])
    net = mx.gluon.nn.Dense(1, in_units=features.shape[1])
    net.initialize(mx.init.Zero())
    net.weight.set_data(w.T)
    net.bias.set_data(b)
    squared_loss = mx.gluon.loss.L2Loss()
    trainer = mx.gluon.Trainer(
        net.collect_params(), "sgd", {"learning_rate": call.lr, "momentum": call.mom}
    )
    losses = []
    for epoch in range(1, call.num_epochs + 1):
        if epoch > 2:
            trainer.set_learning_rate(trainer.learning_rate * 0.1)
        for X, y in data_iter(call.batch_size, features, labels):
            with autograd.record():
                batch_loss = squared_loss(net(X), y)
            batch_loss.backward()
            trainer.step(call.batch_size)
        losses.append(squared_loss(net(features), labels).mean().asscalar())
    return Regenerated(
        np.array(losses), net.weight.data().asnumpy().ravel(), net.bias.data().asscalar()
    )


_PROGRAMS = {"scratch": _from_scratch, "gluon": _with_trainer}
