"""Moving averages: their properties, and the chapter's own figures."""

import math

import numpy as np
import pytest

import gluon_momentum as gm

GAMMAS = [0, 1e-9, 0.3, 0.5, 0.9, 0.999, 1 - 1e-9]


@pytest.mark.parametrize("n", [1, 2, 40])
@pytest.mark.parametrize("gamma", GAMMAS)
def test_it_is_the_weighted_sum_of_the_values_so_far(gamma, n):
    x, weights = np.random.default_rng(n).normal(size=n), gm.ewma_weights(gamma, n)
    expected = [weights[: t + 1] @ x[t::-1] for t in range(n)]
    # Absolute: 40 roundings of 1e-16 of sums of numbers about 1 that may cancel.
    np.testing.assert_allclose(gm.ewma(x, gamma), expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("n", [1, 2, 200])
@pytest.mark.parametrize("gamma", GAMMAS)
def test_the_weights_shrink_by_gamma_and_sum_to_one_minus_gamma_to_the_n(gamma, n):
    weights = gm.ewma_weights(gamma, n)
    assert weights.shape == (n,)
    assert weights.sum() == pytest.approx(1 - gamma**n, rel=1e-7, abs=0)
    np.testing.assert_allclose(weights[1:], gamma * weights[:-1], rtol=1e-12, atol=1e-300)


def test_gamma_0_keeps_nothing():
    assert gm.ewma([3.0, 1.0, 2.0], 0).tolist() == [3.0, 1.0, 2.0]
    assert gm.ewma_weights(0, 3).tolist() == [1.0, 0.0, 0.0]


def test_it_scans_the_first_axis_of_any_shape():
    x = np.arange(24.0).reshape(4, 3, 2)
    y = gm.ewma(x, 0.5)
    assert y.shape == x.shape
    assert y[:, 2, 1].tolist() == gm.ewma(x[:, 2, 1], 0.5).tolist()
    assert gm.ewma(np.zeros((0, 2)), 0.5).shape == (0, 2)


def test_the_chapters_own_figures():
    windows = {0.99: 100, 0.95: 20, 0.9: 10, 0.5: 2}
    for gamma, window in windows.items():
        assert gm.effective_window(gamma) == pytest.approx(window, rel=1e-13, abs=0)
        # What is older weighs about exp(-1), which (1 - 1/n)**n approaches from below.
        older = 1 - gm.ewma_weights(gamma, window).sum()
        assert older == pytest.approx(math.exp(-1), rel=0.8 / window, abs=0)
        assert older < math.exp(-1)
