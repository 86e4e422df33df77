"""The curve that a call drew: which figure of its cell is its own, and which losses that shows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Sequence

import numpy as np

from ..statistics.printed import half_unit
from .cells import SVG, Cell
from .figures import Curve, Losses, curve_in, losses_of

if TYPE_CHECKING:
    from ..editions import Case
    from .outputs import Result

_MOST = 10**5  # losses of a run whose curve is read
_DIGITS = 1e-6  # of the largest loss: what a figure leaves out


def curves_of(cell: Cell, calls: int, drawing: bool) -> list[Curve | str]:
    """Return for each of a cell's calls the curve that it drew, or why none can be read.

    Args:
        cell: the cell.
        calls: how many it makes, each of which draws one curve.
        drawing: whether it calls other functions of the notebook's own that may draw.
    """
    found: list[Curve] = []
    reason = "its cell shows no figure"
    for figure in cell.figures:
        try:
            curve = curve_in(figure)
        except ValueError as error:
            svg = "<" in figure
            reason = str(error) if svg else f"its figure is {figure}, not {SVG}"
            continue
        # An animation shows the same curve again, each time with more of it.
        if found and found[-1].begins(curve):
            found.pop()
        found.append(curve)
    if cell.stopped:
        reason = "an error ended its cell"
    elif drawing and found:
        reason = "its cell calls functions that may draw it too"
    elif found and len(found) != calls:
        reason = f"its cell makes {calls} such calls and shows {len(found)} curves"
    elif found:
        return [*found]
    return [reason] * calls


def losses_in(curve: Curve, case: Case, interval: int | None, result: Result) -> Losses:
    """Return the losses of a case that a curve shows, by their places in what the case records.

    Args:
        curve: the curve.
        case: what was called.
        interval: examples between two losses of the curve; None if that is not certain.
        result: what the call printed.

    Raises:
        ValueError: why the curve may be another one's.
    """
    every, rows = case.schedule, case.rows
    if interval is None:
        raise ValueError("how often its curve has a loss is not certain")
    schedule = every._replace(log_interval=interval)
    if every.num_losses(rows) > _MOST:
        raise ValueError("its curve has too many losses")
    epochs = schedule.epochs(rows)
    if every.records.before:  # the chapter draws the losses at equal distances
        epochs = np.linspace(0, every.num_epochs, len(epochs))
    found = losses_of(curve, epochs.tolist())
    if result.loss is not None and not _ends(found.values, result.loss):
        raise ValueError("its curve does not end at the loss that it printed")
    recorded = every.recorded(rows)
    places = np.flatnonzero(schedule.recorded(rows)[recorded]) + every.records.before
    places = np.append([0] if every.records.before else [], places).astype(int)
    return found._replace(steps=tuple(places[list(found.steps)].tolist()))


def _ends(losses: Sequence[float], printed: str) -> bool:
    """Tell whether the last loss of a curve is the one that was printed."""
    try:
        allowed = half_unit(printed) + _DIGITS * max(losses)
    except ArithmeticError:  # a number beyond all bounds
        return False
    return abs(losses[-1] - float(printed)) <= allowed < math.inf
