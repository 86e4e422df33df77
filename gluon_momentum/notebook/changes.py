"""What code may change, told from its text: for code of which it is not known whether it runs."""

from __future__ import annotations

import ast
from typing import Iterator, NamedTuple, Union

FunctionNode = Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = (*_FUNCTIONS, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

# By these any name may be changed, at once or at any time after.
_EXECUTING = ("exec", "eval", "get_ipython")
_EVERYWHERE = ("globals", "locals", "vars", "setattr", "__main__", "__dict__", "user_ns")

# Functions that neither change nor keep what they are given.
HARMLESS = ("print", "display", "len", "str", "repr", "float", "int", "type", "isinstance", "id")


class Changes(NamedTuple):
    """What a piece of code may change."""

    bound: set[str]  # names that it binds or deletes
    touched: set[str]  # names of objects that it may change, or keep under another name
    anything: bool


def changes(*nodes: ast.AST) -> Changes:
    """Return what nodes may change, with the functions in them."""
    bound, touched, safe = set(), set(), set()
    anything = False
    for node in (one for each in nodes for one in ast.walk(each)):
        safe |= {id(one) for one in _only_read(node)}
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, ast.Name) and id(node) not in safe:
            touched.add(node.id)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            bound.update(node.names)
        elif isinstance(node, ast.alias):
            anything = anything or node.name in ("*", "__main__")
        else:  # def, class, except, and the patterns of match
            names = (getattr(node, field, None) for field in ("name", "rest"))
            bound.update(name for name in names if isinstance(name, str))
        anything = anything or bool(reach(node))
    return Changes(bound, touched, anything)


def reach(node: ast.AST) -> str:
    """Return "once" or "ever" for what may change any name at once, or from then on."""
    if isinstance(node, ast.Name):
        return "once" if node.id in _EXECUTING else "ever" if node.id in _EVERYWHERE else ""
    if isinstance(node, ast.Attribute):
        module = getattr(node.value, "id", "")
        ever = node.attr in _EVERYWHERE or (module, node.attr) == ("sys", "modules")
        return "ever" if ever else ""
    return "ever" if isinstance(node, ast.alias) and node.name in _EVERYWHERE else ""


def _only_read(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the children of a node of which it reads no more than numbers and texts."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        key = getattr(node.slice, "value", None)
        if isinstance(getattr(key, "value", key), str):  # in Python 3.8 it is wrapped
            yield node.value  # no table that is known holds anything else
    elif isinstance(node, ast.Call):
        yield from (keyword.value for keyword in node.keywords if keyword.arg is None)
        if isinstance(node.func, ast.Name) and node.func.id in HARMLESS:
            yield from node.args
    elif isinstance(node, ast.Dict):
        yield from (value for key, value in zip(node.keys, node.values) if key is None)
    elif isinstance(node, ast.Compare):
        yield from (node.left, *node.comparators)
    elif isinstance(node, ast.FormattedValue):
        yield node.value


def of_scope(scope: ast.AST) -> Changes:
    """Return what a function or a class may change outside of it, whenever it runs."""
    found = changes(scope)
    own = set(local_names(scope)) if isinstance(scope, _FUNCTIONS) else set()
    declared = [one.names for one in ast.walk(scope) if isinstance(one, ast.Global)]
    bound = {name for names in declared for name in names}
    return Changes(bound, found.touched - (own - bound), found.anything)


def local_names(function: FunctionNode) -> list[str]:
    """Return the parameters of a function, and then the other names that it binds for itself."""
    given = function.args
    places = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    rest = [one for one in (given.vararg, given.kwarg) if one]
    body = function.body if isinstance(function.body, list) else [function.body]
    inner = [one for statement in body for one in _own(statement)]
    stored = [one.id for one in inner if isinstance(one, ast.Name) and _binds(one)]
    return list(dict.fromkeys([*(one.arg for one in [*places, *rest]), *stored]))


def _binds(name: ast.Name) -> bool:
    return not isinstance(name.ctx, ast.Load)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and those within it that belong to the same scope."""
    yield node
    if not isinstance(node, (*SCOPES, *_COMPREHENSIONS)):
        for child in ast.iter_child_nodes(node):
            yield from _own(child)
