"""What was found in a notebook."""

from __future__ import annotations

from typing import NamedTuple


class Printed(NamedTuple):
    """A call that a notebook made, and what it printed. Numbers that were printed stay text."""

    cell: int  # the code cell's place among the notebook's code cells, from 1
    call: str  # the call's source on one line, shortened to be shown
    function: str  # the name called: "optimize", "train_ch7", "train_gluon_ch7", ...
    edition: str  # "2018" (generated data: w, b) or "2019" (airfoil data: loss)
    lr: float
    mom: float
    batch_size: int
    num_epochs: int
    w: tuple[str, ...]  # () if it printed none
    b: str | None
    loss: str | None  # the last loss that the call printed
    epoch_losses: tuple[str, ...]  # of programs that print a loss for each epoch, else ()


class LeftOut(NamedTuple):
    """A call in a notebook that cannot be compared, and why."""

    cell: int
    call: str
    reason: str  # to follow a colon: "it printed no loss"


class Reading(NamedTuple):
    """All calls found in a notebook, in order."""

    printed: tuple[Printed, ...]
    left_out: tuple[LeftOut, ...]
