"""The chapter's sentences as claims that can be checked."""

import numpy as np
import pytest

from gluon_momentum import claims
from gluon_momentum.published import chapter


def test_rising_and_falling():
    losses = [[2, 9, 1], [2, 0, 3], [2, 2, 2], [2, np.inf, np.inf], [2, np.inf, np.nan]]
    assert claims.has_fallen(losses).tolist() == [True, False, False, False, False]
    assert claims.has_risen(losses).tolist() == [False, True, False, True, True]


def test_roughness_is_the_way_up_and_down_on_the_log_axis():
    e = np.e
    assert claims.roughness([e**3, e**1, e**2, e**0]) == pytest.approx(5, rel=1e-14)
    # The last bit of a vectorised logarithm is the processor's.
    np.testing.assert_allclose(claims.roughness([[1, e], [e, 1]]), [1, 1], rtol=1e-14)
    assert claims.roughness([e**2, e, 1]) < claims.roughness([e**2, e**2.5, 1])


def test_the_roughness_of_float32_is_found_in_float64():
    losses = np.float32([3, 2, 1])
    assert claims.roughness(losses).dtype == np.float64
    assert claims.roughness(losses) == pytest.approx(np.log(3), rel=1e-14)


def test_a_run_that_overflows_has_no_roughness():
    assert np.isnan(claims.roughness([1, np.inf, np.inf]))


def test_half_a_hundredth_is_not_close():
    assert claims.is_close([0.0049], 0.0049, [0], 0)
    assert not claims.is_close([0.005], 0, [0], 0)
    assert not claims.is_close([0], 0.005, [0], 0)


def test_close_means_the_same_two_decimals():
    w, true_w = [[2.004, -3.404], [2.004, -3.406]], [2, -3.4]
    assert claims.is_close(w, [4.2, 4.2], true_w, 4.2).tolist() == [True, False]
    assert not claims.is_close([2, -3.4], 4.21, true_w, 4.2)


TRUTH = claims.Truth([2, -3.4], 4.2)
OUTCOMES = {
    0.99: claims.Outcome([16, 900], [9, 9], 9),
    0.9: claims.Outcome([16, 1e-4, 1e-3, 5e-5], [2, -3.4], 4.2),
    0.5: claims.Outcome([16, 1, 1e-2, 5e-5], [2, -3.4], 4.2),
}


def held(mom, **changed):
    outcomes = {**OUTCOMES, mom: OUTCOMES[mom]._replace(**changed)}
    return claims.claim(mom, outcomes.__getitem__, TRUTH).held


def test_every_sentence_of_the_chapter_is_a_claim():
    assert list(claims.SENTENCES) == list(chapter()["sentences"])


def test_a_claim_says_the_chapters_sentences():
    assert claims.claim(0.99, OUTCOMES.__getitem__, TRUTH) == (
        "The loss has risen after 3 epochs.",
        True,
    )
    assert claims.claim(0.5, OUTCOMES.__getitem__, TRUTH).text == (
        "The loss has fallen after 3 epochs; the curve is smoother; "
        "the parameters end close to the true ones."
    )


def test_a_claim_breaks_with_each_of_its_sentences():
    assert [held(mom) for mom in OUTCOMES] == [True, True, True]
    assert not held(0.99, losses=[16, 15])
    assert not held(0.9, losses=[16, 17])
    assert not held(0.5, losses=[16, 17])
    assert not held(0.5, losses=[16, 1e-4, 10, 5e-5])  # rough
    assert not held(0.5, w=[2, -3.41])
    assert not held(0.5, b=4.3)


def test_a_claim_of_many_shuffles_is_an_array():
    losses = np.array([[16, 900], [16, 15]])
    of = {0.99: claims.Outcome(losses, np.zeros((2, 2)), np.zeros(2))}.__getitem__
    assert claims.SENTENCES["mom-0.99.rises"](of, TRUTH).tolist() == [True, False]
