"""NumPy as MXNet 1.x reads it: with the names that newer NumPys lack, or have for something else.

NumPy itself stays as it is: the modules of MXNet, and no others, get a module in NumPy's place that
has all of NumPy and these names. It needs no more than that `gluon_momentum` is imported first.
"""

from __future__ import annotations

import builtins
import sys
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType, SimpleNamespace
from typing import Any, Callable, Sequence

# mxnet.numpy has NumPy's financial functions, which NumPy has had in name only since 1.20.
_FINANCIAL = ("mirr", "npv", "pmt", "ppmt", "pv", "rate")


def names() -> dict[str, Any]:
    """Return what MXNet reads of NumPy besides what every NumPy has, by its name."""
    import numpy as np

    return {
        # Python's own. mxnet.numpy calls a dtype so, and asks of a value whether it is of this
        # type; NumPy 2 has its own type under the name.
        "bool": bool,
        # A dtype, for mxnet.test_utils.
        "int": int,
        # Numbers: mxnet.numpy has them under the same names. Inf is also where the early stopping
        # of mxnet.gluon.contrib.estimator begins.
        "Inf": np.inf,
        "PINF": np.inf,
        "NINF": -np.inf,
        "NaN": np.nan,
        "NAN": np.nan,
        "PZERO": 0.0,
        "NZERO": -0.0,
        # Functions: mxnet.numpy takes them over as they are, or answers where NumPy's is called
        # with its arrays.
        "alltrue": np.all,
        "sometrue": np.any,
        "product": np.prod,
        "round_": np.round,
        "trapz": vars(np).get("trapezoid") or vars(np)["trapz"],
        "in1d": lambda ar1, *args, **kwargs: np.isin(np.ravel(ar1), *args, **kwargs),
        "msort": lambda a: np.sort(a, axis=0),
        **{name: _lacking(name) for name in _FINANCIAL},
        # The type of a text, for mxnet.numpy.pad.
        "compat": SimpleNamespace(basestring=str),
    }


def numpy_for_mxnet() -> ModuleType:
    """Return a module with all that NumPy has, and in front of it what MXNet reads besides."""
    import numpy as np

    view = ModuleType(np.__name__, np.__doc__)
    # With NumPy's own __getattr__, for what it loads when it is asked for.
    vars(view).update({**vars(np), **names()})
    return view


def _lacking(name: str) -> Callable[..., Any]:
    def function(*_: Any, **__: Any) -> Any:
        raise AttributeError(f"NumPy has no {name}: it is in numpy-financial.")

    return function


def _importer() -> Callable[..., Any]:
    """Return an ``__import__`` that gives MXNet's view of NumPy for NumPy."""
    view, numpy = numpy_for_mxnet(), sys.modules["numpy"]

    def import_(*args: Any, **kwargs: Any) -> Any:
        module = builtins.__import__(*args, **kwargs)
        return view if module is numpy else module

    return import_


class _Finder:
    """Finds MXNet's modules where they are; each of them imports its view of NumPy as numpy."""

    def __init__(self) -> None:
        self._import: Callable[..., Any] | None = None

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] != "mxnet":
            return None
        spec = PathFinder.find_spec(fullname, path)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                if self._import is None:
                    self._import = _importer()
                # A module executes with the built-ins that it has; an import statement asks these.
                vars(module)["__builtins__"] = {**vars(builtins), "__import__": self._import}
                execute(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def lend() -> None:
    """See to it that MXNet, whoever imports it, gets its view of NumPy."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
