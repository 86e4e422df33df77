"""The edition of 2019, run again: its four programs, and what the order of mini-batches does."""

from __future__ import annotations

import random
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..airfoil import data, program
from ..airfoil.sampler import PythonShuffle
from ..environment import import_mxnet, seed
from ..published import edition_2019
from ..sweeps.regression import Regression, regress
from ..sweeps.schedule import Schedule
from .programs import BOOK_SEED
from .spread import Spread, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..published.records import EditionRun
    from ..training import Run

GLUON = "gluon.Trainer"


def schedule(
    gluon: bool, batch_size: int = program.BATCH_SIZE, num_epochs: int = program.NUM_EPOCHS
) -> Schedule:
    """Return what a run goes through; Gluon's divides the last mini-batch by batch_size too."""
    sizes = batch_size, num_epochs, program.LOG_INTERVAL
    return Schedule(*sizes, from_the_end=True, mean=not gluon)


class EditionMeasured:
    """The four runs of the edition, and their spreads over shuffles.

    Args:
        shuffles: over how many orders of the mini-batches.
        path: the data file, as `airfoil.data.load` takes it.
    """

    def __init__(self, shuffles: int, path: Path | None = None) -> None:
        self.shuffles = shuffles
        self._path = path
        self._runs: dict[int, Run] = {}
        self._spreads: dict[int, Spread] = {}

    @cached_property
    def data(self) -> tuple[Any, Any]:
        """Features and labels."""
        return data.load(self._path)

    def run(self, index: int) -> Run:
        """Return one execution of a run, by its place among the four, on the first shuffle."""
        if index not in self._runs:
            run = edition_2019().runs[index]
            features, labels = self.data
            # All draw from one stream; this one goes on where those before it have left it.
            starts(index, features.shape[1])
            random.seed(BOOK_SEED)
            sampler = PythonShuffle(len(labels))
            if run.program == GLUON:
                names = {"learning_rate": run.lr, "momentum": run.mom}
                call = ("sgd", names, features, labels)
                self._runs[index] = program.train_gluon_ch7(*call, sampler=sampler)
            else:
                states = program.init_momentum_states(features.shape[1])
                rates = {"lr": run.lr, "momentum": run.mom}
                step = (program.sgd_momentum, states, rates, features, labels)
                self._runs[index] = program.train_ch7(*step, sampler=sampler)
        return self._runs[index]

    @cached_property
    def starts(self) -> NDArray[np.float64]:
        """The first weights of each run and its bias, 0, as an unseeded MXNet draws them."""
        features, _ = self.data
        return starts(len(edition_2019().runs), features.shape[1])

    def spread(self, index: int) -> Spread:
        """Return a run, by its place among the four, over the shuffles."""
        if index not in self._spreads:
            run: EditionRun = edition_2019().runs[index]
            problem = self._regression, schedule(run.program == GLUON), self.starts[index]
            self._spreads[index] = spread(*problem, run.lr, run.mom, range(self.shuffles))
        return self._spreads[index]

    @cached_property
    def _regression(self) -> Regression:
        features, labels = (array.asnumpy().astype(np.float64) for array in self.data)
        return regress(features, labels)


def starts(count: int, num_inputs: int) -> NDArray[np.float64]:
    """Return the parameters that so many runs in a row start from, after `BOOK_SEED`.

    Gluon's net draws as many numbers as the programs from scratch, and in the same way.
    """
    mx = import_mxnet()
    seed(BOOK_SEED)
    found = np.zeros((count, num_inputs + 1))
    for start in found:
        start[:-1] = mx.nd.random.normal(scale=program.SCALE, shape=num_inputs).asnumpy()
    return found
