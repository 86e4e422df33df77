"""Every published run compared with this build: the list of checks, and carrying them out."""

from __future__ import annotations

from typing import Iterable, Iterator, Sequence

from . import chapter, curves, executions, params, seeded, traces
from .check import REFUSED, Check, Finding, decide
from .measured import Measured

EDITIONS = ("2018", "2019", "all")


def all_checks(edition: str = "all") -> list[Check]:
    """Return every check, in the order of publication, the chapter's own text last.

    Args:
        edition: "2018" for the editions up to that year, "2019" for the one on other data, or
            "all".

    Raises:
        ValueError: edition is none of these.
    """
    if edition not in EDITIONS:
        raise ValueError(f"edition must be one of {', '.join(EDITIONS)}, not {edition!r}.")
    early = (seeded, curves, params, traces, chapter) if edition != "2019" else ()
    late = (executions,) if edition != "2018" else ()
    return [check for module in (*early, *late) for check in module.checks()]


def select(only: Sequence[str] = (), edition: str = "2018") -> list[Check]:
    """Return the checks with these ids, or whose ids begin with one of these; all for none.

    Args:
        only: ids, or groups of them: "2018-08", "2018-08.mom-0.9", "2018-08.mom-0.9.curve".
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
        >>> from gluon_momentum.verification.measured import Measured
        >>> from gluon_momentum.verification.suite import select, verify
        >>> for finding in verify(select(["chapter.limit"]), Measured()):
        ...     print(finding.check.published, finding.measured, finding.holds)
        0.3679 0.3679 True
    """
    checks = list(checks)
    ranked = sum(check.ranked for check in checks)
    # A p-value from n shuffles is never below 1 / (n + 1).
    if measured.shuffles * REFUSED < ranked:
        raise ValueError(
            f"shuffles must be at least {ranked / REFUSED:.0f} for {ranked} p-values, not "
            f"{measured.shuffles}: with fewer, none of them could be refused."
        )
    for check in checks:
        yield decide(check, measured, REFUSED / max(ranked, 1))


def _belongs(check: Check, wanted: str) -> bool:
    return f"{check.id}.".startswith(f"{wanted}.")
