"""How strange a printed value is, and what that says: one verdict for all calls together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Sequence

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
    may = call.alternatives
    judged = [
        _judge(one, [each for each in may if each != one], calls, spreads, shuffles) for one in may
    ]
    best = max(judged, key=lambda each: each.p)
    pairs = sorted((pair for one in judged for pair in one.explained), key=lambda pair: pair[1])
    likeliest = {mistake.name: (mistake, p) for mistake, p in pairs}.values()
    explained = (
        () if best.verdict == ORDINARY else tuple(sorted(likeliest, key=lambda pair: -pair[1]))
    )
    cases = tuple((one.call.case, one.p) for one in judged)
    fitting = tuple(one.call.case for one in judged if one.verdict == ORDINARY)
    return best._replace(call=call, explained=explained, cases=cases, fitting=fitting)


def _judge(
    call: Call, rivals: Sequence[Call], calls: int, spreads: Spreads, shuffles: int
) -> Judged:
    listed, programs = taken_for(call, rivals, spreads, shuffles)
    ranked = Ranked(call.values, programs)
    counts = ranked.as_strange()
    p, *others = ((1 + count) / (1 + len(runs)) for count, runs in zip(counts, programs))
    found = verdict(p, counts[0], calls)
    alike = [(mistake, other) for mistake, other in zip(listed, others) if other >= REFUSED]
    alike.sort(key=lambda pair: -pair[1])
    explained = () if found == ORDINARY else tuple(alike)
    untold = tuple(mistake for mistake, _ in alike) if found == ORDINARY else ()
    # With a curve, nearly all are told.
    wrong = () if call.curve else zip(listed, programs[1:])
    told = tuple((mistake, ranked.refused(runs, calls)) for mistake, runs in wrong)
    return Judged(call, counts[0], p, found, explained, untold, programs[0], (), (), told)


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
    return (own.mini_batches, mistake.rule, *mistake.pair, factor) == (
        other.mini_batches, other.rule, other.rate, other.settings.mom, other.program.factor
    )  # fmt: skip


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

    def as_strange(self) -> list[int]:
        """Return for each program how many of its shuffles are as strange as the values."""
        return [one.as_first - 1 for one in self._rankings]

    def refused(self, runs: Floats, calls: int) -> float:
        """Return which share of other runs is not ordinary in the program that is right."""
        counts = self._rankings[0].as_strange(rounded(self._values, runs))
        # The count with which the p-value of one call is refused.
        least = -math.expm1(math.log1p(-REFUSED) / calls) * len(self._pools[0])
        return float((counts < least).mean())
