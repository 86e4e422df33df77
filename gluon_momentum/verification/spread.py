"""What the unknown order of the mini-batches does to a run, and where a published curve lies in it.

The statistic is computed from the published curve and the shuffles pooled together. If the
published run is one more shuffle, each of the pool is then as likely as any other to have the
largest score, whatever their distribution and however the points of a curve depend on each other:
the p-value is exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Sequence

import numpy as np

from ..sweeps.over_shuffles import Grid, over_shuffles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..sweeps.regression import Regression
    from ..sweeps.schedule import Schedule

# The central 99 %, and the median, as quantiles.
BAND = (0.005, 0.5, 0.995)


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
    regression: Regression,
    schedule: Schedule,
    start: NDArray[Any],
    lr: float,
    mom: float,
    seeds: Sequence[int],
) -> Spread:
    """Run an experiment from one start, (num_inputs + 1,), once for each seed of the shuffles."""
    grid = Grid(start, [lr], [mom])
    [block] = over_shuffles(regression, schedule, seeds, [grid], trace=True)
    losses = block.losses[..., 0]
    epochs = np.linspace(0, schedule.num_epochs, losses.shape[1])
    return Spread(epochs, losses, block.params[..., 0])


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
    return Share(float(outside[0]), float((outside >= outside[0]).mean()))
