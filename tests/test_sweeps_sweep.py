"""A sweep is `optimize` over a grid: cell by cell, wherever it is computed, and as a Dataset."""

import platform
import random
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from io import BytesIO
from multiprocessing import get_context

import numpy as np
import pytest
import xarray
from reference import CALL, MOMENTA, assert_same_stream, train

import gluon_momentum as gm
from gluon_momentum.sweeps.dataset import netcdf

EXAMPLES = {1: 30, 7: 50, 10: 103, 1000: 1000}  # per batch size: few, for optimize is slow


def random_cells(count):
    """Return calls of optimize over the domain, the same ones each time."""
    rng = np.random.RandomState(2018)
    for _ in range(count):
        batch_size = int(rng.choice([1, 7, 10, 1000]))
        call = {
            "lr": float(np.exp(rng.uniform(np.log(0.03), np.log(3)))),
            "mom": float(rng.choice([0, 0.3, 0.5, 0.7, 0.9, 0.99, 1, rng.uniform()])),
            "batch_size": batch_size,
            "num_epochs": int(rng.randint(1, 6)),
            "log_interval": int(rng.choice([10, batch_size, 3 * batch_size, 4])),
        }
        yield int(rng.randint(1000)), int(rng.choice([1, 2, 5])), call


# The first cells are for an afternoon's loop.
CELLS = [
    pytest.param(*cell, id=f"cell{i}", marks=[pytest.mark.slow] if i >= 16 else [])
    for i, cell in enumerate(random_cells(64))
]


def make_data(num_inputs, batch_size):
    true_w = [2, -3.4, 1, 0.5, -1][:num_inputs]
    return gm.generate_data(num_inputs, EXAMPLES[batch_size], true_w)


def assert_same_run(cell, run):
    """Compare a cell and its trace with a run of optimize, by the same-stream rule and to 1e-3."""
    theirs, ours = run.losses.astype(np.float64), cell.loss.values.astype(np.float64)
    assert ours.shape == theirs.shape
    assert cell.epoch[0] == 0
    assert (np.diff(cell.epoch) > 0).all()
    assert np.isfinite(ours[np.isfinite(theirs)]).all()
    below = theirs < 1e6
    assert_same_stream(ours, theirs, below=1e6)
    np.testing.assert_allclose(ours[below], theirs[below], rtol=1e-3, atol=0)
    assert cell.final_loss == cell.loss[-1]
    assert cell.max_loss == cell.loss.max()
    assert bool(cell.diverged) == (not np.isfinite(theirs).all())
    if theirs[-1] < 1e-3:
        np.testing.assert_allclose(cell.w, run.w.asnumpy().ravel(), rtol=0, atol=1e-5)
        np.testing.assert_allclose(cell.b, run.b.asscalar(), rtol=0, atol=1e-5)


def swept(data, seed, lr, mom, **options):
    """Return the one cell of a sweep."""
    return gm.sweep(*data, [lr], [mom], [seed], **options).isel(seed=0, mom=0, lr=0)


@pytest.mark.usefixtures("mxnet")
@pytest.mark.parametrize(("seed", "num_inputs", "call"), CELLS)
def test_a_cell_is_a_call_of_optimize(seed, num_inputs, call):
    data = make_data(num_inputs, call["batch_size"])
    gm.seed(seed)
    run = gm.optimize(*data, **call)
    for dtype in ("float32", "float64"):
        assert_same_run(swept(data, seed, **call, dtype=dtype, trace=True), run)


@pytest.mark.usefixtures("mxnet")
def test_the_cells_are_both_converging_and_diverging():
    finals = np.array(
        [
            swept(make_data(num_inputs, call["batch_size"]), seed, **call).final_loss.item()
            for seed, num_inputs, call in random_cells(64)
        ]
    )
    assert np.sum(finals < 1e-3) >= 10
    assert np.sum(finals > 1e3) >= 10


@pytest.mark.slow
def test_the_chapters_calls_on_the_books_data(book_data):
    ds = gm.sweep(*book_data, lr=[0.2, 2.9], mom=MOMENTA, seeds=[4, 7], trace=True)
    for mom, lr, seed in [(0.99, 0.2, 4), (0.9, 0.2, 7), (0.5, 0.2, 4), (0.9, 2.9, 7)]:
        gm.seed(seed)
        run = gm.optimize(*book_data, 10, lr, mom, 3, 10)
        assert_same_run(ds.sel(seed=seed, mom=mom, lr=lr), run)


def test_the_share_of_shuffles_for_which_the_loss_rises(book_data):
    start = gm.init_params()[0]
    ds = gm.sweep(*book_data, [0.2], MOMENTA, range(2000), initial=start, trace=True)
    risen = (ds.final_loss > ds.loss[..., 0]).mean("seed").values.ravel()
    np.testing.assert_allclose(risen[0], 0.96, rtol=0, atol=0.015)
    assert risen[1:].tolist() == [0, 0]


