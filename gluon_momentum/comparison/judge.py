"""How strange a printed value is, and what that says: one verdict for all calls together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Iterator, NamedTuple, Sequence

import numpy as np

from ..statistics.likelihood import among_others
from ..statistics.printed import rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..editions import Case
    from .calls import Call
    from .mistakes import Mistake
    from .spreads import Spreads

    Floats = NDArray[np.float64]

ORDINARY, RARE, OTHER = "ordinary", "rare", "not a run of this program"
# Of sound notebooks, the share that is told that it is not ordinary, and that it is no run of this.
REFUSED, EXCLUDED = 0.01, 0.001
MISTAKEN = 2000  # shuffles of each mistake: enough to tell 1 in 100


class Judged(NamedTuple):
    """A call, and how its value lies among shuffles.

    Attributes:
        call: what was asked for, and printed. Where its rows are not certain, what follows is of
            those under which it is less strange.
        as_strange: the number of shuffles that are as strange, or stranger.
        p: their share, the value counted in.
        verdict: in view of all calls of the comparison.
        explained: the mistakes under which the value would be ordinary, if it is not, and the
            p-value of each, the largest first.
        untold: if the value is ordinary, the mistakes under which it would be so too. It does not
            show whether one of them was made.
        shuffles: what other runs print, (shuffles, numbers).
        cases: what the call may be, and its p-value as each.
        fitting: those of them under which it is ordinary.
        told: the mistakes that are known, and of the runs with each the share that is not ordinary.
    """

    call: Call
    as_strange: int
    p: float
    verdict: str
    explained: tuple[tuple[Mistake, float], ...]
    untold: tuple[Mistake, ...]
    shuffles: Floats
    cases: tuple[tuple[Case, float], ...]
    fitting: tuple[Case, ...]
    told: tuple[tuple[Mistake, float], ...]


def verdict(p: float, as_strange: int, calls: int) -> str:
    """Return the verdict on a call with this p-value, the least of so many independent ones."""
    together = joint(p, calls)
    if together >= REFUSED:
        return ORDINARY
    # The strangest of the shuffles may be as strange in another way.
    return OTHER if together < EXCLUDED or as_strange <= 1 else RARE


def joint(p: float, calls: int) -> float:
    """Return how often the least of so many p-values is as small as this one."""
    return float(-np.expm1(calls * np.log1p(-p))) if p < 1 else 1.0


def judge(call: Call, calls: int, spreads: Spreads, shuffles: int) -> Judged:
    """Rank what a call printed among shuffles, and look for what explains it.

    A call of several cases is judged as each of them, and the one under which it is least strange
    decides. What explains it is that of all.

    Args:
        call: one of those that are compared.
        calls: how many they are.
        spreads: computes the runs.
        shuffles: how many.
    """
    may = [_Trial(one, call.alternatives, calls, spreads, shuffles) for one in call.alternatives]
    best = max(may, key=lambda each: each.p)
    ordinary = best.verdict == ORDINARY
    alike = [pair for one in ([best] if ordinary else may) for pair in one.alike()]
    likeliest = {
        mistake.name: (mistake, p) for mistake, p in sorted(alike, key=lambda pair: pair[1])
    }
    named = sorted(likeliest.values(), key=lambda pair: -pair[1])
    return Judged(
        call,
        best.as_strange,
        best.p,
        best.verdict,
        () if ordinary else tuple(named),
        tuple(mistake for mistake, _ in named) if ordinary else (),
        best.shuffles,
        tuple((one.case, one.p) for one in may),
        tuple(one.case for one in may if one.verdict == ORDINARY),
        () if call.curve else best.told(),  # with a curve, nearly all are
    )


class _Trial:
    """A call as one of those that it may be."""

    def __init__(
        self, call: Call, may: Sequence[Call], calls: int, spreads: Spreads, shuffles: int
    ) -> None:
        rivals = [each for each in may if each != call]
        self._mistakes, self._programs = taken_for(call, rivals, spreads, shuffles)
        self._ranked, self._calls = Ranked(call.values, self._programs), calls
        self.case, self.shuffles = call.case, self._programs[0]
        self.as_strange = self._ranked.as_strange
        self.p = (1 + self.as_strange) / (1 + shuffles)
        self.verdict = verdict(self.p, self.as_strange, calls)

    def alike(self) -> list[tuple[Mistake, float]]:
        """Return the mistakes under which it would be ordinary, and its p-values."""
        counts = zip(self._mistakes, self._ranked.in_others(), self._programs[1:])
        found = [(mistake, (1 + count) / (1 + len(runs))) for mistake, count, runs in counts]
        return [pair for pair in found if pair[1] >= REFUSED]

    def told(self) -> tuple[tuple[Mistake, float], ...]:
        """Return for each mistake the share of its runs that is not ordinary."""
        wrong = zip(self._mistakes, self._programs[1:])
        return tuple((each, self._ranked.refused(runs, self._calls)) for each, runs in wrong)


def taken_for(
    call: Call, rivals: Sequence[Call], spreads: Spreads, shuffles: int
) -> tuple[list[Mistake], list[Floats]]:
    """Return the mistakes of a call, and what programs print over shuffles, for `Ranked`.

    The programs are the call's own, that with each of the mistakes, and those of other calls that
    it may be; what is a mistake in one of them and right in another is none.
    """
    wrong = {
        mistake: runs
        for mistake, runs in spreads.mistaken(call, range(MISTAKEN)).items()
        if not any(_is_right(mistake, call, one) for one in rivals)
    }
    right = [spreads.own(one, range(shuffles))[:MISTAKEN] for one in rivals]
    return [*wrong], [spreads.own(call, range(shuffles)), *wrong.values(), *right]


def _is_right(mistake: Mistake, call: Call, rival: Call) -> bool:
    """Tell whether a mistake in a call makes what it may be as well."""
    own, other = call.case, rival.case
    factor = mistake.factor * own.program.factor
    made = own.rows, own.schedule, mistake.rule, *mistake.pair, factor
    right = other.rate, other.settings.mom, other.program.factor
    return made == (other.rows, other.schedule, other.rule, *right)


class Ranked:
    """Numbers that were printed among the shuffles of several programs.

    Args:
        values: the numbers, as they were printed.
        programs: what each prints over shuffles, (shuffles, numbers); the first one is right, and
            the others are what it might be taken for.
    """

    def __init__(self, values: Sequence[str], programs: Sequence[Floats]) -> None:
        self._values = values
        value = [float(text) for text in values]
        # The value counts as one more shuffle, so that its p-value is exact.
        self._pools = [rounded(values, np.vstack([value, runs])) for runs in programs]
        self._rankings = among_others(values, self._pools)
        self._own = next(self._rankings)

    @property
    def as_strange(self) -> int:
        """How many shuffles of the right program are as strange as the values."""
        return self._own.as_first - 1

    def in_others(self) -> Iterator[int]:
        """Yield, once, how many shuffles of each other program are as strange as the values."""
        return (one.as_first - 1 for one in self._rankings)

    def refused(self, runs: Floats, calls: int) -> float:
        """Return which share of other runs is not ordinary in the program that is right."""
        counts = self._own.as_strange(rounded(self._values, runs))
        # The count with which the p-value of one call is refused.
        least = -math.expm1(math.log1p(-REFUSED) / calls) * len(self._pools[0])
        return float((counts < least).mean())
