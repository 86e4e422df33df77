import numpy as np
import pytest

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
