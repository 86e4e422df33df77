"""The code cells of a notebook's file, with the text that they printed."""

from __future__ import annotations

import json
import os
from typing import Any, Iterator, NamedTuple


class Cell(NamedTuple):
    """A code cell."""

    number: int  # from 1, among the code cells
    source: str
    printed: str  # to stdout, and as the text of results; no figures, no warnings
    stopped: bool  # an error ended it


def code_cells(path: str | os.PathLike[str]) -> list[Cell]:
    """Return the code cells of a notebook, of nbformat 3 or 4.

    Raises:
        ValueError: there is no such file, it cannot be read, or it is no notebook.
    """
    name = os.fspath(path)
    try:
        with open(name, encoding="utf-8-sig") as file:
            notebook = json.load(file)
    except FileNotFoundError:
        raise ValueError(f"There is no file {name}.") from None
    except OSError as error:
        raise ValueError(f"{name} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, or a path with a NUL in it
        raise ValueError(f"{name!r} is not a Jupyter notebook: it is not JSON.") from error
    listed = list(_cells(notebook))
    if not listed:
        raise ValueError(f"{name} is not a Jupyter notebook: it has no cells.")
    code = [cell for cell in listed if cell.get("cell_type") == "code"]
    return [_cell(number, cell) for number, cell in enumerate(code, 1)]


def _cells(notebook: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(notebook, dict):
        return
    # nbformat 3 has its cells on sheets.
    for sheet in [notebook, *_dicts(notebook.get("worksheets"))]:
        yield from _dicts(sheet.get("cells"))


def _cell(number: int, cell: dict[str, Any]) -> Cell:
    outputs = _dicts(cell.get("outputs"))
    source = _text(cell.get("source", cell.get("input")))  # nbformat 3 says input
    stopped = any(output.get("output_type") in ("error", "pyerr") for output in outputs)
    return Cell(number, source, "".join(map(_shown, outputs)), stopped)


def _shown(output: dict[str, Any]) -> str:
    """Return the text of one output; of nbformat 3 too, where names and places are others."""
    kind = output.get("output_type")
    if kind == "stream":
        name = output.get("name", output.get("stream"))
        return "" if name == "stderr" else _text(output.get("text"))
    if kind in ("execute_result", "display_data", "pyout"):
        data = output.get("data")
        plain = data.get("text/plain") if isinstance(data, dict) else output.get("text")
        return f"\n{_text(plain)}\n"
    return ""


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    """Return what stands in a file as one string or as a list of lines."""
    lines = value if isinstance(value, list) else [value]
    return "".join(line for line in lines if isinstance(line, str))
