"""What a check is, the rules by which it judges, and what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Union

from ..statistics.curves import SAME_STREAM
from ..statistics.printed import as_printed, digits, half_unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..editions import Case
    from .measured import Measured

REFUSED = 0.01  # how often a sound build may be refused for any p-value of a comparison


class Seen(NamedTuple):
    """What a check finds in this build.

    Attributes:
        text: the measured value.
        holds: whether the rule holds for it.
        p: the p-value, of a check that has one.
        digits: how many decimal digits of a printed number ours has, the log relative error.
        verdict: what it finds, in words, if that is more than whether the rule holds.
    """

    text: str
    holds: bool
    p: float | None = None
    digits: float | None = None
    verdict: str | None = None


class Margin(NamedTuple):
    """The rule for a printed number: how far ours may be, the larger of the two, and why.

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
    def text(self) -> str:
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

    def judge(self, printed: str, value: float, least_p: float) -> Seen:
        """Return what there is to say of a number of ours."""
        allowed = self.allows(printed, value)
        return Seen(as_printed(printed, value), allowed, digits=digits(printed, value))


class SameStream(NamedTuple):
    """The rule for two programs that draw the same numbers: the largest of their differences."""

    text: str = f"|program - sweep| / sqrt(loss * largest loss so far) at most {SAME_STREAM:g}"
    reason: str = (
        "rounding moves the parameters by a share of how far they have been, and the loss feels "
        "that through its slope"
    )

    def judge(self, published: str, value: float, least_p: float) -> Seen:
        """Return what there is to say of the largest difference."""
        return Seen(f"{value:.1e}", value <= SAME_STREAM)


class Ranked(NamedTuple):
    """The rule for a p-value: those of a comparison are judged together.

    Attributes:
        share: what the p-value is, in words.
        why: why so.
    """

    share: str
    why: str = ""

    @property
    def text(self) -> str:
        """The rule in words."""
        return (
            f"{self.share}, p, at least {REFUSED:g} divided by the number of p-values that are "
            "compared"
        )

    @property
    def reason(self) -> str:
        """Why this rule."""
        uniform = (
            "if what was published are shuffles like ours, every p is uniform, so that a sound "
            "build is refused for any of them at most once in a hundred times"
        )
        return f"{self.why}; {uniform}" if self.why else uniform

    def judge(self, published: str, value: tuple[str, float], least_p: float) -> Seen:
        """Return what there is to say of a p-value and what stands around it, as "{p}, or so"."""
        text, p = value
        return Seen(text.format(p=f"p = {p:.4f}"), p >= least_p, p)


class TwoPrograms(NamedTuple):
    """No rule, but the question whether executions are of the printed program, or of the code's.

    Whatever the answer, it is no failure of this build.

    Attributes:
        code: what the code does otherwise.
    """

    code: str

    @property
    def text(self) -> str:
        """The question in words."""
        return f"of the printed program, or of {self.code}: p under each"

    @property
    def reason(self) -> str:
        """Why it is asked."""
        return "what the library's code trains on is not what is printed"

    def judge(self, published: str, value: tuple[float, ...], least_p: float) -> Seen:
        """Return what there is to say of the p-values under the printed program and the code's."""
        printed, code = ("refused" if p < least_p else "holds" for p in value)
        text = "p = {:.2g} as printed, {:.2g} as coded".format(*value)
        verdict = f"the printed program: {printed}; {self.code}: {code}"
        return Seen(text, True, value[0], verdict=verdict)


class Statement(NamedTuple):
    """Any other rule: what was measured, in words, and whether it holds.

    Attributes:
        text: what must hold.
        reason: why this, and why this margin.
    """

    text: str
    reason: str

    def judge(self, published: str, value: tuple[str, bool], least_p: float) -> Seen:
        """Return what there is to say of a text and whether it holds."""
        return Seen(*value)


Rule = Union[Margin, SameStream, Ranked, TwoPrograms, Statement]


class Check(NamedTuple):
    """One published value or statement, and how it is compared with this build.

    Attributes:
        id: the group, the program, the call as far as the group has several, and what of it:
            "2018-08.scratch.mom-0.9.curve".
        edition: the name of the edition that it belongs to.
        published: the value as printed.
        rule: what must hold, and why.
        source: repository, commit and path.
        hint: what it may mean if the check fails.
        value: gives what the rule judges.
        drawn: the call and the published curve that a figure of it shows, if it is about one.
    """

    id: str
    edition: str
    published: str
    rule: Rule
    source: str
    hint: str
    value: Callable[[Measured], Any]
    drawn: tuple[Case, NDArray[np.float64]] | None = None

    @property
    def group(self) -> str:
        """What was published together with it."""
        return self.id.split(".", 1)[0]

    @property
    def name(self) -> str:
        """The id without the group."""
        return self.id[len(self.group) + 1 :]


class Finding(NamedTuple):
    """A check, and what it saw."""

    check: Check
    seen: Seen

    @property
    def holds(self) -> bool:
        """Whether the rule holds."""
        return self.seen.holds

    @property
    def verdict(self) -> str:
        """Whether the rule holds, in words."""
        return self.seen.verdict or ("holds" if self.holds else "does not hold")

    @property
    def agreeing(self) -> str:
        """How many digits of a printed number agree, as text; none for other checks."""
        return "" if self.seen.digits is None else f"{self.seen.digits:.1f}"

    @property
    def failure(self) -> str | None:
        """One text about a check that does not hold, else None."""
        if self.holds:
            return None
        return (
            f"expected {self.check.published} ({self.check.rule.text}), found {self.seen.text}; "
            f"this may mean {self.check.hint}"
        )


def decide(check: Check, measured: Measured, least_p: float = REFUSED) -> Finding:
    """Carry out a check; one that has a p-value holds if that is not below least_p."""
    value = check.value(measured)
    return Finding(check, check.rule.judge(check.published, value, least_p))
