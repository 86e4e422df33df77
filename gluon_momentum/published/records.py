"""The form of what was published, by the kinds of run.

A value stands as it was printed, in a string; a number read from a figure stands as a number.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Source(NamedTuple):
    """Where a run was published."""

    repository: str
    commit: str
    date: str
    path: str
    note: str

    def __str__(self) -> str:
        """Return repository, commit and path."""
        return f"{self.repository} {self.commit}, {self.path}"


class Call(NamedTuple):
    """The arguments of a published call of `optimize`."""

    batch_size: int
    lr: float
    mom: float
    num_epochs: int
    log_interval: int


class PrintedProgram(NamedTuple):
    """What a seeded program printed: the loss after each epoch, two weights and the bias."""

    epoch_losses: tuple[str, ...]
    w: tuple[str, ...]
    b: str
    source: str


class SeededRun(NamedTuple):
    """A run that fixed its seeds: what its two programs (scratch, gluon) printed."""

    source: Source
    call: Call
    printed: dict[str, PrintedProgram]


class PrintedExperiment(NamedTuple):
    """One of the chapter's three experiments, unseeded.

    Attributes:
        call: its arguments.
        w: two printed weights.
        b: the printed bias.
        curve: the vertices of the published loss curve, (n, 2) with epoch and loss, the start
            first; none, (0, 2), where the figure is a picture.
    """

    call: Call
    w: tuple[str, ...]
    b: str
    curve: NDArray[np.float64]


class UnseededRun(NamedTuple):
    """A run of the three experiments whose order of mini-batches is not known."""

    source: Source
    experiments: tuple[PrintedExperiment, ...]


class Trace(NamedTuple):
    """Where gradient descent (mom 0) or momentum ends on the quadratic."""

    lr: float
    mom: float
    x1: str
    x2: str


class EditionRun(NamedTuple):
    """One of the four runs of the book's edition of 2019: "scratch" or "gluon.Trainer"."""

    program: str
    lr: float
    mom: float


class Execution(NamedTuple):
    """An execution of the edition of 2019, unseeded.

    Attributes:
        source: where it was committed.
        printed: the final loss of each of the four runs.
        curves: the losses of each run's figure, (4, 31), evenly from epoch 0 to 2.
    """

    source: Source
    printed: tuple[str, ...]
    curves: NDArray[np.float64]


class Edition(NamedTuple):
    """The edition of 2019: its runs, and the executions that were published of them."""

    runs: tuple[EditionRun, ...]
    executions: tuple[Execution, ...]


class Port(NamedTuple):
    """What a port of the edition of 2019 printed: the final loss of each of the four runs."""

    source: Source
    printed: tuple[str, ...]
