"""What code may change, told from its text."""

from __future__ import annotations

import ast
from typing import Collection

from .values import METHODS, last_name

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = (*FUNCTIONS, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_ARITHMETIC = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.JoinedStr, ast.FormattedValue, ast.Expr)
# Functions, methods and attributes that neither change nor keep what they are given.
_READING = {"print", "display", "len", "str", "repr", "float", "int", "type", "isinstance", "id",
            "dict", "list", "tuple", "range", "zip", "enumerate", "Trainer", *METHODS}  # fmt: skip
_METHODS = ("copy", "items", "keys", "values", "get")
_ATTRIBUTES = ("learning_rate", "lr")
# By these any name may be changed: at once, or at any time from then on.
_ONCE = ("exec", "eval", "get_ipython")
_EVER = ("globals", "locals", "vars", "setattr", "__main__", "__dict__", "user_ns", "modules")


class Effects:
    """What nodes may change.

    Args:
        nodes: statements or expressions.
        skip: nodes within them that do not count.
    """

    def __init__(self, *nodes: ast.AST, skip: Collection[ast.AST] = ()) -> None:
        self.bound: set[str] = set()  # names that are bound or deleted
        self.used: set[str] = set()  # names of objects that are changed, or kept elsewhere
        self.later_bound: set[str] = set()  # the same by functions, at any time from then on
        self.later_used: set[str] = set()
        self.patched: set[str] = set()  # attributes that are set
        self.anything = self.later_anything = False
        self._skip = {id(node) for node in skip}
        self._scopes: list[set[str]] = []  # the names that each scope around a node has for itself
        self._depth = 0  # functions and classes among them
        for node in nodes:
            self._visit(node)

    def _visit(self, node: ast.AST, read: bool = False) -> None:
        if id(node) in self._skip:
            return
        if isinstance(node, ast.Name):
            self._name(node, read)
        elif isinstance(node, ast.Call):
            self._call(node)
        elif isinstance(node, SCOPES):
            self._scope(node)
        elif isinstance(node, COMPREHENSIONS):
            targets = [one for part in node.generators for one in ast.walk(part.target)]
            self._within(node, _stored(*targets))
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values):
                self._visit(key or value, read=key is None)
                if key:
                    self._visit(value)
        elif isinstance(node, ast.Attribute):
            if node.attr in _EVER and (node.attr != "modules" or last_name(node.value) == "sys"):
                self._reach(node.attr)
            loaded = isinstance(node.ctx, ast.Load)
            if not loaded:
                self.patched.add(node.attr)
            self._visit(node.value, read=loaded and node.attr in _ATTRIBUTES)
        elif isinstance(node, ast.Subscript):
            self._visit(node.value, read=isinstance(node.ctx, ast.Load))
            self._visit(node.slice)
        else:
            if isinstance(node, ast.NamedExpr) and not self._depth:  # in a comprehension too
                self.bound.add(node.target.id)
            elif isinstance(node, ast.Global):
                self.later_bound.update(node.names)
            elif isinstance(node, ast.alias):
                self._reach("exec" if node.name == "*" else node.name)
                self._bind((node.asname or node.name).partition(".")[0])
            elif isinstance(getattr(node, "name", None), str):  # except, and the patterns of match
                self._bind(getattr(node, "name", ""))
            for child in ast.iter_child_nodes(node):
                self._visit(child, read=isinstance(node, _ARITHMETIC))

    def _name(self, node: ast.Name, read: bool) -> None:
        self._reach(node.id if node.id != "modules" else "")
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id)
        elif not read and not any(node.id in names for names in self._scopes):
            (self.later_used if self._scopes else self.used).add(node.id)

    def _bind(self, name: str) -> None:
        if not self._scopes:
            self.bound.add(name)

    def _reach(self, name: str) -> None:
        later = name in _EVER or (name in _ONCE and bool(self._scopes))
        self.later_anything = self.later_anything or later
        self.anything = self.anything or name in _ONCE

    def _call(self, call: ast.Call) -> None:
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr in _METHODS:
            self._visit(function.value, read=True)
        else:
            self._visit(function)
        reading = last_name(function) in _READING
        for one in call.args:
            self._visit(one, read=reading)
        for keyword in call.keywords:
            self._visit(keyword.value, read=reading or keyword.arg is None)

    def _scope(self, scope: ast.AST) -> None:
        if not isinstance(scope, ast.Lambda):
            self._bind(getattr(scope, "name", ""))
        for one in outside(scope):
            self._visit(one)
        self._depth += 1
        self._within(scope, local_names(scope))
        self._depth -= 1

    def _within(self, node: ast.AST, names: set[str]) -> None:
        self._scopes.append(names)
        for child in ast.iter_child_nodes(node):
            self._visit(child)
        self._scopes.pop()


def local_names(scope: ast.AST) -> set[str]:
    """Return the names that a function or a class has for itself."""
    skip = {id(one) for one in outside(scope)}
    inner = [one for child in ast.iter_child_nodes(scope) for one in _own(child, skip)]
    found = _stored(*inner) | {one.arg for one in inner if isinstance(one, ast.arg)}
    return found - {name for one in inner if isinstance(one, ast.Global) for name in one.names}


def outside(scope: ast.AST) -> list[ast.AST]:
    """Return what a function or a class computes where it stands: decorators, defaults, bases."""
    inner = list(ast.iter_child_nodes(scope))
    for one in inner:
        if isinstance(one, (ast.arguments, ast.arg)):
            inner += ast.iter_child_nodes(one)  # defaults and annotations
    body = getattr(scope, "body", None)  # a lambda's is an expression as well
    return [one for one in inner if isinstance(one, (ast.expr, ast.keyword)) and one is not body]


def _own(node: ast.AST, skip: Collection[int]) -> list[ast.AST]:
    """Return a node and those within it that belong to the same scope."""
    if id(node) in skip:
        return []
    inner = [] if isinstance(node, (*SCOPES, *COMPREHENSIONS)) else ast.iter_child_nodes(node)
    return [node, *(one for child in inner for one in _own(child, skip))]


def _stored(*nodes: ast.AST) -> set[str]:
    names = (one for one in nodes if isinstance(one, ast.Name))
    return {name.id for name in names if not isinstance(name.ctx, ast.Load)}
