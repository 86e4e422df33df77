"""What every figure shares."""

import numpy as np

from gluon_momentum.plots import MOMENTUM_COLOURS


def test_the_colours_are_told_apart_in_greyscale():
    def grey(colour):
        return np.dot([int(colour[i : i + 2], 16) for i in (1, 3, 5)], [0.299, 0.587, 0.114])

    greys = [grey(colour) for colour in MOMENTUM_COLOURS.values()]
    assert (np.diff(greys) > 40).all()
