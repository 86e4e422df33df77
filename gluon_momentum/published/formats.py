"""The results of `verify` in other forms: records for JSON, JUnit's XML, a Markdown table."""

from __future__ import annotations

from itertools import groupby
from typing import Any, Iterable, Iterator, Mapping, Sequence
from xml.etree import ElementTree

from .comparison import Result


def by_run(results: Sequence[Result]) -> Iterator[tuple[str, list[Result]]]:
    """Yield each run and its results, in order."""
    for run, group in groupby(results, key=lambda result: result.run):
        yield run, list(group)


def counts(results: Sequence[Result]) -> str:
    """Return one line: how many checks there were, how many hold and how many do not."""
    held = sum(result.holds for result in results)
    return f"Checks: {len(results)}; hold: {held}; do not hold: {len(results) - held}."


def record(
    results: Sequence[Result], shuffles: int, environment: Mapping[str, Any]
) -> dict[str, Any]:
    """Return results, and what they were computed with, for a JSON file."""
    return {
        "environment": dict(environment),
        "shuffles": shuffles,
        "all_hold": all(result.holds for result in results),
        "checks": [{"run": result.run, **result._asdict()} for result in results],
    }


def junit(results: Sequence[Result]) -> str:
    """Return results as JUnit's XML: a test suite per run, a test case per check."""
    root = ElementTree.Element("testsuites", _totals(results))
    for run, group in by_run(results):
        suite = ElementTree.SubElement(root, "testsuite", {"name": run, **_totals(group)})
        for result in group:
            case = ElementTree.SubElement(suite, "testcase", classname=run, name=result.id)
            if result.failure:
                ElementTree.SubElement(case, "failure", message=result.failure)
            said = ElementTree.SubElement(case, "system-out")
            said.text = f"published {result.published}, ours {result.measured}: {result.rule}"
    text: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def markdown(results: Sequence[Result]) -> str:
    """Return results as a Markdown table, one row per check, without the run in front of its id.

    A rule that the check above has as well is not said again.
    """
    rows = [("check", "published", "ours", "what must hold", "verdict"), ("---",) * 5]
    above = ""
    for result in results:
        name = result.id[len(result.run) + 1 :]
        rule, above = "as above" if result.rule == above else result.rule, result.rule
        verdict = "holds" if result.holds else "does not hold"
        rows.append((name, result.published, result.measured, rule, verdict))
    return table(rows)


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows, the second of them of dashes, as a Markdown table."""
    return "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in rows)


def _cell(text: str) -> str:
    # A bar would end the cell; an asterisk would start emphasis.
    return text.replace("|", r"\|").replace("*", r"\*")


def _totals(results: Sequence[Result]) -> dict[str, str]:
    failures = sum(not result.holds for result in results)
    return {"tests": str(len(results)), "failures": str(failures), "errors": "0"}
