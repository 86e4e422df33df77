"""What the exercise shows: the numbers behind the figures of a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..arguments import numbers
from ..chapter.experiments import has_risen

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from xarray import DataArray, Dataset


def largest_stable_lr(mom: ArrayLike, lambda_max: float) -> Any:
    r"""Return the learning rate above which momentum with full batches diverges.

    .. math:: \eta\, \lambda_{\max} = 2 (1 + \gamma)

    Args:
        mom: momentum, or an array of momenta.
        lambda_max: the largest eigenvalue of the Hessian, as in the attributes of a sweep.

    Example:
        >>> from gluon_momentum.sweeps.exercise import largest_stable_lr
        >>> print(largest_stable_lr([0.5, 0.9], lambda_max=1.25))
        [2.4  3.04]

    Source: B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
    """
    return 2 * (1 + numbers("mom", mom)) / lambda_max


def typical(ds: Dataset) -> Dataset:
    """Return the median over seeds of final_loss, and whether at least half of them diverged.

    The axes mom and lr are in ascending order, as a map needs them.
    """
    cells = ds[["final_loss", "diverged"]].sortby(["mom", "lr"])
    return cells.assign(
        final_loss=_median(cells.final_loss), diverged=cells.diverged.mean("seed") >= 0.5
    )


def share_risen(ds: Dataset) -> DataArray:
    """Return the share of seeds for which the last loss is above the first; ds has its traces."""
    risen: DataArray = ds.final_loss.copy(data=has_risen(ds.loss))
    return risen.mean("seed")


def bands(ds: Dataset) -> Dataset:
    """Return the lowest, median and highest loss over seeds, for every step of every cell."""
    loss: DataArray = ds.loss
    statistics = {"median": _median(loss), "highest": loss.max("seed")}
    return loss.min("seed").to_dataset(name="lowest").assign(statistics)


def _median(losses: DataArray) -> DataArray:
    # In float64, for a median of two values just below an overflow is half their sum.
    return losses.astype(np.float64).median("seed", skipna=False)
