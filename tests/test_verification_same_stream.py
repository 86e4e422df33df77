"""The measure of two programs that drew the same numbers."""

import numpy as np
import pytest

from gluon_momentum.verification.same_stream import SAME_STREAM, stream_differences


def apart(losses, expected):
    return stream_differences(losses, expected).tolist()


def test_the_scale_is_the_root_of_the_loss_and_the_largest_so_far():
    assert apart([16.0, 1.5], [16.0, 1.0]) == [0, 0.5 / 4]
    # What comes later counts for nothing: 1 is then the largest so far.
    assert apart([1.5, 16.0], [1.0, 16.0]) == [0.5, 0]
    assert apart([4.0, 1.0, 18.0], [4.0, 1.0, 9.0]) == [0, 0, 1]


def test_above_and_below_count_alike():
    assert apart([4.0, 5.0, 3.0], [4.0, 4.0, 4.0]) == [0, 0.25, 0.25]


def test_a_loss_that_is_not_finite_is_not_the_same():
    for bad in (np.nan, np.inf):
        assert not stream_differences([1.0, bad], [1.0, 1.0]).max() <= SAME_STREAM
        assert not stream_differences([1.0, bad], [1.0, bad]).max() <= SAME_STREAM


def test_what_is_no_number_leaves_the_scale_as_it_was():
    assert apart([4.0, 9.0, 1.25], [4.0, np.nan, 1.0])[2] == 0.125


def test_float32_is_compared_in_float64():
    # In float32 the square of such a loss overflows.
    assert apart(np.float32([2**100]), np.float32([2**101])) == [0.5]
    one = np.float32([1, 1 + 2**-23])
    assert apart(one, [1, 1]) == [0, 2**-23]


def test_some_170_ulps_of_float32_are_the_same():
    assert pytest.approx(170 * 2**-23, rel=0.02) == SAME_STREAM
