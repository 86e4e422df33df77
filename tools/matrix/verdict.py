"""What was found of all builds, in a few sentences, and what finding it took."""

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
    bits = "to the last bit" if counts.same == counts.agree else f"on {counts.same} to the last bit"
    return "\n".join(
        [
            f"We tried {len(ROWS)} MXNet builds, from {ROWS[0].version} to 2.0 beta. In one of "
            "them, the book's own (Python 3.6, mxnet 1.2.1), we recorded the losses of the three "
            "experiments. Of the others:",
            "",
            f"- {len(of_kind(PACKAGE))} run this package (MXNet {oldest.version} to "
            f"{newest.version}, Python {oldest.python} to {newest.python}). On "
            f"{of(counts.hold, PACKAGE)}, all {counts.checks} checks of `gluon-momentum verify` "
            f"hold; on {of(counts.agree, PACKAGE)}, `optimize` gives the recorded losses, {bits}.",
            f"- {len(of_kind(CHAPTER))} run the chapter's own code (MXNet 1.2 and 2.0). On "
            f"{of(counts.cells, CHAPTER)}, it gives the recorded losses.",
            f"- {len(of_kind(PROGRAM_2017))} run the chapter's version of 2017 (MXNet 0.12 and "
            f"1.0). On {of(counts.printed, PROGRAM_2017)}, it gives what a published run of that "
            "version printed.",
        ]
    )


def chinese(counts: Counts) -> str:
    """Return what README.zh.md says of the builds."""

    def of(number: int, kind: str) -> str:
        return "全部" if number == len(of_kind(kind)) else f"其中 {number} 种"

    oldest, newest = _range(PACKAGE)
    bits = "逐位相同" if counts.same == counts.agree else f"一致（{counts.same} 种逐位相同）"
    return "\n".join(
        [
            f"我们试了 {len(ROWS)} 种 MXNet 与 Python 的组合（MXNet {ROWS[0].version} 至 2.0 "
            "测试版）。其中一种是书的原环境（Python 3.6，mxnet 1.2.1），我们在那里记录了三个实验的"
            "损失。其余的组合中：",
            "",
            f"- {len(of_kind(PACKAGE))} 种能运行本库（MXNet {oldest.version} 至 {newest.version}，"
            f"Python {oldest.python} 至 {newest.python}）：{of(counts.hold, PACKAGE)}通过 "
            f"`gluon-momentum verify` 的 {counts.checks} 项检验；{of(counts.agree, PACKAGE)}给出的"
            f"损失与记录的{bits}。",
            f"- {len(of_kind(CHAPTER))} 种能运行书中的代码（MXNet 1.2 和 2.0）："
            f"{of(counts.cells, CHAPTER)}给出记录的损失。",
            f"- {len(of_kind(PROGRAM_2017))} 种能运行该节 2017 年的程序（MXNet 0.12 和 1.0）："
            f"{of(counts.printed, PROGRAM_2017)}给出该程序的一次已发表的运行所打印的数值。",
        ]
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
