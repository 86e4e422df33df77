"""Published results of one experiment together, against the shuffles."""

from statistics import NormalDist

import numpy as np
import pytest

from gluon_momentum.verification import samples
from gluon_momentum.verification.samples import choices, energy, pairwise, two_sample_p

LEAST_P = 0.01 / 29  # that of the whole comparison


def pool(points, count, seed=0):
    """Return walks, whose points move together as those of a loss curve do."""
    return np.exp(np.random.default_rng(seed).normal(size=(count, points)).cumsum(axis=1) / 4)


@pytest.mark.parametrize(("points", "n"), [(1, 16), (3, 2), (30, 16)])
def test_p_values_are_uniform_under_exchangeability(points, n):
    """Draw subsets of a pool, each in turn as the published ones."""
    everything = pool(points, 400)
    distances = pairwise(everything)
    generator = np.random.default_rng(1)
    chosen = np.array([generator.choice(400, n, replace=False) for _ in range(2000)])
    by_chance = energy(distances, choices(400, n))
    found = energy(distances, chosen)
    p = np.array([(1 + (by_chance >= f - 1e-9 * abs(f)).sum()) / 20_000 for f in found])
    for q in (0.01, 0.05, 0.2, 0.5):
        # Four standard errors of a share of 2,000.
        assert abs(np.mean(p <= q) - q) < 4 * np.sqrt(q * (1 - q) / 2000)
    # And that is the p-value of the whole function.
    for place in range(3):
        rest = np.delete(everything, chosen[place], axis=0)
        assert two_sample_p(everything[chosen[place]], rest) == pytest.approx(p[place], abs=0.02)


def with_one_step(x):
    """Return walks whose points scatter as before, but all by one number of each walk."""
    return np.exp(np.log(x[:, :1]) * np.sqrt(np.arange(1, x.shape[1] + 1)))


@pytest.mark.slow
@pytest.mark.parametrize("points", [3, 30])
@pytest.mark.parametrize(
    "change",
    [lambda x: x * 1.5, lambda x: x**2.5, with_one_step],
    ids=["shifted", "scaled", "otherwise correlated"],
)
def test_another_sample_is_refused(points, change):
    everything = pool(points, 1040)
    assert two_sample_p(everything[:40], everything[40:]) > 0.01
    assert two_sample_p(change(everything[:40]), everything[40:]) < LEAST_P


def test_curves_that_do_not_move_together_are_refused_though_each_point_is_ordinary():
    everything = pool(30, 1016)
    generator = np.random.default_rng(3)
    apart = np.array([generator.permutation(column)[:16] for column in everything[16:].T]).T
    assert two_sample_p(apart, everything[16:]) < LEAST_P


def test_two_results_can_be_refused():
    everything = pool(3, 1002)
    assert two_sample_p(everything[:2], everything[2:]) > 0.01
    assert two_sample_p(everything[:2] * [20, 0.05, 20], everything[2:]) < LEAST_P


def test_only_the_order_of_each_points_values_matters():
    everything = pool(3, 500)
    far = two_sample_p(everything[:5], everything[5:])
    assert two_sample_p(np.log(everything[:5]), np.log(everything[5:])) == far


def test_points_that_always_move_together_count_once():
    everything = pool(2, 500)
    doubled = np.column_stack([everything, everything, np.full(500, 7.0)])
    apart = pairwise(doubled)
    assert np.isfinite(apart).all()
    np.testing.assert_allclose(apart, pairwise(everything), rtol=1e-2, atol=1e-2)


def test_overflow_is_the_highest_rank():
    everything = pool(2, 500)
    everything[3] = np.inf
    assert np.isfinite(pairwise(everything)).all()
    assert 0 < two_sample_p(everything[:5], everything[5:]) <= 1


def test_the_energy_distance_is_that_of_its_definition():
    apart = pairwise(pool(3, 12))
    chosen = np.array([[0, 3, 7], [1, 2, 11]])
    for group, found in zip(chosen, energy(apart, chosen)):
        others = np.setdiff1d(np.arange(12), group)
        between, within, among = (
            apart[np.ix_(a, b)].mean()
            for a, b in ((group, others), (group, group), (others, others))
        )
        assert found == pytest.approx(2 * between - within - among, rel=1e-12)


def test_distances_are_those_of_uncorrelated_scores():
    apart = pairwise(pool(4, 300))
    assert np.diag(apart).max() < 1e-6
    np.testing.assert_allclose(apart, apart.T, atol=1e-9)
    # Four coordinates with a variance of one: squares 2 * 4 apart, on average.
    assert (apart**2).sum() / (300 * 299) == pytest.approx(8, rel=1e-3)


def test_scores_are_the_normal_quantiles_of_ranks_and_ties_share_one():
    column = np.array([40.0, 20, 10, 20, 50])
    ranks = np.array([4, 2.5, 1, 2.5, 5])
    scores = np.array([NormalDist().inv_cdf((rank - 0.5) / 5) for rank in ranks])
    expected = np.abs(scores[:, None] - scores) / np.sqrt(scores.var(ddof=1) + 1e-6)
    np.testing.assert_allclose(pairwise(column[:, None]), expected, rtol=1e-9, atol=1e-9)


def test_choices_that_lie_as_far_count():
    same = np.full((30, 2), 4.2)
    assert two_sample_p(same[:2], same[2:]) == 1
    # Of the ten pairs of five shuffles, this one lies farthest, and is drawn a tenth of the time.
    apart = np.array([[9.0], [8.0], [1.0], [2.0], [3.0]])
    assert two_sample_p(apart[:2], apart[2:]) == pytest.approx(0.2, abs=0.02)


def test_choices_are_random_distinct_and_the_same_each_time():
    found = choices(40, 16)
    assert found.shape == (samples.CHOICES, 16)
    assert (np.diff(found, axis=1) > 0).all()
    assert (found == choices(40, 16)).all()
    shares = np.bincount(found.ravel(), minlength=40) / samples.CHOICES
    assert np.abs(shares - 16 / 40).max() < 5 * np.sqrt(0.4 * 0.6 / samples.CHOICES)


def test_the_least_p_is_one_in_twenty_thousand():
    everything = pool(3, 510)
    assert two_sample_p(everything[:10] + 1e3, everything[10:]) == 1 / 20_000
