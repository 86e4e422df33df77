"""The figures of the chapter: loss curves, traces of figures 7.2 and 7.3, averages, velocities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

import numpy as np

from . import MOMENTUM_COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ..chapter.training import Run


def loss_curve(ax: Axes, run: Run, **style: Any) -> None:
    """Draw the loss of a run over its epochs on a log axis, as the book's `semilogy` does.

    A run that overflowed is drawn up to there and called diverged, in words.
    """
    finite = np.isfinite(run.losses)
    ax.semilogy(run.epochs[finite], run.losses[finite], **style)
    ax.minorticks_off()  # over six decades they are a smear, and half of the time to draw
    ax.set(xlabel="epoch", ylabel="loss")
    if not finite.all():
        ax.set_xlim(right=run.epochs[-1])
        ax.text(0.97, 0.06, "diverged", transform=ax.transAxes, ha="right", style="italic")


def loss_curves(ax: Axes, runs: Mapping[float, Run]) -> None:
    """Draw the runs of the chapter's momenta on the same axes, largest momentum first."""
    for mom, run in runs.items():
        loss_curve(ax, run, color=MOMENTUM_COLOURS[mom], label=f"mom {mom:g}", linewidth=1.2)
    # Beside the axes: the three curves leave no corner free.
    ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)


def trace(ax: Axes, trace: NDArray[np.float64], a: float = 0.1, c: float = 2.0) -> None:
    """Draw a trace on the contours of a*x1**2 + c*x2**2: an arrow per iteration, a hollow start."""
    x1, x2 = np.meshgrid(np.linspace(-5.6, 1.4, 141), np.linspace(-2.4, 2.0, 89))
    levels = np.array([0.05, 0.3, 0.9, 2, 4, 7, 11])
    ax.contour(x1, x2, a * x1**2 + c * x2**2, levels, colors="0.65", linewidths=0.8)
    steps = np.diff(trace, axis=0)
    ax.quiver(
        trace[:-1, 0], trace[:-1, 1], steps[:, 0], steps[:, 1],
        angles="xy", scale_units="xy", scale=1, color="#3b0f70", width=0.005, zorder=2,
    )  # fmt: skip
    ax.plot(*trace[0], "o", markerfacecolor="white", markeredgecolor="#3b0f70", zorder=3)
    ax.plot(0, 0, "+", color="0.2")
    ax.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-5.6, 1.4), ylim=(-2.4, 2.0))


def weights(ax: Axes, gamma: float, weights: NDArray[np.float64], window: float) -> None:
    """Draw the weights of a moving average, newest first: dark inside its window, light beyond.

    Args:
        ax: where to draw.
        gamma: whose weights these are, for the title.
        weights: the weight of the value i steps back, (n,).
        window: how many of the newest values it is said to average, 1 / (1 - gamma).
    """
    back = np.arange(len(weights))
    inside = back < round(window)
    ax.bar(back[inside], weights[inside], color="#3b0f70", width=0.8)
    ax.bar(back[~inside], weights[~inside], color="#e8a33d", width=0.8)
    ax.axvline(round(window) - 0.5, color="0.2", linewidth=1, linestyle="--")
    ax.text(
        round(window) + 0.2, 0.97, rf"$\frac{{1}}{{1-\gamma}}$ = {window:.3g}",
        transform=ax.get_xaxis_transform(), va="top",
    )  # fmt: skip
    ax.set(xlabel="steps back", title=rf"$\gamma$ = {gamma:g}", ylim=(0, 1.25 * weights[0]))


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
