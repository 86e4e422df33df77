"""Many executions of a program at once: their curves among the shuffles, and when each was run."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Mapping, Sequence

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

_DARK, _ORANGE = "#3b0f70", "#b35900"
_EXCESS = (1e-4, 0.4)  # of the losses over the least one


def curves_over_band(
    ax: Axes,
    curves: Sequence[NDArray[Any]],
    epochs: NDArray[Any],
    band: NDArray[Any],
    least: float,
) -> None:
    """Draw all published curves of a call over the central 99 % of the shuffles.

    Args:
        ax: where to draw.
        curves: vertices with epoch and loss, each (n, 2).
        epochs: (steps,).
        band: the lower limit, the median and the upper limit, (3, steps).
        least: the least possible loss, above which the others are drawn.
    """
    low, median, high = band - least
    ax.fill_between(epochs, low, high, color="0.85", linewidth=0)
    ax.plot(epochs, median, color="0.45", linewidth=1, linestyle=(0, (1, 1)))
    alpha = min(1.0, max(0.25, 4 / max(len(curves), 1)))
    for places, losses in (curve.T for curve in curves):
        ax.plot(places, losses - least, color=_DARK, linewidth=0.7, alpha=alpha)
    ax.set(xlim=(0, epochs[-1]), yscale="log", ylim=_EXCESS)
    noun = "curve" if len(curves) == 1 else "curves"
    ax.annotate(
        f"{len(curves)} {noun}",
        (0.96, 0.92),
        xycoords="axes fraction",
        ha="right",
        va="top",
        fontsize="small",
    )


def first_losses_by_date(
    ax: Axes,
    losses: Mapping[str, Sequence[tuple[str, float]]],
    bands: Mapping[str, tuple[float, float]],
    changed: str,
) -> None:
    """Draw the first loss of each execution at its date, over the bands of two programs.

    Args:
        ax: where to draw.
        losses: dates and first losses, by what is known of the code that ran.
        bands: the central 99 % of the shuffles' first losses, by the name of a program.
        changed: the day on which the one program became the other.
    """
    markers = (("o", _DARK), ("^", _ORANGE), ("s", "white"))
    for (name, points), (marker, color) in zip(losses.items(), markers):
        years = [_year(day) for day, _ in points]
        shown: dict[str, Any] = {"color": color, "markeredgecolor": "black", "markersize": 5}
        ax.plot(years, [loss for _, loss in points], marker, label=name, **shown)
    ax.axvline(_year(changed), color="0.3", linewidth=1, linestyle="--")
    hatches = zip(bands.items(), (("0.88", ""), ("#f4d9b8", "////")))
    for (name, (low, high)), (color, hatch) in hatches:
        ax.axhspan(low, high, facecolor=color, hatch=hatch, edgecolor="0.8", linewidth=0, alpha=0.7)
        ax.annotate(
            name,
            (0.995, (low + high) / 2),
            xycoords=ax.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize="small",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
        )
    ax.set(xlabel="year", ylabel="first loss")
    ax.locator_params(axis="x", integer=True)
    ax.legend(frameon=False, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))


def _year(day: str) -> float:
    """Return a day as a number of years: the first of January is a whole one."""
    at = date.fromisoformat(day)
    first, after = date(at.year, 1, 1), date(at.year + 1, 1, 1)
    return at.year + (at - first) / (after - first)
