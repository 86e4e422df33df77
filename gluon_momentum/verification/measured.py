"""What the checks look at, each part computed when a check first asks for it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np

from ..claims import Outcome
from ..experiments import CALL, DATA
from ..published import unseeded_run
from ..sweeps import memory
from ..sweeps.regression import Regression, regress
from ..sweeps.schedule import Schedule
from ..training import Run
from . import SHUFFLES, programs
from .edition import EditionMeasured
from .spread import Spread, spread

# The central 99 % of fewer is cut by single shuffles.
FEWEST_SHUFFLES = 300
SCHEDULE = Schedule(CALL["batch_size"], CALL["num_epochs"], CALL["log_interval"])
# The standard deviation of the first weights was 1 until the summer of 2018.
_SCALE, _SCALES = 0.01, {"2018-04": 1.0, "2018-04-gluon": 1.0}


class Measured:
    """The published programs again, and the spread of the unseeded ones over shuffles.

    Args:
        shuffles: over how many orders of the mini-batches, at least 300.
        data: the file of the edition of 2019, as `airfoil.data.load` takes it.

    Raises:
        ValueError: shuffles is below 300, or more than memory holds.
    """

    def __init__(self, shuffles: int = SHUFFLES, data: Path | None = None) -> None:
        if shuffles < FEWEST_SHUFFLES:
            raise ValueError(
                f"shuffles must be at least {FEWEST_SHUFFLES}, not {shuffles}: "
                "with fewer, the band would hang on single shuffles."
            )
        num_examples, num_inputs = DATA["num_examples"], DATA["num_inputs"]
        size = memory.bytes_needed(num_examples, num_inputs, shuffles, 1, SCHEDULE, True, "float32")
        copies = 3 * 8 * shuffles * SCHEDULE.num_losses(num_examples)
        memory.check(
            # The losses of the experiments from both scales; and of one of them copies, in float64.
            6 * size + copies,
            f"A comparison with {shuffles:,} shuffles",
            "ask for fewer",
        )
        self.shuffles = shuffles
        self.edition = EditionMeasured(shuffles, data)
        self._calls = {each.call.mom: each.call for each in unseeded_run("2018-08").experiments}
        self._seeded: dict[tuple[str, str], programs.Regenerated] = {}
        self._spreads: dict[tuple[float, float], Spread] = {}

    @cached_property
    def start(self) -> programs.Start:
        """What the unseeded runs of the chapter's revision started from."""
        return programs.book_start(self._calls, _SCALE)

    @cached_property
    def runs(self) -> dict[float, Run]:
        """One run of each of the chapter's experiments, by momentum."""
        return programs.book_runs(self._calls.values())

    @cached_property
    def gluon_runs(self) -> dict[float, programs.Regenerated]:
        """What Gluon's program leaves of each of them, from the same start on the same shuffle."""
        return programs.book_gluon_runs(self._calls.values())

    def seeded(self, run: str, program: str) -> programs.Regenerated:
        """Return what a seeded program prints, as `programs.regenerate` does."""
        if (run, program) not in self._seeded:
            self._seeded[run, program] = programs.regenerate(run, program)
        return self._seeded[run, program]

    def spread(self, mom: float, run: str = "2018-08") -> Spread:
        """Return the experiment with this momentum, of an unseeded run, over the shuffles."""
        scale, call = _SCALES.get(run, _SCALE), self._calls[mom]
        if (mom, scale) not in self._spreads:
            start = self.start if scale == _SCALE else programs.book_start(self._calls, scale)
            params = np.concatenate([param.ravel() for param in start.initial[mom]])
            given = (self._regression, SCHEDULE, params, call.lr, mom, range(self.shuffles))
            self._spreads[mom, scale] = spread(*given)
        return self._spreads[mom, scale]

    @cached_property
    def _regression(self) -> Regression:
        features, labels = self.start.features, self.start.labels
        return regress(features.astype(np.float64), labels.astype(np.float64))

    def outcome(self, mom: float) -> Outcome:
        """Return the losses, w and b of `spread`, as the chapter's claims look at them."""
        over = self.spread(mom)
        return Outcome(over.losses, over.params[:, :-1], over.params[:, -1])
