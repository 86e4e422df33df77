"""Whole loss curves: how far two of one stream are apart, and how one lies among many.

The statistic of a curve among many is computed from all of them pooled together. If the curve is
one more of them, each of the pool is then as likely as any other to have the largest, whatever
their distribution and however the points of a curve depend on each other: the p-value is exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# Some 170 float32 ulps.
SAME_STREAM = 2e-5


def stream_differences(losses: ArrayLike, expected: ArrayLike) -> NDArray[np.float64]:
    r"""Return how far two programs' losses are apart that drew the same numbers, (steps,).

    .. math:: \frac{|\ell_t - \ell'_t|}{\sqrt{\ell'_t \max_{s \le t} \ell'_s}}

    Rounding moves the parameters by a share of how far they have been, and the loss feels that
    through its slope, the square root of the loss: hence the scale.

    Args:
        losses: of one program, (steps,).
        expected: of the other, (steps,).

    Example:
        >>> from gluon_momentum.statistics.curves import stream_differences
        >>> stream_differences([16.0, 1.5], [16.0, 1.0])
        array([0.   , 0.125])
    """
    theirs = np.asarray(expected, np.float64)
    scale = np.sqrt(theirs * np.fmax.accumulate(theirs))
    with np.errstate(invalid="ignore"):  # inf - inf, after overflow, is no agreement
        differences: NDArray[np.float64] = np.abs(np.asarray(losses, np.float64) - theirs) / scale
    return differences


# The central 99 %, and the median, as quantiles.
BAND = (0.005, 0.5, 0.995)


class Share(NamedTuple):
    """The share of a curve that lies outside the band, and its p-value."""

    outside: float
    p: float


def band(losses: NDArray[Any]) -> NDArray[Any]:
    """Return the limits of the central 99 % over the first axis, the median between: (3, steps)."""
    limits: NDArray[Any] = np.quantile(losses, BAND, axis=0)
    return limits


def curve_share(
    curve: NDArray[np.float64], epochs: NDArray[np.float64], losses: NDArray[Any]
) -> Share:
    """Return which share of a curve's vertices lies outside the band, and how rare that is.

    Neighbouring vertices of a curve rise and fall together, so the share of a single run scatters
    widely about 1 %. The p-value is the share of runs, at the same vertices, of which as much or
    more lies outside.

    Args:
        curve: vertices with epoch and loss, (n, 2), without a start that all have in common.
        epochs: where the runs' losses were recorded, (steps,).
        losses: of the runs, (runs, steps).
    """
    steps = np.searchsorted(epochs, curve[:, 0] - 1e-6)
    pool = np.vstack([curve[:, 1], losses[:, steps]])
    low, _, high = band(pool)
    outside = ((pool < low) | (pool > high)).mean(axis=1)
    return Share(float(outside[0]), float((outside >= outside[0]).mean()))
