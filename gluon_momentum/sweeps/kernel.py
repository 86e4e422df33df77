"""Taking the steps of many runs: what one worker of a sweep computes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .block import Block, empty_block
from .compiled import compiled
from .regression import fill_gradients, gradients_shape

if TYPE_CHECKING:
    from .plan import Plan

# The state of a strip of runs stays in a core's first-level cache, with room for what passes by.
_STRIP_BYTES = 20 * 1024


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
    width = max(1, _STRIP_BYTES // ((2 * rank + 4) * plan.dtype.itemsize))
    recorded = schedule.recorded(regression.num_examples)
    least = plan.dtype.type(regression.least)
    for i, seed in enumerate(plan.seeds):
        fill_gradients(sums, regression.rows, regression.scales, schedule.batch_size, seed)
        steps = sums.astype(plan.dtype)
        result = final_z[i], out.final[i], out.highest[i], out.losses[i]
        _run(steps, recorded, z[i], lr, mom, least, width, *result)
    with np.errstate(over="ignore", invalid="ignore"):
        np.add(outward @ final_z, fixed[..., None], out=out.params, casting="same_kind")
    # A loss is nan where both of two terms overflowed: then it was above every other.
    out.highest[np.isnan(out.final)] = np.inf
    for losses in (out.final, out.losses):
        np.copyto(losses, np.inf, where=np.isnan(losses))
    return out


@compiled
def _step(strip: Any, matrix: Any, recorded: bool) -> None:
    r"""Take a step of neighbouring runs.

    .. math:: v \leftarrow \gamma v + \eta (H z + g), \qquad z \leftarrow z - v

    Each loop over j is one over the runs, with a number of the mini-batch in front of it: it
    becomes packed instructions, since all that changes is in rows of one array.

    Args:
        strip: (2 r + 4, runs): z, v, the rates, the momenta, the losses and the highest losses.
        matrix: H with g as last column, (r, r + 1).
        recorded: whether the highest loss takes account of this one.
    """
    rank, runs = matrix.shape[0], strip.shape[1]
    rate, mom, loss, high = (
        strip[2 * rank],
        strip[2 * rank + 1],
        strip[2 * rank + 2],
        strip[2 * rank + 3],
    )
    for i in range(rank):
        z, h, g = strip[0], matrix[i, 0], matrix[i, rank]
        for j in range(runs):
            loss[j] = g + h * z[j]
        for k in range(1, rank):
            z, h = strip[k], matrix[i, k]
            for j in range(runs):
                loss[j] += h * z[j]
        v = strip[rank + i]
        for j in range(runs):
            v[j] = mom[j] * v[j] + rate[j] * loss[j]
    z, v = strip[0], strip[rank]
    for j in range(runs):
        z[j] -= v[j]
        loss[j] = z[j] * z[j]
    for i in range(1, rank):
        z, v = strip[i], strip[rank + i]
        for j in range(runs):
            z[j] -= v[j]
            loss[j] += z[j] * z[j]
    if recorded:
        for j in range(runs):
            # A comparison, not max: one instruction, and nan never enters.
            high[j] = loss[j] if loss[j] > high[j] else high[j]


@compiled
def _run(
    steps: Any,
    recorded: Any,
    start: Any,
    lr: Any,
    mom: Any,
    least: Any,
    width: int,
    final_z: Any,
    final: Any,
    highest: Any,
    losses: Any,
) -> None:
    """Run the pairs of lr and mom on one seed's mini-batches, strip by strip.

    Args:
        steps: the matrix of each `_step`, (num_epochs, mini-batches, r, r + 1).
        recorded: whether the loss is recorded after each mini-batch of an epoch.
        start: the first z, (r,).
        lr: learning rate of each run, (runs,), in float64, since it decays.
        mom: momentum of each run, (runs,).
        least: the least possible loss, to be added to |z|^2.
        width: of a strip.
        final_z: gets the final z, (r, runs).
        final: gets the last recorded loss, (runs,).
        highest: gets the highest recorded loss, (runs,).
        losses: gets every recorded loss, (losses, runs), or none, (0, runs).
    """
    # Loops, where NumPy's array expressions would take seconds to compile.
    num_epochs, batches, rank, _ = steps.shape
    for first in range(0, len(lr), width):
        runs = min(width, len(lr) - first)
        strip = np.zeros((2 * rank + 4, runs), steps.dtype)
        rate, gamma = strip[2 * rank], strip[2 * rank + 1]
        loss, high = strip[2 * rank + 2], strip[2 * rank + 3]
        for j in range(runs):
            gamma[j] = mom[first + j]
            for i in range(rank):
                strip[i, j] = start[i]
                loss[j] += strip[i, j] * strip[i, j]
            high[j] = loss[j]
            if len(losses):
                losses[0, first + j] = loss[j] + least
        kept, decay = 0, 1.0
        for epoch in range(num_epochs):
            if epoch > 1:
                decay *= 0.1
            for j in range(runs):
                rate[j] = lr[first + j] * decay
            for batch in range(batches):
                _step(strip, steps[epoch, batch], recorded[batch])
                if not recorded[batch]:
                    continue
                if len(losses):
                    kept += 1
                    for j in range(runs):
                        losses[kept, first + j] = loss[j] + least
                if epoch == num_epochs - 1:
                    for j in range(runs):
                        final[first + j] = loss[j] + least
        for j in range(runs):
            highest[first + j] = high[j] + least
            for i in range(rank):
                final_z[i, first + j] = strip[i, j]
