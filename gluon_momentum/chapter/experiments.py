"""The chapter's three experiments, and what it says of them as claims that can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple, Sequence

import numpy as np

if TYPE_CHECKING:
    from mxnet.nd import NDArray
    from numpy.typing import ArrayLike

    from .training import Run


class Data(NamedTuple):
    """The arguments of `generate_data`, in its order."""

    num_inputs: int
    num_examples: int
    true_w: tuple[float, ...]
    true_b: float


class Settings(NamedTuple):
    """The arguments of `optimize` after the data, in its order."""

    batch_size: int
    lr: float
    mom: float
    num_epochs: int
    log_interval: int


DATA = Data(num_inputs=2, num_examples=1000, true_w=(2, -3.4), true_b=4.2)
MOMENTA = (0.99, 0.9, 0.5)
CALL = Settings(batch_size=10, lr=0.2, mom=0.9, num_epochs=3, log_interval=10)
CALLS = tuple(CALL._replace(mom=mom) for mom in MOMENTA)


def experiments(features: NDArray, labels: NDArray) -> Iterator[tuple[Settings, Run]]:
    """Run the chapter's three experiments in its order, yielding each call and its run.

    Args:
        features: NDArray (num_examples, 2), as `generate_data` gives.
        labels: NDArray (num_examples,).

    Defined in the chapter's section "实验" (Experiments).
    """
    from .training import optimize

    for call in CALLS:
        yield call, optimize(features, labels, *call)


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


def is_close(
    w: ArrayLike,
    b: ArrayLike,
    true_w: Sequence[float] = DATA.true_w,
    true_b: float = DATA.true_b,
) -> Any:
    """Tell whether w (..., num_inputs) and b (...) are the true ones to two printed decimals.

    Two decimals are what the book printed of them, three weeks after the revision reproduced here.
    """
    errors = np.abs(np.asarray(w) - np.asarray(true_w)).max(axis=-1)
    return np.maximum(errors, np.abs(np.asarray(b) - true_b)) < 0.005


class Outcome(NamedTuple):
    """What a claim looks at: one run's, or those of many runs along the first axes.

    Attributes:
        losses: (..., steps).
        w: final weights, (..., num_inputs).
        b: final bias, (...).
    """

    losses: ArrayLike
    w: ArrayLike
    b: ArrayLike


# Whether each sentence holds, by its name among `published.chapter`'s, given the outcome of each
# momentum.
SENTENCES: dict[str, Callable[[Callable[[float], Outcome]], Any]] = {
    "mom-0.99.rises": lambda of: has_risen(of(0.99).losses),
    "mom-0.9.falls": lambda of: has_fallen(of(0.9).losses),
    "mom-0.5.falls": lambda of: has_fallen(of(0.5).losses),
    "mom-0.5.smoother": lambda of: roughness(of(0.5).losses) < roughness(of(0.9).losses),
    "mom-0.5.close": lambda of: is_close(of(0.5).w, of(0.5).b),
}
