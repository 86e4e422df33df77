"""The tables of docs/builds.md and docs/performance.md."""

from __future__ import annotations

from pathlib import Path

from gluon_momentum.verification.formats import table

from . import findings
from .rows import CHAPTER, PACKAGE, PROGRAM_2017, ROWS, Row


def builds(folder: Path) -> str:
    """Return the table of the builds on which the package, or the chapter's cells, run."""
    rows = [
        ("Python", "wheel", "published checks that hold", "a loss differs by at most",
         "with older BLAS kernels", "time of `optimize`"),
        ("---",) * 6,
    ]  # fmt: skip
    rows += [_build(folder, row) for row in ROWS if row.kind in (PACKAGE, CHAPTER)]
    return table(rows)


def _build(folder: Path, row: Row) -> tuple[str, ...]:
    here = folder / row.name
    name = f"{row.project} {row.version}"
    again = [findings.apart(here / f"{kernels}.json") for kernels in ("here", "old")]
    if row.books:
        return row.python, f"{name}, the book's", "recorded again", *again, "1"
    what = findings.ran(here) if row.kind == CHAPTER else findings.held(here)
    return row.python, name, what, *again, findings.failure(here) or findings.ratio(here)


def builds_of_2017(folder: Path) -> str:
    """Return the table of the builds on which the program of 2017 runs."""
    rows = [
        ("Python", "wheel", "values printed in 2017-11", "values printed in 2018-01",
         "`legacy_normal`, equal bits", "with this machine's `logf`"),
        ("---",) * 6,
    ]  # fmt: skip
    for row in ROWS:
        if row.kind == PROGRAM_2017:
            here = folder / row.name
            runs = [findings.printed(here, run) for run in ("2017-11", "2018-01")]
            drawn = [findings.normals(here, which) for which in ("normals", "with_system_logf")]
            drawn[-1] = findings.failure(here) or drawn[-1]
            rows.append((row.python, f"{row.project} {row.version}", *runs, *drawn))
    return table(rows)


def speed(folder: Path) -> str:
    """Return the table of the loop's times."""
    rows = [("one run of", "time"), ("---", "---")]
    sides = findings.read(folder / "speed/loop.json") or []
    rows += [(side["name"], f"{side['ratio']:.2f}") for side in sides]
    if findings.failure(folder / "speed"):
        rows.append(("", findings.failure(folder / "speed")))
    return table(rows)
