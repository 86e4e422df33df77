"""What a call of a training function is, and where in a statement it stands."""

from __future__ import annotations

import ast
import re
from typing import Any, Collection, Iterator, NamedTuple

from .values import Names, Unread, last_name, value_of

CH7 = re.compile(r"train_(\w+_)?ch7")
LOOKED_FOR = (
    "optimize(...), train(...) with mom, train_ch7(...), train_gluon_ch7(...) or another "
    "train_*_ch7(...)"
)
_LOOPS = (ast.While, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Call(NamedTuple):
    """A call of a training function, with the values that its arguments then had."""

    text: str
    function: str
    positional: list[Any]
    named: dict[str, Any]
    parameters: dict[str, Any] | None  # of the notebook's own function: name to default, or Unread
    repeated: bool  # in a loop of which the turns are not known


def trains(call: ast.Call, own: Collection[str]) -> bool:
    """Tell whether a call is one of a training function, of which own has the parameters."""
    name = last_name(call.func)
    if name == "train":  # of which there are many: the one that is told a momentum
        return bool({one.arg for one in call.keywords}.union(own) & {"mom", "momentum"})
    return name in ("optimize", "optimize_gluon") or CH7.fullmatch(name) is not None


def calls_in(node: ast.AST, repeated: bool) -> Iterator[tuple[ast.Call, bool]]:
    """Yield the calls in a node in order, and whether each may be made more than once."""
    if isinstance(node, SCOPES):
        return
    repeated = repeated or isinstance(node, _LOOPS)
    for child in ast.iter_child_nodes(node):
        yield from calls_in(child, repeated)
    if isinstance(node, ast.Call):
        yield node, repeated


def parameters(function: ast.FunctionDef, names: Names) -> dict[str, Any]:
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
