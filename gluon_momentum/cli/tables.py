"""The tables that the commands print."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Sequence

if TYPE_CHECKING:
    from ..chapter.training import Run

RUN_COLUMNS = ("mom", "w", "b", "first loss", "last loss")
_LONG = ("published", "ours")
_PIPE_WIDTH = 150  # characters, where no terminal says how many there are


def show(
    names: Sequence[str], rows: Sequence[Sequence[str]], header: bool = True, wide: bool = False
) -> None:
    """Print rows as a table on stdout; a cell a line where the terminal is too narrow for that.

    Args:
        names: of the columns; those of `RUN_COLUMNS` hold numbers.
        rows: the cells of each.
        header: whether the table says the names.
        wide: whether the table takes the whole width, what was published and ours in equal parts.
    """
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH)
    table = Table(
        box=SIMPLE if header else None,
        show_header=header,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        expand=wide,
    )
    for name in names:
        number, middle = name in RUN_COLUMNS, wide and name in _LONG
        table.add_column(
            name,
            justify="right" if number else "left",
            no_wrap=number,
            overflow="fold",
            ratio=1 if middle else None,
        )
    for row in rows:
        table.add_row(*map(Text, row))
    least = Measurement.get(console, console.options.update(max_width=10_000), table).minimum
    if least + len(names) <= console.width:  # rich counts some padding only when it draws
        console.print(table)
        return
    for row in rows:
        for name, cell in zip(names, row):
            console.print(Text(f"{name}: {cell}"))
        console.print()


def run_cells(mom: float, run: Run) -> list[str]:
    """Return a run's cells of `RUN_COLUMNS`."""
    return [
        f"{mom:g}",
        " ".join(f"{weight:.4f}" for weight in run.w.asnumpy().ravel()),
        f"{run.b.asscalar():.4f}",
        f"{run.losses[0]:.6f}",
        f"{run.losses[-1]:.4e}",
    ]
