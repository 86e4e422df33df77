"""Numbers compared with those of many shuffles; what scipy knows is in test_statistics_oracles."""

import math

import numpy as np
import pytest

from gluon_momentum.statistics import samples
from gluon_momentum.statistics.curves import band, curve_share, stream_differences
from gluon_momentum.statistics.likelihood import Likelihood, among_others
from gluon_momentum.statistics.printed import as_printed, digits, half_unit, rounded
from gluon_momentum.statistics.ranks import rank, scores
from gluon_momentum.statistics.samples import choices, energy, pairwise, two_sample_p

LEAST_P = 0.01 / 29  # that of a comparison with every published run


def draws(kind, shape):
    generator = np.random.default_rng(0)
    return {"normal": generator.normal, "cauchy": generator.standard_cauchy}[kind](size=shape)


# Printed numbers.


@pytest.mark.parametrize(
    ("printed", "half", "value", "text"),
    [
        ("3.4819e-04", 5e-9, 3.48194e-4, "3.4819e-04"),
        ("2.00", 0.005, 1.99972, "2.00"),
        ("100", 0.5, 99.6, "100"),
        ("-4.64", 0.005, float("nan"), "nan"),
        ("2.0E-3", 5e-5, float("inf"), "inf"),
        ("nan", 0.5, 2.3, "2"),
    ],
)
def test_a_number_is_written_as_another_was_printed(printed, half, value, text):
    assert half_unit(printed) == half
    assert as_printed(printed, value) == text


@pytest.mark.parametrize(
    ("printed", "value", "expected"),
    [
        ("3.4819e-04", 3.4819e-4, 5),  # no more than were printed
        ("-1673.365109", -1673.365109, 10),
        ("2.00", 2.0000001, 3),  # nor by chance
        ("2.0013", 2.0033, -math.log10(0.002 / 2.0013)),
        ("-2.0", -2.2, 1),
        ("4.0", 3.96, 2),
        ("4.0", 400.0, 0),  # none, and not fewer than none
        ("4.0", -4.0, 0),
        ("0.0", 0.1, 0),
        ("0.0", 0.0, 1),  # Decimal counts the one digit of a zero
        ("4.0", float("nan"), 0),
        ("4.0", float("inf"), 0),
    ],
)
def test_the_digits_that_agree_are_the_log_relative_error(printed, value, expected):
    assert digits(printed, value) == pytest.approx(expected, abs=1e-9)


def test_numbers_are_rounded_as_others_were_printed():
    found = rounded(["0.00", "0.0", "3"], [[1.005001, -0.26, 2.4], [1.0049, 0.04, 2.6]])
    np.testing.assert_allclose(found, [[1.01, -0.3, 2], [1.0, 0.0, 3]], rtol=1e-15)
    assert rounded(["0"], [[2.0**51 + 0.5]])[0, 0] == 2.0**51  # a tie, to even
    # Up to the last place that floats have, and with what overflowed as it is.
    wide = [2.0**52 * 1.37, 123456789012345.67, 1e305, -1e308, np.inf, -np.inf, np.nan, 3e38]
    wide = np.array([wide]).T
    np.testing.assert_array_equal(rounded(["0.0001"], wide), wide)
    with np.errstate(over="ignore"):
        single = wide.astype(np.float32)
    assert rounded(["0.1"], single).dtype == np.float64


# Curves.


@pytest.mark.parametrize(
    ("losses", "expected", "difference"),
    [
        ([16.0, 1.0], [16.0, 1.0], [0, 0]),
        ([16.0, 1.5], [16.0, 1.0], [0, 0.125]),
        ([16.0, 0.5], [16.0, 1.0], [0, 0.125]),
        ([1.0, 17.0, 4.0], [1.0, 16.0, 5.0], [0, 1 / 16, 1 / math.sqrt(5 * 16)]),
        # The largest so far, not of all; and of what was expected.
        ([2.0, 100.0], [4.0, 100.0], [0.5, 0]),
        ([np.inf, 1.0], [np.inf, 1.0], [np.nan, 0]),  # what overflowed is no agreement
    ],
)
def test_the_difference_of_two_programs_is_in_the_loss_and_the_largest_so_far(
    losses, expected, difference
):
    found = stream_differences(losses, expected)
    np.testing.assert_allclose(found, difference, rtol=1e-15)


