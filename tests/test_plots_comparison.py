"""The figures of a comparison."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from gluon_momentum.plots.comparison import (
    loss_among_shuffles,
    losses_of_two_programs,
    params_among_shuffles,
)


@pytest.fixture
def ax():
    return Figure(layout="constrained").add_subplot()


def rendered(ax):
    """Draw the whole figure, warnings being errors."""
    ax.figure.canvas.draw()
    return ax


LOSSES = np.random.default_rng(0).lognormal(-1, 0.1, (2000, 1))
PARAMS = np.random.default_rng(0).normal([2, -3.4, 4.2], 0.001, (3000, 3))


@pytest.mark.parametrize("value", [0.3, 0.01, 1e-30, 1e30])
def test_a_loss_is_a_line_over_all_shuffles(ax, value):
    loss_among_shuffles(ax, [value], LOSSES, "title")
    [line] = rendered(ax).lines
    assert list(line.get_xdata()) == [value, value]
    low, high = ax.get_xlim()
    assert low <= min(value, LOSSES.min()) < max(value, LOSSES.max()) <= high
    assert sum(bar.get_height() for bar in ax.patches) == len(LOSSES)
    assert ax.get_xscale() == ("log" if value in (1e-30, 1e30) else "linear")
    assert ax.get_title() == "title"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 0.0, -1.0])
def test_a_loss_that_has_no_place_on_the_axis_is_said_in_words(ax, value):
    loss_among_shuffles(ax, [value], LOSSES, "title")
    texts = [text.get_text() for text in rendered(ax).get_legend().get_texts()]
    assert f"printed: {value}" in texts


@pytest.mark.parametrize("shuffles", [np.full((300, 1), np.inf), np.full((300, 1), 0.25)])
def test_losses_that_have_no_width_are_drawn(ax, shuffles):
    loss_among_shuffles(ax, [0.25], shuffles, "title")
    rendered(ax)


def test_params_are_a_cross_on_the_cloud(ax):
    params_among_shuffles(ax, [2.001, -3.401, 4.2], PARAMS, "title")
    cloud, cross = rendered(ax).lines
    assert 1900 < len(cloud.get_xdata()) <= 2000
    assert (cross.get_xdata()[0], cross.get_ydata()[0]) == (2.001, -3.401)
    low, high = ax.get_xlim()
    assert low < 2.001 < high
    assert "b = 4.2; 99 of 100 shuffles: 4.197" in ax.texts[0].get_text()


def test_the_few_far_out_do_not_squeeze_the_others(ax):
    params = PARAMS.copy()
    params[:3] = 1e6
    params_among_shuffles(ax, [2, -3.4, 4.2], params, "title")
    assert rendered(ax).get_xlim()[1] < 3
    assert "3 of 2,000 are farther out" in ax.texts[0].get_text()


@pytest.mark.parametrize("values", [[np.nan] * 3, [np.inf, 1, 2], [1e300, -1e300, 0]])
@pytest.mark.parametrize("shuffles", [PARAMS, np.full((300, 3), np.nan), np.full((300, 3), 2.0)])
def test_params_that_overflowed_are_drawn(ax, values, shuffles):
    params_among_shuffles(ax, values, shuffles, "title")
    texts = [text.get_text() for text in rendered(ax).get_legend().get_texts()]
    shown = np.isfinite(values).all()
    assert ("what was printed" if shown else f"printed: {values[0]}, {values[1]}") in texts


def test_printed_losses_stand_where_they_belong_among_two_programs(ax):
    right, wrong = np.linspace(0.24, 0.25, 50), np.linspace(0.29, 0.3, 50)
    printed = {"one port": 0.2425, "another": 0.295}
    losses_of_two_programs(ax, right, wrong, printed)
    rendered(ax)
    assert [line.get_xdata()[0] for line in ax.lines] == list(printed.values())
    assert [note.get_text() for note in ax.texts] == list(printed)
    assert [note.get_ha() for note in ax.texts] == ["left", "right"]  # away from the edges
    assert len({line.get_marker() for line in ax.lines}) == 2
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "the program",
        "velocity lost",
    ]
