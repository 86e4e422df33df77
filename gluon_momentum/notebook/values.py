"""What an expression in a notebook is worth, as far as it can be read without running anything."""

from __future__ import annotations

import ast
import operator
import re
from typing import Any, Callable, Mapping, NamedTuple

from .cells import segment

Names = Mapping[str, Any]

LONGEST = 1000  # more values than this are no list that somebody trains over
_LARGEST = 10**18  # integers beyond it are no setting, and may grow without end


class Unread(NamedTuple):
    """The value of an expression that cannot be read."""

    text: str


class Function(NamedTuple):
    """A function of the notebook's own."""

    node: ast.FunctionDef
    defaults: dict[str, Any]  # of all its parameters; Unread where there is none


class Optimizer(NamedTuple):
    """A trainer or an optimizer that the notebook makes."""

    name: str  # "sgd" or "SGD"; the call's own name where nothing names the method
    settings: dict[str, Any]


class Loader(NamedTuple):
    """What goes over the data in mini-batches, and how many examples it has."""

    batch_size: Any
    rows: Any


class UnreadError(Exception):
    """An expression cannot be read."""


# What reading one may meet: a name or a key that is not there, an operand of another type, ...
FAILURES = (UnreadError, LookupError, TypeError, ValueError, ArithmeticError)