def test_the_band_is_the_central_99_percent_and_the_median():
    losses = np.arange(1001.0)[:, None] * [1, -2]
    np.testing.assert_allclose(band(losses), [[5, -1990], [500, -1000], [995, -10]], rtol=1e-12)


def test_the_share_of_a_curve_outside_is_ranked_among_all_with_it():
    epochs = np.array([0.0, 0.5, 1.0, 1.5])
    losses = np.tile(np.linspace(1, 2, 1000)[:, None], 4)
    losses[:, 2] = 7.0  # the curve has no vertex there
    # A vertex may lie a rounding beside its epoch.
    curve = np.column_stack([[0.5 + 1e-9, 1.5 - 1e-9], [1.5, 9.0]])
    found = curve_share(curve, epochs, losses)
    assert found.outside == 0.5
    # Besides itself, five runs on either side lie outside with both vertices.
    below, above = (sum((v < low) | (v > high)) for v, low, high in limits(losses[:, 1], curve))
    assert found.p == pytest.approx((1 + max(below, above)) / 1001, rel=1e-12)
    assert curve_share(curve * [1, 0] + [0, 1.5], epochs, losses) == (0, 1)
    lowest = curve_share(curve * [1, 0], epochs, losses)
    assert lowest.outside == 1
    assert lowest.p < 0.012


def limits(values, curve):
    for vertex in curve[:, 1]:
        pool = np.append(values, vertex)
        yield values, *np.quantile(pool, [0.005, 0.995])


# How strange something is.


def texts(values, decimals=8):
    return [f"{value:.{decimals}f}" for value in values]


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
    pool = rounded(["0.00000000"] * numbers, draws(kind, (200, numbers)))
    found = [rank(texts(pool[i]), pool[np.arange(200) != i]).p for i in range(200)]
    # One number is ranked from both sides, so two of the pool always share a rank.
    for q in (0.01, 0.05, 0.2, 0.5):
        assert np.mean(np.array(found) <= q + 1e-12) == pytest.approx(q, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "as_strange"),
    [("0.98", 50), ("0.02", 50), ("0.50", 1000), ("1.50", 0), ("-1.50", 0), ("0.00", 10)],
)
def test_one_number_is_the_stranger_the_fewer_lie_beyond_it_on_its_side(text, as_strange):
    # Ten of them share two decimals, but five at either end, which are rounded to 0 or 1.
    found = rank([text], np.linspace(0, 1, 1000)[:, None])
    assert found.as_strange == pytest.approx(as_strange, abs=5 if as_strange == 1000 else 0)
    assert found.p == pytest.approx((found.as_strange + 1) / 1001, rel=1e-12)


def test_scores_are_those_of_their_definition():
    generator = np.random.default_rng(4)
    skewed = generator.exponential(size=(300, 2)) @ [[3.0, 0.2], [0.0, 0.1]]
    skewed[:20] *= 1000  # beyond what makes the covariance
    # Most rows are near in each column, but two of them in both.
    crossed = generator.normal(size=(18, 2))
    crossed[10:, 0] *= 1e6
    crossed[:8, 1] *= 1e6
    for pool in (skewed, crossed, 1e-12 * skewed):
        values = 1.1 * pool[5:18]
        expected = distances(values, pool, median_distance(pool))
        np.testing.assert_allclose(scores(values, pool), expected, rtol=1e-9)
    far = np.abs(crossed - np.median(crossed, axis=0)) > 100 * median_distance(crossed)
    assert far.any(axis=1).sum() == 16


