"""The calls of training functions in a notebook, found by following its statements in order.

A name is known only if every way to change it was seen. An object that can be changed, such as a
table, is known by one name alone: once that is used for more than to read from it, it is known no
more. Nor is what code may change of which it is not certain whether, or how often, it runs.
"""

from __future__ import annotations

import ast
import re
from typing import Any, Collection, Iterator

from .cells import segment
from .effects import COMPREHENSIONS, FUNCTIONS, SCOPES, Effects, local_names, outside
from .settings import Called, is_training
from .values import (
    FAILURES,
    LONGEST,
    Function,
    Loader,
    Optimizer,
    Unread,
    arguments,
    last_name,
    listed,
    mutable,
    truth,
    turns_of,
    value_of,
)

_LEAVING = (ast.Break, ast.Continue, ast.Return, ast.Yield, ast.YieldFrom, ast.Await)
_UNCERTAIN = (*COMPREHENSIONS, ast.BoolOp, ast.IfExp, ast.ClassDef)  # may evaluate what is in them
_NORMALS = ("normal", "random_normal")
_SCALES = ("scale", "sigma", "std", "stddev")  # of normals, in MXNet, NumPy and ports
_DRAWING = re.compile(r"plot|plt|draw|show|display|fig|ax(es|is)?$|anim|semilog", re.I)
_MOST_STEPS = 20 * LONGEST  # of a cell with loops in loops
_DEEPEST = 3  # of functions that call functions
_UNKNOWN = Unread("")


