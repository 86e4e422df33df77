"""The rules for printed numbers: how far ours may be, and how many digits agree."""

from __future__ import annotations

from decimal import Decimal
from math import inf, log10
from typing import TYPE_CHECKING, Callable, NamedTuple

from .check import Check, Seen

if TYPE_CHECKING:
    from .measured import Measured


class Margin(NamedTuple):
    """How far from a printed value ours may be: the larger of the two, and why.

    Half a unit of the last printed place is allowed at any rate, since printing rounds by as much.

    Attributes:
        reason: why this much.
        rtol: as a share of the printed value.
        atol: in the unit of the value; 0 for a loss, which may be as small as 5e-05.
    """

    reason: str
    rtol: float = 0.0
    atol: float = 0.0

    @property
    def rule(self) -> str:
        """The margin in words."""
        half = "half a unit of the last printed place"
        if self.rtol:
            return f"within {self.rtol:g} relative, or {half} where that is more"
        if self.atol:
            return f"within {self.atol:g}, or {half} where that is more"
        return f"within {half}"

    def allows(self, printed: str, value: float) -> bool:
        """Tell whether value agrees with the printed one; nan never does."""
        expected = float(printed)
        margin = max(self.rtol * abs(expected), self.atol, half_unit(printed))
        return bool(abs(value - expected) <= margin)


def digits_check(
    id: str,
    printed: str,
    margin: Margin,
    source: str,
    hint: str,
    value: Callable[[Measured], float],
) -> Check:
    """Return the check that one number of ours agrees with a printed one."""

    def measure(measured: Measured) -> Seen:
        ours = value(measured)
        allowed = margin.allows(printed, ours)
        return Seen(as_printed(printed, ours), allowed, digits=digits(printed, ours))

    return Check(id, printed, margin.rule, margin.reason, source, hint, measure)


def as_printed(printed: str, value: float) -> str:
    """Return value with as many digits, and in the notation, of a printed one."""
    digits, _, exponent = printed.lower().partition("e")
    decimals = len(digits.partition(".")[2])
    return f"{value:.{decimals}{'e' if exponent else 'f'}}"


def half_unit(printed: str) -> float:
    """Return half a unit of the last printed place.

    Example:
        >>> from gluon_momentum.verification.printed import half_unit
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
        >>> from gluon_momentum.verification.printed import digits
        >>> digits("3.4819e-04", 3.4819e-04), round(digits("2.0013", 2.0033), 1)
        (5.0, 3.0)
    """
    expected = float(printed)
    most = len(Decimal(printed).as_tuple().digits)
    if value == expected:
        return float(most)
    error = abs(value - expected) / abs(expected) if expected else inf
    return min(float(most), max(0.0, -log10(error)))  # 0 for nan as well
