r"""Several published results of one experiment together, against the shuffles: two samples.

The statistic is the energy distance between the two,

.. math:: 2\,\overline{|x - y|} - \overline{|x - x'|} - \overline{|y - y'|},

in coordinates in which every point of a curve counts alike and no two of them move together: each
is replaced by its normal score, the normal quantile of its rank, and the scores are divided by
their covariance. If the published results are shuffles like the others, any choice of as many from
both is as likely as theirs: the p-value counts random choices with a distance as large.

Source: G. J. Szekely and M. L. Rizzo, "Testing for equal distributions in high dimension", 2004.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CHOICES = 19_999
_MOST = 2000  # shuffles; the distances of all pairs are kept
_RIDGE = 1e-6  # for points that always move together


def two_sample_p(published: NDArray[Any], shuffles: NDArray[Any]) -> float:
    """Return the p-value of published results, (n, points), among shuffles, (shuffles, points).

    Example:
        >>> import numpy as np
        >>> from gluon_momentum.statistics.samples import two_sample_p
        >>> draws = np.random.default_rng(0).normal(size=(510, 3)).cumsum(axis=1)
        >>> two_sample_p(draws[:10], draws[10:]) > 0.05, two_sample_p(draws[:10] + 2, draws[10:])
        (True, 5e-05)
    """
    n = len(published)
    distances = pairwise(np.vstack([published, shuffles[:_MOST]]))
    found = energy(distances, np.arange(n)[None])[0]
    by_chance = energy(distances, choices(len(distances), n))
    # Sums in another order are equal to rounding.
    as_far = int((by_chance >= found - 1e-9 * abs(found)).sum())
    return (1 + as_far) / (1 + CHOICES)


def pairwise(pool: NDArray[Any]) -> Floats:
    """Return the distance of every two rows of the pool, in the coordinates named above."""
    t = _normal_scores(np.asarray(pool, np.float64))
    covariance = np.atleast_2d(np.cov(t, rowvar=False)) + _RIDGE * np.eye(t.shape[1])
    white = np.linalg.solve(np.linalg.cholesky(covariance), t.T).T
    squares = (white**2).sum(axis=1)
    inner = white @ white.T
    return np.asarray(np.sqrt(np.maximum(squares[:, None] + squares - 2 * inner, 0)))


def energy(distances: Floats, chosen: NDArray[Any]) -> Floats:
    """Return the energy distance of each choice of rows, (choices, n), from all that it leaves."""
    total, n = len(distances), chosen.shape[1]
    rows = distances.sum(axis=1)
    within = sum(distances[chosen, chosen[:, [i]]].sum(axis=1) for i in range(n))
    outward = rows[chosen].sum(axis=1)
    others = rows.sum() - 2 * outward + within
    m = total - n
    return np.asarray(2 * (outward - within) / (n * m) - within / n**2 - others / m**2)


def choices(total: int, n: int) -> NDArray[np.int64]:
    """Return random choices of n among so many, the same at each call, (CHOICES, n)."""
    generator = np.random.default_rng(0)
    found = np.empty((0, n), np.int64)
    while len(found) < CHOICES:
        drawn = np.sort(generator.integers(total, size=(CHOICES, n)), axis=1)
        found = np.vstack([found, drawn[(np.diff(drawn, axis=1) > 0).all(axis=1)]])
    return found[:CHOICES]


def _normal_scores(pool: Floats) -> Floats:
    """Return for each number the normal quantile of its rank in its column; ties share a rank."""
    count = len(pool)
    quantile = np.vectorize(NormalDist().inv_cdf)
    table = quantile(np.arange(1, 2 * count) / (2 * count))  # by ranks from 0.5 in steps of half
    scored = np.empty_like(pool)
    for column, values in enumerate(pool.T):
        ordered = np.sort(values)
        below, upto = np.searchsorted(ordered, values), np.searchsorted(ordered, values, "right")
        scored[:, column] = table[below + upto - 1]
    return scored
