"""What the checks look at, each part computed when a check first asks for it."""

from __future__ import annotations

from functools import cached_property

from ..claims import Outcome
from ..experiments import CALL, DATA
from ..published import unseeded_run
from ..sweeps import memory
from ..sweeps.schedule import Schedule
from ..training import Run
from . import SHUFFLES, programs
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

    def __init__(self, shuffles: int = SHUFFLES) -> None:
        if shuffles < FEWEST_SHUFFLES:
            raise ValueError(
                f"shuffles must be at least {FEWEST_SHUFFLES}, not {shuffles}: "
                "with fewer, no published run could lie outside the band."
            )
        num_examples, num_inputs = DATA["num_examples"], DATA["num_inputs"]
        size = memory.bytes_needed(num_examples, num_inputs, shuffles, 1, SCHEDULE, True, "float32")
        copies = 3 * 8 * shuffles * SCHEDULE.num_losses(num_examples)
        memory.check(
            # The losses of the three experiments; and of one of them copies, in float64.
            3 * size + copies,
            f"A comparison with {shuffles:,} shuffles",
            "ask for fewer",
        )
        self.shuffles = shuffles
        self._calls = {each.call.mom: each.call for each in unseeded_run("2018-08").experiments}
        self._seeded: dict[tuple[str, str], programs.Regenerated] = {}
        self._spreads: dict[float, Spread] = {}

    @cached_property
    def start(self) -> programs.Start:
        """What the unseeded runs started from."""
        return programs.book_start(self._calls)

    @cached_property
    def runs(self) -> dict[float, Run]:
        """One run of each of the chapter's experiments, by momentum."""
        return programs.book_runs(self._calls.values())

    def seeded(self, run: str, program: str) -> programs.Regenerated:
        """Return what a seeded program prints, as `programs.regenerate` does."""
        if (run, program) not in self._seeded:
            self._seeded[run, program] = programs.regenerate(run, program)
        return self._seeded[run, program]

    def spread(self, mom: float) -> Spread:
        """Return the experiment with this momentum over the shuffles."""
        if mom not in self._spreads:
            initial, call = self.start.initial[mom], self._calls[mom]
            data = self.start.features, self.start.labels
            self._spreads[mom] = spread(*data, initial, call, range(self.shuffles))
        return self._spreads[mom]

    def outcome(self, mom: float) -> Outcome:
        """Return the losses, w and b of `spread`, as the chapter's claims look at them."""
        over = self.spread(mom)
        return Outcome(over.losses, over.params[:, :-1], over.params[:, -1])
