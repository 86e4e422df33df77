"""The chapter's figures draw the data that they are given."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import gluon_momentum as gm
from gluon_momentum import momentum_trace
from gluon_momentum.plots import MOMENTUM_COLOURS, chapter
from gluon_momentum.training import Run


@pytest.fixture
def ax():
    return Figure().add_subplot()


def run(losses):
    losses = np.array(losses, np.float32)
    return Run(None, None, np.linspace(0, 3, len(losses)), losses)


def test_a_loss_curve_is_drawn_on_a_log_axis(ax):
    chapter.loss_curve(ax, run([16, 1, 0.1, 0.01]))
    (line,) = ax.lines
    np.testing.assert_array_equal(line.get_xdata(), [0, 1, 2, 3])
    np.testing.assert_array_equal(line.get_ydata(), np.float32([16, 1, 0.1, 0.01]))
    assert (ax.get_yscale(), ax.get_xlabel(), ax.get_ylabel()) == ("log", "epoch", "loss")
    assert not ax.texts


def test_a_run_that_overflowed_is_called_diverged_in_words(ax):
    chapter.loss_curve(ax, run([16, 1e30, np.inf, np.nan]))
    assert len(ax.lines[0].get_xdata()) == 2
    assert [text.get_text() for text in ax.texts] == ["diverged"]
    assert ax.get_xlim()[1] == 3


def test_three_curves_share_axes_and_have_names(ax):
    chapter.loss_curves(ax, {mom: run([16, mom]) for mom in MOMENTUM_COLOURS})
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["mom 0.99", "mom 0.9", "mom 0.5"]


def test_a_trace_has_an_arrow_for_each_iteration_and_a_hollow_start(ax):
    trace = momentum_trace(0.45, 0.5)
    chapter.trace(ax, trace)
    (arrows,) = [item for item in ax.collections if hasattr(item, "U")]
    np.testing.assert_array_equal(np.column_stack([arrows.U, arrows.V]), np.diff(trace, axis=0))
    np.testing.assert_array_equal(arrows.XY, trace[:-1])
    start = ax.lines[0]
    assert (start.get_xdata()[0], start.get_ydata()[0]) == (-5, -2)
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
