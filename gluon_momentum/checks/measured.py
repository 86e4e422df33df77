"""What the checks look at, each part computed when a check first asks for it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Sequence

import numpy as np

from ..chapter.experiments import Outcome
from ..editions import CHAPTER, EDITIONS
from ..environment import import_mxnet, seed
from ..published import executions, legacy_normal
from ..statistics import FEWEST_SHUFFLES, SHUFFLES
from ..streams import BOOK_SEED
from ..sweeps import memory
from ..sweeps.distribute import compute
from ..sweeps.regression import Regression, regress
from ..sweeps.runs import Plan, plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..chapter.training import Run
    from ..editions import Case, Edition
    from ..published import Execution
    from ..sweeps.schedule import Schedule


class Spread(NamedTuple):
    """A case over shuffles of the same data, from the same initial parameters.

    Attributes:
        epochs: where the losses were recorded, (steps,).
        losses: (shuffles, steps).
        params: final w and b, (shuffles, num_inputs + 1).
    """

    epochs: NDArray[np.float64]
    losses: NDArray[Any]
    params: NDArray[Any]


class Measured:
    """The programs of the editions on this MXNet, and their spreads over shuffles.

    Args:
        shuffles: over how many orders of the mini-batches, at least 300.
        data: the file of the edition of 2019, if it is not to be fetched.

    Raises:
        ValueError: shuffles is below 300, or more than memory holds.
    """

    def __init__(self, shuffles: int = SHUFFLES, data: Path | None = None) -> None:
        if shuffles < FEWEST_SHUFFLES:
            raise ValueError(
                f"shuffles must be at least {FEWEST_SHUFFLES}, not {shuffles}: "
                "with fewer, the band would hang on single shuffles."
            )
        self.shuffles = shuffles
        self._path = data
        self._data: dict[str, tuple[Any, Any]] = {}
        self._runs: dict[Any, Run] = {}
        self._spreads: dict[Case, Spread] = {}
        sizes = [
            memory.bytes_needed(rows, inputs, shuffles, len(together), schedule, True, "float32")
            for edition in EDITIONS.values()
            for (_, rows, schedule), together in _together(edition)
            for inputs in edition.shape[1:]
        ]
        memory.check(
            memory.COPIED * max(sizes),
            f"A comparison with {shuffles:,} shuffles",
            "ask for fewer",
        )

    def data(self, edition: Edition) -> tuple[Any, Any]:
        """Return features and labels as numpy arrays, read once."""
        if edition.name not in self._data:
            self._data[edition.name] = edition.load(self._path)
        return self._data[edition.name]

    def run(self, case: Case, seeded: int | None = None, library: str | None = None) -> Run:
        """Return one run of a case on this MXNet.

        Args:
            case: the case.
            seeded: what all generators are set to; else they are as nobody seeded MXNet, and the
                mini-batches are those of the first shuffle.
            library: the C++ library of the MXNet 0.12 whose normals are drawn, if any.
        """
        train = case.program.train
        if train is None:
            raise ValueError(f"{case.program.name!r} is no program of MXNet's.")
        key = case, seeded, library
        if key not in self._runs:
            number = BOOK_SEED if seeded is None else seeded
            normal = None if library is None else _legacy(number, case.edition, library)
            if seeded is None and case.program.anew:
                normal = _first_start(case)
            seed(number)
            data = case.data(case.edition.make(self._path, normal))
            for _ in range(case.place):  # which have drawn their weights before
                import_mxnet().nd.random.normal(shape=(case.edition.shape[1], 1))
            random.seed(number)
            self._runs[key] = train(*data, case, normal)
        return self._runs[key]

    def spread(self, case: Case) -> Spread:
        """Return a case over the shuffles.

        What the executions and the notebooks of its edition have over the same mini-batches is
        found with it.
        """
        if case.alike not in self._spreads:
            together = dict(_together(case.edition)).get(case.mini_batches, [])
            cases = together if case.alike in together else [case.alike]
            arrays = case.data(self.data(case.edition))
            regression = regress(*(array.astype(np.float64) for array in arrays))
            plans = [self._plan(each, regression) for each in cases]
            epochs = case.schedule.epochs(regression.num_examples)
            for each, block in zip(cases, compute(plans)):
                self._spreads[each] = Spread(epochs, block.losses[..., 0], block.params[..., 0])
        return self._spreads[case.alike]

    def _plan(self, case: Case, regression: Regression) -> Plan:
        starts, pair = case.starts(self.shuffles), ([case.rate], [case.settings.mom])
        given = regression, case.schedule, range(self.shuffles), starts, *pair
        return plan(*given, case.rule, trace=True)

    def outcome(self, mom: float) -> Outcome:
        """Return the losses, w and b of the chapter's experiment with this momentum."""
        over = self.spread(chapter_case(mom))
        return Outcome(over.losses, over.params[:, :-1], over.params[:, -1])


def chapter_case(mom: float) -> Case:
    """Return the case of the chapter's own experiment with this momentum."""
    return next(case for case in CHAPTER.cases() if case.settings.mom == mom)


def published_cases(execution: Execution) -> list[Case]:
    """Return the calls of a published execution, in order."""
    return EDITIONS[execution.edition].published(execution)


def _together(edition: Edition) -> list[tuple[tuple[Edition, int, Schedule], list[Case]]]:
    """Return the unseeded cases of an edition that differ, by the mini-batches they go over."""
    found: dict[tuple[Edition, int, Schedule], list[Case]] = {}
    of = [one for one in executions() if one.edition == edition.name and one.seed is None]
    for case in (*edition.cases(), *(case for one in of for case in published_cases(one))):
        alike = found.setdefault(case.mini_batches, [])
        if case.alike not in alike:
            alike.append(case.alike)
    return list(found.items())


def _first_start(case: Case) -> Callable[..., Any]:
    """Return a function in the place of nd.random.normal that gives the first shuffle's weights."""

    def normal(scale: float, shape: Sequence[int]) -> Any:
        return import_mxnet().nd.array(case.starts(1)[0, :-1].reshape(shape))

    return normal


def _legacy(number: int, edition: Edition, library: str) -> Callable[..., Any]:
    """Return a function in the place of nd.random.normal that draws as MXNet 0.12."""
    shapes: list[Sequence[int]] = [*edition.drawn, (edition.shape[1], 1)]
    draws = iter(legacy_normal(number, shapes, library))

    def normal(scale: float, shape: Sequence[int]) -> Any:
        return import_mxnet().nd.array(np.float32(scale) * next(draws))

    return normal
