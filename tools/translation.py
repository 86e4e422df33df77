"""A notebook and its translation: the same cells, by their ids, with the prose in two languages."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat

FOLDER = "zh"  # beside the notebooks; the files have the same names


def path_of(path: Path) -> Path | None:
    """Return where the translation of a notebook is, or None if nobody translates there."""
    folder = path.parent / FOLDER
    return folder / path.name if folder.is_dir() else None


def read(path: Path) -> Any:
    """Read a notebook.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no notebook.
    """
    try:
        return nbformat.reads(path.read_text("utf8"), as_version=4)
    except OSError as error:
        raise OSError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ValueError(f"{path} is not a notebook in JSON.") from error


def pair(path: Path) -> tuple[Any, Any]:
    """Read a notebook and its translation, or None where it has none, and see that they match.

    Raises:
        OSError, ValueError: see `read` and `translate`; the message names the file.
    """
    notebook, other = read(path), path_of(path)
    if other is None:
        return notebook, None
    prose = read(other)
    try:
        translate(notebook, prose)
    except ValueError as error:
        raise ValueError(f"{other} {error}") from error
    return notebook, prose


def translate(notebook: Any, prose: Any) -> Any:
    """Return a notebook with the prose of its translation; its code, outputs and order stay.

    Args:
        notebook: the original.
        prose: the translation, whose cells have the ids of the original's.

    Raises:
        ValueError: one of them has a cell that the other lacks; a new code cell may lack.
    """
    translated = deepcopy(notebook)
    left = {(cell.id, cell.cell_type): cell for cell in prose.cells}
    for cell in translated.cells:
        counterpart = left.pop((cell.id, cell.cell_type), None)
        if cell.cell_type == "code":
            continue
        if counterpart is None:
            raise ValueError(f"lacks {_named(cell)}: translate it there, under the same id.")
        cell.source = counterpart.source
    for cell in left.values():
        raise ValueError(f"has {_named(cell)}, which the original lacks: remove it there.")
    return translated


def _named(cell: Any) -> str:
    """Return what one finds a cell by in its file."""
    return f'the {cell.cell_type} cell {cell.id} ("{cell.source.partition(chr(10))[0]}")'
