"""Compiling a function for the processor it runs on."""

from __future__ import annotations

from typing import Any, Callable

from numba import njit

# Without the interpreter's lock, so that threads run side by side; with fused multiply-adds, but no
# other licence with floating-point numbers; what overflows becomes inf, as in NumPy.
_OPTIONS: dict[str, Any] = {"nogil": True, "fastmath": {"contract"}, "error_model": "numpy"}


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return function, compiled when it is first called; the code is kept on disk if it can be."""
    fast: Callable[..., Any]
    try:
        fast = njit(cache=True, **_OPTIONS)(function)
    except RuntimeError:  # neither the package's folder nor the user's can be written
        fast = njit(**_OPTIONS)(function)
    return fast
