"""The program of 2018 on data and from starts of another generator than the book's."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Sequence

import numpy as np

from ..experiments import DATA
from ..sweeps.block import Block
from ..sweeps.regression import Regression, regress
from ..sweeps.runs import run_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..sweeps.over_shuffles import Grid
    from ..sweeps.schedule import Schedule

    Floats = NDArray[np.float64]

_KEPT = 2000  # data sets, for the mistakes, which all have the same


def over_data(schedule: Schedule, seeds: range, grids: Sequence[Grid]) -> list[Block]:
    """Run every pair of each grid on data and from a start of each seed's own."""

    def one(number: int) -> list[Block]:
        regression, start = _draw(number)
        owned = [grid._replace(start=start) for grid in grids]
        return run_blocks([grid.plan(regression, schedule, [number], False) for grid in owned])

    # So much of this is Python's that threads would take longer.
    return [Block(*map(np.concatenate, zip(*blocks))) for blocks in zip(*map(one, seeds))]


@lru_cache(maxsize=_KEPT)
def _draw(number: int) -> tuple[Regression, Floats]:
    """Return data as the program generates them, and a start, both NumPy's."""
    num_inputs, num_examples = DATA["num_inputs"], DATA["num_examples"]
    generator = np.random.default_rng(number)
    features = generator.normal(size=(num_examples, num_inputs))
    noise = generator.normal(scale=0.01, size=num_examples)
    labels = features @ DATA["true_w"] + DATA["true_b"] + noise
    start = np.append(generator.normal(scale=0.01, size=num_inputs), 0.0)
    return regress(features, labels), start
