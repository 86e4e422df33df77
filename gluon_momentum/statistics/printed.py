"""Printed numbers: their digits, how many of them agree, and other numbers rounded as they are."""

from __future__ import annotations

from decimal import Decimal
from math import inf, log10
from typing import TYPE_CHECKING, Any, Sequence

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def as_printed(printed: str, value: float) -> str:
    """Return value with as many digits, and in the notation, of a printed one."""
    digits, _, exponent = printed.lower().partition("e")
    decimals = len(digits.partition(".")[2])
    return f"{value:.{decimals}{'e' if exponent else 'f'}}"


def half_unit(printed: str) -> float:
    """Return half a unit of the last printed place.

    Example:
        >>> from gluon_momentum.statistics.printed import half_unit
        >>> half_unit("3.4819e-04"), half_unit("4.19865")
        (5e-09, 5e-06)
    """
    number = Decimal(printed)
    exponent = int(number.as_tuple().exponent) if number.is_finite() else 0  # of nan, a letter
    return float(Decimal(5).scaleb(exponent - 1))


def digits(printed: str, value: float) -> float:
    r"""Return how many decimal digits of a printed number a value has: the log relative error.

    .. math:: -\log_{10} \frac{|x - \hat x|}{|\hat x|}

    It is at most the number of digits that were printed, and at least 0.

    Example:
        >>> from gluon_momentum.statistics.printed import digits
        >>> digits("3.4819e-04", 3.4819e-04), round(digits("2.0013", 2.0033), 1)
        (5.0, 3.0)
    """
    expected = float(printed)
    most = len(Decimal(printed).as_tuple().digits)
    if value == expected:
        return float(most)
    error = abs(value - expected) / abs(expected) if expected else inf
    return min(float(most), max(0.0, -log10(error)))  # 0 for nan as well


def rounded(printed: Sequence[str], numbers: NDArray[Any]) -> NDArray[np.float64]:
    """Return numbers, (.., n), to as many decimals as the n were printed with."""
    units = np.array([2 * half_unit(text) for text in printed])
    wide = np.asarray(numbers, np.float64)
    with np.errstate(over="ignore"):  # what overflows stays as it is
        near = np.round(wide / units) * units
        return np.where(np.abs(wide / units) < 2.0**52, near, wide)
