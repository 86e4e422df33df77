"""Comparing what somebody got with this chapter's own runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Mapping, NamedTuple, Sequence

from .. import arguments
from ..editions import CHAPTER
from ..notebook import LeftOut, read_notebook
from ..statistics import FEWEST_SHUFFLES, SHUFFLES
from .calls import Call, from_notebook, from_values
from .judge import ORDINARY, Judged, joint, judge, verdict
from .spreads import Spreads


class Comparison(NamedTuple):
    """What a comparison found.

    Attributes:
        calls: each call, in order.
        left_out: calls of the notebook that could not be compared, and why.
        p: how often the strangest of so many sound calls is as strange as the strangest here.
        verdict: on all calls together: "ordinary", "rare" or "not a run of this program".
        shuffles: the number of runs behind each.
        any_data: whether these had data and starts of their own.
    """

    calls: tuple[Judged, ...]
    left_out: tuple[LeftOut, ...]
    p: float
    verdict: str
    shuffles: int
    any_data: bool

    @property
    def ordinary(self) -> bool:
        """Whether every call is."""
        return self.verdict == ORDINARY

    def record(self, environment: Mapping[str, Any]) -> dict[str, Any]:
        """Return the comparison, and what it was computed with, for a JSON file."""
        return {
            "environment": dict(environment),
            "shuffles": self.shuffles,
            "any_data": self.any_data,
            "verdict": self.verdict,
            "p": self.p,
            "calls": [_record(each) for each in self.calls],
            "left_out": [each._asdict() for each in self.left_out],
        }


def _record(judged: Judged) -> dict[str, Any]:
    call = judged.call
    batch_size, lr, mom, num_epochs, _ = call.case.settings
    return {
        "call": call.name,
        "edition": call.case.edition.name,
        "lr": lr,
        "mom": mom,
        "batch_size": batch_size,
        "num_epochs": num_epochs,
        "rows": list(call.rows),
        "programs": [
            {"program": case.program.name, "p": p, "ordinary": case in judged.fitting}
            for case, p in judged.cases
        ],
        "printed": list(call.printed),
        "curve": [] if call.curve is None else list(call.curve.values),
        "as_strange": judged.as_strange,
        "p": judged.p,
        "verdict": judged.verdict,
        "explained_by": [{"mistake": mistake.name, "p": p} for mistake, p in judged.explained],
        "cannot_tell": [mistake.name for mistake in judged.untold],
        "tells": {mistake.name: share for mistake, share in judged.told},
    }


def compare(
    notebook: str | os.PathLike[str] | None = None,
    *,
    edition: str = CHAPTER.name,
    framework: str | None = None,
    lr: float | None = None,
    mom: float | None = None,
    batch_size: int | None = None,
    num_epochs: int | None = None,
    w: Sequence[Any] | None = None,
    b: Any = None,
    loss: Any = None,
    rows: int | None = None,
    any_data: bool = False,
    shuffles: int = SHUFFLES,
    data: Path | None = None,
) -> Comparison:
    r"""Say whether what a run of the chapter printed is ordinary.

    .. math:: p = \frac{1 + \#\{\text{shuffles at least as strange}\}}{1 + \#\text{shuffles}}

    The spread is over shuffles from the book's own start, that of an MXNet which nobody seeded, or
    from as many starts where the edition draws them anew.
    All calls of a notebook are judged together: of sound notebooks, whatever the number of their
    calls, one in a hundred is told that it is not ordinary.

    Args:
        notebook: an executed notebook, whose calls of `optimize`, `train_ch7`, `train_ch11` and
            their like are all compared, with the curves that they drew; without it, one call is
            given by what follows.
        edition: "2018", the chapter, "2019", the book's edition with airfoil data, or "2020", the
            one that people read today.
        framework: "pytorch", "tensorflow", "mxnet", ..., in which a call of the edition of 2020 was
            made.
        lr: learning rate, > 0; the chapter's 0.2 if None.
        mom: momentum, 0 <= mom <= 1.
        batch_size: the edition's own if None.
        num_epochs: the edition's own if None.
        w: the weights as printed, in texts (or numbers, of which Python's digits count).
        b: the bias, likewise.
        loss: the last loss, likewise, in place of w and b.
        rows: 1503 or 1500, on how many of its data a call of the edition of 2019 trained: all, as
            with the book's MXNet package, or the first 1,500, as ports do. If this is None, what a
            notebook shows decides; where that is not certain, a call is ordinary if it is so on
            either.
        any_data: whether to spread over data and starts too, for programs with other generators.
        shuffles: how many runs, at least 300.
        data: a copy of the data of the edition of 2019, which is fetched otherwise.

    Raises:
        ValueError: what is given is no run of the chapter, or no notebook with such.
        OSError: the notebook, or the data of 2019, cannot be read.

    Example:
        >>> import gluon_momentum as gm
        >>> found = gm.compare(mom=0.9, w=("1.9987", "-3.4012"), b="4.2003", shuffles=2000)
        >>> found.verdict, found.calls[0].as_strange
        ('ordinary', 915)
        >>> gm.compare(mom=0.5, w=("1.9987", "-3.4112"), b="4.2003", shuffles=2000).verdict
        'not a run of this program'

    Defined in the chapter's section "实验" (Experiments).
    """
    if arguments.positive_int("shuffles", shuffles) < FEWEST_SHUFFLES:
        raise ValueError(f"shuffles must be at least {FEWEST_SHUFFLES}, not {shuffles}.")
    left_out: tuple[LeftOut, ...] = ()
    calls: list[Call]
    if notebook is not None:
        if any(
            value is not None for value in (framework, lr, mom, batch_size, num_epochs, w, b, loss)
        ):
            raise ValueError("Either a notebook must be given, or a call: not both.")
        reading = read_notebook(notebook)
        calls, left_out = from_notebook(reading.printed, rows), reading.left_out
    else:
        given = lr, mom, batch_size, num_epochs, w, b, loss, rows, framework
        calls = [from_values(edition, *given)]
    return judge_together(calls, left_out, any_data, shuffles, data)


def judge_together(
    calls: Sequence[Call],
    left_out: tuple[LeftOut, ...] = (),
    any_data: bool = False,
    shuffles: int = SHUFFLES,
    data: Path | None = None,
) -> Comparison:
    """Return the comparison of calls that belong together; arguments as of `compare`."""
    spreads = Spreads(calls, any_data, data)
    judged = tuple(judge(call, len(calls), spreads, shuffles) for call in calls)
    strangest = min(judged, key=lambda each: each.p)
    together = joint(strangest.p, len(calls))
    on_all = verdict(strangest.p, strangest.as_strange, len(calls))
    return Comparison(judged, left_out, together, on_all, shuffles, any_data)
