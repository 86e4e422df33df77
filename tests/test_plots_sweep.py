"""The figures of the exercise draw the sweeps that they are given."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import gluon_momentum as gm
from gluon_momentum.experiments import MOMENTA
from gluon_momentum.plots import sweep as plots
from gluon_momentum.sweeps import exercise


@pytest.fixture
def ax():
    return Figure(layout="constrained").add_subplot()


def rendered(ax):
    """Draw the whole figure, warnings being errors."""
    ax.figure.canvas.draw()
    return ax


@pytest.mark.parametrize(
    ("lr", "mom", "seeds"),
    [
        (np.geomspace(0.01, 3, 20), np.linspace(0, 1, 20), range(3)),
        (np.linspace(0.01, 1, 50), np.linspace(0, 0.9, 10), [0]),  # evenly spaced on a log axis
        ([0.05, 0.2, 1], [0.5, 0.9, 0.99], [0]),
        ([1, 0.001, 0.3, 0.2], [0.9, 0, 0.95, 0.5, 0.1], [0]),  # uneven, in no order
        ([0.02, 0.2, 2], [0.9], [0]),  # one row
        ([0.2], [0.5, 0.9], [0]),  # one column
        ([0.2], [0.9], [0]),  # one cell
        ([1e30], [0.5, 0.6], [0]),  # all diverged, the chapter's points off the map
        ([1e-300, 1e300], [0, 1], [0]),
    ],
)
def test_the_map_shows_every_cell_of_any_grid_where_it_belongs(book_data, ax, lr, mom, seeds):
    ds = gm.sweep(*book_data, lr, mom, seeds)
    cells = exercise.typical(ds)
    stable = exercise.largest_stable_lr(cells.mom, ds.lambda_max)
    plots.loss_map(ax, cells, stable)
    labels = [text.get_text() for text in rendered(ax).get_legend().get_texts()]
    assert labels[:3] == ["mom 0.99, lr 0.2", "mom 0.9, lr 0.2", "mom 0.5, lr 0.2"]
    assert labels[-1] == "diverged"

    mesh = ax.collections[0]
    corners = mesh.get_coordinates()
    np.testing.assert_array_equal(
        mesh.get_array().filled(-1).reshape(cells.final_loss.shape),
        cells.final_loss.where(~cells.diverged, -1).astype(mesh.get_array().dtype),
    )
    # On the screen every cell has its value inside, and a width that can be seen.
    edges_x = ax.transData.transform(corners[0])[:, 0]
    edges_y = ax.transData.transform(corners[:, 0])[:, 1]
    at_x = ax.transData.transform([(rate, mom[0]) for rate in cells.lr.values])[:, 0]
    at_y = ax.transData.transform([(lr[0], value) for value in cells.mom.values])[:, 1]
    for edges, at in ((edges_x, at_x), (edges_y, at_y)):
        assert (edges[:-1] + 0.2 < at).all()
        assert (at < edges[1:] - 0.2).all()
    # They fill the frame, no less and no more.
    frame = ax.get_window_extent()
    np.testing.assert_allclose(edges_x[[0, -1]], [frame.x0, frame.x1], rtol=0, atol=0.1)
    np.testing.assert_allclose(edges_y[[0, -1]], [frame.y0, frame.y1], rtol=0, atol=0.1)

    bound = ax.lines[-1]
    assert len(bound.get_xdata()) == max(2, len(mom))
    np.testing.assert_allclose(bound.get_xdata(), np.broadcast_to(stable, bound.get_xdata().shape))


@pytest.mark.parametrize("num_epochs", [3, 2])
def test_shares_and_bands_are_drawn(book_data, ax, num_epochs):
    ds = gm.sweep(
        *book_data, [0.2], [*MOMENTA, 1], range(4), num_epochs=num_epochs, trace=True
    ).isel(lr=0)
    plots.risen(ax, exercise.share_risen(ds))
    assert [tick.get_text() for tick in rendered(ax).get_xticklabels()][2] == "0.9"
    other = Figure(layout="constrained").add_subplot()
    plots.loss_bands(other, exercise.bands(ds))
    assert len(rendered(other).collections) == 3


def test_a_band_that_overflows_is_drawn_up_to_there(book_data, ax):
    ds = gm.sweep(*book_data, [0.2], MOMENTA, batch_size=1, trace=True).isel(lr=0)
    assert ds.diverged.any()
    plots.loss_bands(ax, exercise.bands(ds))
    rendered(ax)


def test_slices_end_where_runs_diverge_and_mark_the_largest_stable_rates(book_data, ax):
    ds = gm.sweep(*book_data, lr=[0.02, 0.2, 1e30], mom=[0.5, 0.9])
    cells = exercise.typical(ds)
    plots.loss_slices(ax, cells, {0.9: 3.3, 0.5: 2.6})
    drawn, bound, *_ = rendered(ax).lines
    np.testing.assert_array_equal(drawn.get_xdata(), ds.lr)
    np.testing.assert_array_equal(drawn.get_ydata(), [*cells.final_loss.sel(mom=0.9)[:2], np.nan])
    assert list(bound.get_xdata()) == [3.3, 3.3]
    assert len(ax.lines) == 4
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["mom 0.9", "mom 0.5"]
