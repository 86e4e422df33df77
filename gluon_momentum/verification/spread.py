"""What the unknown order of the mini-batches does to a run, and where a published run lies in it.

Every statistic here is computed from the published run and the shuffles pooled together. If the
published run is one more shuffle, each of the pool is then as likely as any other to have the
largest score, whatever their distribution and however the points of a curve depend on each other:
the p-values are exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Sequence

import numpy as np

from ..sweeps.sweep import sweep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..published.records import Call

# The central 99 %, and the median, as quantiles.
BAND = (0.005, 0.5, 0.995)
LEAST_P = 0.01 / 3
RANK_REASON = (
    "if the published run is one more shuffle its p is uniform, so a sound build is refused for "
    "any of the three experiments once in a hundred times"
)


class Spread(NamedTuple):
    """An experiment over shuffles of the same data, from the same initial parameters.

    Attributes:
        epochs: where the losses were recorded, (steps,).
        losses: (shuffles, steps).
        params: final w and b, (shuffles, num_inputs + 1).
    """

    epochs: NDArray[np.float64]
    losses: NDArray[Any]
    params: NDArray[Any]


class Share(NamedTuple):
    """The share of a published curve that lies outside the band, and its p-value."""

    outside: float
    p: float


def spread(
    features: NDArray[np.float32],
    labels: NDArray[np.float32],
    initial: tuple[NDArray[np.float32], NDArray[np.float32]],
    call: Call,
    seeds: Sequence[int],
) -> Spread:
    """Run an experiment once for each seed of the shuffles, by `gm.sweep`."""
    arguments = call._asdict()
    lr, mom = arguments.pop("lr"), arguments.pop("mom")
    cells = sweep(
        features, labels, [lr], [mom], seeds, initial=initial, trace=True, **arguments
    ).isel(lr=0, mom=0)
    params = np.column_stack([cells["w"].values, cells["b"].values])
    return Spread(cells["epoch"].values, cells["loss"].values, params)


def band(losses: NDArray[Any]) -> NDArray[Any]:
    """Return the limits of the central 99 % over the first axis, the median between: (3, steps)."""
    limits: NDArray[Any] = np.quantile(losses, BAND, axis=0)
    return limits


def curve_share(curve: NDArray[np.float64], spread: Spread) -> Share:
    """Return which share of a curve's vertices lies outside the band, and how rare that is.

    Neighbouring vertices of a curve rise and fall together, so the share of a single run scatters
    widely about 1 %. The p-value is the share of runs, at the same vertices, of which as much or
    more lies outside.

    Args:
        curve: vertices with epoch and loss, (n, 2), without the start, which every shuffle shares.
        spread: the experiment over shuffles.
    """
    steps = np.searchsorted(spread.epochs, curve[:, 0] - 1e-6)
    pool = np.vstack([curve[:, 1], spread.losses[:, steps]])
    low, _, high = band(pool)
    outside = ((pool < low) | (pool > high)).mean(axis=1)
    return Share(float(outside[0]), _p_value(outside))


def params_p_value(params: Sequence[float], spread: Spread) -> float:
    """Return how rare it is to end as far from the centre of the band as params do.

    The distance is Mahalanobis's, which takes w and b jointly, in the units of their own scatter.
    With mom 0.99 they are heavy-tailed: the rank does not mind.
    """
    pool = np.vstack([params, spread.params])
    centred = pool - pool.mean(axis=0)
    inverse = np.linalg.inv(np.cov(pool, rowvar=False))
    return _p_value(np.einsum("si,ij,sj->s", centred, inverse, centred))


def _p_value(scores: NDArray[Any]) -> float:
    return float((scores >= scores[0]).mean())
