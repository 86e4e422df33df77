"""The Dataset of a sweep: its size in memory, its variables and what they say about themselves."""

from __future__ import annotations

import platform
from io import BytesIO
from math import prod
from typing import TYPE_CHECKING, Any, Mapping

import numpy as np

from .linear import Schedule, gradients_shape, num_losses
from .units import units_at_once

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array
    from xarray import Dataset

    from .blocks import Block


def bytes_needed(
    num_examples: int,
    num_inputs: int,
    seeds: int,
    runs: int,
    schedule: Schedule,
    trace: bool,
    dtype: str,
) -> int:
    """Return how much memory a sweep needs at once, for its Dataset and while it computes.

    Args:
        num_examples: of the data.
        num_inputs: of the data.
        seeds: how many.
        runs: how many for each seed.
        schedule: what a run goes through.
        trace: whether every loss is kept.
        dtype: "float32" or "float64".
    """
    size = np.dtype(dtype).itemsize
    losses = num_losses(num_examples, schedule) if trace else 0
    values = len(("final_loss", "max_loss", "b")) + num_inputs + losses
    rank = min(num_examples, num_inputs + 1)
    gradient = prod(gradients_shape(num_examples, rank, schedule))
    seeds_at_once, cells_at_once = units_at_once(seeds, runs)
    return (
        seeds * runs * (values * size + 1)  # diverged takes one byte
        # A unit's gradients are found in float64 and kept in dtype; its results wait to be copied.
        + seeds_at_once * gradient * (8 + size)
        + cells_at_once * values * size
    )


def netcdf(ds: Dataset) -> memoryview:
    """Return a Dataset as a NetCDF file.

    It is made in memory: on a full disk, HDF5 ends the process.
    """
    import h5netcdf
    import xarray

    buffer = BytesIO()
    with h5netcdf.File(buffer, "w") as file:
        ds.dump_to_store(xarray.backends.H5NetCDFStore(file))
    return buffer.getbuffer()


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
