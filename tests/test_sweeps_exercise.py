import numpy as np
import pytest
import xarray

import gluon_momentum as gm
from gluon_momentum.experiments import MOMENTA
from gluon_momentum.sweeps import exercise
from gluon_momentum.sweeps.regression import gradients, regress
from gluon_momentum.sweeps.schedule import Schedule


@pytest.mark.parametrize("mom", [0, 0.5, 0.9])
def test_full_batches_diverge_above_the_largest_stable_rate_and_not_below(book_data, mom):
    regression = regress(*(array.asnumpy().astype(np.float64) for array in book_data))
    bound = exercise.largest_stable_lr(mom, regression.largest_curvature)
    step = gradients(regression, Schedule(1000, 1, 10), seed=0)[0, 0]
    for share, diverges in [(0.98, False), (1.02, True)]:
        z, v = np.ones(3), np.zeros(3)
        for _ in range(2000):
            v = mom * v + share * bound * (step @ [*z, 1])
            z = z - v
        assert (np.linalg.norm(z) > 1) == diverges


def test_the_typical_run_has_the_median_loss_and_the_majoritys_fate(book_data):
    ds = gm.sweep(*book_data, lr=[2.2, 0.2, 3], mom=[0.9, 0.5], seeds=range(5))
    cells = exercise.typical(ds)
    assert cells.mom.values.tolist() == [0.5, 0.9]
    assert cells.lr.values.tolist() == [0.2, 2.2, 3]
    cell = ds.final_loss.sel(mom=0.5, lr=2.2)
    assert cells.final_loss.sel(mom=0.5, lr=2.2) == sorted(cell.values)[2]
    assert not cells.diverged.sel(lr=0.2).any()
    assert cells.diverged.sel(lr=3).all()


def test_share_and_bands_come_from_the_traces(book_data):
    ds = gm.sweep(*book_data, lr=[0.2], mom=MOMENTA, seeds=range(9), trace=True).isel(lr=0)
    share = exercise.share_risen(ds)
    assert share.dims == ("mom",)
    assert share.sel(mom=0.99) >= 7 / 9
    assert share.sel(mom=[0.9, 0.5]).values.tolist() == [0, 0]
    band = exercise.bands(ds).sel(mom=0.9)
    np.testing.assert_array_equal(band["median"][-1], np.median(ds.final_loss.sel(mom=0.9)))
    assert (band.lowest <= band["median"]).all()
    assert (band["median"] <= band.highest).all()


def cells(final_loss, diverged=False):
    """Return the final losses of some seeds (seed, mom) as cells with one learning rate."""
    losses = np.array(final_loss, np.float32)[..., None]
    grid = ("seed", "mom", "lr")
    variables = {"final_loss": (grid, losses), "diverged": (grid, np.zeros_like(losses, bool))}
    ds = xarray.Dataset(variables, {"mom": np.arange(losses.shape[1]), "lr": [0.2]})
    ds.diverged[:] = np.reshape(diverged, (-1, 1, 1))
    return ds


@pytest.mark.parametrize(
    ("diverged", "most"),
    [([True, False], True), ([True, False, False], False), ([True, True, False], True)],
)
def test_half_of_the_seeds_are_a_majority(diverged, most):
    typical = exercise.typical(cells([[1.0]] * len(diverged), diverged))
    assert typical.diverged.dims == ("mom", "lr")
    assert typical.diverged.values.tolist() == [[most]]


def test_the_median_of_two_losses_near_an_overflow_is_finite():
    largest = np.finfo(np.float32).max
    typical = exercise.typical(cells([[largest], [largest]]))
    assert typical.final_loss == largest
    assert exercise.typical(cells([[1], [3]])).final_loss == 2


def test_a_median_with_nan_is_nan():
    assert exercise.typical(cells([[1], [np.nan], [2]])).final_loss.isnull().all()


def test_bands_and_shares_are_over_the_seeds_alone():
    losses = np.arange(1.0, 13.0).reshape(3, 2, 2)  # (seed, mom, step)
    losses[0, 1] = [9, 2]
    ds = xarray.Dataset({"loss": (("seed", "mom", "step"), losses)}, {"mom": [0.5, 0.9]}).assign(
        final_loss=lambda ds: ds.loss[..., -1]
    )
    bands = exercise.bands(ds)
    assert bands.lowest.values.tolist() == losses.min(axis=0).tolist()
    assert bands["median"].values.tolist() == np.median(losses, axis=0).tolist()
    assert bands.highest.values.tolist() == losses.max(axis=0).tolist()
    assert exercise.share_risen(ds).values.tolist() == [1, 2 / 3]


def test_the_largest_stable_rate_names_what_is_no_momentum():
    assert exercise.largest_stable_lr(0.5, 1.5) == 2
    with pytest.raises(ValueError, match=r"^mom must be real numbers"):
        exercise.largest_stable_lr("0.5", 1.5)
