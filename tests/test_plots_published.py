"""The figure of `verify` draws the curves that it is given."""

import numpy as np
from matplotlib.figure import Figure

from gluon_momentum.plots.published import curve_over_band
from gluon_momentum.training import Run


def test_a_published_curve_stands_over_the_band():
    ax = Figure().add_subplot()
    epochs = np.linspace(0, 3, 4)
    band = np.array([[1, 0.1, 0.01, 0.001], [2, 0.2, 0.02, 0.002], [4, 0.4, 0.04, 0.004]])
    published = np.array([[0, 2], [1, 0.3], [3, 0.003]])
    curve_over_band(ax, 0.9, published, epochs, band, Run(None, None, epochs, band[1] * 1.1))
    drawn = {line.get_label(): line for line in ax.lines}
    assert set(drawn) == {"median", "one run of ours", "published"}
    np.testing.assert_array_equal(drawn["published"].get_xydata(), published)
    np.testing.assert_array_equal(drawn["median"].get_ydata(), band[1])
    np.testing.assert_array_equal(drawn["one run of ours"].get_ydata(), band[1] * 1.1)
    (filled,) = ax.collections
    heights = filled.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (0.001, 4)
    assert (ax.get_yscale(), ax.get_xlabel(), ax.get_ylabel()) == ("log", "epoch", "loss")
    assert len(ax.get_legend().get_texts()) == 4
