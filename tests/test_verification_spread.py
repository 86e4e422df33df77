"""Where a published run lies among shuffles."""

import random

import numpy as np
import pytest
import reference

from gluon_momentum.published import unseeded_run
from gluon_momentum.published.records import Call
from gluon_momentum.verification.spread import (
    LEAST_P,
    Spread,
    band,
    curve_share,
    params_p_value,
    spread,
)


def test_p_values_are_uniform_under_exchangeability():
    generator = np.random.default_rng(0)
    walks = np.exp(generator.normal(size=(400, 50)).cumsum(axis=1))
    ends = generator.standard_cauchy(size=(400, 3))
    epochs = np.arange(50.0)
    curves, params = [], []
    for i in range(400):
        others = np.arange(400) != i
        rest = Spread(epochs, walks[others], ends[others])
        curves.append(curve_share(np.column_stack([epochs, walks[i]]), rest).p)
        params.append(params_p_value(ends[i], rest))
    for p in (curves, params):
        # At most a share q of p-values lies at or below q; curves tie, so fewer may.
        assert all(np.mean(np.array(p) <= q) <= q for q in (0.01, 0.05, 0.2, 0.5))
    assert np.mean(np.array(params) <= 0.2) == 0.2


def test_published_runs_are_refused_on_other_data(book):
    """The rules by rank have power: the runs do not belong to bands of slightly other data."""
    start, august = book.start, unseeded_run("2018-08").experiments[2]
    noise = np.random.default_rng(0).normal(scale=0.01, size=len(start.labels))

    def over(labels):
        return spread(start.features, labels, start.initial[0.5], august.call, range(300))

    september = unseeded_run("2018-09").experiments[2]
    assert curve_share(august.curve[1:], over(start.labels + noise)).p < LEAST_P
    params = [float(text) for text in (*september.w, september.b)]
    assert params_p_value(params, over(start.labels + 0.005)) < LEAST_P


def test_a_spread_is_the_sweep_of_its_call():
    features, labels = np.random.default_rng(0).normal(size=(30, 2)), np.arange(30.0)
    call = Call(batch_size=5, lr=0.05, mom=0.5, num_epochs=2, log_interval=10)
    start = np.array([[1.0], [2.0]]), np.zeros(1)
    found = spread(features, labels, start, call, [3, 8])
    np.testing.assert_allclose(found.epochs, np.arange(7) / 3, rtol=1e-15)
    for seed, losses, params in zip([3, 8], found.losses, found.params):
        shuffle = random.Random(seed).shuffle
        w, b, expected = reference.train(features, labels, [1, 2], shuffle, **call._asdict())
        np.testing.assert_allclose(losses, expected, rtol=1e-5, atol=0)
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


def test_a_distance_is_measured_in_the_scatter_of_the_pool():
    # Far along the axis on which all scatter is nearer than a little across it.
    along = np.random.default_rng(0).normal(size=1000)
    params = np.column_stack([along, along + 0.01 * np.random.default_rng(1).normal(size=1000)])
    over = Spread(None, None, params)
    assert params_p_value([2, 2], over) > 0.05
    assert params_p_value([0, 0.1], over) == pytest.approx(1 / 1001, rel=1e-12)


def test_a_run_is_refused_once_in_a_hundred_times_for_three_experiments():
    assert pytest.approx(0.01 / 3, rel=1e-12) == LEAST_P
