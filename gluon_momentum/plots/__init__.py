"""Every figure, as functions that draw on given Axes and compute nothing, and writing them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Callable, Mapping, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..files import Files

# Dark, middle, light: told apart in greyscale too. One per momentum of the chapter.
MOMENTUM_COLOURS = {0.99: "#3b0f70", 0.9: "#1f8a8c", 0.5: "#e8a33d"}
BOOK_SIZE = (3.5, 2.5)  # inches; the size that the book's semilogy sets


class Figure(NamedTuple):
    """A figure: the function that draws it on given Axes, what it is, what it shows, its size."""

    draw: Callable[[Axes], None]
    caption: str = ""
    alt: str = ""
    size: tuple[float, float] = BOOK_SIZE


def write_figures(
    files: Files,
    folder: Path,
    figures: Mapping[str, Figure],
    begin: Callable[[str], object] = str,
) -> dict[str, str]:
    """Write figures to folder, each as NAME.svg and NAME.png, and return the SVGs' text by name.

    The same drawing gives the same bytes: the SVG holds no date and no random names.

    Args:
        files: of the run that the figures belong to.
        folder: where to.
        figures: by their names.
        begin: is told each name before its figure is drawn.
    """
    svgs = {}
    for name, figure in figures.items():
        begin(name)
        svgs[name] = _write(files, folder / name, figure)
    return svgs


def _write(files: Files, stem: Path, figure: Figure) -> str:
    import matplotlib.figure

    svg = ""
    with matplotlib.rc_context({"svg.hashsalt": "gluon_momentum"}):
        canvas = matplotlib.figure.Figure(figsize=figure.size, layout="constrained")
        figure.draw(canvas.add_subplot())
        for kind, metadata in (("svg", {"Date": None}), ("png", None)):
            with files.writing(stem.with_name(f"{stem.name}.{kind}")) as temporary:
                canvas.savefig(temporary, format=kind, dpi=200, metadata=metadata)
                svg = svg or temporary.read_text("utf8")
            # The layout is found; finding it again costs as much.
            canvas.set_layout_engine("none")
    return svg
