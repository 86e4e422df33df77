"""Ranks, normal scores and distances, as scipy has them.

The image of `Dockerfile` holds no scipy, for its size: there this file is left out.
"""

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import stats
from scipy.spatial.distance import cdist, mahalanobis

from gluon_momentum.statistics.ranks import rank, scores
from gluon_momentum.statistics.samples import energy, pairwise, two_sample_p

# Walks, of which some are equal to one decimal.
POOL = np.random.default_rng(11).normal(size=(60, 4)).cumsum(axis=1).round(1)


@pytest.fixture
def rng():
    return np.random.default_rng(12)


def scored(pool):
    """Return the normal scores of each column, and their covariance with its ridge."""
    t = stats.norm.ppf((stats.rankdata(pool, axis=0) - 0.5) / len(pool))
    return t, np.atleast_2d(np.cov(t, rowvar=False)) + 1e-6 * np.eye(t.shape[1])


@pytest.mark.parametrize("columns", [1, 2, 4])
def test_distances_are_mahalanobis_between_normal_scores_of_ranks(columns):
    t, covariance = scored(POOL[:, :columns])
    expected = cdist(t, t, "mahalanobis", VI=np.linalg.inv(covariance))
    np.testing.assert_allclose(pairwise(POOL[:, :columns]), expected, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("n", [1, 2, 7])
def test_the_energy_distance_is_that_of_its_definition(rng, n):
    t, covariance = scored(POOL)
    chosen = np.array([rng.choice(60, n, replace=False) for _ in range(5)])
    white = t @ np.linalg.inv(np.linalg.cholesky(covariance)).T
    for group, found in zip(chosen, energy(pairwise(POOL), chosen)):
        x, y = white[group], np.delete(white, group, axis=0)
        expected = 2 * cdist(x, y).mean() - cdist(x, x).mean() - cdist(y, y).mean()
        assert found == pytest.approx(expected, rel=1e-6)


def test_of_one_coordinate_it_is_scipys_energy_distance():
    t, covariance = scored(POOL[:, :1])
    x, y = np.split(t.ravel() / np.sqrt(covariance[0, 0]), [8])
    found = energy(pairwise(POOL[:, :1]), np.arange(8)[None])
    assert np.sqrt(found[0]) == pytest.approx(stats.energy_distance(x, y), rel=1e-6)


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_the_p_value_is_that_of_a_permutation_test(rng, shift):
    published, shuffles = rng.normal(shift, size=(5, 1)), rng.normal(size=(40, 1))
    t, _ = scored(np.vstack([published, shuffles]))
    drawn = {"n_resamples": 2000, "alternative": "greater", "random_state": 0}
    sides = t[:5, 0], t[5:, 0]
    expected = stats.permutation_test(sides, stats.energy_distance, **drawn).pvalue
    spread = np.sqrt(expected * (1 - expected) / 2000)
    assert two_sample_p(published, shuffles) == pytest.approx(expected, abs=5 * spread + 5e-4)


def test_a_distance_from_the_middle_is_mahalanobis(rng):
    # So near the middle that no number is compressed by more than a thousandth.
    pool = rng.uniform(-1, 1, size=(500, 3)) @ [[2.0, 0.5, 0.1], [0.0, 1.0, 0.3], [0.0, 0.0, 0.2]]
    inverse, middle = np.linalg.inv(np.cov(pool.T)), pool.mean(axis=0)
    expected = [mahalanobis(row, middle, inverse) ** 2 for row in pool]
    np.testing.assert_allclose(scores(pool, pool), expected, rtol=0.05, atol=0.05)


def test_a_rank_is_that_of_both_tails():
    pool = POOL[:, :1]
    for value in (-9.0, pool[3, 0], pool[40, 0], 0.05, 9.0):
        everything = np.append(value, pool[:, 0]).round(1)
        upto = stats.rankdata(everything, "max")
        outward = np.minimum(upto, len(everything) + 1 - stats.rankdata(everything, "min"))
        expected = (outward <= outward[0]).mean()
        assert rank([f"{everything[0]:.1f}"], pool).p == pytest.approx(expected, rel=1e-12)
