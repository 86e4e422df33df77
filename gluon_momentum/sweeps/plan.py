"""What a sweep computes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Sequence

import numpy as np

from .rule import CHAPTER, Rule

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array

    from .regression import Regression
    from .schedule import Schedule

    Floats = Array[np.float64]


class Plan(NamedTuple):
    """A sweep, or a part of one: every seed with every pair of mom and lr.

    Attributes:
        regression: the data.
        schedule: what each run goes through.
        seeds: one per shuffle.
        starts: the initial weights and bias of each seed, (seeds, num_inputs + 1).
        lr: the learning rates, (L,).
        mom: the momenta, (M,).
        runs: the pairs that are computed; the one of mom[i] and lr[j] has the number L * i + j.
        trace: whether every loss is kept.
        dtype: float32 or float64.
        rule: the update rule.
    """

    regression: Regression
    schedule: Schedule
    seeds: Sequence[int]
    starts: Floats
    lr: Floats
    mom: Floats
    runs: range
    trace: bool
    dtype: np.dtype[Any]
    rule: Rule = CHAPTER

    @property
    def num_kept(self) -> int:
        """How many losses of a run are kept."""
        return self.schedule.num_losses(self.regression.num_examples) if self.trace else 0

    def part(self, seeds: slice, runs: slice) -> Plan:
        """Return the plan of some of the seeds with some of the runs."""
        return self._replace(
            seeds=self.seeds[seeds], starts=self.starts[seeds], runs=self.runs[runs]
        )
