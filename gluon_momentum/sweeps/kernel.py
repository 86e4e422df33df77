"""Taking the steps of many runs: the compiled loops."""

from __future__ import annotations

from functools import lru_cache
from types import FunctionType
from typing import TYPE_CHECKING, Any, Callable

import numpy as np

from .compiled import compiled
from .step import make_step

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array

_LINE = 64  # bytes of a line of the cache

_step: Callable[..., Any]  # which `make_run` gives to `_run`


def aligned(size: int, dtype: np.dtype[Any]) -> Array[Any]:
    """Return an array at the start of a cache line; elsewhere a run takes half as long again."""
    memory = np.empty(size * dtype.itemsize + _LINE, np.uint8)
    start = -memory.ctypes.data % _LINE
    return memory[start : start + size * dtype.itemsize].view(dtype)


@lru_cache(maxsize=None)
def make_run(rank: int, width: int, nesterov: bool) -> Callable[..., Any]:
    """Return `_run` compiled with the step for this rank and width of a strip."""
    names = {**globals(), "_step": make_step(rank, width, nesterov)}
    function = FunctionType(_run.__code__, names)
    # What numba keeps on disk goes by this name.
    function.__qualname__ = f"{'nesterov' if nesterov else 'run'}_{rank}_{width}"
    return compiled(function)


def _run(
    steps: Any,
    recorded: Any,
    start: Any,
    outward: Any,
    fixed: Any,
    least: Any,
    lr: Any,
    mom: Any,
    decay: float,
    slowing: float,
    begin: int,
    state: Any,
    params: Any,
    final: Any,
    highest: Any,
    losses: Any,
) -> None:
    """Run the pairs of lr and mom on one seed's mini-batches, strip by strip.

    Args:
        steps: the matrix of each step, (num_epochs, mini-batches, r, r + 1).
        recorded: whether the loss is recorded after each mini-batch of an epoch.
        start: the first z, (r,).
        outward: what makes parameters of z, (num_inputs + 1, r).
        fixed: what is added to them, (num_inputs + 1,).
        least: the least possible loss, to be added to |z|^2.
        lr: the learning rates of the plan, (L,), in float64, since they decay.
        mom: its momenta, (M,).
        decay: what a rate is multiplied by at each epoch from the third on.
        slowing: what a velocity is multiplied by there.
        begin: the number of the first run, as `Plan.runs` counts them.
        state: what a strip is computed in, the argument of `_step`.
        params: gets the final parameters, (num_inputs + 1, runs).
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
    inf = np.inf
    for first in range(0, len(final), width):
        runs = min(width, len(final) - first)
        for j in range(len(state)):
            state[j] = 0.0  # a strip that is not full has runs that stay where they are
        for j in range(runs):
            state[gamma + j] = mom[(begin + first + j) // len(lr)]
            for i in range(rank):
                z = state[i * width + j] = start[i]
                state[loss + j] += z * z
            state[high + j] = state[loss + j]
            if len(losses):
                losses[0, first + j] = state[loss + j] + least
        kept, share = 0, 1.0
        for epoch in range(num_epochs):
            if epoch > 1:
                share *= decay
                for k in range(rank * width, 2 * rank * width):
                    state[k] *= slowing
            for j in range(runs):
                state[rate + j] = lr[(begin + first + j) % len(lr)] * share
            for batch in range(batches):
                _step(state, steps[epoch, batch], recorded[batch])  # noqa: F821
                if recorded[batch] and len(losses):
                    kept += 1
                    for j in range(runs):
                        t = state[loss + j] + least
                        losses[kept, first + j] = inf if t != t else t
                if epoch == num_epochs - 1 and batch == last:
                    for j in range(runs):
                        final[first + j] = state[loss + j] + least
        for j in range(runs):
            highest[first + j] = state[high + j] + least
            if final[first + j] != final[first + j]:
                # A loss is nan after two of its terms overflowed: it was above every other.
                final[first + j] = highest[first + j] = inf
            for k in range(len(fixed)):
                param = fixed[k]
                for i in range(rank):
                    param += outward[k, i] * state[i * width + j]
                params[k, first + j] = param
