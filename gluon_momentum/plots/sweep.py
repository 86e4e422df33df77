"""The figures of the exercise: the map of the final loss, and what the mini-batches' order does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

import numpy as np

from . import MOMENTUM_COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray
    from xarray import DataArray, Dataset

_DIVERGED = "#8c1c13"
_LOG_RANGE = (-307, 307)  # a logarithmic axis ends within float64
_HIGHEST_LOSS = 1e3  # the map's colours end here, between a start near 16 and an overflow


def loss_map(ax: Axes, cells: Dataset, stable_lr: NDArray[np.float64], lr: float = 0.2) -> None:
    """Draw final losses over learning rate and momentum, the largest stable rate, and the chapter.

    Args:
        ax: where to draw.
        cells: final_loss and diverged (mom, lr), both axes ascending.
        stable_lr: the largest stable learning rate at each momentum of cells.
        lr: the learning rate of the chapter's three runs.
    """
    from matplotlib import colormaps
    from matplotlib.colors import LogNorm
    from matplotlib.patches import Patch
    from matplotlib.ticker import LogLocator

    lr_edges, mom_edges = _log_edges(cells.lr.values), _edges(cells.mom.values, 0.1)
    mesh = ax.pcolormesh(
        lr_edges,
        mom_edges,
        cells.final_loss.where(~cells.diverged),
        norm=LogNorm(min(1.0, float(cells.final_loss.min())), _HIGHEST_LOSS),
        cmap=colormaps["cividis"].with_extremes(bad=_DIVERGED),
        shading="flat",
        rasterized=True,
    )
    ax.set(xlim=lr_edges[[0, -1]], ylim=mom_edges[[0, -1]])
    ax.set(xscale="log", xlabel="learning rate", ylabel="momentum")
    ax.xaxis.set_major_formatter("{x:g}")
    short = lr_edges[-1] < 11 * lr_edges[0]  # and may have no power of ten on it
    ax.xaxis.set_minor_formatter("{x:g}" if short else "")
    if short:
        ax.xaxis.set_minor_locator(LogLocator(subs=(2, 5)))
    handles: dict[str, Any] = {}
    for mom, colour in MOMENTUM_COLOURS.items():
        # Drawn whole if it is on the map, even at the edge; otherwise left out.
        inside = mom_edges[0] <= mom <= mom_edges[-1] and lr_edges[0] <= lr <= lr_edges[-1]
        style: dict[str, Any] = {"color": colour, "markeredgecolor": "white", "markersize": 7}
        [handles[f"mom {mom:g}, lr {lr:g}"]] = ax.plot(lr, mom, "o", clip_on=not inside, **style)
    # A single row has no line through its middle: there it goes from edge to edge.
    rows = cells.mom if len(cells.mom) > 1 else mom_edges
    line = np.broadcast_to(stable_lr, len(rows))
    [bound] = ax.plot(line, rows, color="white", linestyle="--", linewidth=1.6)
    handles.update(
        {r"lr $\lambda_{\max}$ = 2 (1 + mom)": bound, "diverged": Patch(color=_DIVERGED)}
    )
    figure: Any = ax.figure  # matplotlib 3.9 types it as one that may be None
    figure.colorbar(mesh, ax=ax, label="final loss, median over seeds", extend="max")
    ax.legend(
        handles.values(),
        handles.keys(),
        loc="lower center",
        bbox_to_anchor=(0.5, 1.02),
        ncol=2,
        facecolor="0.75",
    )


def _edges(centres: NDArray[np.float64], single: float) -> NDArray[np.float64]:
    """Return where the cells around ascending values end, (n + 1,): half way between neighbours.

    Args:
        centres: the values, (n,).
        single: the width of the cell of a value that has no neighbour.
    """
    edges: NDArray[np.float64]
    if len(centres) == 1:
        edges = centres[0] + np.array([-single / 2, single / 2])
    else:
        middles = (centres[1:] + centres[:-1]) / 2
        ends = 2 * centres[[0, -1]] - middles[[0, -1]]
        edges = np.concatenate([ends[:1], middles, ends[1:]])
    return edges


def _log_edges(centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `_edges` for an axis that is logarithmic, where a single value has a decade."""
    edges: NDArray[np.float64] = 10 ** np.clip(_edges(np.log10(centres), 1.0), *_LOG_RANGE)
    return edges


def loss_slices(ax: Axes, cells: Dataset, stable_lr: Mapping[float, float]) -> None:
    """Draw final losses over the learning rate for some momenta, up to where runs diverge.

    A loss above the map's highest colour leaves the frame.

    Args:
        ax: where to draw.
        cells: final_loss and diverged (mom, lr), both axes ascending.
        stable_lr: for each momentum to draw, one of `MOMENTUM_COLOURS`, its largest stable
            learning rate; a dashed line marks it.
    """
    for mom, bound in stable_lr.items():
        row = cells.sel(mom=mom)
        style: dict[str, Any] = {"color": MOMENTUM_COLOURS[mom], "linewidth": 1.5}
        ax.loglog(row.lr, row.final_loss.where(~row.diverged), label=f"mom {mom:g}", **style)
        ax.axvline(bound, linestyle="--", **style)
    ax.minorticks_off()
    ax.set(xlabel="learning rate", ylabel="final loss", xlim=(cells.lr[0], cells.lr[-1]))
    ax.set_ylim(float(cells.final_loss.min()) / 2, _HIGHEST_LOSS)
    ax.legend(
        title="dashed: largest\nstable rate", loc="center left", bbox_to_anchor=(1.01, 0.5),
        frameon=False,
    )  # fmt: skip


def risen(ax: Axes, share: DataArray) -> None:
    """Draw the share of seeds for which the loss has risen, (mom,), and mark the chapter's momenta.

    The axis of the momenta is logarithmic in 1 - mom, and ends at 0.9999.
    """
    ax.set_xscale(
        "function",
        functions=(lambda x: -np.log(np.maximum(1 - x, 1e-4)), lambda x: 1 - np.exp(-x)),
    )
    ax.plot(share.mom, share, color="0.25", linewidth=1.4)
    for mom, colour in MOMENTUM_COLOURS.items():
        ax.plot(mom, share.sel(mom=mom), "o", color=colour, label=f"mom {mom:g}", zorder=3)
    ticks = [0, 0.5, 0.9, 0.99, 0.999]
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.set(xlabel="momentum", ylabel="share of seeds whose loss has risen", ylim=(-0.03, 1.03))
    ax.legend(loc="upper left", frameon=False)


def loss_bands(ax: Axes, bands: Dataset) -> None:
    """Draw the median loss (mom, step) and the range over seeds, for the chapter's momenta."""
    finite = bands.where(np.isfinite(bands))
    for mom, colour in MOMENTUM_COLOURS.items():
        band = finite.sel(mom=mom)
        ax.fill_between(band.epoch, band.lowest, band.highest, color=colour, alpha=0.3, linewidth=0)
        ax.semilogy(band.epoch, band["median"], color=colour, label=f"mom {mom:g}", linewidth=1.3)
    ax.set(xlabel="epoch", ylabel="loss")
    ax.legend(
        title="median and range\nover the seeds",
        loc="center left",
        bbox_to_anchor=(1.01, 0.5),
        frameon=False,
    )
