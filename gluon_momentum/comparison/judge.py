"""How strange a printed value is, and what that says: one verdict for all calls together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Sequence

import numpy as np

from ..statistics.likelihood import among_others
from ..statistics.printed import rounded
from .mistakes import mistakes

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
    """

    call: Call
    as_strange: int
    p: float
    verdict: str
    explained: tuple[tuple[Mistake, float], ...]
    untold: tuple[Mistake, ...]
    shuffles: Floats


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
    judged = [_judge(one, calls, spreads, shuffles) for one in call.alternatives]
    best = max(judged, key=lambda each: each.p)
    pairs = sorted((pair for one in judged for pair in one.explained), key=lambda pair: pair[1])
    likeliest = {mistake.name: (mistake, p) for mistake, p in pairs}.values()
    explained = (
        () if best.verdict == ORDINARY else tuple(sorted(likeliest, key=lambda pair: -pair[1]))
    )
    return best._replace(call=call, explained=explained)


def _judge(call: Call, calls: int, spreads: Spreads, shuffles: int) -> Judged:
    among = spreads.own(call, range(shuffles))
    listed = mistakes(call)
    programs = [among, *spreads.mistaken(call, listed, range(MISTAKEN))]
    counts = strangeness(call.printed, programs)
    p, *others = ((1 + count) / (1 + len(runs)) for count, runs in zip(counts, programs))
    found = verdict(p, counts[0], calls)
    alike = [(mistake, other) for mistake, other in zip(listed, others) if other >= REFUSED]
    alike.sort(key=lambda pair: -pair[1])
    explained = () if found == ORDINARY else tuple(alike)
    untold = tuple(mistake for mistake, _ in alike) if found == ORDINARY else ()
    return Judged(call, counts[0], p, found, explained, untold, among)


def strangeness(printed: Sequence[str], programs: Sequence[Floats]) -> list[int]:
    """Return for each program how many of its shuffles are as strange as printed numbers.

    Args:
        printed: the numbers, as they were printed.
        programs: what each prints over shuffles, (shuffles, numbers); one is right, and the others
            are what it might be taken for.
    """
    value = [float(text) for text in printed]
    # The value counts as one more shuffle, so that its p-value is exact.
    pools = [rounded(printed, np.vstack([value, runs])) for runs in programs]
    rankings = among_others(printed, pools)
    return [int(one.as_strange(pool[:1])[0]) - 1 for one, pool in zip(rankings, pools)]
