"""Many runs over the same mini-batches: what is asked for, what they leave, and computing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Sequence

import numpy as np

from .kernel import ADDED, NESTEROV, PLAIN, aligned, fill_gradients, make_run, num_rows
from .regression import broadcast, gradient_terms, gradients_shape
from .schedule import CHAPTER, Rule

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from numpy.typing import NDArray as Array

    from .regression import Regression
    from .schedule import Schedule

    Floats = Array[np.float64]

# A strip's state stays in a core's first-level cache. A plan of a few runs, as of a spread over
# shuffles, has a narrow one.
_WIDTH, _NARROW = 256, 16


class Plan(NamedTuple):
    """Runs that are computed for every seed; `plan` makes it.

    Attributes:
        regression: the data.
        schedule: what each run goes through.
        seeds: one per shuffle.
        starts: the initial weights and bias of each seed and run, (seeds, num_inputs + 1, runs), or
            of each seed, (seeds, num_inputs + 1, 1).
        lr: the learning rate of each run, (runs,).
        mom: its momentum, (runs,).
        rule: the update rule.
        trace: whether every loss is kept.
        dtype: float32 or float64.
    """

    regression: Regression
    schedule: Schedule
    seeds: Sequence[int]
    starts: Floats
    lr: Floats
    mom: Floats
    rule: Rule
    trace: bool
    dtype: np.dtype[Any]

    def part(self, seeds: slice, runs: slice) -> Plan:
        """Return the plan of some of the seeds with some of the runs."""
        of_each = runs if self.starts.shape[2] > 1 else slice(None)
        return self._replace(
            seeds=self.seeds[seeds],
            starts=self.starts[seeds, :, of_each],
            lr=self.lr[runs],
            mom=self.mom[runs],
        )


def plan(
    regression: Regression,
    schedule: Schedule,
    seeds: Sequence[int],
    start: Array[Any],
    lr: ArrayLike,
    mom: ArrayLike,
    rule: Rule = CHAPTER,
    trace: bool = False,
    dtype: str = "float32",
) -> Plan:
    """Return the plan of pairs of lr and mom, two lists of one length, for every seed.

    Args:
        regression: as in `Plan`, like the two that follow.
        schedule: as in `Plan`.
        seeds: as in `Plan`.
        start: the initial weights and bias, (num_inputs + 1,), those of each seed, (seeds, ..), or
            of each seed and run, (seeds, num_inputs + 1, runs).
        lr: the learning rates.
        mom: the momenta.
        rule: as in `Plan`, like the two that follow.
        trace: as in `Plan`.
        dtype: as in `Plan`.
    """
    if np.ndim(start) < 3:
        start = np.broadcast_to(start, (len(seeds), len(regression.best)))[..., None]
    starts = np.asarray(start, np.float64)
    pairs = np.asarray(lr, np.float64), np.asarray(mom, np.float64)
    return Plan(regression, schedule, seeds, starts, *pairs, rule, trace, np.dtype(dtype))


class Block(NamedTuple):
    """What a plan leaves; an overflow makes losses inf, and params inf or nan.

    Attributes:
        params: final weights and then the bias, (seeds, num_inputs + 1, runs).
        final: the last recorded loss, (seeds, runs).
        highest: the highest recorded loss, (seeds, runs).
        losses: every recorded loss, (seeds, losses, runs), or none of them, (seeds, 0, runs).
    """

    params: Array[Any]
    final: Array[Any]
    highest: Array[Any]
    losses: Array[Any]


def empty_block(plan: Plan) -> Block:
    """Return the arrays of a plan's block, to be written."""
    seeds, runs, size = len(plan.seeds), len(plan.lr), plan.starts.shape[1]
    kept = plan.schedule.num_losses(plan.regression.num_examples) if plan.trace else 0
    shapes = (seeds, size, runs), (seeds, runs), (seeds, runs), (seeds, kept, runs)
    return Block(*(np.empty(shape, plan.dtype) for shape in shapes))


def run_blocks(plans: Sequence[Plan]) -> list[Block]:
    """Compute plans of the same data, seeds and dtype: their gradients are found once.

    Their schedules have the same mini-batches; one may have more epochs than another. This is the
    unit of work that an executor is given.
    """
    regression, dtype = plans[0].regression, plans[0].dtype
    schedule = max((plan.schedule for plan in plans), key=lambda each: each.num_epochs)
    shape = gradients_shape(regression.num_examples, len(regression.scales), schedule)
    sums, runs = np.empty(shape), [_Runs(plan) for plan in plans]
    for shared in {plan.rule.broadcast for plan in plans}:
        alike = [each for each in runs if each.shared == shared]
        terms = gradient_terms(alike[0].regression, shared)
        for i, seed in enumerate(plans[0].seeds):
            fill_gradients(sums, *terms, *schedule.batches, seed)
            steps = sums.astype(dtype)
            for each in alike:
                each.go(i, steps)
    return [each.block for each in runs]


class _Runs:
    """The runs of a plan, ready to go over the mini-batches of its seeds; `block` gets them."""

    def __init__(self, plan: Plan) -> None:
        rule, rank = plan.rule, len(plan.regression.scales)
        self.block, self.shared = empty_block(plan), rule.broadcast
        regression = broadcast(plan.regression) if rule.broadcast else plan.regression
        self.regression = regression
        inward = (regression.basis * regression.scales).T
        self._z = inward @ (plan.starts - regression.best[:, None])
        self._outward = regression.basis / regression.scales
        # What the data do not determine stays as it was at the start.
        self._fixed = plan.starts - self._outward @ self._z
        self._least = plan.dtype.type(regression.least)
        self._epochs = plan.schedule.num_epochs
        recorded = plan.schedule.recorded(regression.num_examples)
        self._recorded = recorded, plan.schedule.records.before
        width = _WIDTH if len(plan.lr) > _NARROW else _NARROW
        kind = ADDED if rule.added else NESTEROV if rule.nesterov else PLAIN
        state = aligned(num_rows(rank, kind) * width, plan.dtype)
        decays = rule.decay, rule.decay if rule.outside else 1.0
        self._given = plan.lr, plan.mom, *decays, state
        self._run = make_run(rank, width, kind)

    def go(self, i: int, steps: Array[Any]) -> None:
        """Run all on the mini-batches of the seed at this place."""
        start = self._z[i], self._outward, self._fixed[i], self._least
        block = self.block
        result = block.params[i], block.final[i], block.highest[i], block.losses[i]
        self._run(steps[: self._epochs], *self._recorded, *start, *self._given, *result)
