"""How many rows of an edition's data a notebook may have trained on."""

from __future__ import annotations

import ast
import re
from typing import Iterable

from .cells import Cell
from .settings import Called, edition_of

# The book's package for MXNet has all rows; its chapter on mini-batches, and the ports, the first.
_FIRST, _ALL = 1500, 1503
_SHAPE = re.compile(rf"\b({_FIRST}|{_ALL})(?:, ?5\b|x5\b|,\)|\]\))")  # "(1503, 5)", "Size([1500])"
_LOADED = re.compile(r"get_data_ch[79]")
_PORTS = re.compile(r"torch|tensorflow|paddle|jax|keras|^tf$")
_MXNET = ("mxnet", "gluonbook", "d2lzh")


class Rows:
    """What a notebook shows of the rows that it trains on."""

    def __init__(self, cells: Iterable[Cell], trees: Iterable[list[ast.stmt] | None]) -> None:
        """Look for shapes, imports and the function that loads the data."""
        nodes = [one for tree in trees for each in tree or [] for one in ast.walk(each)]
        self._shown = {int(found[1]) for cell in cells for found in _SHAPE.finditer(cell.printed)}
        self._rows = self._of(nodes)

    @staticmethod
    def _of(nodes: list[ast.AST]) -> tuple[int, ...]:
        modules = {one.name for node in nodes if isinstance(node, ast.Import) for one in node.names}
        modules |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        own = [node for node in nodes if isinstance(node, ast.FunctionDef)]
        loads = [node for node in own if _LOADED.fullmatch(node.name)]
        numbers = {getattr(one, "value", 0) for node in loads for one in ast.walk(node)
                   if isinstance(one, ast.Constant)}  # fmt: skip
        port = any(_PORTS.search(name) for name in modules)
        mxnet = any(name.partition(".")[0] in _MXNET for name in modules)
        if _FIRST in numbers or (port and not mxnet):
            return (_FIRST,)
        called = any(_LOADED.fullmatch(str(getattr(node, "attr", getattr(node, "id", ""))))
                     for node in nodes)  # fmt: skip
        return (_ALL,) if mxnet and not port and called and not loads else (_FIRST, _ALL)

    def of(self, call: Called) -> tuple[int, ...]:
        """Return the numbers of rows that a call may have trained on, () if data are generated."""
        if edition_of(call).truth is not None or len(edition_of(call).rows) == 1:
            return ()
        if self._shown:
            return tuple(sorted(self._shown))
        port = re.fullmatch(r"train_(?!gluon_)\w+_ch[79]", call.function)
        return (_FIRST,) if port else self._rows
