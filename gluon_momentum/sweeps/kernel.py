"""Blocks of runs that share their mini-batches: what one worker of a sweep computes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .regression import gradients

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array

    from .plan import Plan

    Floats = Array[np.float64]

# What the runs of one step touch stays near a core's second-level cache, and is enough for the
# calls of NumPy to cost little next to it; each matrix product stays below the size from which
# OpenBLAS would start threads of its own.
_CACHE_BYTES = 2**20


class Block(NamedTuple):
    """What a block of runs leaves; an overflow makes losses inf, and params inf or nan.

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


def run_block(plan: Plan) -> Block:
    """Compute a plan: the unit of work that an executor is given."""
    regression, dtype = plan.regression, plan.dtype
    steps = np.array([gradients(regression, plan.schedule, seed) for seed in plan.seeds], dtype)
    z = (plan.starts - regression.best) @ (regression.basis * regression.scales)
    outward = regression.basis / regression.scales
    # What the data do not determine stays as it was at the start.
    fixed = plan.starts - z @ outward.T
    lr, mom = plan.pairs()
    out = empty_block(plan)
    width = max(1, _CACHE_BYTES // (dtype.itemsize * len(plan.seeds) * steps.shape[-1] ** 2))
    with np.errstate(over="ignore", invalid="ignore"):
        for i in range(0, len(lr), width):
            runs = slice(i, i + width)
            part = Block(*(array[..., runs] for array in out))
            final_z = _iterate(plan, steps, z, lr[runs], mom[runs], part)
            part.params[:] = outward @ final_z + fixed[..., None]
            if not np.isfinite(part.highest).all():
                for array in (part.final, part.highest, part.losses):
                    np.copyto(array, np.inf, where=np.isnan(array))
    return out


def _iterate(
    plan: Plan,
    steps: Array[Any],
    start: Floats,
    lr: Floats,
    mom: Floats,
    out: Block,
) -> Array[Any]:
    r"""Write the losses of runs whose arrays fit the cache together; return their final z.

    .. math:: v \leftarrow \gamma v + \eta (H_t z + g_t), \qquad z \leftarrow z - v
    """
    seeds, _, _, rank, _ = steps.shape
    dtype = steps.dtype
    # The 1 below z makes the constant part of a gradient a column of its matrix.
    padded = np.ones((seeds, rank + 1, len(lr)), dtype)
    z = padded[:, :rank]
    z[:] = start[..., None]
    v, work = np.zeros_like(z), np.empty_like(z)
    mom = mom.astype(dtype)
    # The losses without the least possible one, which is added to all of them at the end.
    loss = np.sum(z * z, axis=1)
    square, highest = np.empty_like(loss), loss.copy()
    keep = plan.schedule.recorded(plan.regression.num_examples)
    trace = out.losses.shape[1] > 0
    if trace:
        out.losses[:, 0] = loss
    k = 0
    for epoch in range(1, plan.schedule.num_epochs + 1):
        if epoch > 2:
            lr = lr * 0.1
        rate = lr.astype(dtype)
        for batch_i, kept in enumerate(keep):
            # einsum takes half the time for so few rows, but holds the interpreter's lock.
            np.matmul(steps[:, epoch - 1, batch_i], padded, out=work)
            np.multiply(work, rate, out=work)
            np.multiply(v, mom, out=v)
            np.add(v, work, out=v)
            np.subtract(z, v, out=z)
            if not kept:
                continue
            # A row at a time: NumPy's sum over a short axis takes twice as long.
            np.multiply(z[:, 0], z[:, 0], out=loss)
            for i in range(1, rank):
                np.multiply(z[:, i], z[:, i], out=square)
                np.add(loss, square, out=loss)
            np.maximum(highest, loss, out=highest)
            if trace:
                k += 1
                out.losses[:, k] = loss
    out.final[:] = loss
    out.highest[:] = highest
    for losses in (out.final, out.highest, out.losses):
        losses += dtype.type(plan.regression.least)
    return z
