"""Reading a notebook: each call of a training function with what it printed."""

from __future__ import annotations

import ast
import os
import re
from collections import Counter
from itertools import zip_longest
from typing import Iterator, NamedTuple

from ..editions import Case
from .cells import UNREADABLE, Cell, code_cells, statements
from .curves import curves_of, losses_in
from .figures import Curve, Losses
from .follow import Follower
from .frameworks import Framework, framework_of
from .outputs import Result, results
from .rows import Rows
from .settings import Called, cases_of, edition_of, interval_of, looked_for, mentioned

_DEFINED = re.compile(r"\b(?:def|class)\s+(\w+)")


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
    rows: tuple[int, ...] = ()  # that it may have trained on; () of generated data
    others: tuple[Case, ...] = ()  # what else it may be, where a framework had several programs
    curve: Losses | None = None  # that it drew
    no_curve: str = ""  # why there is none: "its cell shows no figure"


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

    The functions are those of the signatures of the editions' programs. Cells are followed in the
    order in which they ran. Calls without a value, calls of other programs and calls of which
    anything is not certain are left out.

    Raises:
        ValueError: path is no notebook, or no such call with a value is in it.

    Example:
        >>> from gluon_momentum.notebook import read_notebook
        >>> read_notebook("no-such-notebook.ipynb")
        Traceback (most recent call last):
        ValueError: There is no file no-such-notebook.ipynb.
    """
    cells = code_cells(path)
    trees = {cell.number: statements(cell.source) for cell in cells}
    rows, framework = Rows(cells, trees.values()), framework_of(trees.values())
    follower = Follower()
    places: Counter[str] = Counter()
    found: list[Printed | LeftOut] = []
    for cell, run, doubted in in_order(cells):
        for other in doubted:
            _doubt(follower, other, trees[other.number])
        if run:
            found += _cell(cell, trees[cell.number], follower, places, rows, framework)
        else:
            found += _mentioned(cell, "its cell has not been run")
    found.sort(key=lambda one: one.cell)
    printed = [one for one in found if isinstance(one, Printed)]
    left_out = [one for one in found if isinstance(one, LeftOut)]
    if not printed:
        raise ValueError(_nothing(os.fspath(path), cells, left_out))
    return Reading(tuple(printed), tuple(left_out))


def in_order(cells: list[Cell]) -> Iterator[tuple[Cell, bool, list[Cell]]]:
    """Yield cells in the order of their last runs, whether they ran, and which may have before."""
    counts = [cell.order for cell in cells if cell.order is not None]
    if not counts:  # a file from which they were taken
        yield from ((cell, True, []) for cell in cells)
        return
    known = all(cell.order is not None for cell in cells if cell.ran)
    if not known or len(set(counts)) < len(counts):
        # Only if they ascend have the others, too, run in the order in which they stand.
        certain = counts == sorted(set(counts))
        for cell in cells:
            idle = [one for one in cells if not one.ran]
            yield cell, cell.ran, idle if certain else cells
        return
    yield from ((cell, False, []) for cell in cells if not cell.ran)
    ran = sorted((cell for cell in cells if cell.ran), key=lambda cell: cell.order or 0)
    last = 0
    for number, cell in enumerate(ran):
        # In a gap any cell that shows a later count may have run for the first time.
        yield cell, True, [] if cell.order == last + 1 else ran[number:]
        last = cell.order or 0


def _doubt(follower: Follower, cell: Cell, body: list[ast.stmt] | None) -> None:
    """Know no more than what is so whether or not a cell ran."""
    try:
        if body is not None:
            follower.doubt(body)
            return
    except UNREADABLE:  # nested too deeply
        pass
    follower.forget(_DEFINED.findall(cell.source))


def _mentioned(cell: Cell, reason: str) -> list[Printed | LeftOut]:
    return [LeftOut(cell.number, f"{name}(...)", reason) for name in mentioned(cell.source)]


def _cell(
    cell: Cell,
    body: list[ast.stmt] | None,
    follower: Follower,
    places: Counter[str],
    rows: Rows,
    framework: Framework,
) -> list[Printed | LeftOut]:
    """Return the calls of a cell; places counts those of each edition that were made so far."""
    try:
        calls = None if body is None else follower.calls(body)
    except UNREADABLE:  # nested too deeply
        calls = None
    if body is None or calls is None:
        _doubt(follower, cell, None)
        return _mentioned(cell, "its cell is in no Python that this one can read")
    if cell.stopped:  # what stands behind the error did not run
        _doubt(follower, cell, body)
    found, reason = _results(cell, calls, follower.unseen)
    curves = curves_of(cell, len(calls), follower.drawing)
    told: list[Printed | LeftOut] = []
    for call, result, curve in zip_longest(calls, found, curves):
        edition = edition_of(call).name
        one = _one(cell, call, result, reason, places[edition], rows, framework)
        told.append(_drawn(one, call, result, curve) if isinstance(one, Printed) else one)
        # Whatever it printed, it has drawn its first weights.
        places[edition] += cell.ran
    return told


def _results(cell: Cell, calls: list[Called], unseen: bool) -> tuple[list[Result], str]:
    """Return the results of the first of a cell's calls, and why the others have none."""
    found = results(cell.printed)
    if not calls or not found:
        return [], "it printed nothing that can be read as a result"
    if any(call.repeated for call in calls):
        return [], "how often its cell calls it cannot be told"
    ended = "an error ended its cell"
    if cell.stopped and unseen:
        return [], ended
    if cell.stopped and found[-1].w == () and found[-1].epoch_losses:
        found.pop()  # of a call that did not end
    if len(calls) == 1 and len(found) > 1 and not unseen:
        found = _together(found)
    if len(found) == len(calls) or (cell.stopped and len(found) < len(calls)):
        return found, ended
    return [], f"its cell makes {len(calls)} such calls and prints {len(found)} results"


