"""Every figure draws the data that it is given, and is written as SVG and PNG."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from reference import MOMENTA

import gluon_momentum as gm
from gluon_momentum import plots
from gluon_momentum.files import together
from gluon_momentum.plots import chapter, comparison, executions, sweep
from gluon_momentum.plots.comparison import curve_over_band
from gluon_momentum.sweeps import exercise


def axes():
    return Figure(layout="constrained").add_subplot()


@pytest.fixture
def ax():
    return axes()


def rendered(ax):
    """Draw the whole figure, warnings being errors."""
    ax.figure.canvas.draw()
    return ax


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def run(losses):
    losses = np.array(losses, np.float32)
    return gm.Run(None, None, np.linspace(0, 3, len(losses)), losses)


def test_the_colours_are_told_apart_in_greyscale():
    assert tuple(plots.MOMENTUM_COLOURS) == MOMENTA
    greys = [
        np.dot([int(colour[i : i + 2], 16) for i in (1, 3, 5)], [0.299, 0.587, 0.114])
        for colour in plots.MOMENTUM_COLOURS.values()
    ]
    assert (np.diff(greys) > 40).all()


def test_the_same_drawing_gives_the_same_bytes(tmp_path):
    drawing = plots.Figure(lambda ax: ax.plot([1, 2], label="a"))
    written, begun = [], []
    for name in ("one", "two"):
        with together() as files:
            svgs = plots.write_figures(files, tmp_path / name, {"f": drawing}, begun.append)
        written.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
        assert svgs == {"f": written[-1]["f.svg"].decode()}
    assert written[0] == written[1]
    assert set(written[0]) == {"f.png", "f.svg"}
    assert begun == ["f", "f"]


@pytest.mark.usefixtures("mxnet")
def test_loss_curves_are_drawn_on_a_log_axis_up_to_an_overflow(ax):
    chapter.loss_curves(ax, {0.99: run([16, 1e30, np.inf, np.nan]), 0.5: run([16, 1, 0.1, 0.01])})
    short, whole = rendered(ax).lines
    np.testing.assert_array_equal(whole.get_xdata(), [0, 1, 2, 3])
    np.testing.assert_array_equal(whole.get_ydata(), np.float32([16, 1, 0.1, 0.01]))
    assert short.get_xdata().tolist() == [0, 1]
    assert (ax.get_yscale(), ax.get_xlabel(), ax.get_ylabel()) == ("log", "epoch", "loss")
    assert texts(ax) == ["diverged"]
    assert legend(ax) == ["mom 0.99", "mom 0.5"]
    alone = axes()
    chapter.loss_curve(alone, run([16, np.inf]))
    assert alone.get_xlim()[1] == 3


def test_a_trace_has_an_arrow_for_each_iteration_and_a_hollow_start(ax):
    trace = gm.momentum_trace(0.45, 0.5)
    chapter.trace(ax, trace)
    (arrows,) = [item for item in ax.collections if hasattr(item, "U")]
    np.testing.assert_array_equal(np.column_stack([arrows.U, arrows.V]), np.diff(trace, axis=0))
    np.testing.assert_array_equal(arrows.XY, trace[:-1])
    start = ax.lines[0]
    assert start.get_xydata().tolist() == [[-5, -2]]
    assert start.get_markerfacecolor() == "white"


def test_weights_are_dark_inside_the_window_and_light_beyond(ax):
    values = gm.ewma_weights(0.9, 40)
    chapter.weights(ax, 0.9, values, window=gm.effective_window(0.9))
    np.testing.assert_array_equal([bar.get_height() for bar in ax.patches], values)
    np.testing.assert_allclose([bar.get_center()[0] for bar in ax.patches], range(40), atol=1e-12)
    colours = [bar.get_facecolor() for bar in ax.patches]
    assert len(set(colours[:10])) == len(set(colours[10:])) == 1
    assert colours[0] != colours[10]
    assert ax.lines[0].get_xdata()[0] == 9.5
    assert "= 10" in ax.texts[0].get_text()


def test_speeds_stand_after_each_mini_batch_on_a_log_axis(ax):
    chapter.speeds(ax, {0.99: np.array([1, 2, 4, 8]), 0.9: np.array([1, 0.5])}, num_epochs=2)
    first, second = ax.lines
    assert first.get_xydata().tolist() == [[0.5, 1], [1, 2], [1.5, 4], [2, 8]]
    assert second.get_xydata().tolist() == [[1, 1], [2, 0.5]]
    assert [line.get_color() for line in ax.lines] == list(plots.MOMENTUM_COLOURS.values())[:2]
    assert (ax.get_yscale(), ax.get_xlabel()) == ("log", "epoch")


@pytest.mark.usefixtures("mxnet")
def test_two_conventions_are_told_apart_without_colour_and_the_decay_is_marked(ax):
    runs = {"book": run([16, 1, 0.1]), "PyTorch": run([16, 2, 0.2])}
    chapter.conventions(ax, runs)
    chapter.decay(ax, epoch=2)
    *lines, decay = ax.lines
    for line, each in zip(lines, runs.values()):
        np.testing.assert_array_equal(line.get_ydata(), each.losses)
    assert len({line.get_linestyle() for line in lines}) == 2
    assert legend(ax) == ["book", "PyTorch"]
    assert list(decay.get_xdata()) == [2, 2]
    assert ax.texts[0].get_position()[0] == 2


@pytest.mark.usefixtures("mxnet")
def test_a_published_curve_stands_over_the_band(ax):
    band = np.array([[1, 0.1, 0.01, 0.001], [2, 0.2, 0.02, 0.002], [4, 0.4, 0.04, 0.004]])
    published, ours = np.array([[0, 2], [1, 0.3], [3, 0.003]]), run(band[1] * 1.1)
    curve_over_band(ax, 0.9, published, ours.epochs, band, ours)
    drawn = {line.get_label(): line for line in ax.lines}
    np.testing.assert_array_equal(drawn.pop("published").get_xydata(), published)
    np.testing.assert_array_equal(drawn.pop("median").get_ydata(), band[1])
    np.testing.assert_array_equal(drawn.pop("one run of ours").get_ydata(), ours.losses)
    assert not drawn
    (filled,) = ax.collections
    heights = filled.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (0.001, 4)
    assert (ax.get_yscale(), ax.get_xlabel(), ax.get_ylabel()) == ("log", "epoch", "loss")
    assert len(legend(ax)) == 4


@pytest.mark.parametrize("count", [1, 90])
def test_all_curves_stand_above_the_least_loss_over_the_band(ax, count):
    epochs = np.linspace(0.5, 2, 4)
    band = 0.24 + np.array([[0.01, 0.002, 0.001, 0.001]] * 3) * [[0.5], [1], [3]]
    curves = [np.column_stack([epochs, band[1] + 1e-4 * i]) for i in range(count)]
    executions.curves_over_band(ax, curves, epochs, band, least=0.24)
    median, *drawn = rendered(ax).lines
    np.testing.assert_allclose(median.get_ydata(), [0.01, 0.002, 0.001, 0.001], rtol=1e-9)
    assert len(drawn) == count
    for line, curve in zip(drawn, curves):
        np.testing.assert_allclose(line.get_xydata(), curve - [0, 0.24], rtol=1e-12)
    assert ax.get_yscale() == "log"
    assert texts(ax) == [f"{count} curve{'s' * (count > 1)}"]


def test_first_losses_stand_at_their_dates_over_both_bands(ax):
    known = {"half": [("2020-07-30", 0.37)], "whole": [("2022-01-17", 0.28), ("2023-08-14", 0.3)]}
    bands = {"as printed": (0.32, 0.41), "twice": (0.26, 0.33)}
    executions.first_losses_by_date(ax, known, bands, "2021-12-08")
    *drawn, line = rendered(ax).lines
    assert list(line.get_xdata()) == [2021 + (365 - 24) / 365] * 2
    for points, shown in zip(known.values(), drawn):
        assert [int(at) for at in shown.get_xdata()] == [int(date[:4]) for date, _ in points]
        assert list(shown.get_ydata()) == [loss for _, loss in points]
    assert len({shown.get_marker() for shown in drawn}) == 2
    spans = [patch.get_extents().transformed(ax.transData.inverted()) for patch in ax.patches]
    np.testing.assert_allclose([[box.y0, box.y1] for box in spans], list(bands.values()))
    assert len({patch.get_hatch() for patch in ax.patches}) == 2  # told apart without colour
    assert (texts(ax), legend(ax)) == (list(bands), list(known))


LOSSES = np.random.default_rng(0).lognormal(-1, 0.1, (2000, 1))
PARAMS = np.random.default_rng(0).normal([2, -3.4, 4.2], 0.001, (3000, 3))


@pytest.mark.parametrize("value", [0.3, 0.01, 1e-30, 1e30])
def test_a_loss_is_a_line_over_all_shuffles(ax, value):
    comparison.loss_among_shuffles(ax, [value], LOSSES, "title")
    [line] = rendered(ax).lines
    assert list(line.get_xdata()) == [value, value]
    low, high = ax.get_xlim()
    assert low <= min(value, LOSSES.min()) < max(value, LOSSES.max()) <= high
    assert sum(bar.get_height() for bar in ax.patches) == len(LOSSES)
    assert ax.get_xscale() == ("log" if value in (1e-30, 1e30) else "linear")
    assert ax.get_title() == "title"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, -1.0])
@pytest.mark.parametrize("shuffles", [LOSSES, np.full((9, 1), np.inf), np.full((9, 1), 0.25)])
def test_a_loss_that_has_no_place_on_the_axis_is_said_in_words(ax, value, shuffles):
    comparison.loss_among_shuffles(ax, [value], shuffles, "title")
    assert f"printed: {value}" in legend(rendered(ax))


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])  # of the shuffles, which overflowed
@pytest.mark.parametrize("last", [0.3, 1e-9])
def test_a_curve_is_a_line_over_the_band_of_the_shuffles(ax, share, last):
    shuffles = np.hstack([LOSSES, 0.5 * LOSSES, 0.25 * LOSSES])
    shuffles[: int(share * len(shuffles))] = np.inf
    comparison.curve_among_shuffles(ax, [0.5, 1, 2], [0.4, 0.2, last], shuffles, "title")
    _, line = rendered(ax).lines
    assert line.get_xydata().tolist() == [[0.5, 0.4], [1, 0.2], [2, last]]
    [band] = ax.collections
    assert np.isfinite(band.get_paths()[0].vertices).all()
    low, high = ax.get_ylim()
    assert low <= min(0.2, last) < 0.4 <= high
    assert ax.get_yscale() == ("log" if last < 0.1 else "linear")
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == ("epoch", "loss", "title")


def test_params_are_a_cross_on_the_cloud_which_the_few_far_out_do_not_squeeze(ax):
    far = PARAMS.copy()
    far[:3] = 1e6
    other = axes()
    for each, params in ((ax, PARAMS), (other, far)):
        comparison.params_among_shuffles(each, [2.001, -3.401, 4.2], params, "title")
        cloud, cross = rendered(each).lines
        assert 1900 < len(cloud.get_xdata()) <= 2000
        assert cross.get_xydata().tolist() == [[2.001, -3.401]]
        assert 1.9 < each.get_xlim()[0] < 2.001 < each.get_xlim()[1] < 2.1
        assert "b = 4.2; 99 of 100 shuffles: 4.197" in each.texts[0].get_text()
    assert "3 of 2,000" in other.texts[0].get_text()


@pytest.mark.parametrize("values", [[np.nan] * 3, [np.inf, 1, 2], [1e300, -1e300, 0]])
@pytest.mark.parametrize("shuffles", [PARAMS, np.full((300, 3), np.nan), np.full((300, 3), 2.0)])
def test_params_that_overflowed_are_drawn(ax, values, shuffles):
    comparison.params_among_shuffles(ax, values, shuffles, "title")
    shown = np.isfinite(values).all()
    assert (f"printed: {values[0]}, {values[1]}" in legend(rendered(ax))) is not shown


def test_printed_losses_stand_where_they_belong_among_two_programs(ax):
    right, wrong = np.linspace(0.24, 0.25, 50), np.linspace(0.29, 0.3, 50)
    printed = {"one port": 0.2425, "another": 0.295}
    comparison.losses_of_two_programs(ax, right, wrong, printed)
    lines = rendered(ax).lines
    assert [line.get_xdata()[0] for line in lines] == list(printed.values())
    assert texts(ax) == list(printed)
    assert [note.get_ha() for note in ax.texts] == ["left", "right"]  # away from the edges
    assert len({line.get_marker() for line in lines}) == 2
    assert len(legend(ax)) == 2


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
    sweep.loss_map(ax, cells, stable)
    names = legend(rendered(ax))
    assert names[:3] == [f"mom {mom:g}, lr 0.2" for mom in MOMENTA]
    assert names[-1] == "diverged"

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
    # They fill the frame, no less and no more.
    frame = ax.get_window_extent()
    for edges, at, ends in (
        (edges_x, at_x, [frame.x0, frame.x1]),
        (edges_y, at_y, [frame.y0, frame.y1]),
    ):
        assert (edges[:-1] + 0.2 < at).all()
        assert (at < edges[1:] - 0.2).all()
        np.testing.assert_allclose(edges[[0, -1]], ends, rtol=0, atol=0.1)

    bound = ax.lines[-1]
    assert len(bound.get_xdata()) == max(2, len(mom))
    np.testing.assert_allclose(bound.get_xdata(), np.broadcast_to(stable, bound.get_xdata().shape))


@pytest.mark.parametrize("change", [{}, {"num_epochs": 2}, {"batch_size": 1}])
def test_shares_and_bands_are_drawn_up_to_an_overflow(book_data, ax, change):
    ds = gm.sweep(*book_data, [0.2], [*MOMENTA, 1], range(4), trace=True, **change).isel(lr=0)
    assert ds.diverged.any() == ("batch_size" in change)
    share, bands = exercise.share_risen(ds), exercise.bands(ds)
    sweep.risen(ax, share)
    assert ax.lines[0].get_ydata().tolist() == share.values.tolist()
    assert [tick.get_text() for tick in rendered(ax).get_xticklabels()][2] == "0.9"
    other = axes()
    sweep.loss_bands(other, bands)
    assert len(rendered(other).collections) == 3
    for line, mom in zip(other.lines, MOMENTA):
        median = bands["median"].sel(mom=mom)
        np.testing.assert_array_equal(line.get_ydata(), median.where(np.isfinite(median)))


def test_slices_end_where_runs_diverge_and_mark_the_largest_stable_rates(book_data, ax):
    ds = gm.sweep(*book_data, lr=[0.02, 0.2, 1e30], mom=[0.5, 0.9])
    cells = exercise.typical(ds)
    sweep.loss_slices(ax, cells, {0.9: 3.3, 0.5: 2.6})
    drawn, bound, *_ = rendered(ax).lines
    np.testing.assert_array_equal(drawn.get_xdata(), ds.lr)
    np.testing.assert_array_equal(drawn.get_ydata(), [*cells.final_loss.sel(mom=0.9)[:2], np.nan])
    assert list(bound.get_xdata()) == [3.3, 3.3]
    assert len(ax.lines) == 4
    assert legend(ax) == ["mom 0.9", "mom 0.5"]