def test_where_most_shuffles_tie_the_least_step_is_the_scale():
    generator = np.random.default_rng(8)
    steps = generator.integers(-1, 2, size=(1000, 2)) * (generator.random((1000, 2)) < 0.4)
    for units in ([1.0, 0.25], [1000.0, 1e-3], [0.25, 0.25]):
        pool = steps * units
        assert (median_distance(pool) == 0).all()
        np.testing.assert_allclose(scores(pool, pool), distances(pool, pool, units), rtol=1e-9)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 1e300])
def test_few_shuffles_that_overflowed_do_not_make_the_others_ordinary(odd):
    pool = draws("normal", (1000, 3))
    pool[:10] = odd
    assert np.isfinite(scores(pool, pool)).all()
    assert rank(["0.00", "0.00", "0.00"], pool).as_strange > 900
    assert rank(["9.00", "-9.00", "9.00"], pool).as_strange == 10


def test_a_column_in_which_all_overflowed_leaves_the_others_their_say():
    pool = np.column_stack([np.full(1000, np.nan), draws("normal", (1000, 1))])
    near, far = scores(np.array([[np.nan, 0.0], [np.nan, 6.0]]), pool)
    assert far > near >= 0
    # What overflowed is farther than any number that did not.
    pool[:, 0] = pool[::-1, 1]
    largest, overflowed = scores(np.array([[1e300, 0.0], [np.inf, 0.0]]), pool)
    assert overflowed > largest


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_one_number_that_overflowed_lies_beyond_all_and_ties_with_its_like(odd):
    finite = -1e9 if odd == -np.inf else 1e9
    pool = np.concatenate([np.full(3, odd), np.arange(1.0, 9)])[:, None]
    as_finite = np.where(np.isfinite(pool), pool, finite)
    values, expected = (np.array([[one], [4.0], [5.0]]) for one in (odd, finite))
    assert scores(values, pool).tolist() == scores(expected, as_finite).tolist()
    assert scores(values, pool)[0] == -3


def test_far_below_is_as_strange_as_far_above():
    pool = draws("normal", (2000, 2)) * [1, 1e-9]
    low, high = (scores(np.array([[0.5 * sign, sign * np.inf]]), pool) for sign in (-1, 1))
    assert low == pytest.approx(high, rel=0.1)
    # The two move together: it is the sign of the one that lies against the other.
    along = np.column_stack([pool[:, 0], pool[:, 0] + 0.1 * pool[:, 1] * 1e9])
    with_it, against = (scores(np.array([[-3.0, sign * np.inf]]), along).item() for sign in (-1, 1))
    assert with_it < against


def test_a_number_that_no_shuffle_changes_has_no_say_until_it_is_another():
    pool = np.column_stack([np.full(1000, 4.2), draws("normal", (1000, 2))])
    assert rank(["4.20", "0.00", "0.00"], pool).p > 0.9
    assert rank(["4.21", "0.00", "0.00"], pool).p == pytest.approx(1 / 1001, rel=1e-12)
    # However little another it is: of all that can be printed, that is the most.
    fine, far = scores(np.array([[4.2 + 1e-9, 0, 0], [4.2, 6, 6]]), pool)
    assert fine > far
    tiny = np.column_stack([np.full(1000, 1e-12), pool[:, 1]])
    other, far = scores(np.array([[1.1e-12, 0], [1e-12, 6]]), tiny)
    assert other > far


# Two samples.


def walks(points, count, seed=0):
    """Return walks, whose points move together as those of a loss curve do."""
    return np.exp(np.random.default_rng(seed).normal(size=(count, points)).cumsum(axis=1) / 4)