class Follower:
    """Follows the cells of a notebook: what is assigned, defined and called."""

    def __init__(self) -> None:
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self._never: set[str] = set()  # names that functions may bind at any time
        self._shared: set[str] = set()  # names of objects that functions may change at any time
        self._patched: set[str] = set()  # attributes of modules
        self._lost = False  # whether anything may change at any time
        self._calls: list[Called] = []
        self._scale: Any = None  # of the first weights
        self._steps = self._depth = 0
        self.unseen = False  # whether the cell calls a function of its own that may print anything
        self.drawing = False  # or that may draw

    def calls(self, statements: list[ast.stmt]) -> list[Called]:
        """Return the calls that the statements of the next cell make, in order."""
        self._calls, self._steps, self.unseen, self.drawing = [], 0, False, False
        self._follow(statements)
        return self._calls

    def doubt(self, statements: list[ast.stmt]) -> None:
        """Know no more than what is so whether or not statements run, as often as may be."""
        before, self._calls = self._calls, []
        self._perhaps(*statements)
        self._calls = before

    def forget(self, names: Collection[str] = ()) -> None:
        """Know no name any more, and these are bound."""
        self._names = dict.fromkeys([*self._names, *names], _UNKNOWN)

    def _follow(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self._steps += 1
            if isinstance(statement, ast.If):
                self._branch(statement)
            elif isinstance(statement, ast.With):
                self._with(statement)
            elif isinstance(statement, ast.For) and self._turned(statement):
                pass
            elif isinstance(statement, SCOPES) or not _holds_statements(statement):
                self._simple(statement)
            else:
                self._perhaps(statement)

    def _simple(self, *nodes: ast.AST) -> None:
        """Follow statements or expressions that run once, from first to last."""
        made = [call for node in nodes for call, _ in calls_in(node) if self._kind(call)]
        if not made and self._set_learning_rate(nodes[0] if nodes else None):
            return
        found = Effects(*nodes, skip=made)
        bound, found.bound = found.bound, set()
        self._lose(found)
        for node in nodes:
            self._note(node)
        value = self._assigned(nodes[0]) if nodes else _UNKNOWN
        found.bound = bound
        self._lose(found)
        for node in nodes:
            self._bind_what(node, value)

    def _set_learning_rate(self, node: ast.AST | None) -> bool:
        """Follow a statement if it does no more than set the rate of a trainer that is known."""
        call = getattr(node, "value", None) if isinstance(node, ast.Expr) else None
        if isinstance(call, ast.Call) and last_name(call.func) == "set_learning_rate":
            owner = getattr(getattr(call.func, "value", None), "id", "")
            trainer, (positional, named) = self._names.get(owner), arguments(call, self._names)
            if isinstance(trainer, Optimizer) and len(positional) == 1 and not named:
                settings = {key: one for key, one in trainer.settings.items() if key != "lr"}
                settings["learning_rate"] = positional[0]
                self._lose(Effects(*call.args))
                self._names[owner] = Optimizer(trainer.name, settings)
                return True
        return False

    def _assigned(self, node: ast.AST) -> Any:
        """Return the value that a statement assigns; an object that has one name is not read."""
        value = getattr(node, "value", None)
        if isinstance(node, ast.AugAssign):
            before: ast.expr = node.target
            if isinstance(before, ast.Name):
                before = ast.Name(before.id, ast.Load())
            value = ast.BinOp(before, node.op, node.value)
        if value is None or not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            return _UNKNOWN
        found = value_of(value, self._names)
        several = len(getattr(node, "targets", [1])) > 1
        shared = (
            several or isinstance(value, (ast.Name, ast.IfExp)) or isinstance(node, ast.AugAssign)
        )
        return _UNKNOWN if mutable(found) and shared else found

    def _bind_what(self, node: ast.AST, value: Any) -> None:
        """Bind the names that a statement assigns, imports or defines."""
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            for target in getattr(node, "targets", [getattr(node, "target", None)]):
                self._bind(target, value)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for one in node.names:
                name = one.asname or one.name.partition(".")[0]
                self._set(name, Unread(one.name if one.asname else name))
        elif isinstance(node, ast.FunctionDef):
            if not node.decorator_list:
                self._set(node.name, Function(node, self._defaults(node)))
            self._note_scale(node)

    def _turned(self, loop: ast.For) -> bool:
        """Follow each turn of a loop that trains, if the turns are known."""
        inner = [one for statement in loop.body for one in ast.walk(statement)]
        trains = any(self._kind(call) for one in loop.body for call, _ in calls_in(one))
        if not trains or any(isinstance(one, _LEAVING) for one in inner):
            return False
        try:
            turns = turns_of(loop.iter, self._names)
        except FAILURES:
            return False
        self._lose(Effects(loop.iter))
        for value in turns:
            if self._steps > _MOST_STEPS:
                return False
            self._lose(Effects(loop.target))
            self._bind(loop.target, value)
            self._follow(loop.body)
        self._follow(loop.orelse)
        return True

    def _branch(self, branch: ast.If) -> None:
        test = value_of(branch.test, self._names)
        self._simple(branch.test)
        try:
            self._follow(branch.body if truth(test) else branch.orelse)
        except FAILURES:
            self._perhaps(*branch.body, *branch.orelse)

    def _with(self, statement: ast.With) -> None:
        contexts = [item.context_expr for item in statement.items]
        names = {last_name(getattr(one, "func", one)) for one in contexts}
        self._simple(*contexts)
        for item in statement.items:
            self._lose(Effects(*filter(None, [item.optional_vars])))
        if names & {"", "suppress", "raises", *self._names}:  # it may take errors for its own
            self._perhaps(*statement.body)
        else:
            self._follow(statement.body)

    def _perhaps(self, *nodes: ast.AST) -> None:
        """Follow what may run or not, or more than once."""
        for node in nodes:
            self._note(node, repeated=True)
        self._lose(Effects(*nodes))

    # Names.

    def _lose(self, found: Effects) -> None:
        """Know no more what may have changed."""
        self._never |= found.later_bound
        self._shared |= found.later_used
        self._patched |= found.patched
        self._lost = self._lost or found.later_anything
        if found.anything or found.later_anything:
            self.forget()
        self._names.update(dict.fromkeys(found.bound | found.later_bound, _UNKNOWN))
        for name in found.used | found.later_used:
            if mutable(self._names.get(name)):
                self._names[name] = _UNKNOWN

    def _set(self, name: str, value: Any) -> None:
        unknown = self._lost or name in self._never or (mutable(value) and name in self._shared)
        self._names[name] = _UNKNOWN if unknown else value

    def _bind(self, target: Any, value: Any) -> None:
        if isinstance(target, ast.Name):
            self._set(target.id, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            try:
                values = listed(value)
            except FAILURES:
                values = []
            fits = len(values) == len(target.elts)
            for number, one in enumerate(target.elts):
                self._bind(one, values[number] if fits else _UNKNOWN)

    # Calls.

    def _kind(self, call: ast.Call, seen: tuple[str, ...] = ()) -> tuple[bool, str] | None:
        """Return whether a call itself is of a training function, and of which or of one within."""
        name = last_name(call.func)
        own = self._names.get(name) if isinstance(call.func, ast.Name) else None
        given = {one.arg for one in call.keywords if one.arg}
        if isinstance(own, Function):
            if len(seen) < _DEEPEST and name not in seen:
                inner = (one for statement in own.node.body for one, _ in calls_in(statement))
                within = next(filter(None, (self._kind(one, (*seen, name)) for one in inner)), None)
                if within:
                    return False, within[1]
            given.update(own.defaults)
        return (True, name) if is_training(name, given) else None

    def _note(self, node: ast.AST, repeated: bool = False) -> None:
        """Note the calls of training functions in a node, and what it says of first weights."""
        for call, uncertain in calls_in(node, repeated):
            kind, name = self._kind(call), last_name(call.func)
            own = self._names.get(name) if isinstance(call.func, ast.Name) else None
            if name == "Normal":
                scale = _scale_of(name, *arguments(call, self._names))
                certain = not uncertain or scale == (self._scale or 0.01)
                self._scale = scale if certain else _UNKNOWN
            if kind is None:
                hidden = own is not None and own != Unread(name)
                self.unseen = self.unseen or hidden
                self.drawing = self.drawing or (hidden and self._draws(own))
            elif uncertain:
                self._calls.append(Called(segment(call), kind[1], [], {}, None, True))
            elif kind[0]:
                self._train(call, own)
            elif isinstance(own, Function):
                self._run(own, call)
            if kind:
                self._lose(Effects(call))

    def _draws(self, function: Any, seen: tuple[str, ...] = ()) -> bool:
        """Tell whether a function of the notebook's own, or one that it calls, may draw."""
        if not isinstance(function, Function):
            return True
        inner = [one for statement in function.node.body for one in ast.walk(statement)]
        called = [one.func.id for one in inner
                  if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)]  # fmt: skip
        names = [last_name(one) for one in inner]
        own = {name: self._names[name] for name in called if name in self._names}
        return any(map(_DRAWING.search, names)) or any(
            name not in seen and self._draws(one, (*seen, name))
            for name, one in own.items()
            if one != Unread(name)
        )

    def _train(self, call: ast.Call, own: Any) -> None:
        positional, named = arguments(call, self._names)
        parameters = None
        if isinstance(own, Function):
            parameters = {name: _given(value) for name, value in own.defaults.items()}
        values = [_given(value) for value in positional]
        tables = {name: _given(value) for name, value in named.items()}
        known = parameters is not None or self._is_package(call.func, own)
        name = last_name(call.func)
        made = Called(segment(call), name, values, tables, parameters, False, self._scale, known)
        self._calls.append(made)

    def _is_package(self, node: ast.expr, function: Any) -> bool:
        """Tell whether a function may be taken for the one that a package has by this name."""
        name = last_name(node)
        if function is not None:
            return isinstance(function, Unread) and function.text.split(".")[-1] == name
        if name in self._patched:
            return False
        while isinstance(node, ast.Attribute):
            node = node.value
        owner = value_of(node, self._names) if isinstance(node, ast.Name) else None
        return isinstance(owner, Unread) and owner.text.replace(".", "").isidentifier()

    def _run(self, function: Function, call: ast.Call) -> None:
        """Follow a function of the notebook's own that trains."""
        scope = self._scope(function, *arguments(call, self._names))
        body = function.node.body
        if scope is None or self._depth >= _DEEPEST:
            self._perhaps(*body)
            return
        before, self._names = self._names, {**self._names, **scope}
        self._depth += 1
        try:
            self._follow(body)
        finally:
            self._depth -= 1
            # What it may do to other names than its own is lost already, where it is defined.
            self._names = before

    def _scope(
        self, function: Function, positional: list[Any], named: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Return the names of a function when it is called, None if it cannot be followed."""
        *body, last = function.node.body
        inner = [one for each in (*body, *ast.iter_child_nodes(last)) for one in ast.walk(each)]
        given, names = function.node.args, [*function.defaults]
        fits = len(positional) <= len(names) and set(named) <= set(names[len(positional) :])
        if any(isinstance(one, (*SCOPES, *_LEAVING)) for one in inner) or not fits:
            return None
        bound = {**function.defaults, **dict(zip(names, positional)), **named}
        missing = any(bound[name] == Unread(name) for name in names)
        if given.vararg or given.kwarg or missing:
            return None
        own = dict.fromkeys(local_names(function.node), _UNKNOWN)
        # An object has one name, and the caller has it.
        return {**own, **{name: _given(value) for name, value in bound.items()}}

    def _defaults(self, function: ast.FunctionDef) -> dict[str, Any]:
        """Return the parameters of a function in order, each with its default or Unread."""
        given = function.args
        places = [*given.posonlyargs, *given.args]
        found: dict[str, Any] = {one.arg: Unread(one.arg) for one in [*places, *given.kwonlyargs]}
        for one, default in zip(reversed(places), reversed(given.defaults)):
            found[one.arg] = value_of(default, self._names)
        for one, named_default in zip(given.kwonlyargs, given.kw_defaults):
            if named_default is not None:
                found[one.arg] = value_of(named_default, self._names)
        return found

    def _note_scale(self, function: ast.FunctionDef) -> None:
        """Note with which standard deviation a function draws weights, if it does."""
        scope = {**self._names, **dict.fromkeys(local_names(function), _UNKNOWN)}
        scope.update(self._defaults(function))
        for statement in function.body:
            for call, _ in calls_in(statement):
                name = last_name(call.func)
                if name == "Normal" or (name in _NORMALS and "init" in function.name):
                    self._scale = _scale_of(name, *arguments(call, scope))


def calls_in(node: ast.AST, uncertain: bool = False) -> Iterator[tuple[ast.Call, bool]]:
    """Yield the calls in a node in order, and whether each may be made or not, or more than once.

    Those that functions in it make are none of them.
    """
    uncertain = uncertain or isinstance(node, _UNCERTAIN)
    for child in outside(node) if isinstance(node, FUNCTIONS) else ast.iter_child_nodes(node):
        yield from calls_in(child, uncertain)
    if isinstance(node, ast.Call):
        yield node, uncertain


def _holds_statements(node: ast.AST) -> bool:
    return hasattr(node, "body") or hasattr(node, "cases")  # those of match


def _given(value: Any) -> Any:
    """Return a value as a function is given it; another function is known by its name alone."""
    if isinstance(value, Optimizer):
        return Optimizer(value.name, dict(value.settings))
    if isinstance(value, (Unread, Loader, dict)):
        return dict(value) if isinstance(value, dict) else value
    if isinstance(value, Function):
        return Unread(value.node.name)
    return _UNKNOWN if isinstance(value, (list, tuple)) else value


def _scale_of(name: str, positional: list[Any], named: dict[str, Any]) -> Any:
    """Return the standard deviation of a normal that is drawn or set."""
    # A shape may stand before or behind the numbers.
    numbers = [one for one in positional if not isinstance(one, (list, tuple)) or one == _UNKNOWN]
    numbers = [one for one in positional if isinstance(one, Unread) or one in numbers]
    given = [named[one] for one in _SCALES if one in named]
    if name == "Normal":
        return [*given, *numbers, 0.01][0]
    return [*given, *numbers[1:], 1.0][0]  # the mean comes first
