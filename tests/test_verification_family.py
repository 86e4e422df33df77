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

FAMILIES = 5004
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


def draw(generator, n, blocks):
    """Return n different shuffles for each family, as places in one of so many blocks of shuffles.

    A block is as large as what `two_sample_p` compares; nine of them are nearly all shuffles.
    """
    order, size = generator.permutation(SHUFFLES), COMPARED + n
    each = range(FAMILIES // blocks)
    return [
        (
            order[block * size : (block + 1) * size],
            np.array([generator.choice(size, n, replace=False) for _ in each]),
        )
        for block in range(blocks)
    ]


def sample_values(pool, drawn):
    """Return the p-value of each family's shuffles as one published sample, (families,)."""
    p = []
    for block, chosen in drawn:
        among = pool[block].astype(float)
        distances = pairwise(among)
        by_chance = np.sort(energy(distances, choices(len(among), chosen.shape[1])))
        found = energy(distances, chosen)
        as_far = CHOICES - np.searchsorted(by_chance, found - 1e-9 * np.abs(found))
        p += list((1 + as_far) / (1 + CHOICES))
    rest = np.delete(among, chosen[-1], axis=0)
    assert two_sample_p(among[chosen[-1]], rest) == pytest.approx(p[-1], abs=0.02)
    return np.array(p)


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
            pairs = draw(generator, 2, blocks=9)
            first, second = np.vstack([block[chosen] for block, chosen in pairs]).T
            alone = rank_values(params)
            p += [alone[first], alone[second], sample_values(params, pairs)]
    assert_refused_at_most_once_in_a_hundred(np.array(p), "2018")


def test_the_edition_of_2019(airfoil_file):
    measured, generator = Measured(SHUFFLES, airfoil_file), np.random.default_rng(2019)
    executions, p = len(edition_2019().executions), []
    for index in range(len(edition_2019().runs)):
        losses = measured.edition.spread(index).losses
        drawn = draw(generator, executions, blocks=3)
        p += [sample_values(part, drawn) for part in (losses[:, -1:], losses[:, 1:])]
    assert_refused_at_most_once_in_a_hundred(np.array(p), "2019")
