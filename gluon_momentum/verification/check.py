"""What a check is, and carrying it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, NamedTuple

if TYPE_CHECKING:
    from .measured import Measured


REFUSED = 0.01  # how often a sound build may be refused for any p-value of a comparison
FAMILY = f"at least {REFUSED:g} divided by the number of p-values that are compared"
UNIFORM = (
    "if what was published are shuffles like ours, every p is uniform, so that a sound build is "
    "refused for any of them at most once in a hundred times"
)


class Check(NamedTuple):
    """One published value or statement, and how it is compared with this build.

    Attributes:
        id: the run, then what of it: "2017-10.scratch.loss.1".
        published: the value as printed.
        rule: what must hold.
        reason: why this rule, and why this margin.
        source: repository, commit and path.
        hint: what it may mean if the check fails.
        measure: looks at this build.
        ranked: whether the rule is about a p-value, all of which are judged together.
    """

    id: str
    published: str
    rule: str
    reason: str
    source: str
    hint: str
    measure: Callable[[Measured], Seen]
    ranked: bool = False

    @property
    def run(self) -> str:
        """The published run that the check belongs to."""
        return self.id.split(".", 1)[0]

    @property
    def name(self) -> str:
        """The id without the run."""
        return self.id[len(self.run) + 1 :]


class Seen(NamedTuple):
    """What a check finds in this build.

    Attributes:
        text: the measured value.
        holds: whether the rule holds for it; a p-value is judged with all others.
        p: the p-value, of a check that has one.
        digits: how many decimal digits of a printed number ours has, the log relative error.
    """

    text: str
    holds: bool = False
    p: float | None = None
    digits: float | None = None


class Finding(NamedTuple):
    """What a check saw, and whether its rule holds; the fields are those of `Seen`."""

    check: Check
    measured: str
    holds: bool
    p: float | None = None
    digits: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the rule holds, in words."""
        return "holds" if self.holds else "does not hold"

    @property
    def agreeing(self) -> str:
        """How many digits of a printed number agree, as text; none for other checks."""
        return "" if self.digits is None else f"{self.digits:.1f}"

    @property
    def failure(self) -> str | None:
        """One text about a check that does not hold, else None."""
        if self.holds:
            return None
        return (
            f"expected {self.check.published} ({self.check.rule}), found {self.measured}; "
            f"this may mean {self.check.hint}"
        )


def decide(check: Check, measured: Measured, least_p: float = REFUSED) -> Finding:
    """Carry out a check; one that has a p-value holds if that is not below least_p."""
    seen = check.measure(measured)
    holds = seen.holds if seen.p is None else seen.p >= least_p
    return Finding(check, seen.text, holds, seen.p, seen.digits)
