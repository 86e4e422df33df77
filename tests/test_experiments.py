"""What the chapter says of its experiments, as predicates of losses and parameters."""

import numpy as np
import pytest

from gluon_momentum.chapter import experiments


def test_rising_and_falling():
    losses = [[2, 9, 1], [2, 0, 3], [2, 2, 2], [2, np.inf, np.inf], [2, np.inf, np.nan]]
    assert experiments.has_fallen(losses).tolist() == [True, False, False, False, False]
    assert experiments.has_risen(losses).tolist() == [False, True, False, True, True]


def test_roughness_is_the_way_up_and_down_on_the_log_axis():
    e = np.e
    # The last bit of a vectorised logarithm is the processor's.
    np.testing.assert_allclose(experiments.roughness([[e**3, e, e**2, 1]]), [5], rtol=1e-14)
    in_float64 = experiments.roughness(np.float32([3, 2, 1]))
    assert in_float64 == pytest.approx(np.log(3), rel=1e-14)
    assert np.isnan(experiments.roughness([1, np.inf, np.inf]))


@pytest.mark.parametrize(
    ("w", "b", "close"),
    [([2, -3.4], 4.2, True), ([2.0049, -3.4049], 4.1951, True), ([2, -3.4051], 4.2, False),
     ([2.0051, -3.4], 4.2, False), ([2, -3.4], 4.2051, False), ([2, -3.4], 4.1949, False)],
)  # fmt: skip
def test_close_means_the_same_two_decimals(w, b, close):
    assert experiments.is_close([w, w], [b, b], [2, -3.4], 4.2).tolist() == [close, close]
    assert not experiments.is_close([0], 0.005, [0], 0)
