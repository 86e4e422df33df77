"""A call that is compared: what was asked for, and what was printed."""

from __future__ import annotations

from typing import NamedTuple

from ..sweeps.rule import CHAPTER, Rule
from ..sweeps.schedule import Schedule
from ..verification.edition import schedule


class Call(NamedTuple):
    """A call of one of the chapter's programs, and what it printed.

    Attributes:
        name: what to call it by, such as its place in a notebook.
        edition: "2018" or "2019".
        lr: learning rate.
        mom: momentum.
        batch_size: number of examples in a mini-batch.
        num_epochs: number of passes.
        gluon: whether it is Gluon's program.
        place: the calls before it, each of which has drawn initial weights.
        printed: w and b, or the last loss, as texts.
    """

    name: str
    edition: str
    lr: float
    mom: float
    batch_size: int
    num_epochs: int
    gluon: bool
    place: int
    printed: tuple[str, ...]

    @property
    def schedule(self) -> Schedule:
        """What a run goes through."""
        if self.edition == "2018":
            return Schedule(self.batch_size, self.num_epochs, self.batch_size)
        return schedule(self.gluon, self.batch_size, self.num_epochs)

    @property
    def rule(self) -> Rule:
        """Its update rule; in the edition of 2019 the learning rate stays."""
        return CHAPTER if self.edition == "2018" else Rule(decay=1.0)
