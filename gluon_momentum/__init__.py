"""The momentum chapter of Dive into Deep Learning (Chinese edition, 2018), reproduced on MXNet.

The names below are the public ones. Each is imported when it is first used, and what it needs with
it: importing this package costs neither MXNet nor NumPy.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .comparison.compare import compare
    from .data import generate_data, init_params
    from .descent import gd_trace, momentum_trace
    from .environment import seed
    from .ewma import effective_window, ewma, ewma_weights
    from .optimizer import sgd_momentum
    from .sweeps.sweep import sweep
    from .training import Run, data_iter, linreg, optimize, squared_loss

    __version__: str

__all__ = [
    "Run",
    "compare",
    "data_iter",
    "effective_window",
    "ewma",
    "ewma_weights",
    "gd_trace",
    "generate_data",
    "init_params",
    "linreg",
    "momentum_trace",
    "optimize",
    "seed",
    "sgd_momentum",
    "squared_loss",
    "sweep",
]

_MODULES = {
    "comparison.compare": ("compare",),
    "data": ("generate_data", "init_params"),
    "descent": ("gd_trace", "momentum_trace"),
    "environment": ("__version__", "seed"),
    "ewma": ("effective_window", "ewma", "ewma_weights"),
    "optimizer": ("sgd_momentum",),
    "sweeps.sweep": ("sweep",),
    "training": ("Run", "data_iter", "linreg", "optimize", "squared_loss"),
}


def __getattr__(name: str) -> Any:
    if name == "published":
        return import_module(".published", __name__)
    for module, names in _MODULES.items():
        if name in names:
            value = getattr(import_module(f".{module}", __name__), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """The package, in which the module ewma does not take the place of the function ewma."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute, but not a module that Python has loaded over a public name."""
        if not (isinstance(value, ModuleType) and name in __all__):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
