"""The runs of a plan: what one worker of a sweep computes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence

import numpy as np

from .block import Block, empty_block
from .kernel import aligned, make_run
from .regression import fill_gradients, gradient_terms, gradients_shape
from .step import num_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array

    from .plan import Plan

# A strip's state stays in a core's first-level cache. A plan of a few runs, as of a spread over
# shuffles, has a narrow one.
_WIDTH, _NARROW = 256, 16


def run_blocks(plans: Sequence[Plan]) -> list[Block]:
    """Compute plans of the same data, schedule, seeds and dtype: their gradients are found once.

    This is the unit of work that an executor is given.
    """
    regression, schedule, dtype = plans[0].regression, plans[0].schedule, plans[0].dtype
    shape = gradients_shape(regression.num_examples, len(regression.scales), schedule)
    sums, terms = np.empty(shape), gradient_terms(regression)
    runs = [_Runs(plan) for plan in plans]
    for i, seed in enumerate(plans[0].seeds):
        fill_gradients(sums, *terms, schedule.batch_size, schedule.mean, seed)
        steps = sums.astype(dtype)
        for each in runs:
            each.go(i, steps)
    return [each.block for each in runs]


class _Runs:
    """The runs of a plan, ready to go over the mini-batches of its seeds; `block` gets them."""

    def __init__(self, plan: Plan) -> None:
        regression, rule, rank = plan.regression, plan.rule, len(plan.regression.scales)
        self.block = empty_block(plan)
        self._z = (plan.starts - regression.best) @ (regression.basis * regression.scales)
        self._outward = regression.basis / regression.scales
        # What the data do not determine stays as it was at the start.
        self._fixed = plan.starts - self._z @ self._outward.T
        self._least = plan.dtype.type(regression.least)
        self._recorded = plan.schedule.recorded(regression.num_examples)
        width = _WIDTH if len(plan.runs) > _NARROW else _NARROW
        state = aligned(num_rows(rank) * width, plan.dtype)
        decays = rule.decay, rule.decay if rule.outside else 1.0
        self._given = plan.lr, plan.mom, *decays, plan.runs.start, state
        self._run = make_run(rank, width, rule.nesterov)

    def go(self, i: int, steps: Array[Any]) -> None:
        """Run all on the mini-batches of the seed at this place."""
        start = self._z[i], self._outward, self._fixed[i], self._least
        block = self.block
        result = block.params[i], block.final[i], block.highest[i], block.losses[i]
        self._run(steps, self._recorded, *start, *self._given, *result)
