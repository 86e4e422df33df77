import random
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

import mxnet as mx
import numpy as np
import pytest
import xarray
from reference import assert_same_stream

import gluon_momentum as gm
from gluon_momentum.claims import has_risen
from gluon_momentum.experiments import MOMENTA
from gluon_momentum.sweeps import distribute

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
        seed, num_inputs = int(rng.randint(1000)), int(rng.choice([1, 2, 5]))
        yield seed, num_inputs, EXAMPLES[batch_size], call


# The first cells are for an afternoon's loop.
CELLS = [
    pytest.param(*cell, id=f"cell{i}", marks=[pytest.mark.slow] if i >= 16 else [])
    for i, cell in enumerate(random_cells(64))
]


def make_data(num_inputs, num_examples):
    true_w = [2, -3.4, 1, 0.5, -1][:num_inputs]
    return gm.generate_data(num_inputs, num_examples, true_w)


def assert_same_run(cell, run):
    """Compare a cell and its trace with a run of optimize, by the same-stream rule and to 1e-3."""
    theirs, ours = run.losses.astype(np.float64), cell.loss.values.astype(np.float64)
    assert ours.shape == theirs.shape
    np.testing.assert_array_equal(cell.epoch, run.epochs)
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


@pytest.mark.parametrize(("seed", "num_inputs", "num_examples", "call"), CELLS)
def test_a_cell_is_a_call_of_optimize(seed, num_inputs, num_examples, call):
    features, labels = make_data(num_inputs, num_examples)
    gm.seed(seed)
    run = gm.optimize(features, labels, **call)
    axes = {"lr": [call["lr"]], "mom": [call["mom"]], "seeds": [seed]}
    for dtype in ("float32", "float64"):
        ds = gm.sweep(features, labels, **{**call, **axes}, dtype=dtype, trace=True)
        assert_same_run(ds.isel(seed=0, mom=0, lr=0), run)


def test_the_cells_are_both_converging_and_diverging():
    finals = []
    for seed, num_inputs, num_examples, call in random_cells(64):
        axes = {"lr": [call["lr"]], "mom": [call["mom"]], "seeds": [seed]}
        ds = gm.sweep(*make_data(num_inputs, num_examples), **{**call, **axes})
        finals.append(ds.final_loss.item())
    assert np.sum(np.array(finals) < 1e-3) >= 10
    assert np.sum(np.array(finals) > 1e3) >= 10


@pytest.mark.slow
def test_the_chapters_calls_on_the_books_data(book_data):
    ds = gm.sweep(*book_data, lr=[0.2, 2.9], mom=MOMENTA, seeds=[4, 7], trace=True)
    for mom, lr, seed in [(0.99, 0.2, 4), (0.9, 0.2, 7), (0.5, 0.2, 4), (0.9, 2.9, 7)]:
        gm.seed(seed)
        run = gm.optimize(*book_data, 10, lr, mom, 3, 10)
        assert_same_run(ds.sel(seed=seed, mom=mom, lr=lr), run)


def test_the_share_of_shuffles_for_which_the_loss_rises(book_data):
    [w, b], _ = gm.init_params()
    ds = gm.sweep(*book_data, lr=[0.2], mom=MOMENTA, seeds=range(2000), initial=(w, b), trace=True)
    risen = has_risen(ds.loss).mean(axis=0).ravel()
    np.testing.assert_allclose(risen[0], 0.96, rtol=0, atol=0.015)
    assert risen[1:].tolist() == [0, 0]


