"""What the chapter says of its three experiments, as claims that can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Sequence

import numpy as np

from .published import chapter

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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


class Claim(NamedTuple):
    """What the chapter says of an experiment, and whether it held."""

    text: str
    held: bool


class Truth(NamedTuple):
    """What the labels were made with."""

    w: Sequence[float]
    b: float


# Whether each sentence holds, by its name among `published.chapter`'s, given the outcome of each
# momentum.
SENTENCES: dict[str, Callable[[Callable[[float], Outcome], Truth], Any]] = {
    "mom-0.99.rises": lambda of, _: has_risen(of(0.99).losses),
    "mom-0.9.falls": lambda of, _: has_fallen(of(0.9).losses),
    "mom-0.5.falls": lambda of, _: has_fallen(of(0.5).losses),
    "mom-0.5.smoother": lambda of, _: roughness(of(0.5).losses) < roughness(of(0.9).losses),
    "mom-0.5.close": lambda of, truth: is_close(of(0.5).w, of(0.5).b, *truth),
}


def claim(mom: float, of: Callable[[float], Outcome], truth: Truth) -> Claim:
    """Return what the chapter says of its experiment with this momentum, and whether it held.

    Args:
        mom: the momentum.
        of: gives the outcome of a momentum, of this one and of those before it.
        truth: what the labels were made with.
    """
    names = [name for name in SENTENCES if name.startswith(f"mom-{mom:g}.")]
    text = "; ".join(chapter()["sentences"][name] for name in names)
    held = all(SENTENCES[name](of, truth) for name in names)
    return Claim(f"{text[0].upper()}{text[1:]}.", bool(held))
