"""The findings of `verify` in other forms: records for JSON, JUnit's XML, a Markdown table."""

from __future__ import annotations

from itertools import groupby
from typing import Any, Iterable, Iterator, Mapping, Sequence
from xml.etree import ElementTree

from .check import Finding


def by_group(findings: Sequence[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """Yield each group and its findings, in order."""
    for name, group in groupby(findings, key=lambda finding: finding.check.group):
        yield name, list(group)


def counts(findings: Sequence[Finding]) -> str:
    """Return one line: how many checks there were, how many hold and how many do not."""
    held = sum(finding.holds for finding in findings)
    return f"Checks: {len(findings)}; hold: {held}; do not hold: {len(findings) - held}."


def record(
    findings: Sequence[Finding], shuffles: int, environment: Mapping[str, Any]
) -> dict[str, Any]:
    """Return findings, and what they were computed with, for a JSON file."""
    return {
        "environment": dict(environment),
        "shuffles": shuffles,
        "all_hold": all(finding.holds for finding in findings),
        "checks": [_record(finding) for finding in findings],
    }


def _record(finding: Finding) -> dict[str, Any]:
    check, seen = finding
    return {
        "run": check.group,
        "id": check.id,
        "published": check.published,
        "measured": seen.text,
        "digits": seen.digits,
        "p": seen.p,
        "rule": check.rule.text,
        "reason": check.rule.reason,
        "source": check.source,
        "holds": finding.holds,
        "failure": finding.failure,
    }


def junit(findings: Sequence[Finding]) -> str:
    """Return findings as JUnit's XML: a test suite per group, a test case per check."""
    root = ElementTree.Element("testsuites", _totals(findings))
    for name, group in by_group(findings):
        suite = ElementTree.SubElement(root, "testsuite", {"name": name, **_totals(group)})
        for finding in group:
            case = ElementTree.SubElement(suite, "testcase", classname=name, name=finding.check.id)
            if finding.failure:
                ElementTree.SubElement(case, "failure", message=finding.failure)
            said = ElementTree.SubElement(case, "system-out")
            check, seen = finding
            said.text = f"published {check.published}, ours {seen.text}: {check.rule.text}"
    text: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def markdown(findings: Sequence[Finding]) -> str:
    """Return findings as a Markdown table, one row per check.

    Where all are of one group, the ids lack it. A rule is not repeated below itself.
    """
    rows = [("check", "published", "ours", "digits", "what must hold", "verdict"), ("---",) * 6]
    above, several = "", len({finding.check.group for finding in findings}) > 1
    for finding in findings:
        check, seen = finding
        rule = check.rule.text
        rule, above = "as above" if rule == above else rule, rule
        ours = seen.text, finding.agreeing, rule, finding.verdict
        rows.append((check.id if several else check.name, check.published, *ours))
    return table(rows)


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows, the second of them of dashes, as a Markdown table."""
    return "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in rows)


def _cell(text: str) -> str:
    # A bar would end the cell; an asterisk would start emphasis.
    return text.replace("|", r"\|").replace("*", r"\*")


def _totals(findings: Sequence[Finding]) -> dict[str, str]:
    failures = sum(not finding.holds for finding in findings)
    return {"tests": str(len(findings)), "failures": str(failures), "errors": "0"}
