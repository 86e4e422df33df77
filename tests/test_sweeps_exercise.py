"""The numbers behind the figures of the exercise."""

import numpy as np
import pytest
import xarray
from reference import MOMENTA
from refused import refused

import gluon_momentum as gm
from gluon_momentum.sweeps import exercise


@pytest.mark.parametrize("mom", [0, 0.5, 0.9])
def test_full_batches_diverge_above_the_largest_stable_rate_and_not_below(mom):
    # Examples that are all the same: every mini-batch has the gradient of all.
    features, labels = np.full((1000, 1), 1.5), np.ones(1000)
    call = {"batch_size": 1, "num_epochs": 2, "log_interval": 1, "initial": ([1], 1)}
    curvature = gm.sweep(features, labels, [0.1], [mom], **call).lambda_max
    bound = exercise.largest_stable_lr(mom, curvature)
    ds = gm.sweep(features, labels, [0.98 * bound, 1.02 * bound], [mom], **call, dtype="float64")
    first = ((1.5 + 1 - 1) ** 2) / 2
    assert (ds.final_loss > first).values.ravel().tolist() == [False, True]


def test_the_largest_stable_rate_takes_momenta_in_any_form(mxnet):
    assert exercise.largest_stable_lr(mxnet.nd.array([0.5, 0]), 1.0).tolist() == [3, 2]
    assert exercise.largest_stable_lr(0.5, 1.5) == 2
    with refused("mom"):
        exercise.largest_stable_lr("0.5", 1.5)


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


def test_the_typical_loss_is_the_median_and_its_axes_ascend():
    largest = float(np.finfo(np.float32).max)
    for losses, median in (([largest, largest], largest), ([1, 3], 2), ([7, 1, 2], 2)):
        assert exercise.typical(cells([[loss] for loss in losses])).final_loss == median
    assert exercise.typical(cells([[1], [np.nan], [2]])).final_loss.isnull().all()
    ds = cells([[1, 2, 3]]).assign_coords(mom=[0.9, 0.5, 0.7])
    typical = exercise.typical(xarray.concat([ds, ds.assign_coords(lr=[0.1])], "lr"))
    assert typical.lr.values.tolist() == [0.1, 0.2]
    assert typical.final_loss.sel(lr=0.1).values.tolist() == [2, 3, 1]


def test_bands_and_shares_are_over_the_seeds_alone(book_data):
    ds = gm.sweep(*book_data, lr=[0.2], mom=MOMENTA, seeds=range(9), trace=True)
    losses, bands = ds.loss.values, exercise.bands(ds)
    assert bands.lowest.values.tolist() == losses.min(axis=0).tolist()
    assert bands["median"].values.tolist() == np.median(losses, axis=0).tolist()
    assert bands.highest.values.tolist() == losses.max(axis=0).tolist()
    share = exercise.share_risen(ds)
    assert share.dims == ("mom", "lr")
    assert (
        share.values.ravel().tolist() == (losses[..., -1] > losses[..., 0]).mean(0)[:, 0].tolist()
    )
    assert 0 < share.sel(mom=0.99) <= 1
