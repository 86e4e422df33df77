"""The measure of two programs that drew the same numbers."""

import numpy as np
import pytest

from gluon_momentum.verification.same_stream import SAME_STREAM, stream_difference


def test_the_scale_is_the_root_of_the_loss_and_the_largest_so_far():
    assert stream_difference([16.0, 1.5], [16.0, 1.0]) == 0.5 / 4
    # What comes later counts for nothing: 1 is then the largest so far.
    assert stream_difference([1.5, 16.0], [1.0, 16.0]) == 0.5
    assert stream_difference([4.0, 1.0, 8.0], [4.0, 1.0, 9.0]) == pytest.approx(1 / 9, rel=1e-15)


def test_above_and_below_count_alike_and_the_largest_is_returned():
    assert stream_difference([4.0, 5.0, 3.0], [4.0, 4.0, 4.0]) == 0.25
    assert stream_difference([4.0, 4.5, 2.0], [4.0, 4.0, 4.0]) == 0.5
    assert stream_difference([4.0, 4.0], [4.0, 4.0]) == 0


def test_an_overflow_leaves_the_scale_as_it_was_and_may_be_left_out():
    assert stream_difference([4.0, 9.0, 1.25], [4.0, np.nan, 1.0], below=5) == 0.125
    assert stream_difference([4.0, 9.0, 1.25], [4.0, 5.0, 1.0], below=5) == pytest.approx(
        0.25 / np.sqrt(5), rel=1e-15
    )


def test_a_loss_that_is_not_finite_is_not_the_same():
    assert not stream_difference([1.0, np.nan], [1.0, 1.0]) <= SAME_STREAM


def test_float32_is_compared_in_float64():
    one = np.float32([1, 1 + 2**-23])
    assert stream_difference(one, [1, 1]) == 2**-23


def test_some_170_ulps_of_float32_are_the_same():
    assert pytest.approx(170 * 2**-23, rel=0.02) == SAME_STREAM
