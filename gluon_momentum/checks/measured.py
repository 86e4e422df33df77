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
        self._together = _together()
        sizes = [
            memory.bytes_needed(rows, inputs, shuffles, len(cases), schedule, True, "float32")
            for cases in self._together.values()
            for rows, inputs, schedule in [_longest(cases)]
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
            seed(number)
            data = case.data(case.edition.make(self._path, normal))
            random_numbers = getattr(import_mxnet(), case.edition.namespace).random
            for _ in range(case.place):  # which have drawn their weights before
                random_numbers.normal(0, 1, (case.edition.shape[1], 1))
            random.seed(number)
            self._runs[key] = train(*data, case, normal)
        return self._runs[key]

    def spread(self, case: Case) -> Spread:
        """Return a case over the shuffles.

        What the executions and the notebooks of its edition have over the same mini-batches is
        found with it.
        """
        alike = case.alike
        if alike not in self._spreads:
            together = self._together.get(alike.mini_batches, [])
            cases = together if alike in together else [alike]
            arrays = case.data(self.data(case.edition))
            regression = regress(*(array.astype(np.float64) for array in arrays))
            lists: dict[tuple[Any, ...], list[Case]] = {}
            for each in cases:
                lists.setdefault((each.schedule, each.rule), []).append(each)
            plans = [self._plan(runs, regression) for runs in lists.values()]
            for runs, block in zip(lists.values(), compute(plans)):
                epochs = runs[0].schedule.epochs(regression.num_examples)
                for i, each in enumerate(runs):
                    found = Spread(epochs, block.losses[..., i], block.params[..., i])
                    self._spreads[each] = found
        return self._spreads[alike]

    def _plan(self, runs: Sequence[Case], regression: Regression) -> Plan:
        """Return the plan of cases that have schedule and rule in common."""
        starts = np.stack([case.starts(self.shuffles) for case in runs], axis=-1)
        pairs = [case.rate for case in runs], [case.settings.mom for case in runs]
        schedule, rule = runs[0].schedule, runs[0].rule
        given = regression, schedule, range(self.shuffles), starts, *pairs
        return plan(*given, rule, trace=True)

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


def _together() -> dict[Any, list[Case]]:
    """Return the unseeded cases of all editions that differ, by the mini-batches they go over."""
    every = [case for edition in EDITIONS.values() for case in edition.cases()]
    every += [case for one in executions() if one.seed is None for case in published_cases(one)]
    found: dict[Any, dict[Case, None]] = {}
    for case in dict.fromkeys(every):
        for each in (case.alike, case.as_printed.alike):
            found.setdefault(each.mini_batches, {})[each] = None
    return {key: list(cases) for key, cases in found.items()}


def _longest(cases: Sequence[Case]) -> tuple[int, int, Schedule]:
    """Return the rows, the inputs and the schedule of that case which has most epochs."""
    case = max(cases, key=lambda each: each.schedule.num_epochs)
    return case.rows, case.edition.shape[1], case.schedule


def _legacy(number: int, edition: Edition, library: str) -> Callable[..., Any]:
    """Return a function in the place of nd.random.normal that draws as MXNet 0.12."""
    shapes: list[Sequence[int]] = [*edition.drawn, (edition.shape[1], 1)]
    draws = iter(legacy_normal(number, shapes, library))

    def normal(scale: float, shape: Sequence[int]) -> Any:
        return import_mxnet().nd.array(np.float32(scale) * next(draws))

    return normal