def test_initial_starts_every_run_there_without_mxnets_generator(book_data):
    features, labels = (array.asnumpy() for array in book_data)
    w, b = np.array([[1.0], [-2.0]], np.float32), np.array([3.0], np.float32)
    state = random.getstate()
    mx.random.seed(5)
    ds = gm.sweep(features, labels, [0.1], [0.9], seeds=[3, 8], initial=(w, b), trace=True)
    assert random.getstate() == state
    drawn = mx.nd.random.normal(shape=(3,)).asnumpy()
    mx.random.seed(5)
    np.testing.assert_array_equal(drawn, mx.nd.random.normal(shape=(3,)).asnumpy())
    first = np.mean((features @ w[:, 0] + b - labels) ** 2) / 2
    np.testing.assert_allclose(ds.loss[..., 0], first, rtol=1e-5, atol=0)

    def start(num_inputs):
        params = [mx.nd.array(w), mx.nd.array(b)]
        for param in params:
            param.attach_grad()
        return params, [param.zeros_like() for param in params]

    random.seed(8)
    run = gm.optimize(*book_data, 10, 0.1, 0.9, 3, 10, init_params=start)
    assert_same_run(ds.sel(seed=8).isel(mom=0, lr=0), run)


def test_what_the_data_do_not_determine_stays_as_it_was():
    gm.seed(0)
    column = mx.nd.random.normal(shape=(40, 1))
    features = mx.nd.concat(column, column, mx.nd.ones((40, 1)), dim=1)
    labels = 3 * column.reshape(-1) + 1
    gm.seed(2)
    run = gm.optimize(features, labels, 10, 0.1, 0.5, 3, 10)
    ds = gm.sweep(features, labels, [0.1], [0.5], [2], dtype="float64")
    np.testing.assert_allclose(ds.w.values.ravel(), run.w.asnumpy().ravel(), rtol=0, atol=1e-5)
    np.testing.assert_allclose(ds.b.item(), run.b.asscalar(), rtol=0, atol=1e-5)


