"""A sound build is refused for any p-value of a comparison at most once in a hundred times.

Of the shuffles of each spread some take the published runs' place, again and again, and are judged
among all others, by the functions that judge what was published. What these compute from a pool
alone, they compute once: it does not depend on who of the pool was published.
"""

import numpy as np
import pytest

from gluon_momentum.published import edition_2019, unseeded_run
from gluon_momentum.verification import SHUFFLES
from gluon_momentum.verification.check import REFUSED
from gluon_momentum.verification.measured import Measured
from gluon_momentum.verification.samples import CHOICES, choices, energy, pairwise, two_sample_p
from gluon_momentum.verification.spread import Spread, band, curve_share
from gluon_momentum.verification.strangeness import rank, rounded, scores
from gluon_momentum.verification.suite import all_checks

pytestmark = pytest.mark.slow

FAMILIES = 5000
COMPARED = 2000  # shuffles that two_sample_p compares a sample with


def shares(of):
    """Return for each value the share of all that are as large or larger."""
    return (len(of) - np.searchsorted(np.sort(of), of)) / len(of)


def rank_values(params):
    """Return the p-value of each shuffle, its w and b printed with eight decimals."""
    pool = rounded(["0.00000000"] * params.shape[1], params)
    found = shares(scores(pool, pool))
    texts = [f"{value:.8f}" for value in pool[7]]
    assert rank(texts, np.delete(params, 7, axis=0)).p == pytest.approx(found[7], rel=1e-3)
    return found


def curve_values(losses, epochs, curve):
    """Return the p-value of each shuffle, drawn at the epochs of the published curve."""
    steps = np.searchsorted(epochs, np.unique(curve[1:, 0]) - 1e-6)
    pool = losses[:, steps]
    low, _, high = band(pool)
    found = shares(((pool < low) | (pool > high)).mean(axis=1))
    vertices = np.column_stack([epochs[steps], pool[7]])
    rest = Spread(epochs, np.delete(losses, 7, axis=0), None)
    assert curve_share(vertices, rest).p == pytest.approx(found[7], rel=1e-3)
    return found


def sample_values(pool, chosen):
    """Return the p-value of each choice of shuffles, (families, n), as one published sample."""
    n = chosen.shape[1]
    pool = pool[: COMPARED + n].astype(float)
    distances = pairwise(pool)
    found = energy(distances, chosen)
    by_chance = np.sort(energy(distances, choices(len(pool), n)))
    least = found - 1e-9 * np.abs(found)
    p = (1 + CHOICES - np.searchsorted(by_chance, least)) / (1 + CHOICES)
    rest = np.delete(pool, chosen[0], axis=0)
    assert two_sample_p(pool[chosen[0]], rest) == pytest.approx(p[0], abs=0.02)
    return p


def draw(generator, n):
    """Return n different shuffles for each family, of those that a sample is chosen among."""
    total = COMPARED + n
    return np.argsort(generator.random((FAMILIES, total)), axis=1)[:, :n]


def assert_refused_at_most_once_in_a_hundred(p, edition):
    """Judge families of p-values, (p-values, families), as `verify` does."""
    assert len(p) == sum(check.ranked for check in all_checks(edition))
    refused = int((p < REFUSED / len(p)).any(axis=0).sum())
    print(f"edition {edition}: {len(p)} p-values; {refused} of {FAMILIES} families are refused")
    # Four standard deviations of a count above what is allowed; and the rule does refuse some.
    most = FAMILIES * REFUSED
    assert 0 < refused <= most + 4 * np.sqrt(most * (1 - REFUSED))


def test_the_runs_up_to_2018():
    measured, generator = Measured(SHUFFLES), np.random.default_rng(2018)
    p = []
    for experiment in unseeded_run("2018-08").experiments:
        spread = measured.spread(experiment.call.mom)
        curve = curve_values(spread.losses, spread.epochs, experiment.curve)
        p.append(curve[generator.integers(SHUFFLES, size=FAMILIES)])
        for month in ("2018-04", "2018-09"):
            params = measured.spread(experiment.call.mom, month).params
            pair = draw(generator, 2)
            alone = rank_values(params)
            p += [alone[pair[:, 0]], alone[pair[:, 1]], sample_values(params, pair)]
    assert_refused_at_most_once_in_a_hundred(np.array(p), "2018")


def test_the_edition_of_2019(airfoil_file):
    measured, generator = Measured(SHUFFLES, airfoil_file), np.random.default_rng(2019)
    executions, p = len(edition_2019().executions), []
    for index in range(len(edition_2019().runs)):
        losses = measured.edition.spread(index).losses
        chosen = draw(generator, executions)
        p += [sample_values(losses[:, -1:], chosen), sample_values(losses[:, 1:], chosen)]
    assert_refused_at_most_once_in_a_hundred(np.array(p), "2019")
