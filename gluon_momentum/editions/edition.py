"""What an edition of the chapter is: one object, of which everything else is derived."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple, Optional, Tuple

import numpy as np

from ..chapter.experiments import Settings
from ..streams import BOOK_SEED, mxnet_normal
from ..sweeps.schedule import CHAPTER, Records, Rule, Schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..chapter.training import Run

    Floats = NDArray[np.float64]

Data = Tuple[Any, Any]  # features and labels
# Draws normals, called with scale and shape; None stands for MXNet's own.
Normal = Optional[Callable[..., Any]]


class Truth(NamedTuple):
    """What generated labels were made with: weights, a bias, and the deviation of the noise."""

    w: tuple[float, ...]
    b: float
    noise: float


class Signature(NamedTuple):
    """How notebooks call a program.

    Attributes:
        function: a regular expression for the whole name of the function.
        positional: the names of its positional arguments.
        shown: how to write such a call for a reader.
        trainer: whether it is given a trainer that was made before.
        told: whether only calls with a momentum are meant, of a name that many functions have.
    """

    function: str
    positional: tuple[str, ...]
    shown: str
    trainer: bool = False
    told: bool = False


class Program(NamedTuple):
    """One of the programs of an edition.

    Attributes:
        name: what it is called by.
        signatures: how notebooks call it.
        train: runs a `Case` of it on MXNet, given features, labels, the case and a `Normal`; the
            first weights are drawn at its start.
        scale: standard deviation of the first weights.
        mean: whether a smaller last mini-batch is divided by its own size, not by batch_size.
        rows: how many of the edition's first examples it trains on; all if None.
    """

    name: str
    signatures: tuple[Signature, ...]
    train: Callable[[Any, Any, Case, Normal], Run]
    scale: float = 0.01
    mean: bool = False
    rows: int | None = None


def on_mxnet(name: str) -> Callable[..., Run]:
    """Return what trains by a function of `training`, which imports MXNet when it is called."""

    def train(*given: Any) -> Run:
        run: Run = getattr(import_module(".training", __package__), name)(*given)
        return run

    return train


class Edition(NamedTuple):
    """A version of the chapter, with its own data and programs.

    Attributes:
        name: what it is called by, such as "2018".
        group: of `published.GROUPS`, what its own programs are checked with.
        about: its data, in a few words.
        shape: (num_examples, num_inputs).
        load: returns features and labels as numpy float32 arrays, given a file's path or None.
        make: returns them as NDArrays of this MXNet, given such a path and a `Normal`.
        drawn: the shapes that its programs draw from MXNet before the first weights.
        truth: what the labels were made with, if they are generated.
        programs: that from scratch first.
        notebooks: the calls of each of its notebooks in order, as the name of a program and its
            settings; all of one draw from one stream.
        decay: what the learning rate is multiplied by at each epoch from the third on.
        records: when a loss is recorded.
        interval: examples between two losses that a run prints.
        prints: what a run prints at its end, "params" (w and b) or "loss".
    """

    name: str
    group: str
    about: str
    shape: tuple[int, int]
    load: Callable[[Path | None], Data]
    make: Callable[[Path | None, Normal], Data]
    drawn: tuple[tuple[int, ...], ...]
    truth: Truth | None
    programs: tuple[Program, ...]
    notebooks: tuple[tuple[tuple[str, Settings], ...], ...]
    decay: float = CHAPTER.decay
    records: Records = Records()
    interval: int = 1
    prints: str = "loss"

    @property
    def usual(self) -> Settings:
        """The settings of its first call."""
        return self.notebooks[0][0][1]

    @property
    def rates(self) -> tuple[float, ...]:
        """The learning rates of its calls, each once."""
        return tuple(dict.fromkeys(case.settings.lr for case in self.cases()))

    @property
    def rows(self) -> tuple[int, ...]:
        """The numbers of examples that its programs train on, each once, the least first."""
        return tuple(sorted({program.rows or self.shape[0] for program in self.programs}))

    @property
    def rule(self) -> Rule:
        """The update rule of its programs."""
        return Rule(decay=self.decay)

    def case(self, program: str, settings: Settings, place: int) -> Case:
        """Return a call of the program with this name."""
        [named] = (one for one in self.programs if one.name == program)
        return Case(self, named, settings, place)

    def cases(self) -> Iterator[Case]:
        """Yield the calls of its notebooks."""
        for notebook in self.notebooks:
            for place, call in enumerate(notebook):
                yield self.case(*call, place)


class Case(NamedTuple):
    """A call of a program, from where the calls before it have left MXNet's stream.

    Attributes:
        edition: the edition.
        program: one of its programs.
        settings: the arguments.
        place: how many calls of the same notebook have drawn their first weights before.
    """

    edition: Edition
    program: Program
    settings: Settings
    place: int

    @property
    def rows(self) -> int:
        """How many examples it trains on, the first of the edition's."""
        return self.program.rows or self.edition.shape[0]

    @property
    def mini_batches(self) -> tuple[Edition, int, Schedule]:
        """What it has in common with cases that go over the same mini-batches."""
        return self.edition, self.rows, self.schedule

    @property
    def schedule(self) -> Schedule:
        """What the run goes through."""
        sizes = self.settings.batch_size, self.settings.num_epochs, self.settings.log_interval
        return Schedule(*sizes, self.edition.records, self.program.mean)

    @property
    def start(self) -> Floats:
        """The first w and b, (num_inputs + 1,), where nobody has seeded MXNet."""
        weights = [(self.edition.shape[1], 1)] * (self.place + 1)
        drawn = mxnet_normal(BOOK_SEED, [*self.edition.drawn, *weights])[-1]
        return np.append(np.float32(self.program.scale) * drawn, 0.0)

    @property
    def alike(self) -> Case:
        """The same call of the edition's first program that goes the same way."""
        own = self.program
        for program in self.edition.programs:
            if (program.scale, program.mean, program.rows) == (own.scale, own.mean, own.rows):
                return self._replace(program=program)
        return self

    def on(self, rows: int) -> Case:
        """Return the same call on so many of the edition's first examples."""
        every = rows == self.edition.shape[0]
        return self._replace(program=self.program._replace(rows=None if every else rows))

    def data(self, arrays: Data) -> Data:
        """Return what it trains on, of the features and labels of its edition."""
        features, labels = arrays
        return features[: self.rows], labels[: self.rows]
