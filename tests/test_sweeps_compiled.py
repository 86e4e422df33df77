"""Compiling: what the options of numba promise."""

import numpy as np

from gluon_momentum.sweeps.compiled import compiled


@compiled
def divide(a, b):
    return a / b


@compiled
def larger(a, b):
    return a if a > b else b


def test_a_division_by_zero_is_numpys_and_no_exception():
    assert divide(1.0, 0.0) == np.inf
    assert np.isnan(divide(0.0, 0.0))


def test_nan_is_a_number_that_compares_as_nothing():
    assert larger(np.nan, 1.0) == 1.0
    assert np.isnan(larger(1.0, np.nan))