@pytest.mark.parametrize(("points", "n"), [(1, 16), (3, 2), (30, 16)])
def test_p_values_of_samples_are_uniform(points, n):
    """Draw subsets of a pool, each in turn as the published ones."""
    everything = walks(points, 400)
    apart = pairwise(everything)
    generator = np.random.default_rng(1)
    chosen = np.array([generator.choice(400, n, replace=False) for _ in range(1000)])
    by_chance = energy(apart, choices(400, n))
    found = energy(apart, chosen)
    p = np.array([(1 + (by_chance >= f - 1e-9 * abs(f)).sum()) / 20_000 for f in found])
    for q in (0.01, 0.05, 0.2, 0.5):
        assert abs(np.mean(p <= q) - q) < 4 * np.sqrt(q * (1 - q) / 1000)
    # And that is the p-value of the whole function.
    rest = np.delete(everything, chosen[0], axis=0)
    # A hundred choices, as far as it counts, scatter by a tenth.
    assert two_sample_p(everything[chosen[0]], rest) == pytest.approx(p[0], rel=0.4)


def test_a_sample_that_is_otherwise_correlated_is_refused():
    everything = walks(10, 540)
    published, shuffles = everything[:40], everything[40:]
    assert two_sample_p(published, shuffles) > 0.01
    # Each point scatters as before, but all by one number of each walk.
    by_one = np.exp(np.log(published[:, :1]) * np.sqrt(np.arange(1, 11)))
    assert two_sample_p(by_one, shuffles) < LEAST_P


def test_overflow_is_the_highest_rank():
    everything, highest = walks(2, 300), walks(2, 300)
    everything[3], highest[3] = np.inf, 1e30
    np.testing.assert_array_equal(pairwise(everything), pairwise(highest))


def test_choices_that_lie_as_far_count():
    same = np.full((30, 2), 4.2)
    assert two_sample_p(same[:2], same[2:]) == 1
    # Of the ten pairs of five shuffles, this one lies farthest, and is drawn a tenth of the time.
    apart = np.array([[9.0], [8.0], [1.0], [2.0], [3.0]])
    assert two_sample_p(apart[:2], apart[2:]) == pytest.approx(0.2, rel=0.4)
    everything = walks(3, 310)
    assert two_sample_p(everything[:10] + 1e3, everything[10:]) == 1 / 20_000


def test_choices_are_random_distinct_and_the_same_each_time():
    found = choices(40, 16)
    assert found.shape == (samples.CHOICES, 16)
    assert (np.diff(found, axis=1) > 0).all()
    assert (found == choices(40, 16)).all()
    shares = np.bincount(found.ravel(), minlength=40) / samples.CHOICES
    assert np.abs(shares - 16 / 40).max() < 5 * np.sqrt(0.4 * 0.6 / samples.CHOICES)


def test_a_sample_is_compared_with_so_many_shuffles_that_all_distances_are_kept():
    everything = walks(1, 1205)
    found = two_sample_p(everything[:5], everything[5:])
    assert found == two_sample_p(everything[:5], everything[5:1005])
    assert found != two_sample_p(everything[:5], everything[5:1004])


def test_a_small_p_value_takes_all_choices_and_a_large_one_stops_early(monkeypatch):
    everything, drawn = walks(3, 700), []
    own = samples.energy
    monkeypatch.setattr(samples, "energy", lambda *of: drawn.append(len(of[1])) or own(*of))
    assert two_sample_p(everything[:9], everything[9:]) > 0.05
    assert sum(drawn) < samples.CHOICES / 2
    drawn.clear()
    assert two_sample_p(3 * everything[:9], everything[9:]) == 1 / (1 + samples.CHOICES)
    assert sum(drawn) == 1 + samples.CHOICES


@pytest.mark.slow
def test_so_many_results_that_a_choice_would_draw_one_twice():
    everything = walks(2, 700)
    assert two_sample_p(everything[:400], everything[400:]) > 0.001
    assert two_sample_p(1.5 * everything[:400], everything[400:]) < LEAST_P


# How likely something is.

UNITS = np.array([0.001, 0.001])
TEXTS = ["0.001", "0.001"]


