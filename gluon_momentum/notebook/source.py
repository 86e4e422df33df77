"""The source of a cell as a syntax tree; nothing of it is run."""

from __future__ import annotations

import ast
import warnings

# Magics that run the Python they are given once; what others are given is no matter of ours.
_TRANSPARENT = ("time", "capture", "prun")

# What Python's parser says of text that is no Python: at odd characters, and at deep nesting.
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


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
        for node in ast.walk(tree):
            if isinstance(node, ast.expr):
                node.source = source  # type: ignore[attr-defined]
    except UNREADABLE:
        return None
    return tree.body


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
