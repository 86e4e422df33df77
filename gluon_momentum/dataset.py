"""The Dataset of a sweep: its size in memory, its variables and what they say about themselves."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any, Mapping

import numpy as np

from .environment import available_memory

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array
    from xarray import Dataset

    from .blocks import Block


def check_memory(
    runs: int, num_inputs: int, losses: int, dtype: np.dtype[Any], gradients: int
) -> None:
    """Raise ValueError, saying how much is needed, if a sweep would not fit in memory.

    What it needs is its result, and the mini-batches' gradients that are in use at once.
    """
    numbers = len(("final_loss", "max_loss", "b")) + num_inputs + losses
    # The gradients are found in float64, and kept in dtype.
    needed = (runs * (numbers * dtype.itemsize + 1) + gradients * (8 + dtype.itemsize)) / 2**30
    available = available_memory() / 2**30
    if needed > available:
        fewer = "fewer runs, fewer epochs" + (" or no traces" if losses else "")
        raise ValueError(
            f"A sweep of {runs:,} runs needs {needed:,.1f} GiB of memory, of which "
            f"{available:,.1f} GiB are available: ask for {fewer}."
        )


def dataset(
    block: Block,
    seeds: Array[Any],
    mom: Array[Any],
    lr: Array[Any],
    num_epochs: int,
    attributes: Mapping[str, Any],
) -> Dataset:
    """Return the block of a whole sweep, its runs in the order of mom and then lr, as a Dataset.

    The variables are views: what stands last in a block, the runs, is not moved.
    """
    import xarray

    from . import __version__

    grid = ("seed", "mom", "lr")
    shape = (len(seeds), len(mom), len(lr))

    def cells(array: Array[Any]) -> Array[Any]:
        """Return (seeds, runs) or (seeds, values, runs) as (seed, mom, lr) or (.., values)."""
        return np.moveaxis(array, -1, 1).reshape(*shape, *array.shape[1:-1])

    params = cells(block.params)
    limit = np.finfo(np.float32).max
    variables: dict[str, Any] = {
        "final_loss": (grid, cells(block.final)),
        "max_loss": (grid, cells(block.highest)),
        "w": ((*grid, "input"), params[..., :-1]),
        "b": (grid, params[..., -1]),
        "diverged": (grid, cells(block.highest > limit)),
    }
    coordinates: dict[str, Any] = {"seed": seeds, "mom": mom, "lr": lr}
    losses = block.losses.shape[1]
    if losses:
        variables["loss"] = ((*grid, "step"), cells(block.losses))
        coordinates["epoch"] = "step", np.linspace(0, num_epochs, losses)
    versions = {
        "gluon_momentum_version": __version__,
        "numpy_version": np.__version__,
        "python_version": platform.python_version(),
    }
    return xarray.Dataset(variables, coordinates, {**attributes, **versions})
