"""The calls of training functions in a notebook, found by following its statements in order.

A name is known only if every way to change it was seen. Of code of which it is not known whether,
or how often, it runs, all that it may change is forgotten.
"""

from __future__ import annotations

import ast
from typing import Any, Callable, Collection, Iterator

from .cells import segment
from .changes import HARMLESS, SCOPES, changes, local_names, of_scope, reach
from .settings import Called, is_training
from .values import (
    BUILTINS,
    FAILURES,
    LONGEST,
    Function,
    Held,
    Optimizer,
    Unread,
    UnreadError,
    as_given,
    binary,
    compared,
    held_table,
    listed,
    made,
    spoil,
    table,
    truth,
    unary,
)

_SIMPLE = (ast.Pass, ast.Global, ast.Break, ast.Continue)
_LEAVING = (ast.Break, ast.Continue, ast.Return)
_SUSPENDED = (ast.Yield, ast.YieldFrom, ast.Await, ast.Return)
_NORMALS = ("normal", "random_normal")
_SCALES = ("scale", "sigma", "std", "stddev")  # of normals, in MXNet, NumPy and ports
_MOST_STEPS = 20 * LONGEST  # of a cell with loops in loops
_DEEPEST = 3  # of functions that call functions
_UNKNOWN = Unread("")


