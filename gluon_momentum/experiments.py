"""The chapter's three experiments, and its sentences about them as claims that can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, NamedTuple, Sequence

import numpy as np

if TYPE_CHECKING:
    from mxnet.nd import NDArray
    from numpy.typing import ArrayLike

    from .training import Run

DATA: dict[str, Any] = {
    "num_inputs": 2,
    "num_examples": 1000,
    "true_w": [2, -3.4],
    "true_b": 4.2,
}
MOMENTA = (0.99, 0.9, 0.5)
CALL: dict[str, Any] = {"batch_size": 10, "lr": 0.2, "num_epochs": 3, "log_interval": 10}
SENTENCES = {
    0.99: "The loss has risen after 3 epochs.",
    0.9: "The loss has fallen after 3 epochs.",
    0.5: "The loss has fallen smoothly after 3 epochs; w and b end close to the true ones.",
}


class Claim(NamedTuple):
    """A sentence of the chapter, and whether it held."""

    text: str
    held: bool


class Experiment(NamedTuple):
    """One of the chapter's calls of `optimize`, its run, and the chapter's sentence about it."""

    call: dict[str, Any]
    run: Run
    claim: Claim


def has_fallen(losses: ArrayLike) -> Any:
    """Tell whether the last loss is below the first, time being the last axis."""
    losses = np.asarray(losses)
    return losses[..., -1] < losses[..., 0]


def has_risen(losses: ArrayLike) -> Any:
    """Tell whether the last loss is above the first, or overflowed; axes as in `has_fallen`."""
    losses = np.asarray(losses)
    return (losses[..., -1] > losses[..., 0]) | np.isnan(losses[..., -1])


def roughness(losses: ArrayLike) -> Any:
    r"""Return the total variation of the log loss over the last axis: the less, the smoother.

    .. math:: \sum_t |\ln \ell_{t+1} - \ln \ell_t|

    On the logarithmic axis of the chapter's figures this is the way the curve goes up and down.
    """
    with np.errstate(invalid="ignore"):  # inf - inf, after overflow
        return np.abs(np.diff(np.log(np.asarray(losses, dtype=np.float64)))).sum(axis=-1)


def is_close(w: ArrayLike, b: ArrayLike, true_w: Sequence[float], true_b: float) -> Any:
    """Tell whether w (..., num_inputs) and b (...) are the true ones to two printed decimals.

    Two decimals are what the book printed of them, three weeks after the revision reproduced here.
    """
    errors = np.abs(np.asarray(w) - np.asarray(true_w)).max(axis=-1)
    return np.maximum(errors, np.abs(np.asarray(b) - true_b)) < 0.005


def experiments(
    features: NDArray, labels: NDArray, true_w: Sequence[float], true_b: float
) -> Iterator[Experiment]:
    """Run the chapter's three experiments in its order, yielding each when it is done.

    Args:
        features: NDArray (num_examples, 2), as `generate_data` gives.
        labels: NDArray (num_examples,).
        true_w: the weights that the labels were made with.
        true_b: the bias that the labels were made with.

    Defined in the chapter's section "实验" (Experiments).
    """
    from .training import optimize

    runs: dict[float, Run] = {}
    for mom in MOMENTA:
        call = {**CALL, "mom": mom}
        run = runs[mom] = optimize(features, labels, **call)
        held = has_risen(run.losses) if mom == 0.99 else has_fallen(run.losses)
        if mom == 0.5:
            held &= roughness(run.losses) < roughness(runs[0.9].losses)
            held &= is_close(run.w.asnumpy().ravel(), run.b.asscalar(), true_w, true_b)
        yield Experiment(call, run, Claim(SENTENCES[mom], bool(held)))
