"""How likely printed numbers are, and which shuffles are as strange."""

import numpy as np
import pytest

from gluon_momentum.comparison.likelihood import Likelihood, among_others

UNITS = np.array([0.001, 0.001])
TEXTS = ["0.001", "0.001"]


def normal(scale, middle=0.0, count=4000, seed=0):
    return np.random.default_rng(seed).normal(middle, scale, (count, 2)).round(3)


def test_the_density_of_normal_numbers_falls_as_it_should():
    density = Likelihood(normal(1), UNITS)
    at = density(np.array([[0.0, 0], [1, 0], [0, 2], [2, 2]]))
    # By half the square of the distance, about.
    np.testing.assert_allclose(at[0] - at[1:], [0.5, 2, 4], rtol=0.4, atol=0.75)


@pytest.mark.parametrize("overflowed", [0, 40])
def test_the_density_is_that_of_its_definition(overflowed):
    # Numbers of different size and scatter, which move together.
    steps = np.random.default_rng(5).normal(size=(400, 2))
    pool = np.array([100.0, -3.0]) + steps @ [[5.0, 0.02], [0.0, 0.01]]
    lost = np.full((overflowed, 2), np.inf)
    density = Likelihood(np.vstack([pool, lost]), UNITS)
    middle = np.median(pool, axis=0)
    scale = np.array([np.median(np.abs(one - m)) for one, m in zip(pool.T, middle)])
    scores = np.arcsinh((pool - middle) / scale)
    covariance = np.cov(scores.T) + 1e-3 * np.eye(2)
    share = (1 + overflowed) / (2 + len(pool) + overflowed)
    values = np.array([[100.0, -3.0], [109, -2.95], [80, -3.1]])
    expected = []
    for value in values:
        away = np.arcsinh((value - middle) / scale) - scores.mean(axis=0)
        square = away @ np.linalg.inv(covariance) @ away
        slopes = 1 / np.sqrt(scale**2 + (value - middle) ** 2)
        normal = np.exp(-square / 2) / np.sqrt(np.linalg.det(covariance))
        expected.append(np.log((1 - share) * normal * slopes.prod()))
    np.testing.assert_allclose(density(values), expected, rtol=1e-9)
    if overflowed:
        assert density(lost[:1])[0] == pytest.approx(np.log(share), rel=1e-12)


def test_no_scatter_is_taken_for_less_than_a_unit_of_what_is_printed():
    pool = np.column_stack([np.full(400, 4.2), normal(1, count=400)[:, 0]])
    coarse, fine = (Likelihood(pool, np.array([unit, 0.001])) for unit in (0.1, 0.001))
    away = np.array([[4.3, 0.0]])
    assert coarse(away)[0] > fine(away)[0]


def test_of_two_programs_each_makes_its_own_numbers_likelier():
    wide, narrow = Likelihood(normal(1), UNITS), Likelihood(normal(0.01), UNITS)
    for pool, own, other in (
        (normal(1, seed=1), wide, narrow),
        (normal(0.01, seed=1), narrow, wide),
    ):
        assert (own(pool) > other(pool)).mean() > 0.99


def test_what_overflowed_has_its_share():
    pool = normal(1)
    pool[:1000] = np.nan
    assert Likelihood(pool, UNITS)(np.array([[np.inf, 1.0]]))[0] == pytest.approx(
        np.log(1 / 4), 0.01
    )
    assert Likelihood(normal(1), UNITS)(np.full((1, 2), np.nan))[0] < -8


def test_where_all_overflowed_nothing_else_is_likely():
    density = Likelihood(np.full((500, 2), np.inf), UNITS)
    assert density(np.full((1, 2), np.nan))[0] > -0.01
    assert density(np.zeros((1, 2)))[0] < -1e5


def test_no_density_is_finer_than_what_is_printed():
    density = Likelihood(np.full((500, 2), 4.2), UNITS)
    near = density(np.array([[4.2, 4.2], [4.201, 4.2]]))
    assert np.isfinite(near).all()
    assert near[1] > -1e5


@pytest.mark.filterwarnings("error")
def test_numbers_of_any_size_have_a_density():
    density = Likelihood(normal(1), UNITS)
    assert (density(np.array([[1e300, 1], [-1e308, 1e308], [0, 1e-300]])) > -1e7).all()


def test_a_value_in_the_middle_is_strange_if_another_program_makes_it_likelier():
    pools = [normal(1), normal(1e-3, count=2000)]
    right, wrong = among_others(TEXTS, pools)
    middle = np.zeros((1, 2))
    assert right.as_strange(middle)[0] <= 2
    assert wrong.as_strange(middle)[0] > 1000
    alone = among_others(TEXTS, pools[:1])[0]
    assert alone.as_strange(middle)[0] > 3990


def test_each_value_is_ranked_by_itself_and_against_the_likeliest_program():
    pools = [normal(1), normal(1e-3, count=2000), normal(0.5, 3, count=2000)]
    right = among_others(TEXTS, pools)[0]
    values = np.array([[0.0, 0], [0.7, -0.4], [3, 3], [1, 2]])
    together = right.as_strange(values).tolist()
    assert together == [right.as_strange(one[None])[0] for one in values]
    # Each of the others makes one of these likelier than the program itself does.
    assert together[0] <= 2
    assert together[2] <= 2
    assert min(together[1], together[3]) > 100


def test_a_value_far_out_is_strange():
    ranking = among_others(TEXTS, [normal(1), normal(1, 5)])[0]
    far = np.array([[-6.0, 0], [np.nan, 0], [0, np.inf]])
    assert list(ranking.as_strange(far)) == [0, 0, 0]


def test_of_a_programs_own_numbers_each_share_is_as_strange_as_it_says():
    pools = [normal(1, count=10000), normal(0.2, 0.5), normal(1, 2)]
    right = among_others(TEXTS, pools)[0]
    p = right.as_strange(normal(1, count=10000, seed=7)) / 10000
    for share in (0.01, 0.1, 0.5):
        assert (p <= share).mean() == pytest.approx(share, abs=5 * np.sqrt(share / 10000))


def test_a_single_number_is_strange_on_its_side_whatever_other_programs_print():
    pool = np.linspace(0, 1, 1001)[:, None]
    other = np.full((1000, 1), 0.5)
    ranking = among_others(["0.500"], [pool, other])[0]
    assert list(ranking.as_strange(np.array([[0.5], [0.001], [0.999], [2.0]]))) == [1001, 4, 4, 0]
