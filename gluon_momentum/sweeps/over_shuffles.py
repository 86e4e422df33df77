"""One problem over many shuffles: the narrow sweep behind every spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence

import numpy as np

from .distribute import compute
from .plan import Plan
from .rule import CHAPTER, Rule

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array

    from .block import Block
    from .regression import Regression
    from .schedule import Schedule


def over_shuffles(
    regression: Regression,
    schedule: Schedule,
    start: Array[Any],
    lr: Sequence[float],
    mom: Sequence[float],
    seeds: Sequence[int],
    trace: bool = False,
    rule: Rule = CHAPTER,
) -> Block:
    """Run every pair of mom and lr once for each seed of the mini-batches, in float32.

    Args:
        regression: the data.
        schedule: what each run goes through.
        start: the initial weights and bias, (num_inputs + 1,), or those of each seed.
        lr: the learning rates.
        mom: the momenta.
        seeds: one per shuffle.
        trace: whether every loss is kept.
        rule: the update rule.
    """
    starts = np.broadcast_to(start, (len(seeds), len(regression.best))).astype(np.float64)
    rates, momenta = np.array(lr, np.float64), np.array(mom, np.float64)
    runs = range(len(momenta) * len(rates))
    given = (regression, schedule, seeds, starts, rates, momenta, runs)
    return compute(Plan(*given, trace, np.dtype("float32"), rule), None, False)
