"""The form of a sweep: its variables, what they say about themselves, and its file."""

from __future__ import annotations

import platform
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from ..environment import __version__

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array
    from xarray import Dataset

    from .runs import Block, Plan


def dataset(plan: Plan, block: Block, lr: Array[Any], mom: Array[Any]) -> Dataset:
    """Return the block of a grid of runs as a Dataset.

    The variables are views: what stands last in a block, the runs, is not moved.

    Args:
        plan: of the runs, those of the first momentum first.
        block: what they left.
        lr: the learning rates of the grid, (L,).
        mom: its momenta, (M,).
    """
    import xarray

    grid = ("seed", "mom", "lr")
    shape = (len(plan.seeds), len(mom), len(lr))

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
    coordinates: dict[str, Any] = {"seed": np.array(plan.seeds), "mom": mom, "lr": lr}
    if plan.trace:
        variables["loss"] = ((*grid, "step"), cells(block.losses))
        coordinates["epoch"] = "step", plan.schedule.epochs(plan.regression.num_examples)
    attributes = {
        "batch_size": plan.schedule.batch_size,
        "num_epochs": plan.schedule.num_epochs,
        "log_interval": plan.schedule.log_interval,
        "dtype": plan.dtype.name,
        "num_examples": plan.regression.num_examples,
        "lambda_max": plan.regression.largest_curvature,
        "gluon_momentum_version": __version__,
        "numpy_version": np.__version__,
        "python_version": platform.python_version(),
    }
    return xarray.Dataset(variables, coordinates, attributes)


def netcdf(ds: Dataset) -> bytes:
    """Return a Dataset as a NetCDF file.

    It is made in memory: on a full disk, HDF5 ends the process.
    """
    import h5netcdf
    import xarray

    buffer = BytesIO()
    with h5netcdf.File(buffer, "w") as file:
        ds.dump_to_store(xarray.backends.H5NetCDFStore(file))
    # Not its buffer: Python crashes where a view of that is collected together with the file.
    return buffer.getvalue()
