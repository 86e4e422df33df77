r"""How likely numbers are in a program, judged by what it printed over shuffles.

Some values lie near the middle of a program's shuffles and are strange all the same: w and b that
have converged, say, where those of the shuffles lie far apart around them. They show by how much
likelier another program makes them. The density is that of a normal distribution on the scale of

.. math:: t = \operatorname{arsinh} \frac{x - \operatorname{median}}{\text{scale}},

on which heavy tails are light; what overflowed has the share of the shuffles that did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Sequence

import numpy as np

from .printed import half_unit
from .ranks import scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_RIDGE = 1e-3  # of the covariance of t
_LEAST = -1e6  # below the logarithm of every density that matters


class Likelihood:
    """The density of numbers that were printed.

    Args:
        pool: what shuffles printed, rounded as it was, (shuffles, numbers).
        units: of the last printed place of each number: no density is finer.
    """

    def __init__(self, pool: Floats, units: Floats) -> None:
        finite = pool[np.isfinite(pool).all(axis=1)]
        self._overflowed = (1 + len(pool) - len(finite)) / (2 + len(pool))
        self._known = len(finite) > pool.shape[1]
        if self._known:
            self._middle = np.median(finite, axis=0)
            scale = np.median(np.abs(finite - self._middle), axis=0)
            self._scale = np.maximum(scale, units)
            t = np.arcsinh((finite - self._middle) / self._scale)
            self._centre = t.mean(axis=0)
            covariance = np.cov(t, rowvar=False) + _RIDGE * np.eye(t.shape[1])
            self._inverse = np.linalg.inv(covariance)
            self._volume = float(np.linalg.slogdet(covariance)[1])

    def __call__(self, values: Floats) -> Floats:
        """Return the logarithm of the density of each row of values, but for a constant."""
        finite = np.isfinite(values).all(axis=1)
        found = np.where(finite, _LEAST, np.log(self._overflowed))
        if self._known:
            away = values[finite] - self._middle
            t = np.arcsinh(away / self._scale) - self._centre
            steep = np.log(np.hypot(self._scale, away)).sum(axis=1)  # dx/dt
            squares = (t @ self._inverse * t).sum(axis=1)
            density = np.log1p(-self._overflowed) - (squares + self._volume) / 2 - steep
            found[finite] = np.maximum(density, _LEAST)
        return np.asarray(found)


class Ranking:
    """Shuffles of a program, and which of them are as strange as a value.

    A value is strange if it lies far out among the shuffles, on either side where it is a single
    number. Several numbers are strange as well if one of the other programs makes them much
    likelier; the more of the two counts.

    Args:
        pool: what the program's shuffles printed, (shuffles, numbers).
        own: the density in the program.
        others: those in other programs.
    """

    def __init__(self, pool: Floats, own: Likelihood, others: Sequence[Likelihood]) -> None:
        self._pool, self._own, self._others = pool, own, others
        kinds = self._kinds(pool)
        self._ordered = [np.sort(kind) for kind in kinds]
        rarest = self._rarest(kinds)
        self._most = np.sort(rarest)
        # How many of the pool are as strange as its first row; computed alone, that would differ in
        # the last bits.
        self.as_first = int((rarest <= rarest[0]).sum())

    def as_strange(self, values: Floats) -> NDArray[np.int64]:
        """Return for each row of values how many shuffles are as strange, or stranger."""
        return np.asarray(np.searchsorted(self._most, self._rarest(self._kinds(values)), "right"))

    def _rarest(self, kinds: Sequence[Floats]) -> NDArray[np.int64]:
        """Return how many shuffles are as strange in the way in which the fewest are."""
        shares = [
            len(ordered) - np.searchsorted(ordered, kind)
            for ordered, kind in zip(self._ordered, kinds)
        ]
        return np.asarray(np.min(shares, axis=0))

    def _kinds(self, values: Floats) -> list[Floats]:
        found = [scores(values, self._pool)]
        if self._others and values.shape[1] > 1:
            likeliest = np.max([other(values) for other in self._others], axis=0)
            found.append(likeliest - self._own(values))
        return found


def among_others(printed: Sequence[str], pools: Sequence[Floats]) -> Iterator[Ranking]:
    """Yield the ranking of each of several programs, the others being what it is taken for.

    Args:
        printed: numbers, as they were printed.
        pools: what each program's shuffles printed, rounded as they are, (shuffles, numbers).
    """
    units = np.array([2 * half_unit(text) for text in printed])
    each = [Likelihood(pool, units) for pool in pools]
    for pool, own in zip(pools, each):
        yield Ranking(pool, own, [other for other in each if other is not own])
