"""What a call prints over shuffles: from the book's own start, or from any data."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple, Sequence, Tuple

import numpy as np

from ..streams import BOOK_SEED
from ..sweeps import memory
from ..sweeps.distribute import compute
from ..sweeps.regression import Regression, regress
from ..sweeps.runs import Block, plan, run_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..editions import Case
    from ..editions.edition import Truth
    from ..sweeps.schedule import Rule
    from .calls import Call
    from .mistakes import Mistake

    Floats = NDArray[np.float64]
    Pair = Tuple[float, float]

_KEPT = 2000  # data sets, for the mistakes, which all have the same


class _Runs(NamedTuple):
    """Runs from one start, each a pair of lr and mom, under one rule."""

    case: Case
    pairs: Sequence[Pair]
    rule: Rule

    @property
    def axes(self) -> tuple[list[float], list[float]]:
        """The learning rates, and the momenta."""
        return [lr for lr, _ in self.pairs], [mom for _, mom in self.pairs]


class Spreads:
    """The runs behind a comparison.

    Args:
        calls: all that are compared.
        any_data: whether each shuffle has data and a start of its own, as where the generator is
            another than MXNet's; else all have those of an MXNet that nobody seeded, or of seed 0.
            Data that an edition does not generate are the same in any case.
        path: the file of such data, as an edition loads it.
    """

    def __init__(self, calls: Sequence[Call], any_data: bool, path: Path | None) -> None:
        self._calls = [one for call in calls for one in call.alternatives]
        self._any_data = any_data
        self._path = path
        self._kept: dict[Any, dict[Call, Floats]] = {}

    def own(self, call: Call, seeds: range) -> Floats:
        """Return what a call of one case prints over shuffles, (seeds, numbers).

        The numbers are w and b, or the last recorded loss, whichever the call printed. Calls that
        go over the same mini-batches are computed at once.
        """
        key = call.case.mini_batches, seeds
        if key not in self._kept:
            alike = [each for each in self._calls if each.case.mini_batches == key[0]]
            runs = [_Runs(each.case, [_pair(each)], each.case.edition.rule) for each in alike]
            found = zip(alike, self._run(runs, seeds))
            self._kept[key] = {each: _printed(each, block, 0) for each, block in found}
        return self._kept[key][call]

    def mistaken(self, call: Call, mistakes: Sequence[Mistake], seeds: range) -> list[Floats]:
        """Return what a call would print with each of several mistakes."""
        by_rule: dict[Rule, list[int]] = {}
        for number, mistake in enumerate(mistakes):
            by_rule.setdefault(mistake.rule, []).append(number)
        runs = [
            _Runs(call.case, [mistakes[number].pair for number in numbers], rule)
            for rule, numbers in by_rule.items()
        ]
        found: dict[int, Floats] = {}
        for numbers, block in zip(by_rule.values(), self._run(runs, seeds)):
            found.update((number, _printed(call, block, i)) for i, number in enumerate(numbers))
        losses = len(call.printed) == 1
        factors = [mistake.factor if losses else 1.0 for mistake in mistakes]
        return [factor * found[number] for number, factor in enumerate(factors)]

    def _run(self, asked: Sequence[_Runs], seeds: range) -> Iterator[Block]:
        """Compute runs of the same data over the same mini-batches."""
        case = asked[0].case
        edition, schedule = case.edition, case.schedule
        count = sum(len(runs.pairs) for runs in asked)
        shape = case.rows, edition.shape[1]
        sizes = *shape, len(seeds), count, schedule, False, "float32"
        memory.check(
            memory.COPIED * memory.bytes_needed(*sizes),
            f"A comparison with {len(seeds):,} shuffles of {case.settings.num_epochs:,} epochs",
            "ask for fewer",
        )
        if self._any_data and edition.truth is not None:
            return _over_data(edition.truth, asked, seeds)
        regression = _regress(edition.load, case.rows, self._path)
        plans = [
            plan(regression, schedule, seeds, self._start(each, seeds), *each.axes, each.rule)
            for each in asked
        ]
        return iter(compute(plans))

    def _start(self, runs: _Runs, seeds: range) -> Floats:
        if not self._any_data:
            return runs.case.start
        drawn = _draw_starts(BOOK_SEED, len(seeds), runs.case.edition.shape[1])
        return _with_bias(runs.case.program.scale * drawn)


def _over_data(truth: Truth, asked: Sequence[_Runs], seeds: range) -> Iterator[Block]:
    """Compute runs on data and from a start of each seed's own."""
    case = asked[0].case

    def one(number: int) -> list[Block]:
        regression, drawn = _draw(truth, (case.rows, case.edition.shape[1]), number)
        given = regression, case.schedule, [number]
        plans = [
            plan(*given, _with_bias(each.case.program.scale * drawn), *each.axes, each.rule)
            for each in asked
        ]
        return run_blocks(plans)

    # So much of this is Python's that threads would take longer.
    blocks = zip(*map(one, seeds))
    return (Block(*map(np.concatenate, zip(*of_one))) for of_one in blocks)


@lru_cache(maxsize=_KEPT)
def _draw(truth: Truth, shape: tuple[int, int], number: int) -> tuple[Regression, Floats]:
    """Return data as a program generates them, and standard normals for first weights, (1, d)."""
    generator = np.random.default_rng(number)
    features = generator.normal(size=shape)
    labels = features @ truth.w + truth.b + generator.normal(scale=truth.noise, size=shape[0])
    return regress(features, labels), generator.normal(size=(1, shape[1]))


def _draw_starts(seed: int, count: int, num_inputs: int) -> Floats:
    return np.random.default_rng(seed).normal(size=(count, num_inputs))


def _with_bias(weights: Floats) -> Floats:
    """Return weights, (count, num_inputs), with a bias of 0 behind each."""
    return np.column_stack([weights, np.zeros(len(weights))])


@lru_cache(maxsize=None)
def _regress(load: Callable[[Path | None], Any], rows: int, path: Path | None) -> Regression:
    return regress(*(array[:rows].astype(np.float64) for array in load(path)))


def _pair(call: Call) -> Pair:
    return call.case.settings.lr, call.case.settings.mom


def _printed(call: Call, block: Block, run: int) -> Floats:
    """Return what a call prints, of one of the runs that a block has."""
    numbers = block.params if len(call.printed) > 1 else block.final[:, None]
    return np.asarray(numbers[..., run])
