"""Every published run compared with this build: the list of checks, and carrying them out."""

from __future__ import annotations

from typing import Iterable, Iterator, Sequence

from . import chapter, curves, params, seeded, traces
from .check import Check, Finding, decide
from .measured import Measured


def all_checks() -> list[Check]:
    """Return every check, in the order of publication, the chapter's own text last."""
    modules = (seeded, curves, params, traces, chapter)
    return [check for module in modules for check in module.checks()]


def select(only: Sequence[str] = ()) -> list[Check]:
    """Return the checks with these ids, or whose ids begin with one of these; all for none.

    Args:
        only: ids, or groups of them: "2018-08", "2018-08.mom-0.9", "2018-08.mom-0.9.curve".

    Raises:
        ValueError: one of them is no check's; the message says which there are.
    """
    checks = all_checks()
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

    Example:
        >>> from gluon_momentum.verification.measured import Measured
        >>> from gluon_momentum.verification.suite import select, verify
        >>> for finding in verify(select(["chapter.limit"]), Measured()):
        ...     print(finding.check.published, finding.measured, finding.holds)
        0.3679 0.3679 True
    """
    for check in checks:
        yield decide(check, measured)


def _belongs(check: Check, wanted: str) -> bool:
    return f"{check.id}.".startswith(f"{wanted}.")
