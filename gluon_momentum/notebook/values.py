"""What an expression in a notebook is worth, as far as it can be read without running anything."""

from __future__ import annotations

import ast
import operator
from typing import Any, Callable, Mapping, NamedTuple

from .cells import segment

Names = Mapping[str, Any]

LONGEST = 1000  # more values than this are no list that somebody trains over
_LARGEST = 10**18  # integers beyond it are no setting, and may grow without end


class Unread(NamedTuple):
    """The value of an expression that cannot be read."""

    text: str


class Optimizer(NamedTuple):
    """A trainer or an optimizer that the notebook makes."""

    name: str  # "sgd" or "SGD"; the call's own name where nothing names the method
    settings: dict[str, Any]


_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: lambda base, power: float(base) ** power,  # an integer might have no end
}
_ITERABLES: dict[str, Callable[..., Any]] = {"range": range, "zip": zip, "enumerate": enumerate}
_METHODS = ("SGD", "Momentum", "MomentumOptimizer", "GradientDescentOptimizer")


def value_of(node: ast.expr, names: Names) -> Any:
    """Return the value of an expression, Unread if it cannot be read."""
    try:
        return _value(node, names)
    except (LookupError, TypeError, ValueError, ArithmeticError):
        return Unread(segment(node))


def last_name(function: ast.expr) -> str:
    """Return "optimize" for optimize and gb.optimize, "" for what is no name."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def arguments(call: ast.Call, names: Names) -> tuple[list[Any], dict[str, Any]]:
    """Return the values of a call's positional and of its named arguments."""
    named: dict[str, Any] = {}
    for keyword in call.keywords:
        value = value_of(keyword.value, names)
        if keyword.arg is not None:
            named[keyword.arg] = value
        elif isinstance(value, dict):
            named.update({str(name): one for name, one in value.items()})
    return [value_of(argument, names) for argument in call.args], named


def _value(node: ast.expr, names: Names) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, (ast.Tuple, ast.List)):
        return [value_of(one, names) for one in node.elts]
    if isinstance(node, ast.Dict):
        pairs = [(key, one) for key, one in zip(node.keys, node.values) if key is not None]
        return {_value(key, names): value_of(one, names) for key, one in pairs}
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        number = _number(_value(node.operand, names))
        return -number if isinstance(node.op, ast.USub) else number
    if isinstance(node, ast.BinOp):
        sides = [_number(_value(side, names)) for side in (node.left, node.right)]
        return _number(_OPERATORS[type(node.op)](*sides))
    if isinstance(node, ast.Call):
        return _called(node, names)
    raise TypeError(f"no value can be read from {type(node).__name__}")


def _number(value: Any) -> int | float:
    if type(value) not in (int, float) or (type(value) is int and abs(value) > _LARGEST):
        raise TypeError(f"{type(value).__name__} is no number to compute with")
    number: int | float = value
    return number


def _called(call: ast.Call, names: Names) -> Any:
    """Return the value of the few calls that can be read: dict(), range(), optimizers."""
    name = last_name(call.func)
    positional, named = arguments(call, names)
    if name == "dict" and not positional:
        return named
    if name in _ITERABLES and not named:
        return _listed(name, positional)
    if name == "Trainer":
        return _trainer([*positional, *named.values()])
    if name in _METHODS:
        numbers = [value for value in positional if type(value) in (int, float)]
        return Optimizer(name, {**dict(zip(("lr", "momentum"), numbers)), **named})
    raise TypeError(f"{name} is not read")


def _trainer(values: list[Any]) -> Optimizer:
    """Return what gluon.Trainer is told, by the kinds of what it is given."""
    for value in values:
        if isinstance(value, Optimizer):
            return value
    method = next((value for value in values if isinstance(value, str)), "Trainer")
    settings = next((value for value in values if isinstance(value, dict)), {})
    return Optimizer(method, dict(settings))


def _listed(name: str, positional: list[Any]) -> list[Any]:
    values = _ITERABLES[name](*positional)
    if name == "range" and len(values) > LONGEST:
        raise ValueError("too long to follow")
    return [list(one) if isinstance(one, tuple) else one for one in values]
