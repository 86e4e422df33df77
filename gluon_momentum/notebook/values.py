"""What the names of a notebook are bound to, as far as it is known without running anything."""

from __future__ import annotations

import ast
import operator
from typing import Any, Callable, NamedTuple

from .changes import FunctionNode

LONGEST = 1000  # more values than this are no list that somebody trains over
_LARGEST = 10**18  # integers beyond it are no setting, and may grow without end


class Unread(NamedTuple):
    """The value of an expression that cannot be read."""

    text: str


class Optimizer(NamedTuple):
    """A trainer or an optimizer that the notebook makes."""

    name: str  # "sgd" or "SGD"; the call's own name where nothing names the method
    settings: dict[str, Any]


class Held:
    """A list, a table or an optimizer: one object, by whatever names; None if it is not known."""

    def __init__(self, content: list[Any] | dict[Any, Any] | Optimizer) -> None:
        """Hold what was made; a table holds no other Held."""
        self.content: list[Any] | dict[Any, Any] | Optimizer | None = content


class Function(NamedTuple):
    """A function of the notebook's own."""

    name: str
    node: FunctionNode
    defaults: dict[str, Any]


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
_COMPARED: dict[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
BUILTINS = ("dict", "list", "tuple", "float", "int", "range")
_METHODS = ("SGD", "Momentum", "MomentumOptimizer", "GradientDescentOptimizer")
_PLACES = ("lr", "momentum", "dampening", "weight_decay")  # of torch.optim.SGD, after params


def spoil(value: Any) -> None:
    """Know an object no more, nor what is in it."""
    if isinstance(value, Held):
        content, value.content = value.content, None
        value = content
    if isinstance(value, (list, tuple)) and not isinstance(value, (Unread, Optimizer, Function)):
        for one in value:
            spoil(one)


def listed(value: Any) -> list[Any]:
    """Return the values of a list or a tuple."""
    content = value.content if isinstance(value, Held) else value
    if isinstance(content, (Unread, Optimizer, Function)) or not isinstance(content, (list, tuple)):
        raise UnreadError
    return list(content)


def table(value: Any) -> dict[Any, Any]:
    """Return a copy of a table."""
    if not isinstance(value, Held) or not isinstance(value.content, dict):
        raise UnreadError
    return dict(value.content)


def as_given(value: Any) -> Any:
    """Return a value as it is now: a table, an optimizer, a constant, or Unread."""
    content = value.content if isinstance(value, Held) else value
    if isinstance(content, Function):
        return Unread(content.name)
    if isinstance(content, (Unread, Optimizer)):
        return content
    if isinstance(content, (list, tuple)) or (content is None and isinstance(value, Held)):
        return Unread("")
    return dict(content) if isinstance(content, dict) else content


def binary(operation: ast.operator, left: Any, right: Any) -> Any:
    """Return what an operator gives for numbers, or the union of two tables."""
    if isinstance(operation, ast.BitOr):
        return Held({**table(left), **table(right)})
    return _number(_OPERATORS[type(operation)](_number(left), _number(right)))


def unary(operation: ast.unaryop, value: Any) -> Any:
    """Return what a sign gives for a number, or the contrary of a test."""
    if isinstance(operation, ast.Not):
        return not truth(value)
    number = _number(value)
    return -number if isinstance(operation, ast.USub) else +number


def compared(operation: ast.cmpop, left: Any, right: Any) -> bool:
    """Return whether a comparison of numbers or texts holds."""
    for one in (left, right):
        if not isinstance(one, (bool, int, float, str)):
            raise UnreadError
    return bool(_COMPARED[type(operation)](left, right))


def truth(value: Any) -> bool:
    """Return whether a constant counts as true."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return bool(value)
    raise UnreadError


def _number(value: Any) -> int | float:
    if type(value) not in (int, float) or (type(value) is int and abs(value) > _LARGEST):
        raise TypeError(f"{type(value).__name__} is no number to compute with")
    number: int | float = value
    return number


def made(name: str, positional: list[Any], named: dict[str, Any]) -> Any:
    """Return what is made by one of the few calls that can be read."""
    if name == "dict" and len(positional) < 2:
        return held_table({**(table(positional[0]) if positional else {}), **named})
    values: Any
    if name in ("list", "tuple") and len(positional) == 1 and not named:
        values = listed(positional[0])
        return Held(values) if name == "list" else tuple(values)
    if name in ("float", "int") and len(positional) == 1 and not named:
        return {"float": float, "int": int}[name](_number(positional[0]))
    if name == "range" and not named:
        values = range(*positional)
        if len(values) > LONGEST:
            raise UnreadError
        return tuple(values)
    if name == "Trainer":
        return _trainer(positional, named)
    if name in _METHODS:
        return Held(Optimizer(name, {**_in_places(positional), **named}))
    raise UnreadError


def held_table(values: dict[Any, Any]) -> Held:
    """Return a table; one with objects that may change is not read."""
    if any(
        isinstance(one, (Held, tuple)) and not isinstance(one, Unread) for one in values.values()
    ):
        raise UnreadError
    return Held(values)


def _in_places(positional: list[Any]) -> dict[str, Any]:
    """Return what an optimizer is given by place: its parameters may stand before the rate."""
    first = positional[0] if positional else None
    if isinstance(first, Held) and any(isinstance(one, Held) for one in listed(first)):
        raise UnreadError  # groups of parameters, with rates of their own
    if isinstance(first, Unread) and "param" not in first.text and len(positional) > 1:
        raise UnreadError  # the rate, perhaps
    rest = positional[isinstance(first, (Held, tuple)) :]
    numbers = [one for one in rest if not isinstance(one, bool)]
    flags = {"nesterov": True} if True in [one for one in rest if isinstance(one, bool)] else {}
    return {**dict(zip(_PLACES, map(_number, numbers))), **flags}


def _trainer(positional: list[Any], named: dict[str, Any]) -> Held:
    """Return what gluon.Trainer(params, optimizer, optimizer_params) is told."""
    given = {**dict(zip(("params", "optimizer", "optimizer_params"), positional)), **named}
    method, settings = given.get("optimizer"), given.get("optimizer_params")
    if isinstance(method, Held) and isinstance(method.content, Optimizer) and settings is None:
        if "lr" in method.content.settings:
            raise UnreadError  # the first argument of MXNet's own is no rate
        return Held(Optimizer(method.content.name, dict(method.content.settings)))
    if not isinstance(method, str):
        raise UnreadError
    return Held(Optimizer(method, {} if settings is None else table(settings)))
