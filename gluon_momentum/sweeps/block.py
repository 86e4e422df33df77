"""What the runs of a plan leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array

    from .plan import Plan


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
    seeds, runs = len(plan.seeds), len(plan.runs)
    return Block(
        np.empty((seeds, plan.starts.shape[1], runs), plan.dtype),
        np.empty((seeds, runs), plan.dtype),
        np.empty((seeds, runs), plan.dtype),
        np.empty((seeds, plan.num_kept, runs), plan.dtype),
    )