_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: lambda base, power: float(base) ** power,  # an integer might have no end
}
_TESTS: dict[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
METHODS = ("SGD", "Momentum", "MomentumOptimizer", "GradientDescentOptimizer")
_LOADING = re.compile(r"get_data_ch1[01]")
_LOADED = {"batch_size": 10, "n": 1500}  # what it is given, unless it is told
_PLACES = ("lr", "momentum", "dampening", "weight_decay")  # of torch.optim.SGD, after params


def mutable(value: Any) -> bool:
    """Tell whether a value is an object that can be changed, by whatever name it has."""
    return isinstance(value, (list, dict, Optimizer))


def value_of(node: ast.expr, names: Names) -> Any:
    """Return the value of an expression, Unread if it cannot be read."""
    try:
        return _value(node, names)
    except FAILURES:
        return Unread(segment(node))


def last_name(function: ast.AST) -> str:
    """Return "optimize" for optimize and gb.optimize, "" for what is no name."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def arguments(call: ast.Call, names: Names) -> tuple[list[Any], dict[str, Any]]:
    """Return the values of a call's arguments; under * and ** those that cannot be read."""
    named: dict[str, Any] = {}
    for keyword in call.keywords:
        value = value_of(keyword.value, names)
        if keyword.arg is not None:
            named[keyword.arg] = value
        elif isinstance(value, dict):
            named.update({str(key): one for key, one in value.items()})
        else:
            named["**"] = Unread(segment(keyword.value))
    if any(isinstance(one, ast.Starred) for one in call.args):
        named["*"] = Unread("")
    return [value_of(one, names) for one in call.args], named


def listed(value: Any) -> list[Any]:
    """Return the values of a list or a tuple."""
    if isinstance(value, (Unread, Optimizer, Function, Loader)) or not isinstance(
        value, (list, tuple)
    ):
        raise UnreadError
    return list(value)


def turns_of(node: ast.expr, names: Names) -> list[Any]:
    """Return what a loop over an expression goes through.

    Raises:
        UnreadError: or another of FAILURES, if it cannot be read.
    """
    name = last_name(getattr(node, "func", node))
    if isinstance(node, ast.Call) and name in ("zip", "enumerate") and not node.keywords:
        if names.get(name, Unread(name)) != Unread(name):
            raise UnreadError
        first, *others = node.args
        if name == "zip":
            return [*zip(*(turns_of(one, names) for one in node.args))]
        return [*enumerate(turns_of(first, names), *(value_of(one, names) for one in others))]
    turns = listed(value_of(node, names))
    # What a list that has a name holds may be changed by that name.
    if not isinstance(node, (ast.List, ast.Tuple)) and any(map(mutable, turns)):
        raise UnreadError
    return turns


def truth(value: Any) -> bool:
    """Return whether a constant counts as true."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return bool(value)
    raise UnreadError


def _value(node: ast.expr, names: Names) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return names[node.id] if node.id in names else Unread(node.id)
    if isinstance(node, (ast.Tuple, ast.List)):
        values = [_part(one, names) for one in node.elts]
        return values if isinstance(node, ast.List) else tuple(values)
    if isinstance(node, ast.Dict):
        return _table(node, names)
    if isinstance(node, ast.UnaryOp):
        value = _value(node.operand, names)
        if isinstance(node.op, ast.Not):
            return not truth(value)
        return -_number(value) if isinstance(node.op, ast.USub) else +_number(value)
    if isinstance(node, ast.BinOp):
        left, right = (_value(side, names) for side in (node.left, node.right))
        if isinstance(node.op, ast.BitOr) and isinstance(left, dict) and isinstance(right, dict):
            return {**left, **right}
        return _number(_OPERATORS[type(node.op)](_number(left), _number(right)))
    if isinstance(node, ast.Compare):
        [test], sides = node.ops, [_value(one, names) for one in (node.left, *node.comparators)]
        if not all(isinstance(one, (bool, int, float, str)) for one in sides):
            raise UnreadError
        return _TESTS[type(test)](*sides)
    if isinstance(node, ast.IfExp):
        return _value(node.body if truth(_value(node.test, names)) else node.orelse, names)
    if isinstance(node, ast.Subscript):
        return _item(_value(node.value, names), _value(_key(node.slice), names))
    if isinstance(node, ast.Call):
        return _made(node, names)
    raise UnreadError


def _part(node: ast.expr, names: Names) -> Any:
    """Return a value within another; what can be changed under a name of its own is not read."""
    value = value_of(node, names)
    return Unread(segment(node)) if isinstance(node, ast.Name) and mutable(value) else value


def _table(node: ast.Dict, names: Names) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key, one in zip(node.keys, node.values):
        if key is None:
            value = _value(one, names)
            if not isinstance(value, dict):
                raise UnreadError
            found.update(value)
        else:
            name = _value(key, names)
            if isinstance(name, Unread):
                raise UnreadError
            found[name] = _part(one, names)
    return found


def _key(node: Any) -> ast.expr:
    key: ast.expr = node.value if type(node).__name__ == "Index" else node  # on Python 3.8
    return key


def _item(values: Any, key: Any) -> Any:
    if isinstance(key, (bool, Unread)):
        raise UnreadError
    found = values[key] if isinstance(values, dict) else listed(values)[key]
    if mutable(found):  # it has no name of its own, and could be changed by this one
        raise UnreadError
    return found


def _number(value: Any) -> int | float:
    if type(value) not in (int, float) or (type(value) is int and abs(value) > _LARGEST):
        raise UnreadError
    number: int | float = value
    return number


def _made(call: ast.Call, names: Names) -> Any:
    """Return what is made by one of the few calls that can be read."""
    name = last_name(call.func)
    positional, named = arguments(call, names)
    if _LOADING.fullmatch(name):
        return _loaded(call, names, positional, named)
    own = isinstance(call.func, ast.Name) and names.get(name, Unread(name)) != Unread(name)
    if own or {"*", "**"} & set(named):  # an import has its own name, and what is built in
        raise UnreadError
    if name == "copy" and isinstance(call.func, ast.Attribute) and not call.args:
        return _copied(_value(call.func.value, names))
    if name == "Trainer":
        return _trainer(positional, named)
    if name in METHODS:
        return Optimizer(name, {**_in_places(positional), **named})
    if not isinstance(call.func, ast.Name):
        raise UnreadError
    if name == "dict" and len(positional) < 2:
        return {**(_copied(positional[0]) if positional else {}), **named}
    if name in ("list", "tuple") and len(positional) == 1 and not named:
        values = _copied(listed(positional[0]))
        return values if name == "list" else tuple(values)
    if name in ("float", "int") and len(positional) == 1 and not named:
        return {"float": float, "int": int}[name](_number(positional[0]))
    if name == "range" and not named and len(range(*positional)) <= LONGEST:
        return tuple(range(*positional))
    raise UnreadError


def _loaded(
    call: ast.Call, names: Names, positional: list[Any], named: dict[str, Any]
) -> tuple[Loader, Unread]:
    """Return what the function that loads the data does: mini-batches, and the inputs' number."""
    name = last_name(call.func)
    function = names.get(name) if isinstance(call.func, ast.Name) else None
    known = isinstance(function, Function)
    defaults = function.defaults if isinstance(function, Function) else _LOADED
    if not known and function not in (None, Unread(name)):
        raise UnreadError
    given = {**defaults, **dict(zip(defaults, positional)), **named}
    if len(positional) > len(defaults) or set(given) != set(_LOADED):
        raise UnreadError
    return Loader(*(given[one] for one in _LOADED)), Unread("feature_dim")


def _copied(values: Any) -> Any:
    """Return a copy of a list or a table, of which no part can be changed."""
    if not isinstance(values, (list, dict)) or any(
        map(mutable, values.values() if isinstance(values, dict) else values)
    ):
        raise UnreadError
    return values.copy()


def _in_places(positional: list[Any]) -> dict[str, Any]:
    """Return what an optimizer is given by place: its parameters may stand before the rate."""
    first = positional[0] if positional else None
    if isinstance(first, list) and any(map(mutable, first)):
        raise UnreadError  # groups of parameters, with rates of their own
    if isinstance(first, Unread) and "param" not in first.text and len(positional) > 1:
        raise UnreadError  # the rate, perhaps
    rest = positional[isinstance(first, (list, tuple)) :]
    numbers = [one for one in rest if not isinstance(one, bool)]
    flags = {"nesterov": True} if True in [one for one in rest if isinstance(one, bool)] else {}
    return {**dict(zip(_PLACES, map(_number, numbers))), **flags}


def _trainer(positional: list[Any], named: dict[str, Any]) -> Optimizer:
    """Return what gluon.Trainer(params, optimizer, optimizer_params) is told."""
    given = {**dict(zip(("params", "optimizer", "optimizer_params"), positional)), **named}
    method, settings = given.get("optimizer"), given.get("optimizer_params")
    if isinstance(method, Optimizer) and settings is None:
        if "lr" in method.settings:
            raise UnreadError  # the first argument of MXNet's own is no rate
        return Optimizer(method.name, dict(method.settings))
    if not isinstance(method, str) or not isinstance(settings, (dict, type(None))):
        raise UnreadError
    return Optimizer(method, dict(settings or {}))
