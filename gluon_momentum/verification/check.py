"""How a published value and ours are compared: what a check is, and the rules."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Callable, NamedTuple

if TYPE_CHECKING:
    from .measured import Measured


class Check(NamedTuple):
    """One published value or statement, and how it is compared with this build.

    Attributes:
        id: the run, then what of it: "2017-10.scratch.loss.1".
        published: the value as printed.
        rule: what must hold.
        reason: why this rule, and why this margin.
        source: repository, commit and path.
        hint: what it may mean if the check fails.
        measure: returns the measured value as text, and whether the rule holds for it.
    """

    id: str
    published: str
    rule: str
    reason: str
    source: str
    hint: str
    measure: Callable[[Measured], tuple[str, bool]]

    @property
    def run(self) -> str:
        """The published run that the check belongs to."""
        return self.id.split(".", 1)[0]

    @property
    def name(self) -> str:
        """The id without the run."""
        return self.id[len(self.run) + 1 :]


class Finding(NamedTuple):
    """What a check saw: the measured value as text, and whether the rule holds for it."""

    check: Check
    measured: str
    holds: bool

    @property
    def verdict(self) -> str:
        """Whether the rule holds, in words."""
        return "holds" if self.holds else "does not hold"

    @property
    def failure(self) -> str | None:
        """One text about a check that does not hold, else None."""
        if self.holds:
            return None
        return (
            f"expected {self.check.published} ({self.check.rule}), found {self.measured}; "
            f"this may mean {self.check.hint}"
        )


def decide(check: Check, measured: Measured) -> Finding:
    """Carry out a check."""
    return Finding(check, *check.measure(measured))


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

    def measure(measured: Measured) -> tuple[str, bool]:
        ours = value(measured)
        return as_printed(printed, ours), margin.allows(printed, ours)

    return Check(id, printed, margin.rule, margin.reason, source, hint, measure)


def as_printed(printed: str, value: float) -> str:
    """Return value with as many digits, and in the notation, of a printed one."""
    digits, _, exponent = printed.lower().partition("e")
    decimals = len(digits.partition(".")[2])
    return f"{value:.{decimals}{'e' if exponent else 'f'}}"


def half_unit(printed: str) -> float:
    """Return half a unit of the last printed place.

    Example:
        >>> from gluon_momentum.verification.check import half_unit
        >>> half_unit("3.4819e-04"), half_unit("4.19865")
        (5e-09, 5e-06)
    """
    exponent = Decimal(printed).as_tuple().exponent
    return float(Decimal(5).scaleb(int(exponent) - 1))
