"""What was found of all builds, in one sentence, and what finding it took."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from . import findings, stamps
from .rows import CHAPTER, PACKAGE, PROGRAM_2017, ROWS, Row


class Counts(NamedTuple):
    """How many checks there are, and on how many builds what holds.

    Attributes:
        checks: the published checks.
        hold: builds of the package's rows on which all checks hold.
        agree: those on which `optimize` gives the recorded losses, to the rounding of float32.
        same: those on which it gives them to the bit.
        cells: builds other than the book's on which the chapter's cells alone give these losses.
        printed: builds on which the program of 2017 gives all values of a published run.
    """

    checks: int
    hold: int
    agree: int
    same: int
    cells: int
    printed: int


def of_kind(kind: str) -> list[Row]:
    """Return the rows of a kind, without the book's own."""
    return [row for row in ROWS if row.kind == kind and not row.books]


def count(folder: Path) -> Counts:
    """Count the builds on which things hold."""

    def found(kind: str, name: str) -> list[Any]:
        files = [findings.read(folder / row.name / f"{name}.json") for row in of_kind(kind)]
        return [file for file in files if file]

    checks = [file["checks"] for file in found(PACKAGE, "verify")]
    compared = found(PACKAGE, "here")
    runs = [file["published"].values() for file in found(PROGRAM_2017, "compare")]
    return Counts(
        checks=max(map(len, checks), default=0),
        hold=sum(all(check["holds"] for check in of_one) for of_one in checks),
        agree=sum(file["agrees"] for file in compared),
        same=sum(file["ratio"] == 0 for file in compared),
        cells=sum(file["agrees"] for file in found(CHAPTER, "here")),
        printed=sum(any(run["agree"] == run["of"] for run in of_one) for of_one in runs),
    )


def _range(kind: str) -> tuple[Row, Row]:
    rows = of_kind(kind)
    return rows[0], rows[-1]


def english(counts: Counts) -> str:
    """Return what README.md and docs/builds.md say of the builds."""

    def of(number: int, kind: str) -> str:
        total = len(of_kind(kind))
        return f"{'each' if number == total else number} of the {total}"

    oldest, newest = _range(PACKAGE)
    if counts.same == counts.agree:
        bits = ", to the last bit"
    else:
        bits = f", and to the last bit on {counts.same}"
    return (
        f"We tried {len(ROWS)} MXNet builds, from {ROWS[0].version} to 2.0 beta: all "
        f"{counts.checks} checks hold on {of(counts.hold, PACKAGE)} on which this package runs "
        f"(MXNet {oldest.version} to {newest.version}, Python {oldest.python} to {newest.python}); "
        f"on {of(counts.agree, PACKAGE)}, `optimize` gives the losses that we recorded in the "
        f"book's own environment (Python 3.6, mxnet 1.2.1){bits}; the chapter's own cells give "
        f"them on {of(counts.cells, CHAPTER)} others of MXNet 1.2 and 2.0; and on "
        f"{of(counts.printed, PROGRAM_2017)} of MXNet 0.12 and 1.0, the chapter's version of 2017 "
        "gives what a reader's run printed then."
    )


def chinese(counts: Counts) -> str:
    """Return what README.zh.md says of the builds."""

    def of(number: int, kind: str) -> str:
        total = len(of_kind(kind))
        return f"全部 {total} 种" if number == total else f"{total} 种中的 {number} 种"

    oldest, newest = _range(PACKAGE)
    bits = "逐位相同" if counts.same == counts.agree else f"一致（{counts.same} 种逐位相同）"
    return (
        f"我们试了 {len(ROWS)} 种 MXNet 与 Python 的组合（{ROWS[0].version} 至 2.0 测试版）："
        f"在本库可运行的组合（MXNet {oldest.version} 至 {newest.version}，Python {oldest.python} "
        f"至 {newest.python}）中，{counts.checks} 项检验在{of(counts.hold, PACKAGE)}上均通过，"
        f"`optimize` 在{of(counts.agree, PACKAGE)}上给出的损失与我们在书的原环境"
        f"（Python 3.6，mxnet 1.2.1）中记录的{bits}；在 MXNet 1.2 和 2.0 的其他组合中，书中的代码在"
        f"{of(counts.cells, CHAPTER)}上也给出这些损失；在 MXNet 0.12 和 1.0 的组合中，"
        f"该节 2017 年的程序在{of(counts.printed, PROGRAM_2017)}上给出当时读者运行时打印的数值。"
    )


def made(folder: Path, cores: int, cpu: str) -> str:
    """Return when the rows were made, and how long they took."""
    named = [stamps.read(folder / row.name) for row in ROWS]
    found = [stamp for stamp in named if stamp]
    dates = sorted({stamp["date"] for stamp in found})
    seconds = [stamp["seconds"] for stamp in found]
    when = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    return (
        f"Written by `make matrix`; made on {when}, in {sum(seconds) / 60:.0f} minutes, "
        f"{max(seconds):.0f} s for the slowest row, on {cores} cores of an {cpu}."
    )
