"""The figure of `verify`: a published loss curve over the band of the shuffles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ..training import Run


def curve_over_band(
    ax: Axes,
    mom: float,
    published: NDArray[Any],
    epochs: NDArray[Any],
    band: NDArray[Any],
    run: Run,
) -> None:
    """Draw a published curve and one run of ours over the central 99 % of the shuffles.

    Args:
        ax: where to draw.
        mom: the momentum, for the title.
        published: vertices with epoch and loss, (n, 2).
        epochs: (steps,).
        band: the lower limit, the median and the upper limit, (3, steps).
        run: one run of ours.
    """
    low, median, high = band
    ax.fill_between(epochs, low, high, color="0.85", linewidth=0, label="central 99 % of shuffles")
    ax.plot(epochs, median, color="0.55", linewidth=1, linestyle=(0, (1, 1)), label="median")
    ax.plot(run.epochs, run.losses, color="#e8a33d", linewidth=1, label="one run of ours")
    ax.plot(*published.T, color="#3b0f70", linewidth=1, label="published")
    ax.set(yscale="log", xlabel="epoch", ylabel="loss", title=f"mom {mom:g}")
    ax.set_xlim(0, epochs[-1])
    ax.legend(frameon=False)
