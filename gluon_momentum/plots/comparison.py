"""What was published or printed among the shuffles: the figures of `verify` and of `compare`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Sequence

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ..chapter.training import Run

CENTRAL = (0.005, 0.995)  # quantiles: 99 of 100
_POINTS = 2000  # of the shuffles in a cloud
_SHUFFLES: dict[str, Any] = {"color": "0.72", "label": "shuffles"}
_VALUE: dict[str, Any] = {"color": "#3b0f70", "label": "what was printed"}


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


def loss_among_shuffles(
    ax: Axes, values: Sequence[float], shuffles: NDArray[Any], title: str
) -> None:
    """Draw a printed loss over the histogram of the last losses of the shuffles.

    Args:
        ax: where to draw.
        values: the loss, alone.
        shuffles: the losses, (shuffles, 1).
        title: of the figure.
    """
    losses = np.asarray(shuffles, np.float64).ravel()
    losses = losses[np.isfinite(losses) & (losses > 0)]
    shown = np.append(losses, [value for value in values if 0 < value < np.inf])
    wide = bool(shown.size) and shown.max() > 100 * shown.min()
    low, high = (float(shown.min()), float(shown.max())) if shown.size else (0.1, 1.0)
    bins = np.geomspace(low, high, 60) if wide else np.linspace(low, high, 60)
    ax.hist(losses, bins.tolist(), **_SHUFFLES)
    for value in values:
        if 0 < value < np.inf:
            ax.axvline(value, linewidth=2, linestyle="--", **_VALUE)
        else:
            ax.plot([], [], " ", label=f"printed: {value}")
    ax.set(xscale="log" if wide else "linear", xlabel="last loss", ylabel="shuffles", title=title)
    ax.legend(frameon=False)


def curve_among_shuffles(
    ax: Axes, epochs: Sequence[float], losses: Sequence[float], shuffles: NDArray[Any], title: str
) -> None:
    """Draw the curve of a call over the central 99 % of the shuffles.

    Args:
        ax: where to draw.
        epochs: (steps,).
        losses: (steps,).
        shuffles: the losses of each, (shuffles, steps).
        title: of the figure.
    """
    ordered = np.sort(np.where(np.isnan(shuffles), np.inf, shuffles), axis=0)
    # What overflowed is drawn at the upper edge.
    top = float(max(*losses, np.max(ordered, where=np.isfinite(ordered), initial=0.0)))
    ordered = np.minimum(ordered, top)
    low, median, high = (
        ordered[int(q * (len(ordered) - 1))] for q in (CENTRAL[0], 0.5, CENTRAL[1])
    )
    ax.fill_between(epochs, low, high, color="0.85", linewidth=0, label="central 99 % of shuffles")
    ax.plot(epochs, median, color="0.55", linewidth=1, linestyle=(0, (1, 1)), label="median")
    ax.plot(epochs, losses, color="#3b0f70", linewidth=1.5, label="what was drawn")
    wide = min(losses) > 0 and top > 10 * min(losses)
    ax.set(yscale="log" if wide else "linear", xlabel="epoch", ylabel="loss", title=title)
    ax.legend(frameon=False)


def params_among_shuffles(
    ax: Axes, values: Sequence[float], shuffles: NDArray[Any], title: str
) -> None:
    """Draw printed weights on the cloud of those of the shuffles, and the bias in words.

    Args:
        ax: where to draw.
        values: two weights and the bias.
        shuffles: the same of each shuffle, (shuffles, 3).
        title: of the figure.
    """
    cloud = np.asarray(shuffles[:_POINTS], np.float64)
    cloud = cloud[np.isfinite(cloud).all(axis=1)]
    low, high = np.quantile(cloud, CENTRAL, axis=0) if len(cloud) else np.full((2, 3), np.nan)
    # The few that are far out would leave all others on one spot.
    near = (np.abs(cloud - (low + high) / 2) <= high - low).all(axis=1)
    ax.plot(*cloud[near, :2].T, ".", markersize=3, **_SHUFFLES)
    if np.isfinite(values[:2]).all():
        ax.plot(*values[:2], "X", markersize=10, markeredgecolor="white", **_VALUE)
    else:
        ax.plot([], [], " ", label=f"printed: {values[0]}, {values[1]}")
    ax.set(xlabel="w[0]", ylabel="w[1]", title=title)
    ax.ticklabel_format(useOffset=False)
    ax.locator_params(axis="x", nbins=6)
    far = f"; {len(cloud) - near.sum()} of {len(cloud):,} are farther out" if not near.all() else ""
    note = f"b = {values[2]:.5g}; 99 of 100 shuffles: {low[2]:.5g} to {high[2]:.5g}{far}"
    ax.annotate(note, (0, -0.2), xycoords="axes fraction", va="top", fontsize="small")
    ax.legend(frameon=False)


def losses_of_two_programs(
    ax: Axes, right: NDArray[Any], wrong: NDArray[Any], printed: Mapping[str, float]
) -> None:
    """Draw printed losses over the last losses of a program, and of that program with a mistake.

    Args:
        ax: where to draw.
        right: losses of the program, (shuffles,).
        wrong: losses with the mistake, (shuffles,).
        printed: what was printed, by what to call it; the mistake's own last.
    """
    every = np.concatenate([right, wrong, list(printed.values())])
    bins = np.linspace(every.min(), np.quantile(every, 0.9995), 90).tolist()
    ax.hist(right, bins, color="0.78", label="the program")
    ax.hist(wrong, bins, histtype="step", color="#b35900", hatch="////", label="velocity lost")
    markers = zip(printed.items(), ("v", "o", "s", "X"))
    for height, ((name, loss), marker) in enumerate(markers, start=1):
        at: dict[str, Any] = {
            "transform": ax.get_xaxis_transform(),
            "clip_on": False,
            "color": "#3b0f70",
        }
        ax.plot(loss, 0.12 * height, marker, markersize=8, markeredgecolor="white", **at)
        left = loss > every.mean()
        ax.annotate(
            name,
            (loss, 0.12 * height),
            (-8 if left else 8, 0),
            xycoords=ax.get_xaxis_transform(),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            fontsize="small",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
        )
    ax.set(xlabel="last loss", ylabel="shuffles")
    ax.legend(frameon=False)
