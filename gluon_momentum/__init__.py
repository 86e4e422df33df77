"""The momentum chapter of Dive into Deep Learning (Chinese edition, 2018), reproduced on MXNet.

The names below are the public ones. MXNet and d2l are imported when a name that needs them is
first used, so importing this package costs neither.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# Imported here, not on first use: a submodule that is loaded later would take its function's place.
from .descent import gd_trace, momentum_trace
from .environment import seed
from .ewma import effective_window, ewma, ewma_weights
from .optimizer import sgd_momentum
from .sweep import sweep

if TYPE_CHECKING:
    from .data import generate_data, init_params
    from .training import Run, data_iter, linreg, optimize, squared_loss

__version__ = "0.1.0"

__all__ = [
    "Run",
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

# The names that need MXNet, all seen from this module (init_params stands in data).
_NEEDS_MXNET = {name: "training" for name in set(__all__) - set(globals())}
_NEEDS_MXNET.update(generate_data="data", init_params="data")


def __getattr__(name: str) -> Any:
    if name not in _NEEDS_MXNET:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_NEEDS_MXNET[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
