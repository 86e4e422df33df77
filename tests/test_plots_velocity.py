"""The figures of the velocity draw the data that they are given."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from gluon_momentum.plots import MOMENTUM_COLOURS, velocity
from gluon_momentum.training import Run


@pytest.fixture
def ax():
    return Figure().add_subplot()


def test_speeds_stand_after_each_mini_batch_on_a_log_axis(ax):
    velocity.speeds(ax, {0.99: np.array([1, 2, 4, 8]), 0.9: np.array([1, 0.5])}, num_epochs=2)
    first, second = ax.lines
    np.testing.assert_array_equal(first.get_xydata(), [[0.5, 1], [1, 2], [1.5, 4], [2, 8]])
    np.testing.assert_array_equal(second.get_xydata(), [[1, 1], [2, 0.5]])
    assert [line.get_color() for line in ax.lines] == [MOMENTUM_COLOURS[m] for m in (0.99, 0.9)]
    assert (ax.get_yscale(), ax.get_xlabel()) == ("log", "epoch")


def test_two_conventions_are_told_apart_without_colour(ax):
    epochs, losses = np.linspace(0, 3, 4), np.float32([16, 1, 0.1, 0.01])
    run = Run(None, None, epochs, losses)
    velocity.conventions(ax, {"book": run, "PyTorch": run._replace(losses=losses * 2)})
    book, pytorch = ax.lines
    np.testing.assert_array_equal(book.get_ydata(), losses)
    np.testing.assert_array_equal(pytorch.get_ydata(), losses * 2)
    assert (book.get_linestyle(), pytorch.get_linestyle()) == ("-", "--")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["book", "PyTorch"]


def test_the_decay_is_marked_at_its_epoch(ax):
    velocity.decay(ax, epoch=2)
    assert list(ax.lines[0].get_xdata()) == [2, 2]
    assert ax.texts[0].get_position()[0] == 2
