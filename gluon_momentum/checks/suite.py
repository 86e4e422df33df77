"""Every published run compared with this build: the list of checks, and carrying them out."""

from __future__ import annotations

from typing import Iterable, Iterator, Sequence

from ..editions import EDITIONS
from . import derived, text
from .check import REFUSED, Check, Finding, Ranked, TwoPrograms, decide
from .measured import Measured

ALL = "all"


def all_checks(edition: str = ALL) -> list[Check]:
    """Return every check, edition by edition, the chapter's own text at the end of the first.

    Args:
        edition: the name of an edition, or "all".

    Raises:
        ValueError: edition is none of these.
    """
    if edition not in (*EDITIONS, ALL):
        raise ValueError(f"edition must be one of {', '.join((*EDITIONS, ALL))}, not {edition!r}.")
    found = [check for each in EDITIONS.values() for check in derived.checks(each)]
    found += text.checks()
    groups = list(dict.fromkeys(check.group for check in found))
    found.sort(key=lambda check: (list(EDITIONS).index(check.edition), groups.index(check.group)))
    return [check for check in found if edition in (check.edition, ALL)]


def select(only: Sequence[str] = (), edition: str = ALL) -> list[Check]:
    """Return the checks with these ids, or whose ids begin with one of these; all for none.

    Args:
        only: ids, or groups of them: "2018-08", "2018-08.scratch", "2018-08.scratch.mom-0.9.curve".
        edition: as in `all_checks`.

    Raises:
        ValueError: one of them is no check's; the message says which there are.
    """
    checks = all_checks(edition)
    for wanted in only:
        if not any(_belongs(check, wanted) for check in checks):
            run = [check.id for check in checks if _belongs(check, wanted.split(".", 1)[0])]
            there = run or sorted({check.id.split(".", 1)[0] for check in checks})
            raise ValueError(f"There is no check {wanted!r}; there are {', '.join(there)}.")
    return [check for check in checks if not only or any(_belongs(check, w) for w in only)]


def verify(checks: Iterable[Check], measured: Measured) -> Iterator[Finding]:
    """Carry out checks, yielding each finding as it is there.

    Args:
        checks: from `select`.
        measured: computes what they look at, and nothing that none of them does.

    Raises:
        ValueError: so few shuffles that no p-value could be refused.

    Example:
        >>> from gluon_momentum.checks.measured import Measured
        >>> from gluon_momentum.checks.suite import select, verify
        >>> for finding in verify(select(["chapter.limit"]), Measured()):
        ...     print(finding.check.published, finding.seen.text, finding.holds)
        0.3679 0.3679 True
    """
    checks = list(checks)
    ranked = sum(isinstance(check.rule, Ranked) for check in checks)
    # A p-value from n shuffles is never below 1 / (n + 1).
    if measured.shuffles * REFUSED < ranked:
        raise ValueError(
            f"shuffles must be at least {ranked / REFUSED:.0f} for {ranked} p-values, not "
            f"{measured.shuffles}: with fewer, none of them could be refused."
        )
    asked = sum(isinstance(check.rule, TwoPrograms) for check in checks)
    for check in checks:
        family = asked if isinstance(check.rule, TwoPrograms) else ranked
        yield decide(check, measured, REFUSED / max(family, 1))


def _belongs(check: Check, wanted: str) -> bool:
    return f"{check.id}.".startswith(f"{wanted}.")
