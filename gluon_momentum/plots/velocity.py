"""The figures of the velocity: how long it is, and where two conventions for it part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

import numpy as np

from . import MOMENTUM_COLOURS
from .chapter import loss_curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ..training import Run


def speeds(ax: Axes, speeds: Mapping[float, NDArray[Any]], num_epochs: int) -> None:
    """Draw the length of the velocity after each mini-batch, on a log axis, for some momenta.

    Args:
        ax: where to draw.
        speeds: for each momentum, one of `MOMENTUM_COLOURS`, a length per mini-batch, (steps,).
        num_epochs: how many epochs these are.
    """
    for mom, speed in speeds.items():
        epochs = np.arange(1, len(speed) + 1) * num_epochs / len(speed)
        ax.semilogy(epochs, speed, color=MOMENTUM_COLOURS[mom], label=f"mom {mom:g}", linewidth=1.2)
    ax.minorticks_off()
    ax.set(xlabel="epoch", ylabel="length of the velocity")


def conventions(ax: Axes, runs: Mapping[str, Run]) -> None:
    """Draw the losses of the same run under two conventions, the first one dark and whole."""
    styles: list[dict[str, Any]] = [
        {"color": "#3b0f70", "linewidth": 1.2},
        {"color": "#e8a33d", "linewidth": 1.6, "linestyle": (0, (3, 1))},
    ]
    for (name, run), style in zip(runs.items(), styles):
        loss_curve(ax, run, label=name, **style)
    ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)


def decay(ax: Axes, epoch: float) -> None:
    """Mark where the learning rate decays."""
    ax.axvline(epoch, color="0.55", linewidth=1, linestyle=":", zorder=0)
    ax.text(
        epoch, 1.02, "rate / 10", color="0.35", ha="center",
        transform=ax.get_xaxis_transform(),
    )  # fmt: skip
