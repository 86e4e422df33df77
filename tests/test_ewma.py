"""Moving averages: properties over random numbers, and the chapter's own figures."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import gluon_momentum as gm

gammas = st.floats(0, 0.999)
series = arrays(np.float64, st.integers(1, 40), elements=st.floats(-1e6, 1e6))
pairs = st.integers(1, 40).flatmap(
    lambda n: st.tuples(*2 * [arrays(np.float64, n, elements=st.floats(-1e6, 1e6))])
)


@given(pairs, gammas, st.floats(-10, 10))
def test_it_is_linear(pair, gamma, factor):
    x, y = pair
    # Absolute: sums of numbers up to 1e7 that may cancel, 40 roundings of 1e-16 of that.
    np.testing.assert_allclose(
        gm.ewma(x + factor * y, gamma),
        gm.ewma(x, gamma) + factor * gm.ewma(y, gamma),
        rtol=0,
        atol=1e-7,
    )


@given(series, gammas)
def test_the_expansion_equals_the_recursion(x, gamma):
    weights = gm.ewma_weights(gamma, len(x))
    np.testing.assert_allclose(gm.ewma(x, gamma)[-1], weights @ x[::-1], rtol=0, atol=1e-8)


@given(gammas, st.integers(1, 200))
def test_the_weights_sum_to_one_minus_gamma_to_the_n(gamma, n):
    assert gm.ewma_weights(gamma, n).sum() == pytest.approx(1 - gamma**n, rel=1e-12, abs=0)


@given(series, gammas)
def test_it_stays_within_the_values_and_zero(x, gamma):
    y = gm.ewma(x, gamma)
    assert (y <= max(x.max(), 0) + 1e-9).all()
    assert (y >= min(x.min(), 0) - 1e-9).all()


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
    assert round(math.exp(-1), 4) == 0.3679
    # (1 - 1/n)**n tends to exp(-1), from below, as exp(-1) / (2 n).
    for n in (10, 100, 10_000, 1_000_000):
        assert (1 - 1 / n) ** n == pytest.approx(math.exp(-1), rel=0.6 / n, abs=0)
    assert pytest.approx(math.exp(-1), rel=0.03, abs=0) == 0.95**20
    np.testing.assert_allclose(
        gm.ewma_weights(0.95, 20), [0.05 * 0.95**i for i in range(20)], rtol=1e-14
    )
    windows = [gm.effective_window(gamma) for gamma in (0.99, 0.95, 0.9, 0.5)]
    np.testing.assert_allclose(windows, [100, 20, 10, 2], rtol=1e-13)


@pytest.mark.parametrize("gamma", [-0.1, 1, 1.5, float("nan"), "0.9"])
def test_gamma_outside_its_domain_gets_one_sentence(gamma):
    calls = (
        lambda: gm.ewma([1.0], gamma),
        lambda: gm.ewma_weights(gamma, 3),
        lambda: gm.effective_window(gamma),
    )
    for call in calls:
        with pytest.raises(ValueError, match="gamma must be a number from 0 to below 1, not"):
            call()


def test_other_bad_input_gets_one_sentence():
    with pytest.raises(
        ValueError, match=r"^x must have at least one axis, time first, not be a single number\.$"
    ):
        gm.ewma(3.0, 0.5)
    with pytest.raises(ValueError, match="n must be a positive integer, not 0"):
        gm.ewma_weights(0.5, 0)
