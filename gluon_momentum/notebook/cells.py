"""The code cells of a notebook's file: what they printed and showed, and their syntax.

Nothing of the notebook is run.
"""

from __future__ import annotations

import ast
import os
import re
import warnings
from pathlib import Path
from typing import Any, NamedTuple

# Magics that run the Python they are given once; what others are given is no matter of ours.
_TRANSPARENT = ("time", "capture", "prun")
# Those that change no name of the notebook's, whatever they are given.
_HARMLESS = re.compile(
    "matplotlib|config|(re)?load_ext|autoreload|pip|conda|(set_)?env|cd|pwd|ls|mkdir|cat|whos?|time|"
    "watermark|history|precision|bash|sh|html|javascript|js|latex|svg|markdown|script|(write)?file|"
    "system|sx|perl|ruby|cmd|tensorboard|pinfo2?|pdoc"
)
SVG = "image/svg+xml"
_SHELL = ("system", "getoutput")

# What Python's parser says of text that is no Python: at odd characters, and at deep nesting.
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


class Cell(NamedTuple):
    """A code cell."""

    number: int  # from 1, among the code cells
    source: str
    printed: str  # to stdout, and as the text of results; no figures, no warnings
    ran: bool  # it has a count, or an output
    stopped: bool  # an error ended it
    order: int | None  # the count of its last execution
    figures: tuple[str, ...]  # that it showed: each as SVG, or the kind that it is of


def code_cells(path: str | os.PathLike[str]) -> list[Cell]:
    """Return the code cells of a notebook, of nbformat 3 or 4.

    Raises:
        ValueError: there is no such file, it cannot be read, or it is no notebook.
    """
    from nbformat import convert, reader

    name = os.fspath(path)
    try:
        text = Path(name).read_text("utf-8-sig")
        # Read, not checked: what a schema asks for beyond the cells is no matter of ours.
        notebook = convert(reader.reads(text), 4)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        return [_cell(number, cell) for number, cell in enumerate(code, 1)]
    except FileNotFoundError:
        raise ValueError(f"There is no file {name}.") from None
    except OSError as error:
        raise ValueError(f"{name} cannot be read: {error.strerror}.") from error
    # No UTF-8, no JSON, a path with a NUL in it; or JSON of another form, in any depth, which
    # nbformat meets with errors of any kind.
    except Exception as error:
        raise ValueError(f"{name!r} is not a Jupyter notebook.") from error


def _cell(number: int, cell: Any) -> Cell:
    outputs = cell.get("outputs", [])
    count = cell.get("execution_count")
    count = count if type(count) is int else None
    stopped = any(output.output_type == "error" for output in outputs)
    printed = "".join(map(_shown, outputs))
    figures = tuple(figure for output in outputs for figure in _figure(output))
    ran = bool(outputs) or count is not None
    return Cell(number, str(cell.source), printed, ran, stopped, count, figures)


def _shown(output: Any) -> str:
    """Return the text of one output."""
    if output.output_type == "stream":
        return "" if output.get("name") == "stderr" else str(output.text)
    if output.output_type in ("execute_result", "display_data"):
        return f"\n{output.get('data', {}).get('text/plain', '')}\n"
    return ""


def _figure(output: Any) -> list[str]:
    """Return the figure that an output is, if it is one."""
    data = output.get("data", {})
    if SVG in data:
        return [str(data[SVG])]
    return [str(kind) for kind in data if str(kind).startswith("image/")][:1]


def statements(source: str) -> list[ast.stmt] | None:
    """Return the statements of a cell, None if it is no Python 3."""
    body = _parsed(source)
    if body is None:
        body = _parsed(_without_magics(source))
    return None if body is None else _unwrapped(body)


def segment(node: ast.expr) -> str:
    """Return the text of an expression within what `statements` returned, on one line."""
    text = ast.get_source_segment(getattr(node, "source", ""), node)
    return " ".join((text or "").split())


def _parsed(source: str) -> list[ast.stmt] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of backslashes in strings
            tree = ast.parse(source)
        tree = _Harmless().visit(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.expr):
                node.source = source  # type: ignore[attr-defined]
    except UNREADABLE:
        return None
    body: list[ast.stmt] = tree.body
    return body


class _Harmless(ast.NodeTransformer):
    """Puts a name that is not known in the place of magics that change no name."""

    def visit_Call(self, call: ast.Call) -> ast.AST:
        if isinstance(call.func, ast.Attribute) and _is_ipython(call.func.value):
            texts = [getattr(one, "value", None) for one in call.args]
            magic = call.func.attr in ("run_line_magic", "run_cell_magic")
            harmless = bool(texts) and _HARMLESS.fullmatch(str(texts[0]))
            transparent = len(texts) > 1 and texts[0] in _TRANSPARENT and texts[-1]
            if call.func.attr in _SHELL or (magic and harmless and not transparent):
                return ast.Name("_", ast.Load())
        return self.generic_visit(call)


def _is_ipython(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "get_ipython"


def _without_magics(source: str) -> str:
    """Return the Python that IPython makes of a cell: magics become calls of get_ipython()."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return TransformerManager().transform_cell(source)
    # It is written for what people type, and meets odd text with errors of any kind.
    except Exception:
        return "("


def _unwrapped(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return statements with those that %time and the like are given in place of the magic."""
    found: list[ast.stmt] = []
    for statement in body:
        text = _given(statement)
        inner = None if text is None else statements(text)
        found += [statement] if inner is None else inner
    return found


def _given(statement: ast.stmt) -> str | None:
    """Return the Python that a magic is given, None for what is no such magic."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return None
    call = statement.value
    magic = getattr(call.func, "attr", None) in ("run_line_magic", "run_cell_magic")
    constants = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    texts = [one for one in constants if isinstance(one, str)]
    return texts[-1] if magic and len(texts) > 1 and texts[0] in _TRANSPARENT else None
