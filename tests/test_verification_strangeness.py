"""How strange a printed result is among shuffles."""

import numpy as np
import pytest

from gluon_momentum.published import unseeded_run
from gluon_momentum.sweeps.regression import regress
from gluon_momentum.sweeps.schedule import Schedule
from gluon_momentum.verification.spread import spread
from gluon_momentum.verification.strangeness import rank, rounded, scores

LEAST_P = 0.01 / 21  # that of the whole comparison


def texts(values, decimals=8):
    return [f"{value:.{decimals}f}" for value in values]


def draws(kind, shape):
    generator = np.random.default_rng(0)
    return {"normal": generator.normal, "cauchy": generator.standard_cauchy}[kind](size=shape)


def distances(values, pool, scale):
    """Return what the scores are by their definition."""
    t, at = (10 * np.arcsinh((x - np.median(pool, axis=0)) / scale / 10) for x in (pool, values))
    near = t[(np.abs(t) <= 10).all(axis=1)]
    if len(near) <= 2:
        near = np.clip(t, -10, 10)
    away = at - near.mean(axis=0)
    inverse = np.linalg.inv(np.cov(near.T) + 1e-6 * np.eye(2))
    return [one @ inverse @ one for one in away]


def median_distance(pool):
    return np.median(np.abs(pool - np.median(pool, axis=0)), axis=0)


@pytest.mark.parametrize("kind", ["normal", "cauchy"])
@pytest.mark.parametrize("numbers", [1, 3])
def test_p_values_are_uniform_under_exchangeability(kind, numbers):
    pool = rounded(["0.00000000"] * numbers, draws(kind, (400, numbers)))
    found = []
    for i in range(400):
        found.append(rank(texts(pool[i]), pool[np.arange(400) != i]).p)
    # One number is ranked from both sides, so two of the pool always share a rank.
    for q in (0.01, 0.05, 0.2, 0.5):
        assert np.mean(np.array(found) <= q + 1e-12) == pytest.approx(q, abs=1e-12)


def test_digits_that_tie_refuse_no_more_often_than_they_may():
    pool = rounded(["0.0"] * 2, draws("normal", (400, 2)))
    found = [rank(texts(pool[i], 1), pool[np.arange(400) != i]).p for i in range(400)]
    assert all(np.mean(np.array(found) <= q) <= q for q in (0.01, 0.05, 0.2, 0.5))


def test_the_published_parameters_are_refused_on_other_data(book):
    start, september = book.start, unseeded_run("2018-09").experiments[2]

    def p_on(shift):
        over = spread(
            regress(start.features.astype(float), start.labels.astype(float) + shift),
            Schedule(10, 3, 10),
            np.append(*start.initial[0.5]),
            september.call.lr,
            september.call.mom,
            range(2200),
        )
        return rank([*september.w, september.b], over.params).p

    assert p_on(0) > 0.05
    assert p_on(0.005) < LEAST_P


def test_a_distance_is_measured_in_the_scatter_of_the_pool():
    # Far along the axis on which all scatter is nearer than a little across it.
    along = np.random.default_rng(0).normal(size=1000)
    across = 0.01 * np.random.default_rng(1).normal(size=1000)
    pool = np.column_stack([along, along + across])
    assert rank(["2.000", "2.000"], pool).p > 0.05
    assert rank(["0.000", "0.100"], pool) == (0, pytest.approx(1 / 1001, rel=1e-12))


def test_a_rank_counts_the_shuffles_that_are_as_strange_and_the_value_itself():
    pool = draws("normal", (999, 2))
    near, far, farthest = (rank([x, x], pool) for x in ("0.000", "1.500", "6.000"))
    assert farthest == (0, 1 / 1000)
    for found in (near, far):
        assert found.p == pytest.approx((found.as_strange + 1) / 1000, rel=1e-12)
    assert near.as_strange > 990
    # Of two normals, exp(-1.5**2) lie as far out.
    assert abs(far.as_strange - 999 * np.exp(-(1.5**2))) < 60


@pytest.mark.parametrize(
    ("text", "as_strange"),
    [("0.98", 50), ("0.02", 50), ("0.50", 1000), ("1.50", 0), ("-1.50", 0), ("0.00", 10)],
)
def test_one_number_is_the_stranger_the_fewer_lie_beyond_it_on_its_side(text, as_strange):
    # Ten of them share two decimals, but five at either end, which are rounded to 0 or 1.
    pool = np.linspace(0, 1, 1000)[:, None]
    found = rank([text], pool)
    assert found.as_strange == pytest.approx(as_strange, abs=5 if as_strange == 1000 else 0)
    assert found.p == pytest.approx((found.as_strange + 1) / 1001, rel=1e-12)


def test_the_shuffles_are_rounded_as_the_value_was_printed():
    found = rounded(["0.00", "0.0", "3"], [[1.005001, -0.26, 2.4], [1.0049, 0.04, 2.6]])
    np.testing.assert_allclose(found, [[1.01, -0.3, 2], [1.0, 0.0, 3]], rtol=1e-15)
    # Below the lowest of them, but by a digit that was not printed.
    pool = np.full((1000, 1), 2.004)
    assert rank(["2.00"], pool).p == 1
    assert rank(["2.000"], pool).p == pytest.approx(1 / 1001, rel=1e-12)