def normal(scale, middle=0.0, count=4000, seed=0):
    return np.random.default_rng(seed).normal(middle, scale, (count, 2)).round(3)


@pytest.mark.parametrize("overflowed", [0, 40])
def test_the_density_is_that_of_its_definition(overflowed):
    # Numbers of different size and scatter, which move together.
    steps = np.random.default_rng(5).normal(size=(400, 2))
    pool = np.array([100.0, -3.0]) + steps @ [[5.0, 0.02], [0.0, 0.01]]
    lost = np.full((overflowed, 2), np.inf)
    density = Likelihood(np.vstack([pool, lost]), UNITS)
    middle, scale = np.median(pool, axis=0), median_distance(pool)
    t = np.arcsinh((pool - middle) / scale)
    covariance = np.cov(t.T) + 1e-3 * np.eye(2)
    share = (1 + overflowed) / (2 + len(pool) + overflowed)
    values, expected = np.array([[100.0, -3.0], [109, -2.95], [80, -3.1]]), []
    for value in values:
        away = np.arcsinh((value - middle) / scale) - t.mean(axis=0)
        square = away @ np.linalg.inv(covariance) @ away
        slopes = 1 / np.sqrt(scale**2 + (value - middle) ** 2)
        height = np.exp(-square / 2) / np.sqrt(np.linalg.det(covariance))
        expected.append(np.log((1 - share) * height * slopes.prod()))
    np.testing.assert_allclose(density(values), expected, rtol=1e-9)
    gone = np.array([[np.inf, 0], [1, np.nan]])
    np.testing.assert_allclose(density(gone), np.log(share), rtol=1e-12)


def test_no_scatter_is_taken_for_less_than_a_unit_of_what_is_printed():
    pool = np.column_stack([np.full(400, 4.2), normal(1, count=400)[:, 0]])
    coarse, fine = (Likelihood(pool, np.array([unit, 0.001])) for unit in (0.1, 0.001))
    away = np.array([[4.3, 0.0]])
    assert coarse(away)[0] > fine(away)[0]
    density = Likelihood(np.full((500, 2), 4.2), UNITS)
    near = density(np.array([[4.2, 4.2], [4.201, 4.2]]))
    assert np.isfinite(near).all()
    assert near[1] > -1e5


@pytest.mark.parametrize("finite", [0, 2])
def test_where_nearly_all_overflowed_nothing_else_is_likely(finite):
    # Of two numbers, two that did not overflow are too few for a covariance.
    pool = np.vstack([np.arange(2.0 * finite).reshape(-1, 2), np.full((500, 2), np.inf)])
    density = Likelihood(pool, UNITS)
    assert density(np.full((1, 2), np.nan))[0] > -0.01
    assert density(np.ones((1, 2)))[0] < -1e5


def test_each_value_is_ranked_by_itself_and_against_the_likeliest_program():
    pools = [normal(1), normal(1e-3, count=2000), normal(0.5, 3, count=2000)]
    right, wrong, _ = among_others(TEXTS, pools)
    values = np.array([[0.0, 0], [0.7, -0.4], [3, 3], [1, 2]])
    together = right.as_strange(values).tolist()
    assert together == [right.as_strange(one[None])[0] for one in values]
    # Each of the others makes one of these likelier than the program itself does.
    assert together[0] <= 2
    assert together[2] <= 2
    assert min(together[1], together[3]) > 100
    assert wrong.as_strange(values[:1])[0] > 1000
    assert next(among_others(TEXTS, pools[:1])).as_strange(values[:1])[0] > 3990


def test_a_single_number_is_strange_on_its_side_whatever_other_programs_print():
    pool = np.linspace(0, 1, 1001)[:, None]
    other = np.full((1000, 1), 0.5)
    ranking = next(among_others(["0.500"], [pool, other]))
    assert list(ranking.as_strange(np.array([[0.5], [0.001], [0.999], [2.0]]))) == [1001, 4, 4, 0]