class Follower:
    """Follows the cells of a notebook: what is assigned, defined and called."""

    def __init__(self) -> None:
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self._scopes: list[dict[str, Any]] = []  # of functions that are being followed
        self._never: set[str] = set()  # names that functions may bind at any time
        self._shared: set[str] = set()  # names of objects that functions may change at any time
        self._patched: set[str] = set()  # attributes of modules
        self._lost = False
        self._calls: list[Called] = []
        self._scale: Any = None  # of the first weights
        self._steps = 0
        self.unseen = False  # whether the cell calls a function of its own that may print anything

    def calls(self, statements: list[ast.stmt]) -> list[Called]:
        """Return the calls that the statements of the next cell make, in order."""
        self._calls, self._steps, self.unseen = [], 0, False
        self._follow(statements)
        return self._calls

    def doubt(self, statements: list[ast.stmt]) -> None:
        """Know no more than what is so whether or not statements run, as often as may be."""
        before, self._calls = self._calls, []
        self._perhaps(*statements)
        self._calls = before

    def forget(self, names: Collection[str] = ()) -> None:
        """Know no name any more, and these are bound."""
        for value in self._names.values():
            spoil(value)
        for scope in self._scopes:
            for name, value in scope.items():
                spoil(value)
                scope[name] = _UNKNOWN
        self._names = dict.fromkeys([*self._names, *names], _UNKNOWN)
        self._names["__name__"] = "__main__"

    # Statements.

    def _follow(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self._steps += 1
            kind = type(statement).__name__.lower()
            follow: Callable[[Any], None] | None = getattr(self, f"_{kind}", None)
            if follow is not None:
                follow(statement)
            elif not isinstance(statement, _SIMPLE):
                self._perhaps(statement)

    def _expr(self, statement: ast.Expr) -> None:
        self._value(statement.value)

    _return = _expr

    def _assign(self, statement: ast.Assign) -> None:
        value = self._value(statement.value)
        for target in statement.targets:
            self._bind(target, value)

    def _annassign(self, statement: ast.AnnAssign) -> None:
        if statement.value is not None:
            self._bind(statement.target, self._value(statement.value))

    def _augassign(self, statement: ast.AugAssign) -> None:
        target = statement.target
        value = self._value(statement.value)
        if not isinstance(target, ast.Name):
            self._bind(target, value)
            return
        before = self._known(target.id)
        try:
            after = binary(statement.op, before, value)
            if isinstance(before, Held):
                raise UnreadError  # which changes it in place
        except FAILURES:
            after = _UNKNOWN
            spoil(before)
            spoil(value)
        self._bind(target, after)

    def _delete(self, statement: ast.Delete) -> None:
        for target in statement.targets:
            self._bind(target, _UNKNOWN)

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        for one in statement.names:
            if one.name == "*":
                self.forget()
                continue
            name = one.asname or one.name.partition(".")[0]
            self._set(name, Unread(one.name if one.asname else name))
            self._reach(one)

    _importfrom = _import

    def _functiondef(self, statement: ast.FunctionDef) -> None:
        decorators = [self._value(one) for one in statement.decorator_list]
        function = self._function(statement.name, statement)
        self._set(statement.name, _UNKNOWN if decorators else function)
        self._note_scale(statement)

    def _asyncfunctiondef(self, statement: ast.AsyncFunctionDef) -> None:
        self._free(statement)
        self._set(statement.name, _UNKNOWN)

    def _note_scale(self, function: ast.FunctionDef) -> None:
        """Note with which standard deviation a function draws weights, if it does."""
        self._scopes.append({name: _UNKNOWN for name in local_names(function)})
        for call in calls_in(*function.body):
            name = last_name(call.func)
            if name == "Normal" or (name in _NORMALS and "init" in function.name):
                self._scale = _scale_of(name, *self._arguments(call))
        self._scopes.pop()

    def _classdef(self, statement: ast.ClassDef) -> None:
        self._free(statement)
        self._set(statement.name, _UNKNOWN)

    def _for(self, loop: ast.For) -> None:
        """Follow each turn of a loop that trains, if the turns are known."""
        if not self._trains_in(loop.body) or not self._turned(loop):
            self._perhaps(loop)

    def _turned(self, loop: ast.For) -> bool:
        if any(isinstance(one, _LEAVING) for each in loop.body for one in ast.walk(each)):
            return False
        lists: list[Held] = []
        try:
            turns = self._iterated(loop.iter, lists)
        except FAILURES:
            return False
        for value in turns:
            if self._steps > _MOST_STEPS or any(one.content is None for one in lists):
                return False
            self._bind(loop.target, value)
            self._follow(loop.body)
        self._follow(loop.orelse)
        return True

    def _iterated(self, node: ast.expr, lists: list[Held]) -> list[Any]:
        """Return what a loop goes through, and add the lists that this comes from."""
        if isinstance(node, ast.Call) and not node.keywords:
            name = last_name(node.func)
            if name in ("zip", "enumerate") and self._value(node.func) == Unread(name):
                first, *others = node.args
                values = self._iterated(first, lists)
                if name == "zip":
                    return [*zip(values, *(self._iterated(one, lists) for one in others))]
                return [*enumerate(values, *map(self._value, others))]
        value = self._value(node)
        lists += [value] if isinstance(value, Held) else []
        return listed(value)

    def _if(self, branch: ast.If) -> None:
        try:
            self._follow(branch.body if truth(self._value(branch.test)) else branch.orelse)
        except FAILURES:
            self._perhaps(*branch.body, *branch.orelse)

    def _with(self, statement: ast.With) -> None:
        names = set()
        for item in statement.items:
            spoil(self._value(item.context_expr))
            names.add(last_name(getattr(item.context_expr, "func", item.context_expr)))
            if item.optional_vars is not None:
                self._bind(item.optional_vars, _UNKNOWN)
        if names & {"", "suppress", "raises", *self._names}:  # it may take errors for its own
            self._perhaps(*statement.body)
        else:
            self._follow(statement.body)

    def _perhaps(self, *nodes: ast.AST) -> None:
        """Follow what may run or not, or more than once."""
        found = changes(*nodes)
        if found.anything:
            self.forget()
        for name in found.touched:
            spoil(self._known(name))
        for node in (one for each in nodes for one in ast.walk(each)):
            if isinstance(node, SCOPES):
                self._free(node)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(node)
        for name in found.bound:
            self._set(name, _UNKNOWN)
        for call in calls_in(*nodes):
            if last_name(call.func) == "Normal":
                scale = _scale_of("Normal", *self._arguments(call))
                self._scale = scale if scale == (self._scale or 0.01) else _UNKNOWN
            kind = self._kind(call)
            if kind:
                self._calls.append(Called(segment(call), kind[1], [], {}, None, True))

    # Names.

    def _reach(self, node: ast.AST) -> None:
        reached = reach(node)
        if reached:
            self._lost = self._lost or reached == "ever"
            self.forget()

    def _known(self, name: str) -> Any:
        for names in (*self._scopes[-1:], self._names):
            if name in names:
                return names[name]
        return Unread(name)

    def _set(self, name: str, value: Any) -> None:
        if self._scopes and name in self._scopes[-1]:
            self._scopes[-1][name] = value
            return
        if name in self._shared or name in self._never or self._lost:
            spoil(value)
        unknown = name in self._never or self._lost
        self._names[name] = _UNKNOWN if unknown else value

    def _bind(self, target: ast.expr, value: Any) -> None:
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
            if not fits:
                spoil(value)
        elif isinstance(target, ast.Starred):
            spoil(value)
            self._bind(target.value, _UNKNOWN)
        else:
            spoil(value)
            if isinstance(target, (ast.Subscript, ast.Attribute)):
                spoil(self._value(target.value))
            if isinstance(target, ast.Attribute):
                self._patched.add(target.attr)
            elif isinstance(target, ast.Subscript):
                self._value(target.slice)

    def _free(self, scope: ast.AST) -> None:
        """Know no more what a function or a class may change at any time from now on."""
        found = of_scope(scope)
        self._never |= found.bound
        self._shared |= found.touched
        self._lost = self._lost or found.anything
        if found.anything:
            self.forget()
        for name in found.bound:
            self._set(name, _UNKNOWN)
        for name in found.touched:
            spoil(self._known(name))

    def _function(self, name: str, node: ast.FunctionDef | ast.Lambda) -> Function:
        given = node.args
        places = [*given.posonlyargs, *given.args]
        values = dict(zip([one.arg for one in reversed(places)],
                          [self._value(one) for one in given.defaults][::-1]))  # fmt: skip
        for one, default in zip(given.kwonlyargs, given.kw_defaults):
            if default is not None:
                values[one.arg] = self._value(default)
        names = [one.arg for one in (*places, *given.kwonlyargs)]
        self._free(node)
        return Function(name, node, {one: values.get(one, Unread(one)) for one in names})

    # Expressions.

    def _value(self, node: ast.expr) -> Any:
        """Return the value of an expression, Unread if it cannot be read, and what it changes."""
        kind = type(node).__name__.lower()
        read: Callable[[Any], Any] | None = getattr(self, f"_read_{kind}", None)
        if read is not None:
            return read(node)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            self._perhaps(node)
            if isinstance(node, ast.GeneratorExp):
                self._free(node)  # it runs later
        else:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    spoil(self._value(child))
        return Unread(segment(node))

    def _of(self, node: ast.expr, function: Callable[..., Any], *values: Any) -> Any:
        """Return what a function gives; if it cannot be told, the values may be anywhere."""
        try:
            return function(*values)
        except FAILURES:
            for value in values:
                spoil(value)
            return Unread(segment(node))

    def _read_constant(self, node: ast.Constant) -> Any:
        return node.value

    def _read_name(self, node: ast.Name) -> Any:
        self._reach(node)
        return self._known(node.id)

    def _read_tuple(self, node: ast.Tuple) -> Any:
        return self._of(node, lambda *values: values, *map(self._value, node.elts))

    def _read_list(self, node: ast.List) -> Any:
        return Held([self._value(one) for one in node.elts])

    def _read_starred(self, node: ast.Starred) -> Any:
        spoil(self._value(node.value))
        return Unread(segment(node))

    def _read_dict(self, node: ast.Dict) -> Any:
        pairs = [(None if key is None else self._value(key), self._value(value))
                 for key, value in zip(node.keys, node.values)]  # fmt: skip

        def join(*values: Any) -> Held:
            found: dict[Any, Any] = {}
            for written, (key, _), value in zip(node.keys, pairs, values):
                if isinstance(key, (Unread, Held)):
                    raise UnreadError
                found.update(table(value) if written is None else {key: value})
            return held_table(found)

        return self._of(node, join, *(value for _, value in pairs))

    def _read_binop(self, node: ast.BinOp) -> Any:
        sides = self._value(node.left), self._value(node.right)
        return self._of(node, binary, node.op, *sides)

    def _read_unaryop(self, node: ast.UnaryOp) -> Any:
        return self._of(node, unary, node.op, self._value(node.operand))

    def _read_compare(self, node: ast.Compare) -> Any:
        values = [self._value(one) for one in (node.left, *node.comparators)]
        try:
            [operation], [left, right] = node.ops, values
            return compared(operation, left, right)
        except FAILURES:
            return Unread(segment(node))

    def _read_formattedvalue(self, node: ast.FormattedValue) -> Any:
        self._value(node.value)
        return Unread(segment(node))

    def _read_boolop(self, node: ast.BoolOp) -> Any:
        spoil(self._value(node.values[0]))
        self._perhaps(*node.values[1:])
        return Unread(segment(node))

    def _read_ifexp(self, node: ast.IfExp) -> Any:
        try:
            return self._value(node.body if truth(self._value(node.test)) else node.orelse)
        except FAILURES:
            self._perhaps(node.body, node.orelse)
            return Unread(segment(node))

    def _read_namedexpr(self, node: Any) -> Any:
        value = self._value(node.value)
        self._bind(node.target, value)
        return value

    def _read_lambda(self, node: ast.Lambda) -> Any:
        return self._function("lambda", node)

    def _read_attribute(self, node: ast.Attribute) -> Any:
        value = self._value(node.value)
        self._reach(node)
        if node.attr not in ("learning_rate", "lr"):
            spoil(value)
        return Unread(segment(node))

    def _read_index(self, node: Any) -> Any:  # of Python 3.8
        return self._value(node.value)

    def _read_subscript(self, node: ast.Subscript) -> Any:
        def item(values: Any, key: Any) -> Any:
            if isinstance(key, (bool, Unread)):
                raise UnreadError
            if isinstance(values, Held) and isinstance(values.content, dict):
                return values.content[key]
            return listed(values)[key]

        return self._of(node, item, self._value(node.value), self._value(node.slice))

    # Calls.

    def _read_call(self, call: ast.Call) -> Any:
        function: Any = None
        if not isinstance(call.func, ast.Attribute):
            function = self._value(call.func)
        else:
            owner = self._value(call.func.value)
            if isinstance(owner, Held):
                return self._method(call, owner)
            self._reach(call.func)
        positional, named = self._arguments(call)
        trains, name = self._kind(call), last_name(call.func)
        if name == "Normal":
            self._scale = _scale_of(name, positional, named)
        if trains and trains[0]:
            self._train(call, function, positional, named)
            return Unread(segment(call))
        if trains:
            self._run(function, positional, named)
        elif function is not None and function != Unread(name):
            self.unseen = True
        else:
            if function is not None and name in HARMLESS and name not in BUILTINS:
                return Unread(segment(call))
            if not {"*", "**"} & set(named) and (function is not None or name not in BUILTINS):
                given = [*positional, *named.values()]
                return self._of(call, lambda *_: made(name, positional, named), *given)
        for value in [*positional, *named.values()]:
            spoil(value)
        return Unread(segment(call))

    def _method(self, call: ast.Call, owner: Held) -> Any:
        """Return what a method of a list, a table or an optimizer gives."""
        positional, named = self._arguments(call)
        content, name = owner.content, last_name(call.func)
        if name == "copy" and isinstance(content, (dict, list)) and not call.args:
            return Held(content.copy())
        if name == "set_learning_rate" and isinstance(content, Optimizer) and len(positional) == 1:
            settings = {key: one for key, one in content.settings.items() if key != "lr"}
            settings["learning_rate"] = positional[0]
            owner.content = Optimizer(content.name, settings)
            return None
        for value in [owner, *positional, *named.values()]:
            spoil(value)
        return Unread(segment(call))

    def _arguments(self, call: ast.Call) -> tuple[list[Any], dict[str, Any]]:
        """Return the values of a call's arguments; under * and ** those that cannot be read."""
        positional = [self._value(one) for one in call.args]
        named: dict[str, Any] = {}
        for keyword in call.keywords:
            value = self._value(keyword.value)
            if keyword.arg is not None:
                named[keyword.arg] = value
                continue
            try:
                named.update({str(key): one for key, one in table(value).items()})
            except FAILURES:
                named["**"] = Unread(segment(keyword.value))
        if any(isinstance(one, ast.Starred) for one in call.args):
            named["*"] = _UNKNOWN
        return positional, named

    def _kind(self, call: ast.Call, seen: tuple[str, ...] = ()) -> tuple[bool, str] | None:
        """Return whether a call itself is of a training function, and of which or of one within."""
        name = last_name(call.func)
        own = self._known(name) if isinstance(call.func, ast.Name) else None
        given = {one.arg for one in call.keywords if one.arg}
        if isinstance(own, Function):
            if len(seen) <= _DEEPEST and own.name not in seen:
                inner = (self._kind(one, (*seen, own.name)) for one in calls_in(*_body(own)))
                within = next((one for one in inner if one), None)
                if within:
                    return False, within[1]
            given.update(own.defaults)
        return (True, name) if is_training(name, given) else None

    def _trains_in(self, nodes: list[ast.stmt]) -> bool:
        return any(self._kind(call) for call in calls_in(*nodes))

    def _train(
        self, call: ast.Call, function: Any, positional: list[Any], named: dict[str, Any]
    ) -> None:
        """Note a call of a training function, and what it does to what it is given."""
        own = function if isinstance(function, Function) else None
        known = own is not None or self._is_package(call.func, function)
        parameters = None
        if own is not None:
            parameters = {name: as_given(value) for name, value in own.defaults.items()}
        values = [as_given(value) for value in positional]
        tables = {name: as_given(value) for name, value in named.items()}
        name = last_name(call.func)
        self._calls.append(
            Called(segment(call), name, values, tables, parameters, False, self._scale, known)
        )
        given = [*positional, *named.values()]
        # That of d2l gives parameters and states to the optimizer, which may change these.
        rules = [set([*one.defaults][2:]) & changes(*_body(one)).touched
                 for one in given if isinstance(one, Function)]  # fmt: skip
        changed = not known or any(rules)
        if own is not None:
            changed = changed or bool(set(own.defaults) & changes(*_body(own)).touched)
        for value in given:
            if changed or (isinstance(value, Held) and isinstance(value.content, Optimizer)):
                spoil(value)

    def _is_package(self, node: ast.expr, function: Any) -> bool:
        """Tell whether a function may be taken for the one that a package has by this name."""
        name = last_name(node)
        if function is not None:
            return isinstance(function, Unread) and function.text.split(".")[-1] == name
        if name in self._patched:
            return False
        while isinstance(node, ast.Attribute):
            node = node.value
        owner = self._known(node.id) if isinstance(node, ast.Name) else None
        return isinstance(owner, Unread) and owner.text.replace(".", "").isidentifier()

    def _run(self, function: Function, positional: list[Any], named: dict[str, Any]) -> None:
        """Follow a function of the notebook's own that trains."""
        scope = _scope(function, positional, named)
        if scope is None or len(self._scopes) >= _DEEPEST:
            self._perhaps(*_body(function))
            return
        self._scopes.append(scope)
        self._follow(_body(function))
        self._scopes.pop()


def last_name(function: ast.AST) -> str:
    """Return "optimize" for optimize and gb.optimize, "" for what is no name."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def calls_in(*nodes: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls in nodes in order, without those that functions in them make."""
    for node in nodes:
        if not isinstance(node, SCOPES):
            yield from calls_in(*ast.iter_child_nodes(node))
            if isinstance(node, ast.Call):
                yield node


def _body(function: Function) -> list[ast.stmt]:
    body = function.node.body
    return body if isinstance(body, list) else [ast.Expr(body)]


def _scope(
    function: Function, positional: list[Any], named: dict[str, Any]
) -> dict[str, Any] | None:
    """Return the names of a function when it is called, None if it cannot be followed."""
    *body, last = _body(function)
    inner = [one for each in body for one in ast.walk(each)]
    ends = [one for one in ast.walk(last) if one is not last or not isinstance(one, ast.Return)]
    if any(isinstance(one, (*SCOPES, *_SUSPENDED)) for one in [*inner, *ends]):
        return None
    names, given = [*function.defaults], function.node.args
    fits = len(positional) <= len(names) and set(named) <= set(names[len(positional) :])
    if given.vararg or given.kwarg or not fits:
        return None
    bound = {**function.defaults, **dict(zip(names, positional)), **named}
    missing = [name for name in names[len(positional) :] if name not in named]
    if any(function.defaults[name] == Unread(name) for name in missing):
        return None
    return {**{name: Unread(name) for name in local_names(function.node)}, **bound}


def _scale_of(name: str, positional: list[Any], named: dict[str, Any]) -> Any:
    """Return the standard deviation of a normal that is drawn or set."""
    # A shape may stand before or behind the numbers.
    numbers = [
        one for one in positional if not isinstance(one, (tuple, Held)) or isinstance(one, Unread)
    ]
    given = [named[one] for one in _SCALES if one in named]
    if name == "Normal":
        return [*given, *numbers, 0.01][0]
    return [*given, *numbers[1:], 1.0][0]  # the mean comes first