def test_what_overflowed_is_rounded_to_itself_and_is_far():
    wild = np.array([[np.inf, np.nan, -np.inf, 1e30, 3e38]]).T
    np.testing.assert_array_equal(
        rounded(["0.00000000"], wild.astype(np.float32)), wild.astype("f4")
    )


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 1e300])
def test_few_shuffles_that_overflowed_do_not_make_the_others_ordinary(odd):
    pool = draws("normal", (1000, 3))
    pool[:10] = odd
    assert np.isfinite(scores(pool, pool)).all()
    assert rank(["0.00", "0.00", "0.00"], pool).as_strange > 900
    assert rank(["9.00", "-9.00", "9.00"], pool).as_strange == 10


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_one_number_that_overflowed_lies_above_all(odd):
    pool = np.linspace(0, 1, 1000)[:, None]
    pool[:100] = odd
    assert rank(["0.30"], pool).p > 0.1
    assert scores(np.array([[5.0]]), pool) == -100
    assert scores(np.array([[odd]]), pool) == -100


@pytest.mark.parametrize("odd", [np.inf, -np.inf])
def test_numbers_that_overflowed_tie_with_each_other(odd):
    finite = np.where(odd > 0, 1e9, -1e9)
    pool = np.concatenate([np.full(3, odd), np.arange(1.0, 9)])[:, None]
    values = np.array([[odd], [4.0]])
    as_finite = np.where(np.isinf(pool), finite, pool)
    expected = scores(np.array([[finite], [4.0]]), as_finite)
    assert scores(values, pool).tolist() == expected.tolist() == [-3, expected[1]]


@pytest.mark.parametrize("value", [1e305, 1e308, -1e308])
def test_numbers_too_large_to_be_rounded_stay_as_they_are(value):
    assert rounded(["0.00000000"], [[value]])[0, 0] == value
    pool = draws("normal", (1000, 2))
    pool[0] = value
    assert rank(["0.00000000", "0.00000000"], pool * 1e-9).as_strange > 900


def test_numbers_are_rounded_up_to_the_last_place_that_floats_have():
    exact = np.array([[2.0**52 * 0.01 * 1.37, 123456789012345.67, 98765432109876.55]]).T
    assert (rounded(["0.0001"], exact) == exact).all()
    assert rounded(["0"], [[2.0**51 + 0.5]])[0, 0] == 2.0**51  # a tie, to even


def test_far_below_is_as_strange_as_far_above():
    pool = draws("normal", (2000, 2)) * [1, 1e-9]
    low, high = (scores(np.array([[0.5 * sign, sign * np.inf]]), pool) for sign in (-1, 1))
    assert low == pytest.approx(high, rel=0.1)
    # The two move together: it is the sign of the one that lies against the other.
    along = np.column_stack([pool[:, 0], pool[:, 0] + 0.1 * pool[:, 1] * 1e9])
    with_it, against = (scores(np.array([[-3.0, sign * np.inf]]), along).item() for sign in (-1, 1))
    assert with_it < against


def test_where_most_shuffles_tie_the_least_step_is_the_scale():
    generator = np.random.default_rng(8)
    steps = generator.integers(-1, 2, size=(1000, 2)) * (generator.random((1000, 2)) < 0.4)
    for units in ([1.0, 0.25], [1000.0, 1e-3], [0.25, 0.25]):
        pool = steps * units
        assert (median_distance(pool) == 0).all()
        np.testing.assert_allclose(scores(pool, pool), distances(pool, pool, units), rtol=1e-9)


def test_scores_are_those_of_their_definition():
    generator = np.random.default_rng(4)
    skewed = generator.exponential(size=(300, 2)) @ [[3.0, 0.2], [0.0, 0.1]]
    skewed[:20] *= 1000  # beyond what makes the covariance
    # Most rows are near in each column, but two of them in both.
    crossed = generator.normal(size=(18, 2))
    crossed[10:, 0] *= 1e6
    crossed[:8, 1] *= 1e6
    for pool in (skewed, crossed):
        values = pool[5:18] + 0.1
        expected = distances(values, pool, median_distance(pool))
        np.testing.assert_allclose(scores(values, pool), expected, rtol=1e-9)
    far = np.abs(crossed - np.median(crossed, axis=0)) > 100 * median_distance(crossed)
    assert far.any(axis=1).sum() == 16


def test_of_tiny_numbers_that_no_shuffle_changes_another_is_as_strange():
    pool = np.column_stack([np.full(1000, 1e-12), draws("normal", (1000, 1))])
    assert scores(np.array([[1.1e-12, 0]]), pool) > scores(np.array([[1e-12, 6]]), pool)


def test_a_heavy_tail_does_not_decide_what_is_far():
    # With a covariance of the numbers themselves the one wild shuffle would hide the value.
    pool = draws("normal", (2000, 3))
    pool[0] = 1e9
    assert rank(["8.00", "8.00", "8.00"], pool).as_strange == 1
    assert rank(["0.10", "0.10", "0.10"], pool).as_strange > 1500


def test_a_number_that_no_shuffle_changes_has_no_say_until_it_is_another():
    pool = np.column_stack([np.full(1000, 4.2), draws("normal", (1000, 2))])
    assert rank(["4.20", "0.00", "0.00"], pool).p > 0.9
    assert rank(["4.21", "0.00", "0.00"], pool).p == pytest.approx(1 / 1001, rel=1e-12)
    # However little another it is: of all that can be printed, that is the most.
    fine = scores(np.array([[4.2 + 1e-9, 0, 0]]), pool)
    assert fine > scores(np.array([[4.2, 6.0, 6.0]]), pool)


def test_it_does_not_depend_on_units():
    pool = draws("normal", (500, 2))
    scaled = pool * [1e-6, 1e6]
    plain, other = scores(pool, pool), scores(scaled, scaled)
    np.testing.assert_allclose(plain, other, rtol=1e-6)
