"""The plots of the page, empty: the page's own script fills their sources and chooses colours.

The script finds things by name. A source is named for what it holds, as "run-source", and what
draws it likewise, as "run"; the script gives that a colour of the page's theme.
"""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
from bokeh.models import (
    Arrow,
    ColorBar,
    ColumnDataSource,
    FixedTicker,
    Label,
    LogColorMapper,
    NormalHead,
    Span,
)
from bokeh.palettes import Cividis256
from bokeh.plotting import figure

# Of the map: how many momenta (0 to 0.99) and learning rates, and where the rates begin and end.
# The book's rate, 0.2, is in the middle of a cell.
MAP_SHAPE = (100, 120)
MAP_LR = (0.002, 0.002 * 100 ** (120 / 72.5))


def figures() -> dict[str, Any]:
    """Return the plots by name, in the page's order."""
    makers: tuple[Callable[[], Any], ...] = (valley, velocity, average, loss, final, echo, yours)
    drawn = {maker.__name__: maker() for maker in makers}
    for renderer in (each for plot in drawn.values() for each in plot.renderers):
        # How it would look if something were selected: nothing ever is.
        renderer.update(nonselection_glyph=None, muted_glyph=None)
    return drawn


def valley() -> Any:
    """Return the plot of figures 7.2 and 7.3: contours, two traces, the step that is shown."""
    plot = _figure("valley", 340, x_range=(-6, 3), y_range=(-3, 3))
    contours = _source("contours", x=[], y=[])
    plot.multi_line("x", "y", source=contours, name="contours")
    plot.scatter([0], [0], marker="cross", size=12, name="lowest")
    for trace, marker, dash in (("descent", "square", "dashed"), ("moving", "circle", "solid")):
        source = _source(trace, x=[], y=[])
        plot.line("x", "y", source=source, line_width=1.6, line_dash=dash, name=f"{trace}-line")
        plot.scatter("x", "y", source=source, marker=marker, size=6, name=f"{trace}-points")
    source = _source("step", x=[], y=[], x_end=[], y_end=[])
    head = NormalHead(size=11, name="step-head")
    arrow = Arrow(source=source, x_start="x", y_start="y", x_end="x_end", y_end="y_end", end=head)
    arrow.update(line_width=4, name="step-arrow")
    plot.add_layout(arrow)
    start = _source("start", x=[], y=[])
    plot.scatter("x", "y", source=start, size=18, line_width=3, name="start")
    return plot


def velocity() -> Any:
    """Return the plot of the velocity's two components over the steps."""
    plot = _figure("velocity", 340, x_range=(-0.4, 20.4), y_range=(-1, 1))
    for component, marker, dash in (("across", "square", "dashed"), ("along", "circle", "solid")):
        source = _source(component, x=[], y=[])
        plot.line("x", "y", source=source, line_width=1.8, line_dash=dash, name=f"{component}-line")
        plot.scatter("x", "y", source=source, marker=marker, size=6, name=f"{component}-points")
    plot.add_layout(Span(location=0, dimension="width", line_width=1, name="zero"))
    plot.add_layout(Span(location=20, dimension="height", line_width=1, name="now"))
    return plot


def average() -> Any:
    """Return the plot of a moving average's weights, those beyond its window hatched."""
    plot = _figure("average", 260, x_range=(-1, 30), y_range=(0, 0.1))
    for part, hatch in (("inside", None), ("beyond", "/")):
        source = _source(part, x=[], top=[])
        plot.vbar("x", 0.8, "top", source=source, hatch_pattern=hatch, name=part)
    plot.add_layout(
        Span(location=0, dimension="height", line_width=2, line_dash="dashed", name="window")
    )
    return plot


def loss() -> Any:
    """Return the plot of the loss over the epochs, as the book draws it, over the shuffles."""
    plot = _figure("loss", 400, y_axis_type="log", x_range=(0, 3), y_range=(1e-5, 1e2))
    band = _source("band", x=[], low=[], high=[])
    plot.varea("x", "low", "high", source=band, name="band")
    for edge in ("low", "high"):
        plot.line("x", edge, source=band, line_width=1, name=f"band-{edge}")
    plot.multi_line("x", "y", source=_source("earlier", x=[], y=[]), name="earlier")
    for curve, width, dash in (
        ("median", 1.2, "dotted"),
        ("published", 1.6, "dotdash"),
        ("run", 1.8, "solid"),
        ("outside", 2.2, "dashed"),
        ("together-0", 1.8, [10, 3]),
        ("together-1", 1.2, "solid"),
        ("together-2", 2.6, "solid"),
    ):
        source = _source(curve, x=[], y=[])
        plot.line("x", "y", source=source, line_width=width, line_dash=dash, name=curve)
    plot.add_layout(
        Span(location=2, dimension="height", line_width=1, line_dash="dotted", name="decay")
    )
    return plot


