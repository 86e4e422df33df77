"""What the checks look at, each part computed when a check first asks for it."""

from __future__ import annotations

from functools import lru_cache

from .. import memory
from ..dataset import bytes_needed
from ..experiments import CALL, DATA
from ..linear import Schedule, num_losses
from ..training import Run
from . import programs
from .load import unseeded_run
from .spread import Spread, spread

# A p-value from n shuffles is never below 1 / (n + 1): with fewer, no run could be refused.
FEWEST_SHUFFLES = 300
SCHEDULE = Schedule(CALL["batch_size"], CALL["num_epochs"], CALL["log_interval"])


class Measured:
    """The seeded runs again, and the spread of the unseeded ones over shuffles.

    Args:
        shuffles: over how many orders of the mini-batches, at least 300.

    Raises:
        ValueError: shuffles is below 300, or more than memory holds.
    """

    def __init__(self, shuffles: int = 2000) -> None:
        if shuffles < FEWEST_SHUFFLES:
            raise ValueError(
                f"shuffles must be at least {FEWEST_SHUFFLES}, not {shuffles}: "
                "with fewer, no published run could lie outside the band."
            )
        losses = num_losses(DATA["num_examples"], SCHEDULE)
        size = bytes_needed(
            DATA["num_examples"], DATA["num_inputs"], shuffles, 1, SCHEDULE, True, "float32"
        )
        memory.check(
            # The losses of the three experiments; and of one of them copies, in float64.
            3 * size + 3 * 8 * shuffles * losses,
            f"A comparison with {shuffles:,} shuffles",
            "ask for fewer",
        )
        self.shuffles = shuffles
        self.calls = [experiment.call for experiment in unseeded_run("2018-08").experiments]
        self.seeded = lru_cache(maxsize=None)(programs.regenerate)
        self.start = lru_cache(maxsize=None)(self._start)
        self.runs = lru_cache(maxsize=None)(self._runs)
        self.spread = lru_cache(maxsize=None)(self._spread)

    def _start(self) -> programs.Start:
        return programs.book_start(len(self.calls))

    def _runs(self) -> list[Run]:
        return programs.book_runs(self.calls)

    def _spread(self, experiment: int) -> Spread:
        start = self.start()
        return spread(
            start.features,
            start.labels,
            start.initial[experiment],
            self.calls[experiment],
            range(self.shuffles),
        )
