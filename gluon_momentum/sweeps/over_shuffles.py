"""Few runs over many shuffles: the narrow sweep behind every spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Sequence

import numpy as np

from .distribute import compute
from .plan import Plan
from .rule import CHAPTER, Rule

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array

    from .block import Block
    from .regression import Regression
    from .schedule import Schedule


class Grid(NamedTuple):
    """Runs that differ in momentum and learning rate alone.

    Attributes:
        start: the initial weights and bias, (num_inputs + 1,), or those of each seed.
        lr: the learning rates.
        mom: the momenta.
        rule: the update rule.
    """

    start: Array[Any]
    lr: Sequence[float]
    mom: Sequence[float]
    rule: Rule = CHAPTER

    def number(self, lr: float, mom: float) -> int:
        """Return the place of a pair among the runs of a block."""
        return self.mom.index(mom) * len(self.lr) + self.lr.index(lr)

    def plan(
        self, regression: Regression, schedule: Schedule, seeds: Sequence[int], trace: bool
    ) -> Plan:
        """Return the plan of these runs on data, in float32."""
        shape = len(seeds), len(regression.best)
        starts = np.broadcast_to(self.start, shape).astype(np.float64)
        rates, momenta = np.array(self.lr, np.float64), np.array(self.mom, np.float64)
        runs = range(len(rates) * len(momenta))
        given = (regression, schedule, seeds, starts, rates, momenta, runs)
        return Plan(*given, trace, np.dtype("float32"), self.rule)


def over_shuffles(
    regression: Regression,
    schedule: Schedule,
    seeds: Sequence[int],
    grids: Sequence[Grid],
    trace: bool = False,
) -> list[Block]:
    """Run every pair of mom and lr of each grid once for each seed of the mini-batches.

    Args:
        regression: the data.
        schedule: what each run goes through.
        seeds: one per shuffle.
        grids: the runs; all go over the same mini-batches.
        trace: whether every loss is kept.

    Returns:
        The block of each grid.
    """
    plans = [grid.plan(regression, schedule, seeds, trace) for grid in grids]
    return compute(plans, None, False)
