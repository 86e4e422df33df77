"""The checks of January 2019: where the traces on the quadratic end."""

from __future__ import annotations

from ..descent import gd_trace, momentum_trace
from ..published import source, traces
from ..published.records import Trace
from .check import Check
from .printed import Margin, digits_check

MARGIN = Margin("float64 and no randomness: only printing rounded")


def checks() -> list[Check]:
    """Return a check for each coordinate of the four end points."""
    return [check for trace in traces() for check in _end_checks(trace)]


def _end_checks(trace: Trace) -> list[Check]:
    def coordinate(axis: int, printed: str) -> Check:
        def end(_: object) -> float:
            points = momentum_trace(trace.lr, trace.mom) if trace.mom else gd_trace(trace.lr)
            return float(points[-1, axis])

        method = "momentum" if trace.mom else "gd"
        return digits_check(
            f"2019-01.{method}.lr-{trace.lr:g}.x{axis + 1}",
            printed,
            MARGIN,
            str(source("2019-01")),
            "another update rule, or a velocity that does not start at zero",
            end,
        )

    return [coordinate(0, trace.x1), coordinate(1, trace.x2)]