def test_fewer_examples_than_parameters(book_data):
    features, labels = book_data[0][:2], book_data[1][:2]
    gm.seed(1)
    run = gm.optimize(features, labels, 1, 0.1, 0.5, 2, 1)
    ds = gm.sweep(features, labels, [0.1], [0.5], [1], 1, 2, 1, trace=True)
    np.testing.assert_allclose(ds.loss.values.ravel(), run.losses, rtol=1e-4, atol=0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_an_overflow_is_a_result(book_data, dtype):
    ds = gm.sweep(*book_data, lr=[0.2, 1e30], mom=[0, 1], num_epochs=6, dtype=dtype, trace=True)
    assert ds.diverged.sel(lr=1e30).all()
    assert not ds.diverged.sel(lr=0.2, mom=0)
    assert np.all(ds.final_loss.sel(lr=1e30) == np.inf)
    assert np.all(ds.max_loss.sel(lr=1e30) == np.inf)
    for name in ("final_loss", "max_loss", "loss"):
        assert not ds[name].isnull().any()


def test_diverged_means_above_float32_in_float64_too(book_data):
    call = {"lr": [2.0], "mom": [0.99], "seeds": [3]}
    single, double = (gm.sweep(*book_data, **call, dtype=dtype) for dtype in ("float32", "float64"))
    assert single.final_loss == np.inf
    assert np.finfo(np.float32).max < double.final_loss < np.inf
    assert single.diverged
    assert double.diverged


def test_it_says_where_it_started_and_nothing_else(book_data, capsys):
    ds = gm.sweep(*book_data, [0.2], [0.9], initial=([1, 2], 3))
    assert ds.attrs["initial"] == "given"
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("trace", [False, True])
def test_what_it_needs_of_memory_is_refused_with_what_to_ask_for(book_data, monkeypatch, trace):
    monkeypatch.setattr("gluon_momentum.sweeps.memory.available", lambda: 1000)
    remedy = "ask for fewer runs, fewer epochs" + (" or no traces" if trace else "")
    with pytest.raises(ValueError, match=rf"^A sweep of 2 runs needs .* available: {remedy}\.$"):
        gm.sweep(*book_data, [0.1, 0.2], [0.9], trace=trace)


def test_the_dataset_has_its_form_and_survives_netcdf(book_data, tmp_path):
    ds = gm.sweep(*book_data, lr=[0.1, 0.2], mom=[0, 0.5, 1], seeds=[5, 2], trace=True)
    grid = ("seed", "mom", "lr")
    assert {name: array.dims for name, array in ds.data_vars.items()} == {
        "final_loss": grid,
        "max_loss": grid,
        "w": (*grid, "input"),
        "b": grid,
        "diverged": grid,
        "loss": (*grid, "step"),
    }
    assert ds.diverged.dtype == bool
    assert ds.attrs["batch_size"] == 10
    assert ds.attrs["gluon_momentum_version"] == gm.__version__
    assert ds.attrs["initial"] == "init_params"
    ds.to_netcdf(tmp_path / "sweep.nc", engine="h5netcdf")
    with xarray.open_dataset(tmp_path / "sweep.nc", engine="h5netcdf") as back:
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
def test_every_executor_gives_the_same_bits(book_data, monkeypatch, pool):
    monkeypatch.setattr(distribute, "_RUNS", 8)
    call = {"lr": np.geomspace(0.01, 3, 7), "mom": np.linspace(0, 1, 5), "seeds": [1, 0, 9]}
    here = gm.sweep(*book_data, **call, trace=True)
    with pool() as executor:
        xarray.testing.assert_identical(
            gm.sweep(*book_data, **call, trace=True, executor=executor), here
        )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"lr": []}, "lr must be a one-dimensional array of at least one value"),
        ({"lr": 0.2}, "lr must be a one-dimensional array"),
        ({"mom": [[0.5]]}, "mom must be a one-dimensional array"),
        ({"lr": [0.1, 0]}, "lr must be a finite number above 0, not 0"),
        ({"lr": [np.inf]}, "lr must be a finite number above 0"),
        ({"mom": [1.5]}, "mom must be a number from 0 to 1"),
        ({"seeds": []}, "seeds must be a one-dimensional array"),
        ({"seeds": [1, 2, 1]}, "seeds must all differ"),
        ({"seeds": [-1]}, "seed must be an integer from 0"),
        ({"seeds": [0.5]}, "seed must be an integer from 0"),
        ({"batch_size": 2000}, "batch_size must be at most the number of examples, 1000"),
        ({"num_epochs": 0}, "num_epochs must be a positive integer"),
        ({"log_interval": 0}, "log_interval must be a positive integer"),
        ({"dtype": "float16"}, 'dtype must be "float32" or "float64"'),
        ({"initial": (np.zeros(3), np.zeros(1))}, "initial must be .w, b. with 2 weights"),
        ({"initial": (np.zeros(2), np.array([np.nan]))}, "initial must be finite"),
        ({"features": np.full((1000, 2), np.nan)}, "features must be finite"),
        ({"labels": np.zeros(999)}, "labels must have one value for each of the 1000 rows"),
    ],
)
def test_bad_input(book_data, change, sentence):
    features, labels = book_data
    call = {"features": features, "labels": labels, "lr": [0.2], "mom": [0.5]}
    with pytest.raises(ValueError, match=f"^{sentence}.*\\.$"):
        gm.sweep(**{**call, **change})


def test_a_sweep_that_does_not_fit_in_memory_says_how_much_it_needs(book_data):
    lr, mom = np.geomspace(0.001, 3, 20_000), np.linspace(0, 1, 20_000)
    with pytest.raises(ValueError, match=r"400,000,000 runs needs 456\.\d GiB of memory, of which"):
        gm.sweep(*book_data, lr, mom, trace=True)


def test_epochs_whose_gradients_do_not_fit_in_memory_are_refused_too(book_data):
    # 10^10 mini-batches with 3 x 4 numbers, in float64 and in float32.
    with pytest.raises(ValueError, match=r"1 runs needs 1,341\.1 GiB .* fewer epochs\.$"):
        gm.sweep(*book_data, [0.2], [0.5], num_epochs=10**8)
