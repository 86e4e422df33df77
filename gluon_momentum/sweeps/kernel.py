"""Taking the steps of many runs: what one worker of a sweep computes."""

from __future__ import annotations

from functools import lru_cache
from types import FunctionType
from typing import TYPE_CHECKING, Any, Callable

import numpy as np

from .block import Block, empty_block
from .compiled import compiled
from .regression import fill_gradients, gradients_shape
from .step import make_step, num_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array

    from .plan import Plan

# A strip's state stays in a core's first-level cache. A plan of a few runs, as of a spread over
# shuffles, has a narrow one.
_WIDTH, _NARROW = 256, 16
_LINE = 64  # bytes of a line of the cache

_step: Callable[..., Any]  # which `_make_run` gives to `_run`


def run_block(plan: Plan) -> Block:
    """Compute a plan: the unit of work that an executor is given."""
    regression, schedule = plan.regression, plan.schedule
    rank = len(regression.scales)
    z = (plan.starts - regression.best) @ (regression.basis * regression.scales)
    outward = regression.basis / regression.scales
    # What the data do not determine stays as it was at the start.
    fixed = plan.starts - z @ outward.T
    lr, mom = plan.pairs()
    out = empty_block(plan)
    final_z = np.empty((len(plan.seeds), rank, len(lr)), plan.dtype)
    sums = np.empty(gradients_shape(regression.num_examples, rank, schedule))
    width = _WIDTH if len(lr) > _NARROW else _NARROW
    run, state = _make_run(rank, width), _aligned(num_rows(rank) * width, plan.dtype)
    recorded = schedule.recorded(regression.num_examples)
    least = plan.dtype.type(regression.least)
    for i, seed in enumerate(plan.seeds):
        fill_gradients(sums, regression.rows, regression.scales, schedule.batch_size, seed)
        steps = sums.astype(plan.dtype)
        result = final_z[i], out.final[i], out.highest[i], out.losses[i]
        run(steps, recorded, z[i], lr, mom, least, state, *result)
    with np.errstate(over="ignore", invalid="ignore"):
        np.add(outward @ final_z, fixed[..., None], out=out.params, casting="same_kind")
    # A loss is nan where both of two terms overflowed: then it was above every other.
    out.highest[np.isnan(out.final)] = np.inf
    for losses in (out.final, out.losses):
        np.copyto(losses, np.inf, where=np.isnan(losses))
    return out


def _aligned(size: int, dtype: np.dtype[Any]) -> Array[Any]:
    """Return an array at the start of a cache line; elsewhere a run takes half as long again."""
    memory = np.empty(size * dtype.itemsize + _LINE, np.uint8)
    start = -memory.ctypes.data % _LINE
    return memory[start : start + size * dtype.itemsize].view(dtype)


@lru_cache(maxsize=None)
def _make_run(rank: int, width: int) -> Callable[..., Any]:
    """Return `_run` compiled with the step for this rank and width of a strip."""
    names = {**globals(), "_step": make_step(rank, width)}
    function = FunctionType(_run.__code__, names)
    # What numba keeps on disk goes by this name.
    function.__qualname__ = f"run_{rank}_{width}"
    return compiled(function)


def _run(
    steps: Any,
    recorded: Any,
    start: Any,
    lr: Any,
    mom: Any,
    least: Any,
    state: Any,
    final_z: Any,
    final: Any,
    highest: Any,
    losses: Any,
) -> None:
    """Run the pairs of lr and mom on one seed's mini-batches, strip by strip.

    Args:
        steps: the matrix of each step, (num_epochs, mini-batches, r, r + 1).
        recorded: whether the loss is recorded after each mini-batch of an epoch.
        start: the first z, (r,).
        lr: learning rate of each run, (runs,), in float64, since it decays.
        mom: momentum of each run, (runs,).
        least: the least possible loss, to be added to |z|^2.
        state: what a strip is computed in, the argument of `_step`.
        final_z: gets the final z, (r, runs).
        final: gets the last recorded loss, (runs,).
        highest: gets the highest recorded loss, (runs,).
        losses: gets every recorded loss, (losses, runs), or none, (0, runs).
    """
    # Loops, where NumPy's array expressions would take seconds to compile.
    num_epochs, batches, rank, _ = steps.shape
    width = len(state) // (2 * rank + 4)
    rate, gamma = 2 * rank * width, (2 * rank + 1) * width
    loss, high = (2 * rank + 2) * width, (2 * rank + 3) * width
    last = 0  # of the mini-batches of an epoch after which the loss is recorded
    for batch in range(batches):
        if recorded[batch]:
            last = batch
    for first in range(0, len(lr), width):
        runs = min(width, len(lr) - first)
        for j in range(len(state)):
            state[j] = 0.0  # a strip that is not full has runs that stay where they are
        for j in range(runs):
            state[gamma + j] = mom[first + j]
            for i in range(rank):
                z = state[i * width + j] = start[i]
                state[loss + j] += z * z
            state[high + j] = state[loss + j]
            if len(losses):
                losses[0, first + j] = state[loss + j] + least
        kept, decay = 0, 1.0
        for epoch in range(num_epochs):
            if epoch > 1:
                decay *= 0.1
            for j in range(runs):
                state[rate + j] = lr[first + j] * decay
            for batch in range(batches):
                _step(state, steps[epoch, batch], recorded[batch])  # noqa: F821
                if recorded[batch] and len(losses):
                    kept += 1
                    for j in range(runs):
                        losses[kept, first + j] = state[loss + j] + least
                if epoch == num_epochs - 1 and batch == last:
                    for j in range(runs):
                        final[first + j] = state[loss + j] + least
        for j in range(runs):
            highest[first + j] = state[high + j] + least
            for i in range(rank):
                final_z[i, first + j] = state[i * width + j]
