"""What a call prints over shuffles: from the book's own start, or from any data."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Sequence, Tuple

import numpy as np

from ..airfoil import data, program
from ..sweeps import memory
from ..sweeps.over_shuffles import over_shuffles
from ..sweeps.regression import Regression, regress
from ..verification.edition import starts
from ..verification.programs import BOOK_SEED, book_start
from .any_data import over_data

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
        self._regression = lru_cache(maxsize=None)(self._regress)

    def own(self, call: Call, seeds: range) -> Floats:
        """Return what a call prints over shuffles, (seeds, numbers).

        The numbers are w and b, or the last recorded loss, whichever the call printed.
        """
        pair = call.lr, call.mom
        alike = [pair]
        if self._any_data:  # calls that go over the same data alike are computed at once
            alike = [
                (each.lr, each.mom)
                for each in self._calls
                if (each.edition, each.schedule) == (call.edition, call.schedule)
            ]
        return self.finals(call, alike, call.rule, seeds)[pair]

    def mistaken(self, call: Call, mistakes: Sequence[Mistake], seeds: range) -> list[Floats]:
        """Return what a call would print with each of several mistakes."""
        found = {}
        for rule in {each.rule for each in mistakes}:
            pairs = [each.pair for each in mistakes if each.rule == rule]
            found[rule] = self.finals(call, pairs, rule, seeds)
        return [found[each.rule][each.pair] for each in mistakes]

    def finals(
        self, call: Call, pairs: Sequence[Pair], rule: Rule, seeds: range
    ) -> dict[Pair, Floats]:
        """Return the same with other pairs of lr and mom, and another update rule."""
        rates, momenta = (tuple(dict.fromkeys(each)) for each in zip(*pairs))
        num_examples, size = self._regression(call.edition).rows.shape
        runs = len(seeds), len(rates) * len(momenta)
        needed = num_examples, size - 1, *runs, call.schedule, False, "float32"
        memory.check(
            memory.bytes_needed(*needed) + _RANKING * len(seeds),
            f"A comparison with {len(seeds):,} shuffles of {call.num_epochs:,} epochs",
            "ask for fewer",
        )
        if self._any_data and call.edition == "2018":
            block = over_data(call.schedule, rates, momenta, rule, seeds)
        else:
            regression = self._regression(call.edition)
            grid = (rates, momenta, seeds, False, rule)
            start = self._start(call, len(seeds))
            block = over_shuffles(regression, call.schedule, start, *grid)
        numbers = block.params if len(call.printed) > 1 else block.final[:, None]
        return {
            (lr, mom): numbers[..., momenta.index(mom) * len(rates) + rates.index(lr)]
            for lr, mom in pairs
        }

    def _regress(self, edition: str) -> Regression:
        if edition == "2019":
            features, labels = (array.asnumpy() for array in data.load(self._path))
        else:
            features, labels, _ = book_start(())
        return regress(*(array.astype(np.float64) for array in (features, labels)))

    def _start(self, call: Call, count: int) -> Floats:
        num_inputs = len(self._regression(call.edition).best) - 1
        if self._any_data:
            return _draw_starts(num_inputs, count)
        if call.edition == "2019":
            return np.asarray(starts(call.place + 1, num_inputs)[-1])
        return np.append(*book_start(range(call.place + 1)).initial[call.place])


def _draw_starts(num_inputs: int, count: int) -> Floats:
    drawn = np.random.default_rng(BOOK_SEED).normal(scale=program.SCALE, size=(count, num_inputs))
    return np.column_stack([drawn, np.zeros(count)])