def _together(found: list[Result]) -> list[Result]:
    """Return as one what a single call printed as it went, as it is if that cannot be told."""
    ends = [one for one in found if one.w]
    if len(ends) > 1 or sum(bool(one.epoch_losses) for one in found) > 1:
        return found
    losses = [one.loss for one in found if one.loss is not None]
    epochs = tuple(loss for one in found for loss in one.epoch_losses)
    w, b = (ends[0].w, ends[0].b) if ends else ((), None)
    return [Result(w, b, losses[-1] if losses else None, epochs)]


def _one(
    cell: Cell,
    call: Called,
    result: Result | None,
    reason: str,
    place: int,
    rows: Rows,
    framework: Framework,
) -> Printed | LeftOut:
    shown = _shown(call)
    if result is None:
        return LeftOut(cell.number, shown, reason)
    try:
        cases = cases_of(call, place, framework)
    except ValueError as error:
        return LeftOut(cell.number, shown, str(error).rstrip("."))
    case, others = cases[0], tuple(cases[1:])
    edition = case.edition
    if edition.prints == "loss" and result.loss is None:
        return LeftOut(cell.number, shown, "it printed no loss")
    if edition.prints == "params" and len(result.w) not in (0, edition.shape[1]):
        reason = f"it printed {len(result.w)} weights, not {edition.shape[1]}"
        return LeftOut(cell.number, shown, reason)
    return Printed(cell.number, shown, call.function, case, *result, rows.of(call), others)


def _drawn(printed: Printed, call: Called, result: Result, curve: Curve | str) -> Printed:
    """Return a call with the losses of its curve, or with why there are none."""
    if isinstance(curve, str):
        return printed._replace(no_curve=curve)
    try:
        losses = losses_in(curve, printed.case, interval_of(call, printed.case), result)
    except ValueError as error:
        return printed._replace(no_curve=str(error))
    return printed._replace(curve=losses)


def _shown(call: Called) -> str:
    return call.text if len(call.text) <= 100 else f"{call.text[:97]}..."


def _nothing(name: str, cells: list[Cell], left_out: list[LeftOut]) -> str:
    if not left_out:
        return f"{name} has no call of {looked_for()}."
    if not any(cell.printed for cell in cells):
        return f"{name} has not been executed: its cells have printed nothing."
    first = left_out[0]
    others = f" (and {len(left_out) - 1} more)" if len(left_out) > 1 else ""
    return (
        f"No call in {name} has a result to compare: {first.call} in cell {first.cell}: "
        f"{first.reason}{others}."
    )
