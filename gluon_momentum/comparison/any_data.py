"""The program of 2018 on data and from starts of another generator than the book's."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..experiments import DATA
from ..sweeps.block import Block
from ..sweeps.kernel import run_block
from ..sweeps.plan import Plan
from ..sweeps.regression import Regression, regress

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..sweeps.rule import Rule
    from ..sweeps.schedule import Schedule

    Floats = NDArray[np.float64]

_KEPT = 2000  # data sets, for the mistakes, which all have the same


@lru_cache(maxsize=None)
def over_data(
    schedule: Schedule,
    rates: tuple[float, ...],
    momenta: tuple[float, ...],
    rule: Rule,
    seeds: range,
) -> Block:
    """Run every pair of a rate and a momentum on data and from a start of each seed's own."""
    lr, mom, runs = np.array(rates), np.array(momenta), range(len(rates) * len(momenta))

    def one(number: int) -> Block:
        regression, start = _draw(number)
        given = (regression, schedule, [number], start[None], lr, mom, runs)
        return run_block(Plan(*given, False, np.dtype("float32"), rule))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        blocks = list(pool.map(one, seeds))
    return Block(*(np.concatenate(parts) for parts in zip(*blocks)))


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
