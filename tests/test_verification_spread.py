"""Where a published curve lies among shuffles."""

import random

import numpy as np
import pytest
import reference

from gluon_momentum.published import unseeded_run
from gluon_momentum.sweeps.regression import regress
from gluon_momentum.sweeps.schedule import Schedule
from gluon_momentum.verification.spread import Spread, band, curve_share, spread

LEAST_P = 0.01 / 21  # that of the whole comparison


def test_p_values_are_uniform_under_exchangeability():
    walks = np.exp(np.random.default_rng(0).normal(size=(400, 50)).cumsum(axis=1))
    epochs = np.arange(50.0)
    curves = []
    for i in range(400):
        rest = Spread(epochs, walks[np.arange(400) != i], None)
        curves.append(curve_share(np.column_stack([epochs, walks[i]]), rest).p)
    # At most a share q of p-values lies at or below q; curves tie, so fewer may.
    assert all(np.mean(np.array(curves) <= q) <= q for q in (0.01, 0.05, 0.2, 0.5))


@pytest.mark.slow
def test_the_published_curve_is_refused_on_other_data(book):
    """The rule by rank has power: the curve does not belong to a band of slightly other data."""
    start, august = book.start, unseeded_run("2018-08").experiments[2]
    noise = np.random.default_rng(0).normal(scale=0.01, size=len(start.labels))
    over = spread(
        regress(start.features.astype(float), start.labels.astype(float) + noise),
        Schedule(10, 3, 10),
        np.append(*start.initial[0.5]),
        august.call.lr,
        august.call.mom,
        range(2200),
    )
    assert curve_share(august.curve[1:], over).p < LEAST_P


@pytest.mark.parametrize(
    ("schedule", "recorded"),
    [
        (Schedule(5, 2, 10), [1, 3, 5]),
        (Schedule(5, 2, 10, from_the_end=True), [2, 4, 6]),
    ],
)
def test_a_spread_is_the_sweep_of_its_call(schedule, recorded):
    features, labels = np.random.default_rng(0).normal(size=(30, 2)), np.arange(30.0)
    found = spread(regress(features, labels), schedule, [1.0, 2.0, 0.0], 0.05, 0.5, [3, 8])
    np.testing.assert_allclose(found.epochs, np.arange(7) / 3, rtol=1e-15)
    for seed, losses, params in zip([3, 8], found.losses, found.params):
        shuffle = random.Random(seed).shuffle
        call = {"lr": 0.05, "mom": 0.5, "batch_size": 5, "num_epochs": 2, "log_interval": 5}
        w, b, expected = reference.train(features, labels, [1, 2], shuffle, **call)
        steps = [0, *recorded, *(np.array(recorded) + 6)]  # of all, each of them recorded
        np.testing.assert_allclose(losses, np.array(expected)[steps], rtol=1e-5, atol=0)
        np.testing.assert_allclose(params, [*w, b], rtol=1e-5)


def test_the_share_of_a_curve_and_the_shuffles_with_as_much_outside():
    epochs = np.array([0.0, 0.5, 1.0, 1.5])
    losses = np.ones((1000, 4))
    losses[1:4, 1] = 2  # as far up as the curve, at the first of its vertices
    losses[4:8, 3] = 0.5  # at none of them
    curve = np.array([[0.5 + 1e-7, 2.0], [1.0, 1.0]])
    share = curve_share(curve, Spread(epochs, losses, None))
    assert share == (0.5, pytest.approx(4 / 1001, rel=1e-12))


def test_a_band_is_the_central_99_percent_and_the_median():
    losses = np.arange(201.0)[:, None] * [1, 10]
    assert band(losses).tolist() == [[1, 10], [100, 1000], [199, 1990]]
