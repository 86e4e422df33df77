"""The form of a sweep, of a made-up block in which every number says where it belongs."""

import platform
from io import BytesIO

import numpy as np
import pytest
import xarray

import gluon_momentum as gm
from gluon_momentum.sweeps.block import Block
from gluon_momentum.sweeps.dataset import dataset, netcdf
from gluon_momentum.sweeps.plan import Plan
from gluon_momentum.sweeps.regression import regress
from gluon_momentum.sweeps.schedule import Schedule

LARGEST = float(np.finfo(np.float32).max)
SEEDS, MOM, LR = [4, 2], np.array([0.5, 0.9, 1.0]), np.array([0.2, 0.1])
REGRESSION = regress(np.arange(12.0).reshape(6, 2) % 5, np.arange(6.0))
INDEX = {"seed": 1, "mom": 2, "lr": 0}  # of the cell that is looked at
RUN = 4  # of that cell: momentum 2, learning rate 0


def made_up(trace=True, dtype="float64"):
    """Return a plan of 2 seeds and 6 runs with 3 epochs of 2 losses, and its block."""
    schedule, starts = Schedule(3, 3, 3), np.zeros((2, 3))
    plan = Plan(REGRESSION, schedule, SEEDS, starts, LR, MOM, range(6), trace, np.dtype(dtype))

    def array(*shape):
        return np.arange(float(np.prod(shape))).reshape(shape).astype(dtype)

    return plan, Block(array(2, 3, 6), array(2, 6), array(2, 6), array(2, plan.num_kept, 6))


def test_each_number_stands_in_its_cell():
    plan, block = made_up()
    ds = dataset(plan, block)
    assert dict(ds.sizes) == {"seed": 2, "mom": 3, "lr": 2, "input": 2, "step": 7}
    cell = ds.isel(INDEX)
    assert (cell.seed, cell.mom, cell.lr) == (2, 1.0, 0.2)
    assert cell.final_loss == block.final[1, RUN]
    assert cell.max_loss == block.highest[1, RUN]
    assert cell.w.values.tolist() == block.params[1, :2, RUN].tolist()
    assert cell.b == block.params[1, 2, RUN]
    assert cell.loss.values.tolist() == block.losses[1, :, RUN].tolist()
    assert ds.w.dims == ("seed", "mom", "lr", "input")
    assert ds.loss.dims == ("seed", "mom", "lr", "step")
    assert ds.b.dims == ds.diverged.dims == ds.max_loss.dims == ("seed", "mom", "lr")
    assert ds.epoch.values.tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3]


def test_without_a_trace_no_losses_are_kept():
    ds = dataset(*made_up(trace=False))
    assert set(ds.data_vars) == {"final_loss", "max_loss", "w", "b", "diverged"}
    assert set(ds.coords) == {"seed", "mom", "lr"}


@pytest.mark.parametrize("value", [LARGEST, np.nextafter(LARGEST, np.inf), np.inf])
def test_diverged_means_that_a_loss_was_above_the_largest_float32(value):
    plan, block = made_up()
    block.highest[1, RUN] = value
    diverged = dataset(plan, block).diverged
    assert diverged.dtype == bool
    assert diverged.isel(INDEX) == (value > LARGEST)
    assert diverged.sum() == (value > LARGEST)


def test_the_variables_are_views_of_the_block():
    plan, block = made_up()
    ds = dataset(plan, block)
    for variable, array in (("loss", block.losses), ("w", block.params), ("b", block.params)):
        assert np.shares_memory(ds[variable].values, array)


def test_the_attributes_say_what_was_computed():
    assert dataset(*made_up(dtype="float32")).attrs == {
        "batch_size": 3,
        "num_epochs": 3,
        "log_interval": 3,
        "dtype": "float32",
        "num_examples": 6,
        "lambda_max": REGRESSION.largest_curvature,
        "gluon_momentum_version": gm.__version__,
        "numpy_version": np.__version__,
        "python_version": platform.python_version(),
    }


def test_netcdf_gives_it_back():
    ds = dataset(*made_up())
    content = netcdf(ds)
    assert bytes(content[1:4]) == b"HDF"
    with xarray.open_dataset(BytesIO(content), engine="h5netcdf") as back:
        xarray.testing.assert_identical(back.load(), ds)
