r"""How strange a printed result is among shuffles: one number for each, and its rank.

A single number, such as a final loss, is the stranger the fewer shuffles lie beyond it on its side.
Several numbers, such as w and b, are taken together by Mahalanobis's distance from the middle,

.. math:: d^2 = (t - \bar t)^\top C^{-1} (t - \bar t), \qquad
          t = 10 \operatorname{arsinh} \frac{x - \operatorname{median}}{10 \cdot \text{scale}},

where scale is the median distance from the median, and C the covariance of those t that are all
within 10. So t is x where most shuffles are, and grows as its logarithm far out: with mom 0.99 w
and b are heavy-tailed, and may overflow. Only the rank of a distance is used. A published value
belongs to the pool that it is ranked in: if it is one more shuffle, each of the pool is as likely
as any other to be the strangest, and its p-value is exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Sequence

import numpy as np

from .printed import rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# What all shuffles share, such as a digit that none of them changes, has no scatter of its own.
_RIDGE = 1e-6
_LINEAR, _NEAR = 10.0, 10.0  # scales up to which t is x, about, and which make the covariance
_FAR = 7100.0  # beyond t of every finite number


class Rank(NamedTuple):
    """How many shuffles are at least as strange, and the p-value: their share, with the value."""

    as_strange: int
    p: float


def rank(printed: Sequence[str], shuffles: NDArray[Any]) -> Rank:
    """Return how strange printed numbers are among shuffles, which are rounded as they are.

    Args:
        printed: the numbers, as they were printed.
        shuffles: the same of each shuffle, (shuffles, numbers).

    Example:
        >>> import numpy as np
        >>> from gluon_momentum.statistics.ranks import rank
        >>> rank(["0.98"], np.linspace(0, 1, 1000)[:, None])
        Rank(as_strange=50, p=0.05094905094905095)
    """
    # The value is rounded as well: 34 tenths are not 3.4 to the last bit.
    pool = rounded(printed, np.vstack([[float(text) for text in printed], shuffles]))
    found = scores(pool, pool)
    return Rank(int((found[1:] >= found[0]).sum()), float((found >= found[0]).mean()))


def scores(values: Floats, pool: Floats) -> Floats:
    """Return how strange each row of values is in the pool: the more, the stranger."""
    if pool.shape[1] == 1:
        ordered = np.sort(np.nan_to_num(pool[:, 0], nan=np.inf, posinf=np.inf, neginf=-np.inf))
        at = np.nan_to_num(values[:, 0], nan=np.inf, posinf=np.inf, neginf=-np.inf)
        below, upto = np.searchsorted(ordered, at), np.searchsorted(ordered, at, "right")
        return np.asarray(-np.minimum(upto, len(pool) - below), np.float64)
    finite = np.where(np.isfinite(pool), pool, np.nan)
    middle = _medians(finite)
    scale = _medians(np.abs(finite - middle))
    spacing = np.spacing(np.maximum(np.abs(middle), 1e-300))
    scale = np.where(scale > 0, scale, np.maximum(spacing, _least_step(finite, middle)))
    t, at = (_compressed(array, middle, scale) for array in (pool, values))
    near = t[(np.abs(t) <= _NEAR).all(axis=1)]
    if len(near) <= t.shape[1]:
        near = np.clip(t, -_NEAR, _NEAR)
    centre = near.mean(axis=0)
    inverse = np.linalg.inv(np.cov(near, rowvar=False) + _RIDGE * np.eye(t.shape[1]))
    return np.asarray(((at - centre) @ inverse * (at - centre)).sum(axis=1))


def _medians(finite: Floats) -> Floats:
    """Return the median of each column without its nan; 0 where nothing else is in it."""
    columns = [column[~np.isnan(column)] for column in finite.T]
    return np.array([np.median(column) if len(column) else 0.0 for column in columns])


def _compressed(array: Floats, middle: Floats, scale: Floats) -> Floats:
    with np.errstate(all="ignore"):
        t = _LINEAR * np.arcsinh((array - middle) / scale / _LINEAR)
    return np.asarray(np.nan_to_num(t, nan=_FAR, posinf=_FAR, neginf=-_FAR))


def _least_step(finite: Floats, middle: Floats) -> Floats:
    """Return the least distance from the middle that occurs, or 0: a unit of what was printed."""
    away = np.abs(finite - middle)
    return np.asarray(np.nan_to_num(np.nanmin(np.where(away > 0, away, np.inf), axis=0), posinf=0))
