"""What the commands share: the table of runs and the progress bar."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress
    from rich.table import Table

    from ..training import Run


def progress() -> Progress:
    """Return a progress bar on stderr, silent where that is not a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def show(table: Table) -> None:
    """Print a table on stdout, as wide as the terminal or, in a file or pipe, as wide as it is."""
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else 150).print(table)


def run_table(*sentence_columns: str) -> Table:
    """Return an empty table for runs, one row each."""
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(box=SIMPLE, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("mom", "w", "b", "first loss", "last loss"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in sentence_columns:
        table.add_column(name)
    return table


def run_cells(mom: float, run: Run) -> list[str]:
    """Return the cells that `run_table` starts a row with."""
    return [
        f"{mom:g}",
        " ".join(f"{weight:.4f}" for weight in run.w.asnumpy().ravel()),
        f"{run.b.asscalar():.4f}",
        f"{run.losses[0]:.6f}",
        f"{run.losses[-1]:.4e}",
    ]
