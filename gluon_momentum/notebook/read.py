"""Reading a notebook: each call of a training function with what it printed."""

from __future__ import annotations

import os
import re

from .calls import CH7, LOOKED_FOR, Call
from .cells import Cell, code_cells
from .follow import Follower
from .outputs import Result, results
from .records import LeftOut, Printed, Reading
from .settings import edition, settings
from .source import statements

_MENTIONED = re.compile(rf"\b({CH7.pattern}|optimize(?:_gluon)?)\s*\(")
_LATER = re.compile(r"\btrain_(momentum|(\w+_)?ch1[01])\s*\(")


def read_notebook(path: str | os.PathLike[str]) -> list[Printed]:
    """Return the calls of the chapter's training functions in a notebook, with what they printed.

    The functions are optimize and train of 2018 and before, and train_ch7, train_gluon_ch7 and
    their ports' train_*_ch7 of 2019. train_ch10, train_ch11 and train_momentum of later editions
    are not: they train on 1,500 of the 1,503 examples. Calls without a value, and calls of other
    programs, are left out; `search_notebook` returns these too.

    Raises:
        ValueError: path is no notebook; no such call with a value is in it; a call is none that
            can be a run; or it cannot be told which value belongs to which call.

    Example:
        >>> from gluon_momentum.notebook import read_notebook
        >>> read_notebook("no-such-notebook.ipynb")
        Traceback (most recent call last):
        ValueError: There is no file no-such-notebook.ipynb.
    """
    return list(search_notebook(path).printed)


def search_notebook(path: str | os.PathLike[str]) -> Reading:
    """Return the calls in a notebook as `read_notebook` does, and those that are left out.

    Raises:
        ValueError: as `read_notebook`.
    """
    cells = code_cells(path)
    follower = Follower()
    printed: list[Printed] = []
    left_out: list[LeftOut] = []
    for cell in cells:
        for found in _cell(cell, follower):
            if isinstance(found, Printed):
                printed.append(found)
            else:
                left_out.append(found)
    if not printed:
        raise ValueError(_nothing(os.fspath(path), cells, left_out))
    return Reading(tuple(printed), tuple(left_out))


def _cell(cell: Cell, follower: Follower) -> list[Printed | LeftOut]:
    body = statements(cell.source)
    try:
        calls = None if body is None else follower.calls(body)
    except RecursionError:
        calls = None
    if calls is None:
        reason = "its cell cannot be read as Python 3"
        names = [match[1] for match in _MENTIONED.finditer(cell.source)]
        return [LeftOut(cell.number, f"{name}(...)", reason) for name in names]
    if not calls:
        return []
    found = _results(cell, calls)
    reason = "an error ended its cell" if cell.stopped else "it printed no w and b, and no loss"
    rest = [LeftOut(cell.number, _shown(call), reason) for call in calls[len(found) :]]
    return [*(_one(cell, call, result) for call, result in zip(calls, found)), *rest]


def _results(cell: Cell, calls: list[Call]) -> list[Result]:
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


def _one(cell: Cell, call: Call, result: Result) -> Printed | LeftOut:
    shown = _shown(call)
    try:
        asked = settings(call)
    except ValueError as error:
        raise ValueError(f"Cell {cell.number}, {shown}: {error}") from error
    if edition(call) == "2019" and result.loss is None:
        asked = "it printed no loss"
    elif edition(call) == "2018" and len(result.w) not in (0, 2):
        asked = f"it printed {len(result.w)} weights, not 2"
    if isinstance(asked, str):
        return LeftOut(cell.number, shown, asked)
    return Printed(cell.number, shown, call.function, edition(call), *asked, *result)


def _shown(call: Call) -> str:
    return call.text if len(call.text) <= 100 else f"{call.text[:97]}..."


def _nothing(name: str, cells: list[Cell], left_out: list[LeftOut]) -> str:
    if not left_out:
        later = any(_LATER.search(cell.source) for cell in cells)
        note = " train_ch11 of later editions trains on other data." if later else ""
        return f"{name} has no call of {LOOKED_FOR}.{note}"
    if not any(cell.printed for cell in cells):
        return f"{name} has not been executed: its cells have printed nothing."
    first = left_out[0]
    others = f" (and {len(left_out) - 1} more)" if len(left_out) > 1 else ""
    return (
        f"No call in {name} has a result to compare: {first.call} in cell {first.cell}: "
        f"{first.reason}{others}."
    )
