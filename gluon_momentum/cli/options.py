"""Options that several commands have, and what their values may be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from ..chapter.experiments import CALL

BATCH_SIZE = typer.Option(CALL.batch_size, help="Number of examples in a mini-batch.")
NUM_EPOCHS = typer.Option(CALL.num_epochs, help="Number of passes over the data.")
LOG_INTERVAL = typer.Option(CALL.log_interval, help="Examples between two records of the loss.")
SEED = typer.Option(0, help="Seed of the data, the initial weights and the mini-batches.")


def _path(text: str | Path) -> Path:
    if text == "":
        raise typer.BadParameter("the name is empty.")
    return Path(text)


def folder(default: str | None, help: str) -> Any:
    """Return the option of a command for a folder to write to."""
    return typer.Option(default, metavar="DIR", parser=_path, help=help)


def folder_argument(default: str, help: str) -> Any:
    """Return the argument of a command for a folder to write to."""
    return typer.Argument(default, metavar="DIR", parser=_path, help=help)


def file(help: str, default: str | None = None) -> Any:
    """Return the option of a command for a file to write."""
    return typer.Option(default, metavar="FILE", parser=_path, help=help)


def data(otherwise: str = "if not to be fetched") -> Any:
    """Return the option of a command for the data file of the edition of 2019."""
    what = f"The data file of the 2019 edition, {otherwise}."
    return typer.Option(None, metavar="FILE", parser=_path, help=what)