def final() -> Any:
    """Return the map of the final loss over learning rate and momentum."""
    plot = _figure("final", 420, x_axis_type="log", x_range=MAP_LR, y_range=(-0.025, 1.025))
    mapper = LogColorMapper(palette=Cividis256, low=5e-5, high=1e3, name="colours")
    low, high = MAP_LR
    image = np.full((1, 1), np.nan, np.float32)  # until the script has the map's
    extent = {"x": [low], "dw": [high - low], "y": [-0.005], "dh": [MAP_SHAPE[0] / 100]}
    cells = _source("cells", image=[image], **extent)
    axes = ("image", "x", "y", "dw", "dh")
    plot.image(*axes, source=cells, color_mapper=mapper, name="cells", level="image")
    bar = ColorBar(color_mapper=mapper, width=12, padding=4, label_standoff=5, name="bar")
    plot.add_layout(bar, "right")
    bound = _source("bound", x=[], y=[])
    plot.line("x", "y", source=bound, line_width=4, name="bound-halo")
    plot.line("x", "y", source=bound, line_width=2, line_dash="dashed", name="bound")
    even = _source("even", x=[], y=[], x_end=[], y_end=[])
    for layer, width in (("even-halo", 4), ("even", 1.8)):
        plot.segment("x", "y", "x_end", "y_end", source=even, line_width=width, name=layer)
    books = _source("books", x=[], y=[], marker=[])
    plot.scatter("x", "y", marker="marker", source=books, size=12, line_width=2, name="books")
    best = _source("best", x=[], y=[])
    plot.scatter("x", "y", marker="star", source=best, size=16, line_width=1.5, name="best")
    chosen = _source("chosen", x=[], y=[])
    for layer, width in (("halo", 6), ("chosen", 2.5)):
        plot.scatter(
            "x", "y", source=chosen, marker="circle_cross", size=22, line_width=width,
            fill_alpha=0, name=layer,
        )  # fmt: skip
    words = Label(x=0, y=0, text="", visible=False, angle=np.pi / 2, name="diverged")
    words.update(text_align="center", text_baseline="middle")
    plot.add_layout(words)
    plot.grid.visible = False
    plot.xaxis.ticker = FixedTicker(ticks=[0.002, 0.01, 0.05, 0.2, 1, 4])
    return plot


def echo() -> Any:
    """Return the plot of the run alone, which stands beside the map."""
    plot = _figure("echo", 420, y_axis_type="log", x_range=(0, 3), y_range=(1e-5, 1e2))
    plot.line("x", "y", source=_source("again", x=[], y=[]), line_width=1.8, name="again")
    return plot


def yours() -> Any:
    """Return the plot of a value that was printed, over a cloud or a histogram of shuffles."""
    plot = _figure("yours", 420, x_range=(0, 1), y_range=(0, 1))
    bars = _source("bars", left=[], right=[], top=[])
    plot.quad("left", "right", "top", 0, source=bars, line_width=0.5, name="bars")
    plot.scatter("x", "y", source=_source("cloud", x=[], y=[]), size=4, name="cloud")
    line, value = _source("value-line", x=[], y=[]), _source("value", x=[], y=[])
    plot.line("x", "y", source=line, line_width=7, name="value-line-halo")
    plot.line("x", "y", source=line, line_width=3, line_dash="dashed", name="value-line")
    for layer, width in (("value-halo", 8), ("value", 4)):
        plot.scatter("x", "y", marker="x", source=value, size=16, line_width=width, name=layer)
    plot.xaxis.ticker.desired_num_ticks = 5
    return plot


def _figure(name: str, height: int, **options: Any) -> Any:
    plot = figure(
        name=name,
        height=height,
        sizing_mode="stretch_width",
        toolbar_location=None,
        tools="",
        # By the left and the upper one, the script finds a touched point.
        min_border_left=64,
        min_border_top=12,
        min_border_right=14,
        min_border_bottom=52,
        **options,
    )
    plot.xgrid.name, plot.ygrid.name = "grid-x", "grid-y"
    return plot


def _source(name: str, **columns: Any) -> ColumnDataSource:
    return ColumnDataSource(columns, name=f"{name}-source")
