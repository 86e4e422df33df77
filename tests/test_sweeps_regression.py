"""The coordinates of the sweep, compared with the loss and the gradients as they are written."""

import random

import numpy as np
import pytest

from gluon_momentum.sweeps.regression import gradients, gradients_shape, regress
from gluon_momentum.sweeps.schedule import Schedule

RNG = np.random.default_rng(2018)
COLUMN = RNG.normal(size=(40, 1))
FEATURES = {
    "random": RNG.normal(size=(40, 2)),
    "far from the origin, and small": 50 + 0.01 * RNG.normal(size=(40, 2)),
    "one determines the other": np.hstack([COLUMN, 3 * COLUMN]),
    "a constant": np.hstack([COLUMN, np.ones((40, 1))]),
    "fewer examples than parameters": RNG.normal(size=(2, 3)),
    "one example": RNG.normal(size=(1, 2)),
}
RANKS = dict(zip(FEATURES, (3, 3, 2, 2, 2, 1)))


@pytest.fixture(params=FEATURES)
def case(request):
    """Return inputs with a column of ones, labels, their regression, and its rank."""
    features = FEATURES[request.param]
    labels = np.random.default_rng(7).normal(size=len(features))
    inputs = np.column_stack([features, np.ones(len(features))])
    return inputs, labels, regress(features, labels), RANKS[request.param]


def test_the_mean_loss_is_the_least_one_and_the_square_of_z(case):
    inputs, labels, regression, rank = case
    assert regression.scales.shape == (rank,)
    assert regression.num_examples == len(labels)
    assert (np.diff(regression.scales) <= 0).all()
    for theta in np.random.default_rng(1).normal(size=(5, inputs.shape[1])):
        z = regression.scales * (regression.basis.T @ (theta - regression.best))
        loss = np.mean((inputs @ theta - labels) ** 2) / 2
        np.testing.assert_allclose(regression.least + z @ z, loss, rtol=1e-10, atol=0)


def test_the_best_parameters_are_the_least_squares_of_the_smallest_norm(case):
    inputs, labels, regression, _ = case
    best, *_ = np.linalg.lstsq(inputs, labels, rcond=None)
    np.testing.assert_allclose(regression.best, best, rtol=1e-8, atol=1e-12)
    residuals = inputs @ best - labels
    np.testing.assert_allclose(regression.rows[:, -1], residuals, rtol=0, atol=1e-9)
    np.testing.assert_allclose(regression.least, np.mean(residuals**2) / 2, rtol=1e-8, atol=1e-24)


def test_the_largest_curvature_is_the_hessians(case):
    inputs, _, regression, _ = case
    hessian = inputs.T @ inputs / len(inputs)
    np.testing.assert_allclose(
        regression.largest_curvature, np.linalg.eigvalsh(hessian)[-1], rtol=1e-12
    )


@pytest.mark.parametrize("batch_size", [1, 7, 40])
def test_a_gradient_is_the_mini_batchs(batch_size):
    features = FEATURES["random"]
    labels = np.random.default_rng(7).normal(size=40)
    inputs = np.column_stack([features, np.ones(40)])
    regression, schedule = regress(features, labels), Schedule(batch_size, 2, 10)
    steps = gradients(regression, schedule, seed=5)
    assert steps.shape == gradients_shape(40, 3, schedule) == (2, -(-40 // batch_size), 3, 4)
    theta = np.array([0.3, -1, 2])
    z = regression.scales * (regression.basis.T @ (theta - regression.best))
    generator = random.Random(5)
    for epoch in steps:
        order = list(range(40))
        generator.shuffle(order)
        for number, step in enumerate(epoch):
            rows = order[number * batch_size : (number + 1) * batch_size]
            gradient = inputs[rows].T @ (inputs[rows] @ theta - labels[rows]) / batch_size
            # z is S V' theta, and so is its step.
            expected = regression.scales * (regression.basis.T @ gradient)
            np.testing.assert_allclose(step @ [*z, 1], expected, rtol=1e-10, atol=1e-12)
