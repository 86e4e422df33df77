"""Sharing out a sweep: units of work for any executor, and their results in one place."""

from __future__ import annotations

import os
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from itertools import islice, product
from math import ceil
from typing import Any, Iterator, NamedTuple, Sequence

from ..progress import progress_bar
from .runs import Block, Plan, empty_block, run_blocks

# A unit is long enough that drawing its mini-batches and sending it about cost little next to it;
# no more are under way than many workers need, since their results wait in memory.
_RUNS, _SEEDS, _UNDER_WAY = 2**15, 64, 32


class Unit(NamedTuple):
    """Some seeds and some runs, the same for each of these seeds."""

    seeds: slice
    runs: slice

    @property
    def cells(self) -> int:
        """How many runs these are."""
        return int((self.seeds.stop - self.seeds.start) * (self.runs.stop - self.runs.start))


def units(seeds: int, runs: int) -> Iterator[Unit]:
    """Yield the units of a sweep; they depend on its size alone, not on who computes them."""
    per_unit, pieces = _shares(seeds, runs)
    for i, piece in product(range(0, seeds, per_unit), range(pieces)):
        first, last = piece * runs // pieces, (piece + 1) * runs // pieces
        yield Unit(slice(i, min(i + per_unit, seeds)), slice(first, last))


def units_at_once(seeds: int, runs: int) -> tuple[int, int]:
    """Return how many units this machine's threads hold at once, and how many cells these have."""
    per_unit, pieces = _shares(seeds, runs)
    held = min(ceil(seeds / per_unit) * pieces, os.cpu_count() or 1)
    return held, held * per_unit * ceil(runs / pieces)


def _shares(seeds: int, runs: int) -> tuple[int, int]:
    """Return the seeds of a unit, and in how many pieces the runs are divided."""
    per_unit = min(_SEEDS, seeds, max(1, _RUNS // runs))
    # Equal pieces, and an even number of them, so that two workers end together.
    pieces = 2 * ceil(runs / (2 * _RUNS)) if runs > _RUNS // 8 else 1
    return per_unit, pieces


def compute(
    plans: Sequence[Plan], executor: Executor | None = None, progress: bool = False
) -> list[Block]:
    """Compute plans on an executor, or on a thread per processor of this machine.

    Several plans go over the same mini-batches, as `run_blocks` has it; a unit is of each of them.
    """
    seeds, runs = len(plans[0].seeds), max(len(plan.lr) for plan in plans)
    results = [empty_block(plan) for plan in plans]
    todo = units(seeds, runs)
    under_way: dict[Future[Any], Unit] = {}

    def of(unit: Unit) -> list[Plan]:
        return [plan.part(*unit) for plan in plans]

    def keep(unit: Unit, blocks: list[Block]) -> None:
        for result, block in zip(results, blocks):
            for whole, part in zip(result, block):
                whole[unit.seeds, ..., unit.runs] = part

    def compute_here(unit: Unit) -> None:
        keep(unit, run_blocks(of(unit)))  # in the thread, where copying is shared out too

    with ExitStack() as stack:
        bar = stack.enter_context(progress_bar(f"runs of {seeds * runs:,}", seeds * runs, progress))
        pool = executor or stack.enter_context(ThreadPoolExecutor(os.cpu_count()))
        # Left by an exception or an interrupt, the sweep leaves no work behind.
        stack.callback(lambda: [future.cancel() for future in under_way])

        while True:
            for unit in islice(todo, _UNDER_WAY - len(under_way)):
                work = (run_blocks, of(unit)) if executor else (compute_here, unit)
                under_way[pool.submit(*work)] = unit
            if not under_way:
                return results
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                unit = under_way.pop(future)
                blocks = future.result()
                if blocks is not None:
                    keep(unit, blocks)
                bar.advance(unit.cells)
