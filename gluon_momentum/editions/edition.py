"""What an edition of the chapter is: one object, of which everything else is derived."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple, Optional, Tuple

import numpy as np

from ..chapter.experiments import Settings
from ..streams import BOOK_SEED, mxnet_normal, mxnet_np_normal
from ..sweeps.schedule import CHAPTER, Records, Rule, Schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..chapter.training import Run
    from ..published import Execution, Result

    Floats = NDArray[np.float64]

Data = Tuple[Any, Any]  # features and labels
# Draws normals, called with scale and shape; None stands for MXNet's own.
Normal = Optional[Callable[..., Any]]
_STREAMS = {"nd": mxnet_normal, "np": mxnet_np_normal}


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
            first weights are drawn at its start. None if it is another framework's.
        scale: standard deviation of the first weights.
        mean: whether a smaller last mini-batch is divided by its own size, not by batch_size.
        rows: how many of the edition's first examples it trains on; all if None.
        framework: what it runs on.
        kind: what a record of executions calls it, "scratch" or "concise", with others of its
            kind; its name if None.
        anew: whether each call draws its first weights anew; else all are of one known stream.
        uniform: half the width of the uniform distribution of its first weights about 0, if they
            are not from a normal one.
        weights: the first weights, if they are always the same.
        bias: half the width of the first bias's uniform distribution about 0.
        gradient: how many times the gradient of half a squared error its steps take.
        factor: what the loss, half a squared error, is multiplied by when it is printed.
        nesterov: whether its steps are Nesterov's.
        num_epochs: how many epochs a call has that names no number; the edition's if None.
        asked: whether a call can ask for another number.
        buffer: of how many examples a shuffle draws each next one; 0 for all.
        fixed: whether its order is the same in each execution, so that all of them are one shuffle.
        since: the first day on which the framework's concise program was this one.
        until: the first day on which it was another again.
    """

    name: str
    signatures: tuple[Signature, ...]
    train: Callable[[Any, Any, Case, Normal], Run] | None
    scale: float = 0.01
    mean: bool = False
    rows: int | None = None
    framework: str = "mxnet"
    kind: str | None = None
    anew: bool = False
    uniform: float | None = None
    weights: tuple[float, ...] | None = None
    bias: float = 0.0
    gradient: float = 1.0
    factor: float = 1.0
    nesterov: bool = False
    num_epochs: int | None = None
    asked: bool = True
    buffer: int = 0
    fixed: bool = False
    since: str = ""
    until: str = ""

    @property
    def as_printed(self) -> Program:
        """What it would be if its learning rate were the one that it is given."""
        return self._replace(gradient=1.0)

    def was_there(self, date: str) -> bool:
        """Tell whether it was its framework's program on this day."""
        return self.since <= date and (not self.until or date < self.until)


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
        namespace: of MXNet, "nd" or "np": what its programs' arrays and normals are of.
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
    namespace: str = "nd"

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
    def frameworks(self) -> tuple[str, ...]:
        """What its programs run on, each once."""
        return tuple(dict.fromkeys(program.framework for program in self.programs))

    @property
    def rule(self) -> Rule:
        """The update rule of its programs."""
        return Rule(decay=self.decay)

    def case(self, program: str, settings: Settings, place: int) -> Case:
        """Return a call of the program with this name."""
        [named] = (one for one in self.programs if one.name == program)
        return Case(self, named, settings, place)

    def published(self, execution: Execution) -> list[Case]:
        """Return the calls of a published execution, in order.

        A call that the edition's notebooks make has its place there, whatever the execution lacks.
        """
        own = {case[1:3]: case.place for case in self.cases()}
        cases = []
        for place, result in enumerate(execution.results):
            call = self.ran(execution, result), result.settings
            cases.append(Case(self, *call, 0 if call[0].anew else own.get(call, place)))
        return cases

    def ran(self, execution: Execution, result: Result) -> Program:
        """Return the program that a published execution ran when it printed this result.

        Where a framework had several one after the other, it is the one that trains on what the
        execution's record says; where that says nothing, the one of its day.
        """
        for program in self.programs:
            if program.kind is None and program.name == result.program:
                return program
        asked = execution.framework, result.program, result.nesterov
        own = [one for one in self.programs if (one.framework, one.kind, one.nesterov) == asked]
        if not own:
            what = f"{execution.framework} {result.program}"
            raise ValueError(f"The edition of {self.name} has no program {what!r}.")
        told = [one for one in own if (one.gradient, one.factor) == result.trained]
        then = [one for one in own if one.was_there(execution.source.date)]
        return [*told, *then, *own][0]

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
        """What it has in common with cases over the same mini-batches, or over some of them."""
        return self.edition, self.rows, self.schedule._replace(num_epochs=1)

    @property
    def schedule(self) -> Schedule:
        """What the run goes through."""
        batch_size, _, _, num_epochs, interval = self.settings
        own = self.program
        if own.num_epochs is not None and not own.asked:
            num_epochs = own.num_epochs
        return Schedule(
            batch_size, num_epochs, interval, self.edition.records, own.mean, own.buffer
        )

    @property
    def rate(self) -> float:
        """The learning rate that its steps have on half a squared error."""
        return self.settings.lr * self.program.gradient

    @property
    def rule(self) -> Rule:
        """The update rule."""
        return self.edition.rule._replace(nesterov=self.program.nesterov)

    @property
    def start(self) -> Floats:
        """The first w and b, (num_inputs + 1,), where nobody has seeded MXNet."""
        weights = [(self.edition.shape[1], 1)] * (self.place + 1)
        stream = _STREAMS[self.edition.namespace]
        drawn = stream(BOOK_SEED, [*self.edition.drawn, *weights])[-1]
        return np.append(np.float32(self.program.scale) * drawn, 0.0)

    def starts(self, count: int) -> Floats:
        """Return the first w and b of so many runs, (count, num_inputs + 1).

        They are the same for all, or drawn anew for each; fewer are the first of more.
        """
        own, num_inputs = self.program, self.edition.shape[1]
        if own.weights is not None:
            return np.tile([*own.weights, 0.0], (count, 1))
        if not own.anew:
            return np.tile(self.start, (count, 1))
        of_weights, of_bias = map(np.random.default_rng, (BOOK_SEED, BOOK_SEED + 1))
        if own.uniform is None:
            weights = own.scale * of_weights.normal(size=(count, num_inputs))
        else:
            weights = own.uniform * of_weights.uniform(-1, 1, size=(count, num_inputs))
        return np.column_stack([weights, own.bias * of_bias.uniform(-1, 1, size=count)])

    @property
    def as_printed(self) -> Case:
        """The same call if its learning rate were the one that it is given."""
        return self._replace(program=self.program.as_printed)

    @property
    def alike(self) -> Case:
        """The same call of the edition's first program that goes the same way."""
        place = 0 if self.program.anew else self.place  # which then says nothing
        for program in self.edition.programs:
            settings = self.settings._replace(lr=self.rate / program.gradient)
            other = Case(self.edition, program, settings, place)
            if other._way == self._way:
                return other
        return self

    @property
    def _way(self) -> tuple[Any, ...]:
        """All that a run depends on, beside its settings."""
        own = self.program
        start = own.scale, own.anew, own.uniform, own.weights, own.bias
        return own.rows, self.schedule, self.rate, self.rule, start

    def on(self, rows: int) -> Case:
        """Return the same call on so many of the edition's first examples."""
        every = rows == self.edition.shape[0]
        return self._replace(program=self.program._replace(rows=None if every else rows))

    def data(self, arrays: Data) -> Data:
        """Return what it trains on, of the features and labels of its edition."""
        features, labels = arrays
        return features[: self.rows], labels[: self.rows]
