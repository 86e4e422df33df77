"""How strange a printed value is, and what that says: one verdict for all calls together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..verification.strangeness import rank, rounded, scores
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
# For the mistakes: enough to tell 1 in 100, and how often each would be seen.
_SHUFFLES, _TRIALS = 2000, 400


class Judged(NamedTuple):
    """A call, and how its value lies among shuffles.

    Attributes:
        call: what was asked for, and printed.
        as_strange: the number of shuffles that are as strange, or stranger.
        p: their share, the value counted in.
        verdict: in view of all calls of the comparison.
        explained: the mistakes under which the value would be ordinary, if it is not, and the
            p-value of each, the largest first.
        untold: the mistakes that the value cannot tell from the right program, if it is ordinary:
            of runs with them, less than half would be found out.
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
    return OTHER if together < EXCLUDED or not as_strange else RARE


def joint(p: float, calls: int) -> float:
    """Return how often the least of so many p-values is as small as this one."""
    return float(-np.expm1(calls * np.log1p(-p))) if p < 1 else 1.0


def judge(call: Call, calls: int, spreads: Spreads, shuffles: int) -> Judged:
    """Rank what a call printed among shuffles, and look for what explains it.

    Args:
        call: one of those that are compared.
        calls: how many they are.
        spreads: computes the runs.
        shuffles: how many.
    """
    among = spreads.own(call, range(shuffles))
    ranked = rank(call.printed, among)
    found = verdict(ranked.p, ranked.as_strange, calls)
    wrong = _spread_mistakes(call, spreads)
    explained: list[tuple[Mistake, float]] = []
    untold: list[Mistake] = []
    if found == ORDINARY:
        least = 1 - (1 - REFUSED) ** (1 / calls)
        untold = [each for each, runs in wrong if _seen(call, runs, among, least) < 0.5]
    else:
        ranks = [(each, rank(call.printed, runs).p) for each, runs in wrong]
        explained = [(each, p) for each, p in ranks if p >= REFUSED]
        explained.sort(key=lambda pair: -pair[1])
    return Judged(call, *ranked, found, tuple(explained), tuple(untold), among)


def _spread_mistakes(call: Call, spreads: Spreads) -> list[tuple[Mistake, Floats]]:
    """Return the mistakes with what the call would print, those of an update rule at once."""
    listed = mistakes(call)
    found = {}
    for rule in {each.rule for each in listed}:
        pairs = [each.pair for each in listed if each.rule == rule]
        found[rule] = spreads.finals(call, pairs, rule, range(_SHUFFLES))
    return [(each, found[each.rule][each.pair]) for each in listed]


def _seen(call: Call, runs: Floats, among: Floats, least: float) -> float:
    """Return the share of other runs that would be refused among the right ones."""
    pool = rounded(call.printed, among)
    strange = np.sort(scores(pool, pool))
    theirs = scores(rounded(call.printed, runs[:_TRIALS]), pool)
    as_strange = len(strange) - np.searchsorted(strange, theirs)
    return float(((1 + as_strange) / (1 + len(strange)) < least).mean())
