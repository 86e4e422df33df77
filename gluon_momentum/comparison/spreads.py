"""What a call prints over shuffles: from the book's own start, or from any data."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Sequence, Tuple

import numpy as np

from ..airfoil import data, program
from ..sweeps import memory
from ..sweeps.over_shuffles import Grid, over_shuffles
from ..sweeps.regression import Regression, regress
from ..verification.edition import starts
from ..verification.programs import BOOK_SEED, book_start
from .any_data import over_data

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..sweeps.block import Block
    from ..sweeps.rule import Rule
    from .call import Call
    from .mistakes import Mistake

    Floats = NDArray[np.float64]
    Pair = Tuple[float, float]

_RANKING = 1000  # bytes, of copies of what a shuffle prints, when it is ranked


class Spreads:
    """The runs behind a comparison.

    Args:
        calls: all that are compared.
        any_data: whether each shuffle has data and a start of its own, as where the generator is
            another than MXNet's; else all have those of an MXNet that nobody seeded, or of seed 0.
            The measurements of the edition of 2019 are the same in any case.
        path: the file of that edition, as `airfoil.data.load` takes it.
    """

    def __init__(self, calls: Sequence[Call], any_data: bool, path: Path | None) -> None:
        self._calls = calls
        self._any_data = any_data
        self._path = path
        self._kept: dict[Any, dict[Call, Floats]] = {}

    def own(self, call: Call, seeds: range) -> Floats:
        """Return what a call prints over shuffles, (seeds, numbers).

        The numbers are w and b, or the last recorded loss, whichever the call printed. Calls that
        go over the same mini-batches are computed at once.
        """
        key = call.edition, call.schedule, seeds
        if key not in self._kept:
            alike = [each for each in self._calls if (each.edition, each.schedule) == key[:2]]
            # Of any data, they have the start in common too.
            groups = [alike] if self._any_data else [[each] for each in alike]
            asked = [(group[0], [_pair(each) for each in group], call.rule) for group in groups]
            found = zip(groups, self._run(asked, seeds))
            self._kept[key] = {
                each: _printed(each, *runs, _pair(each)) for group, runs in found for each in group
            }
        return self._kept[key][call]

    def mistaken(self, call: Call, mistakes: Sequence[Mistake], seeds: range) -> list[Floats]:
        """Return what a call would print with each of several mistakes."""
        pairs: dict[Rule, list[Pair]] = {}
        for each in mistakes:
            pairs.setdefault(each.rule, []).append(each.pair)
        asked = [(call, some, rule) for rule, some in pairs.items()]
        found = dict(zip(pairs, self._run(asked, seeds)))
        return [_printed(call, *found[each.rule], each.pair) for each in mistakes]

    def _run(
        self, asked: Sequence[tuple[Call, list[Pair], Rule]], seeds: range
    ) -> Iterator[tuple[Grid, Block]]:
        """Run from the start of each call the pairs of lr and mom, all on the same mini-batches."""
        call = asked[0][0]
        edition, schedule, regression = call.edition, call.schedule, self._regression(call)
        axes = [[tuple(dict.fromkeys(axis)) for axis in zip(*pairs)] for _, pairs, _ in asked]
        self._check_memory(call, len(seeds), sum(len(lr) * len(mom) for lr, mom in axes))
        grids = [
            Grid(self._start(each, len(seeds)), lr, mom, rule)
            for (each, _, rule), (lr, mom) in zip(asked, axes)
        ]
        if self._any_data and edition == "2018":
            return zip(grids, over_data(schedule, seeds, grids))
        return zip(grids, over_shuffles(regression, schedule, seeds, grids))

    def _check_memory(self, call: Call, seeds: int, runs: int) -> None:
        regression = self._regression(call)
        sizes = regression.num_examples, len(regression.best) - 1, seeds, runs
        memory.check(
            memory.bytes_needed(*sizes, call.schedule, False, "float32") + _RANKING * seeds,
            f"A comparison with {seeds:,} shuffles of {call.num_epochs:,} epochs",
            "ask for fewer",
        )

    def _regression(self, call: Call) -> Regression:
        return _regress(call.edition, self._path)

    def _start(self, call: Call, count: int) -> Floats:
        num_inputs = len(self._regression(call).best) - 1
        if self._any_data:
            return _draw_starts(num_inputs, count)
        if call.edition == "2019":
            return np.asarray(starts(call.place + 1, num_inputs)[-1])
        return np.append(*book_start(range(call.place + 1)).initial[call.place])


@lru_cache(maxsize=None)
def _regress(edition: str, path: Path | None) -> Regression:
    if edition == "2019":
        features, labels = (array.asnumpy() for array in data.load(path))
    else:
        features, labels, _ = book_start(())
    return regress(*(array.astype(np.float64) for array in (features, labels)))


def _pair(call: Call) -> Pair:
    return call.lr, call.mom


def _printed(call: Call, grid: Grid, block: Block, pair: Pair) -> Floats:
    """Return what a call prints, of the run with this pair of lr and mom."""
    numbers = block.params if len(call.printed) > 1 else block.final[:, None]
    return np.asarray(numbers[..., grid.number(*pair)])


def _draw_starts(num_inputs: int, count: int) -> Floats:
    drawn = np.random.default_rng(BOOK_SEED).normal(scale=program.SCALE, size=(count, num_inputs))
    return np.column_stack([drawn, np.zeros(count)])
