"""Reading a notebook: each call of a training function with what it printed."""

from __future__ import annotations

import os
import re
from collections import Counter
from itertools import zip_longest
from typing import NamedTuple

from ..editions import Case
from .cells import Cell, code_cells, statements
from .follow import Follower
from .outputs import Result, results
from .settings import Called, case_of, edition_of, looked_for, mentioned

_LATER = re.compile(r"\btrain_(momentum|(\w+_)?ch1[01])\s*\(")


class Printed(NamedTuple):
    """A call that a notebook made, and what it printed. Numbers that were printed stay text."""

    cell: int  # the code cell's place among the notebook's code cells, from 1
    call: str  # the call's source on one line, shortened to be shown
    function: str  # the name called: "optimize", "train_ch7", "train_gluon_ch7", ...
    case: Case
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


def read_notebook(path: str | os.PathLike[str]) -> Reading:
    """Return the calls of the chapter's training functions in a notebook, with what they printed.

    The functions are those of the signatures of the editions' programs; those of later editions,
    train_ch10, train_ch11 and train_momentum, train on 1,500 of the 1,503 examples. Calls without
    a value, and calls of other programs, are left out.

    Raises:
        ValueError: path is no notebook; no such call with a value is in it; a call is none that
            can be a run; or it cannot be told which value belongs to which call.

    Example:
        >>> from gluon_momentum.notebook import read_notebook
        >>> read_notebook("no-such-notebook.ipynb")
        Traceback (most recent call last):
        ValueError: There is no file no-such-notebook.ipynb.
    """
    cells = code_cells(path)
    follower = Follower()
    places: Counter[str] = Counter()
    found = [one for cell in cells for one in _cell(cell, follower, places)]
    printed = [one for one in found if isinstance(one, Printed)]
    left_out = [one for one in found if isinstance(one, LeftOut)]
    if not printed:
        raise ValueError(_nothing(os.fspath(path), cells, left_out))
    return Reading(tuple(printed), tuple(left_out))


def _cell(cell: Cell, follower: Follower, places: Counter[str]) -> list[Printed | LeftOut]:
    """Return the calls of a cell; places counts those of each edition that were made so far."""
    body = statements(cell.source)
    try:
        calls = None if body is None else follower.calls(body)
    except RecursionError:
        calls = None
    if calls is None:
        reason = "its cell cannot be read as Python 3"
        return [LeftOut(cell.number, f"{name}(...)", reason) for name in mentioned(cell.source)]
    if not calls:
        return []
    found = _results(cell, calls)
    reason = "an error ended its cell" if cell.stopped else "it printed no w and b, and no loss"
    told: list[Printed | LeftOut] = []
    for call, result in zip_longest(calls, found):
        edition = edition_of(call).name
        if result is None:
            told.append(LeftOut(cell.number, _shown(call), reason))
        else:
            told.append(_one(cell, call, result, places[edition]))
        # Whatever it printed, it has drawn its first weights.
        places[edition] += cell.ran
    return told


def _results(cell: Cell, calls: list[Called]) -> list[Result]:
    """Return the results of the first of a cell's calls, of all of them or of none."""
    found = results(cell.printed)
    repeated = [call for call in calls if call.repeated]
    if found and repeated:
        raise ValueError(
            f"Cell {cell.number}: {_shown(repeated[0])} stands in a loop of which the turns "
            "cannot be read; write its calls one by one."
        )
    if cell.stopped and found and found[-1].w == () and found[-1].epoch_losses:
        found.pop()  # of a call that did not end
    if len(calls) == 1 and sum(bool(one.w) for one in found) == 1:
        found = [_together(found)]
    if found and len(found) != len(calls) and not (cell.stopped and len(found) < len(calls)):
        raise ValueError(
            f"Cell {cell.number}: calls of training functions: {len(calls)}; results printed: "
            f"{len(found)}; which result belongs to which call cannot be told."
        )
    return found


def _together(found: list[Result]) -> Result:
    """Return as one what a single call printed before and after its w and b."""
    end = next(one for one in found if one.w)
    losses = [one.loss for one in found if one.loss is not None]
    epochs = tuple(loss for one in found for loss in one.epoch_losses)
    return end._replace(loss=losses[-1] if losses else None, epoch_losses=epochs)


def _one(cell: Cell, call: Called, result: Result, place: int) -> Printed | LeftOut:
    shown = _shown(call)
    try:
        case = case_of(call, place)
    except ValueError as error:
        raise ValueError(f"Cell {cell.number}, {shown}: {error}") from error
    edition = edition_of(call)
    if edition.prints == "loss" and result.loss is None:
        case = "it printed no loss"
    elif edition.prints == "params" and len(result.w) not in (0, edition.shape[1]):
        case = f"it printed {len(result.w)} weights, not {edition.shape[1]}"
    if isinstance(case, str):
        return LeftOut(cell.number, shown, case)
    return Printed(cell.number, shown, call.function, case, *result)


def _shown(call: Called) -> str:
    return call.text if len(call.text) <= 100 else f"{call.text[:97]}..."


def _nothing(name: str, cells: list[Cell], left_out: list[LeftOut]) -> str:
    if not left_out:
        later = any(_LATER.search(cell.source) for cell in cells)
        note = " train_ch11 of later editions trains on other data." if later else ""
        return f"{name} has no call of {looked_for()}.{note}"
    if not any(cell.printed for cell in cells):
        return f"{name} has not been executed: its cells have printed nothing."
    first = left_out[0]
    others = f" (and {len(left_out) - 1} more)" if len(left_out) > 1 else ""
    return (
        f"No call in {name} has a result to compare: {first.call} in cell {first.cell}: "
        f"{first.reason}{others}."
    )
