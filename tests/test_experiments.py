"""The chapter's three experiments and its sentences as claims."""

import numpy as np
import pytest

from gluon_momentum import experiments as chapter


def test_the_experiments_start_where_the_published_curves_start(book_data):
    # Published to eight digits in August 2018; the last may differ by the order of the sum.
    published = {0.99: 16.254301, 0.9: 16.306552, 0.5: 16.335843}
    done = list(chapter.experiments(*book_data, [2, -3.4], 4.2))
    assert [each.call["mom"] for each in done] == list(published)
    for each in done:
        assert each.run.losses[0] == pytest.approx(published[each.call["mom"]], rel=1e-7, abs=0)
        assert each.call == {**chapter.CALL, "mom": each.call["mom"]}
        assert each.claim.text == chapter.SENTENCES[each.call["mom"]]
    # With mom 0.9 and 0.5 these hold for every order of the mini-batches.
    assert done[1].claim.held
    assert done[2].claim.held
    assert done[0].claim.held == (done[0].run.losses[-1] > done[0].run.losses[0])


def test_parameters_far_from_the_true_ones_break_the_last_claim(book_data):
    *_, last = chapter.experiments(*book_data, [2, -3.4], 4.3)
    assert not last.claim.held


def test_rising_and_falling():
    losses = [[2, 9, 1], [2, 0, 3], [2, 2, 2], [2, np.inf, np.inf], [2, np.inf, np.nan]]
    assert chapter.has_fallen(losses).tolist() == [True, False, False, False, False]
    assert chapter.has_risen(losses).tolist() == [False, True, False, True, True]


def test_roughness_is_the_way_up_and_down_on_the_log_axis():
    e = np.e
    assert chapter.roughness([e**3, e**1, e**2, e**0]) == pytest.approx(5, rel=1e-14)
    # The last bit of a vectorised logarithm is the processor's.
    np.testing.assert_allclose(chapter.roughness([[1, e], [e, 1]]), [1, 1], rtol=1e-14)
    assert chapter.roughness([e**2, e, 1]) < chapter.roughness([e**2, e**2.5, 1])


def test_close_means_the_same_two_decimals():
    w, true_w = [[2.004, -3.404], [2.004, -3.406]], [2, -3.4]
    assert chapter.is_close(w, [4.2, 4.2], true_w, 4.2).tolist() == [True, False]
    assert not chapter.is_close([2, -3.4], 4.21, true_w, 4.2)