def test_initial_starts_every_run_there_and_leaves_the_generators_alone(book_data, mxnet):
    x, y = (array.asnumpy() for array in book_data)
    w, b = np.array([[1.0], [-2.0]], np.float32), np.array([3.0], np.float32)
    states = []
    for _ in range(2):
        gm.seed(5)
        if not states:
            ds = gm.sweep(x, y, [0.1], [0.9], seeds=[3, 8], initial=(w, b), trace=True)
        states.append((random.getstate(), mxnet.nd.random.normal(shape=(3,)).asnumpy().tolist()))
    assert states[0] == states[1]
    for seed in (3, 8):
        given = {**CALL, "lr": 0.1, "mom": 0.9, "b": 3}
        _, _, losses = train(x, y, w[:, 0], random.Random(seed).shuffle, **given)
        assert_same_stream(ds.loss.sel(seed=seed).values.ravel(), losses)


@pytest.mark.parametrize("factor", [1 - 1e-9, 1 + 1e-9])
def test_diverged_means_that_a_loss_was_above_the_largest_float32(factor):
    # Of labels that are 0, the first loss is half the square of the bias; it hardly changes.
    bias = np.sqrt(2 * float(np.finfo(np.float32).max) * factor)
    call = {"batch_size": 1, "initial": ([0], bias), "dtype": "float64"}
    ds = gm.sweep([[0], [0]], [0, 0], [1e-12, 0.5], [0], **call)
    assert ds.diverged.values.ravel().tolist() == 2 * [factor > 1]
    assert (ds.final_loss < ds.max_loss).all()


def test_the_dataset_has_its_form(book_data, capsys):
    call = {"lr": [0.2, 0.1], "mom": [0.9, 0.5, 1], "seeds": [5, 2], "log_interval": 200}
    ds = gm.sweep(*book_data, **call, trace=True)
    grid = ("seed", "mom", "lr")
    assert dict(ds.sizes) == {"seed": 2, "mom": 3, "lr": 2, "input": 2, "step": 16}
    scalars = dict.fromkeys(("final_loss", "max_loss", "b", "diverged"), grid)
    dims = {**scalars, "w": (*grid, "input"), "loss": (*grid, "step")}
    assert {name: array.dims for name, array in ds.data_vars.items()} == dims
    assert ds.diverged.dtype == bool
    # After the mini-batches that begin with every 200th example.
    after = np.append(0, (10 + 200 * np.arange(15)) / 1000)
    np.testing.assert_allclose(ds.epoch, after, rtol=1e-14)
    assert ds.attrs == {
        "batch_size": 10,
        "num_epochs": 3,
        "log_interval": 200,
        "dtype": "float32",
        "num_examples": 1000,
        "lambda_max": ds.lambda_max,
        "gluon_momentum_version": gm.__version__,
        "numpy_version": np.__version__,
        "python_version": platform.python_version(),
        "initial": "init_params",
    }
    # Each number stands in its own cell.
    for seed, mom, lr in [(2, 0.9, 0.1), (5, 1, 0.2), (2, 0.5, 0.2)]:
        alone = gm.sweep(*book_data, [lr], [mom], [seed], log_interval=200, trace=True)
        xarray.testing.assert_identical(ds.sel(seed=[seed], mom=[mom], lr=[lr]), alone)
    without = gm.sweep(*book_data, **call, initial=([1, 2], 3))
    assert without.attrs["initial"] == "given"
    assert set(without.variables) == set(ds.variables) - {"loss", "epoch"}
    assert capsys.readouterr() == ("", "")
    # As a file.
    with xarray.open_dataset(BytesIO(netcdf(ds)), engine="h5netcdf") as back:
        xarray.testing.assert_identical(back.load(), ds)


@pytest.mark.parametrize(
    "pool",
    [
        partial(ThreadPoolExecutor, 1),
        pytest.param(
            partial(ProcessPoolExecutor, 2, mp_context=get_context("spawn")),
            marks=pytest.mark.slow,
        ),
    ],
)
def test_every_executor_gives_the_same_bits(book_data, pool):
    # So many that the runs of a seed, and the seeds, are shared out.
    for runs, seeds in ((70, range(2)), (2, range(70))):
        lr, mom = np.geomspace(0.01, 3, runs), np.linspace(0, 1, runs)
        call = {"lr": lr, "mom": mom, "seeds": seeds, "num_epochs": 1, "trace": True}
        with pool() as executor:
            there = gm.sweep(*book_data, **call, log_interval=500, executor=executor)
        here = gm.sweep(*book_data, **call, log_interval=500)
        xarray.testing.assert_identical(there, here)
