"""The calls of training functions in a notebook, found by following its statements in order."""

from __future__ import annotations

import ast
from typing import Any, Collection, Iterator

from .cells import segment
from .settings import Called, is_training
from .values import LONGEST, Names, Optimizer, Unread, arguments, last_name, value_of

_LOOPS = (ast.While, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_NORMALS = ("normal", "random_normal")
_SCALES = ("scale", "sigma", "std", "stddev")  # of normals, in MXNet, NumPy and ports
_MOST_STEPS = 20 * LONGEST  # of a cell with loops in loops


class Follower:
    """Follows the cells of a notebook: what is assigned, defined and called."""

    def __init__(self) -> None:
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self._functions: dict[str, dict[str, Any]] = {}
        self._calls: list[Called] = []
        self._scale: Any = None  # of the first weights
        self._steps = 0

    def calls(self, statements: list[ast.stmt]) -> list[Called]:
        """Return the calls that the statements of the next cell make, in order."""
        self._calls, self._steps = [], 0
        self._follow(statements)
        return self._calls

    def _follow(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self._steps += 1
            if isinstance(statement, ast.FunctionDef):
                told = self._functions[statement.name] = parameters(statement, self._names)
                if "init" in statement.name:
                    self._note_scale(statement, _NORMALS, {**self._names, **told})
            elif isinstance(statement, (ast.For, ast.While)):
                self._loop(statement)
            elif isinstance(statement, ast.If):
                self._branch(statement)
            elif isinstance(statement, ast.With):
                self._note(*(item.context_expr for item in statement.items))
                self._follow(statement.body)
            elif isinstance(statement, ast.Try):
                self._follow([*statement.body, *statement.orelse, *statement.finalbody])
            elif not isinstance(statement, _SCOPES):
                self._note(statement)
                self._assign(statement)

    def _loop(self, loop: ast.For | ast.While) -> None:
        """Follow each turn of a loop that trains, if the turns are known."""
        calls = [call for call, _ in calls_in(loop, False)]
        if isinstance(loop, ast.For) and any(map(self._trains, calls)):
            turns = value_of(loop.iter, self._names)
            if isinstance(turns, list) and self._turned(loop, turns):
                return
        self._forget(loop)
        self._note(loop, repeated=True)

    def _turned(self, loop: ast.For, turns: list[Any]) -> bool:
        for value in turns:
            if self._steps > _MOST_STEPS:
                return False
            self._bind(loop.target, value)
            self._follow(loop.body)
        self._follow(loop.orelse)
        return True

    def _branch(self, branch: ast.If) -> None:
        known = self._known(branch.test)
        if known is not None:
            self._follow(branch.body if known else branch.orelse)
        else:  # which of the calls are made shows in what is printed, or it does not
            self._follow([*branch.body, *branch.orelse])
            self._forget(branch)

    def _known(self, test: ast.expr) -> bool | None:
        """Return whether a test holds, None if that is not known."""
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq):
            left, *others = (value_of(one, self._names) for one in (test.left, *test.comparators))
            plain = all(isinstance(one, (str, int, float)) for one in (left, *others))
            return bool(left == others[0]) if plain and len(others) == 1 else None
        value = value_of(test, self._names)
        return bool(value) if isinstance(value, (bool, int)) else None

    def _trains(self, call: ast.Call) -> bool:
        name = last_name(call.func)
        given = {one.arg for one in call.keywords if one.arg}
        return is_training(name, given.union(self._functions.get(name, ())))

    def _note_scale(self, node: ast.AST, normals: Collection[str], names: Names) -> None:
        """Note with which standard deviation weights are drawn in a node, if they are."""
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and last_name(call.func) in normals:
                positional, named = arguments(call, names)
                # A shape may stand before or behind the numbers.
                numbers = [value for value in positional if not isinstance(value, list)]
                given = [named[name] for name in _SCALES if name in named]
                if last_name(call.func) == "Normal":
                    self._scale = [*given, *numbers, 0.01][0]
                else:  # the mean comes first
                    self._scale = [*given, *numbers[1:], 1.0][0]

    def _note(self, *nodes: ast.AST, repeated: bool = False) -> None:
        for node in nodes:
            self._note_scale(node, ("Normal",), self._names)
            for call, in_loop in calls_in(node, repeated):
                if self._trains(call):
                    name = last_name(call.func)
                    own = self._functions.get(name) if isinstance(call.func, ast.Name) else None
                    given = arguments(call, self._names)
                    made = Called(segment(call), name, *given, own, in_loop, self._scale)
                    self._calls.append(made)

    def _assign(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Assign):
            value = value_of(statement.value, self._names)
            for target in statement.targets:
                self._bind(target, value)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            self._bind(statement.target, value_of(statement.value, self._names))
        elif isinstance(statement, ast.AugAssign):
            target = statement.target
            if isinstance(target, ast.Name):
                before = ast.Name(target.id, ast.Load())
                sum_ = ast.BinOp(before, statement.op, statement.value)
                self._bind(target, value_of(sum_, self._names))
            else:
                self._forget(target)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            self._set_learning_rate(statement.value)

    def _set_learning_rate(self, call: ast.Call) -> None:
        """Change what is known of a trainer when its set_learning_rate is called."""
        function = call.func
        if last_name(function) == "set_learning_rate" and isinstance(function, ast.Attribute):
            trainer = value_of(function.value, self._names)
            if isinstance(trainer, Optimizer) and call.args:
                trainer.settings.pop("lr", None)
                trainer.settings["learning_rate"] = value_of(call.args[0], self._names)

    def _bind(self, target: ast.expr, value: Any) -> None:
        if isinstance(target, ast.Name):
            self._names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            fits = isinstance(value, list) and len(value) == len(target.elts)
            for number, one in enumerate(target.elts):
                self._bind(one, value[number] if fits else Unread(""))
        else:
            self._forget(target)

    def _forget(self, node: ast.AST) -> None:
        """Take nothing for known that a node assigns, as a whole or in part."""
        for one in ast.walk(node):
            if isinstance(getattr(one, "ctx", None), ast.Store):
                while isinstance(one, (ast.Subscript, ast.Attribute)):
                    one = one.value
                if isinstance(one, ast.Name):
                    self._names.pop(one.id, None)


def calls_in(node: ast.AST, repeated: bool) -> Iterator[tuple[ast.Call, bool]]:
    """Yield the calls in a node in order, and whether each may be made more than once."""
    if isinstance(node, _SCOPES):
        return
    repeated = repeated or isinstance(node, _LOOPS)
    for child in ast.iter_child_nodes(node):
        yield from calls_in(child, repeated)
    if isinstance(node, ast.Call):
        yield node, repeated


def parameters(function: ast.FunctionDef, names: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a function in order, each with its default or Unread."""
    given = function.args
    places = [*given.posonlyargs, *given.args]
    found: dict[str, Any] = {one.arg: Unread(one.arg) for one in [*places, *given.kwonlyargs]}
    for one, default in zip(reversed(places), reversed(given.defaults)):
        found[one.arg] = value_of(default, names)
    for one, named_default in zip(given.kwonlyargs, given.kw_defaults):
        if named_default is not None:
            found[one.arg] = value_of(named_default, names)
    return found
