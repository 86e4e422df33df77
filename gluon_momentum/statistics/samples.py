r"""Several published results of one experiment together, against the shuffles: two samples.

The statistic is the energy distance between the two,

.. math:: 2\,\overline{|x - y|} - \overline{|x - x'|} - \overline{|y - y'|},

in coordinates in which every point of a curve counts alike and no two of them move together: each
is replaced by its normal score, the normal quantile of its rank, and the scores are divided by
their covariance. If the published results are shuffles like the others, any choice of as many from
both is as likely as theirs: the p-value counts random choices with a distance as large. As soon as
there are a hundred of these, it is their share among all choices so far, which is exact as well;
only small p-values need all of them.

Sources: G. J. Szekely and M. L. Rizzo, "Testing for equal distributions in high dimension", 2004;
J. Besag and P. Clifford, "Sequential Monte Carlo p-values", 1991.
"""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Iterator

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CHOICES = 19_999
_AT_ONCE, _ENOUGH = 500, 100  # choices, and those of them with a distance as large
_MOST = 1000  # shuffles; the distances of all pairs are kept
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
    seen = as_far = 0
    for chosen in _choices(len(distances), n):
        # Sums in another order are equal to rounding.
        far = energy(distances, chosen) >= found - 1e-9 * abs(found)
        if as_far + far.sum() >= _ENOUGH:
            last = np.flatnonzero(far)[_ENOUGH - as_far - 1]
            return float(_ENOUGH / (seen + last + 1))
        seen, as_far = seen + len(far), as_far + int(far.sum())
    return (1 + as_far) / (1 + seen)


def pairwise(pool: NDArray[Any]) -> Floats:
    """Return the distance of every two rows of the pool, in the coordinates named above."""
    t = _normal_scores(np.asarray(pool, np.float64))
    if t.shape[1] == 1:
        deviation = np.sqrt(t.var(ddof=1) + _RIDGE)
        return np.asarray(np.abs(t - t.T) / deviation)
    covariance = np.cov(t, rowvar=False) + _RIDGE * np.eye(t.shape[1])
    white = np.linalg.solve(np.linalg.cholesky(covariance), t.T).T
    halves = (white**2).sum(axis=1) / 2
    squares = white @ white.T
    squares -= halves[:, None]
    squares -= halves
    squares *= -2
    return np.asarray(np.sqrt(np.maximum(squares, 0, out=squares), out=squares))


def energy(distances: Floats, chosen: NDArray[Any]) -> Floats:
    """Return the energy distance of each choice of rows, (choices, n), from all that it leaves."""
    total, n = len(distances), chosen.shape[1]
    rows, flat = distances.sum(axis=1), distances.ravel()
    begins = chosen * total
    half = np.zeros(len(chosen))  # of the distances within, each pair once
    for i in range(1, n):
        half += flat.take(begins[:, :i] + chosen[:, [i]]).sum(axis=1)
    within = 2 * half
    outward = rows[chosen].sum(axis=1)
    others = rows.sum() - 2 * outward + within
    m = total - n
    return np.asarray(2 * (outward - within) / (n * m) - within / n**2 - others / m**2)


def choices(total: int, n: int) -> NDArray[np.int64]:
    """Return random choices of n among so many, the same at each call, (CHOICES, n)."""
    return np.concatenate(list(_choices(total, n)))


def _choices(total: int, n: int) -> Iterator[NDArray[np.int64]]:
    generator = np.random.default_rng(0)
    for first in range(0, CHOICES, _AT_ONCE):
        drawn = np.sort(generator.integers(total, size=(min(_AT_ONCE, CHOICES - first), n)), axis=1)
        # Drawn twice is drawn again: no choice is likelier than another for that.
        while (twice := np.diff(drawn, axis=1) == 0).any():
            drawn[:, 1:][twice] = generator.integers(total, size=twice.sum())
            drawn.sort(axis=1)
        yield drawn


def _normal_scores(pool: Floats) -> Floats:
    """Return for each number the normal quantile of its rank in its column; ties share a rank."""
    table = _quantiles(len(pool))
    scored = np.empty_like(pool)
    for column, values in enumerate(pool.T):
        ordered = np.sort(values)
        below, upto = np.searchsorted(ordered, values), np.searchsorted(ordered, values, "right")
        scored[:, column] = table[below + upto - 1]
    return scored


@lru_cache(maxsize=64)
def _quantiles(count: int) -> Floats:
    """Return the normal quantiles of ranks from 0.5 on in steps of a half, of so many numbers."""
    quantile = NormalDist().inv_cdf
    return np.array([quantile(rank / (2 * count)) for rank in range(1, 2 * count)])
