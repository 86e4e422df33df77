r"""The chapter's linear regression in coordinates where the loss is a plain sum of squares.

With a column of ones for the bias, :math:`X = \sqrt{2n}\, U S V^\top`, and the coordinates
:math:`z = S V^\top (\theta - \theta^*)` around a least-squares solution, the mean loss on all data
is the least possible one plus :math:`|z|^2`: no digits are lost to cancellation near the minimum.
A mini-batch's gradient is affine in z, by a small matrix that depends on the shuffle alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .kernel import fill_gradients

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array

    from .schedule import Schedule

    Floats = Array[np.float64]


class Regression(NamedTuple):
    """The data in the coordinates z; r is the rank of the features with a column of ones.

    Attributes:
        rows: (num_examples, r + 1), an example's features in z and its residual at `best`.
        scales: S, (r,), the largest first.
        basis: V, (num_inputs + 1, r).
        best: a least-squares solution, the weights and then the bias, (num_inputs + 1,).
        least: the mean loss there.
    """

    rows: Floats
    scales: Floats
    basis: Floats
    best: Floats
    least: float

    @property
    def num_examples(self) -> int:
        """How many examples the data have."""
        return len(self.rows)

    @property
    def largest_curvature(self) -> float:
        r"""The largest eigenvalue of the mean loss's Hessian, the bias included.

        .. math:: \lambda_{\max} = \max \operatorname{eig} \tfrac{1}{n} [X, 1]^\top [X, 1]
        """
        return float(2 * self.scales[0] ** 2)


def regress(features: Floats, labels: Floats) -> Regression:
    """Return the regression of labels (n,) on features (n, num_inputs) in the coordinates z."""
    n = len(features)
    inputs = np.column_stack([features, np.ones(n)])
    u, scales, vt = np.linalg.svd(inputs / np.sqrt(2 * n), full_matrices=False)
    rank = int(np.sum(scales > scales[0] * max(inputs.shape) * np.finfo(float).eps))
    u, scales, basis = u[:, :rank] * np.sqrt(2 * n), scales[:rank], vt[:rank].T
    best = basis @ (u.T @ labels / (2 * n) / scales)
    residuals = inputs @ best - labels
    rows = np.column_stack([u, residuals])
    return Regression(rows, scales, basis, best, float(np.mean(residuals**2) / 2))


def broadcast(regression: Regression) -> Regression:
    r"""Return the regression in which every prediction is compared with every label.

    .. math:: \frac{1}{2 n^2} \sum_{i,j} (x_i^\top w + b - y_j)^2
              = \frac{1}{2 n} \sum_i (x_i^\top w + b - \bar y)^2 + \frac{1}{2} \operatorname{var}(y)

    Its best parameters predict the mean label. A row still has the residual of the example's own
    label there, since a mini-batch has its own mean.
    """
    rows, scales, basis, best, _ = regression
    u, weights = rows[:, :-1], basis * scales
    labels = u @ (best @ weights) - rows[:, -1]
    mean = labels.mean()
    constant = mean * (basis / scales) @ u.mean(axis=0) / 2
    rows = np.column_stack([u, mean - labels])
    return Regression(rows, scales, basis, constant, float(labels.var() / 2))


def gradients_shape(num_examples: int, rank: int, schedule: Schedule) -> tuple[int, int, int, int]:
    """Return (num_epochs, mini-batches, r, r + 1), the shape of what `gradients` returns."""
    return schedule.num_epochs, schedule.num_batches(num_examples), rank, rank + 1


def gradients(regression: Regression, schedule: Schedule, seed: int) -> Floats:
    r"""Return each mini-batch's gradient in z, as a matrix to apply to z with a 1 below it.

    .. math:: H_t z + g_t = \frac{S^2}{\text{batch\_size}} \sum_{i \in B_t} u_i (u_i^\top z + r_i)

    The mini-batches are those that d2l's `data_iter` draws after ``random.seed(seed)``, but where
    the schedule has a buffer.

    Returns:
        An array (num_epochs, mini-batches, r, r + 1).
    """
    rank = len(regression.scales)
    sums = np.empty(gradients_shape(regression.num_examples, rank, schedule))
    fill_gradients(sums, *gradient_terms(regression), *schedule.batches, seed)
    return sums


def gradient_terms(regression: Regression, shared: bool = False) -> tuple[Floats, Floats, Floats]:
    r"""Return what the numbers of a mini-batch's matrix, row by row, are made of.

    They are :math:`u_i (u_i^\top, r_i)` of each example, (num_examples, r (r + 1)), and the factors
    :math:`S^2`, (r (r + 1),). If all examples of a mini-batch share its mean residual, 1 stands for
    :math:`r_i`, and the residuals are the third, which is empty otherwise.
    """
    rank = len(regression.scales)
    u, residuals = regression.rows[:, :rank], regression.rows[:, rank]
    last = np.ones_like(residuals) if shared else residuals
    products = u[:, :, None] * np.column_stack([u, last])[:, None, :]
    factors = np.repeat(regression.scales**2, rank + 1)
    return products.reshape(len(u), -1), factors, residuals.copy() if shared else np.empty(0)
