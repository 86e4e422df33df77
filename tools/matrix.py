#!/usr/bin/env python3
"""Write what noxfile.py found into docs/builds.md, docs/performance.md and both READMEs.

usage: tools/matrix.py FOLDER

FOLDER holds a folder for each of BUILDS, such as 3.8-1.6.0, and the folders book and speed.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from gluon_momentum.environment import describe
from gluon_momentum.files import together
from gluon_momentum.verification.formats import table

ROOT = Path(__file__).resolve().parents[1]
README, CHINESE = ROOT / "README.md", ROOT / "README.zh.md"
BUILDS_PAGE, SPEED_PAGE = ROOT / "docs/builds.md", ROOT / "docs/performance.md"
BUILDS = [
    ("3.8", "1.5.1.post0"),
    ("3.8", "1.6.0"),
    ("3.8", "1.7.0.post2"),
    ("3.8", "1.8.0.post0"),
    ("3.8", "1.9.0"),
    ("3.8", "1.9.1"),
    ("3.9", "1.9.1"),
    ("3.10", "1.9.1"),
    ("3.11", "1.9.1"),
]
# What failed, by the name of the step's log.
STEPS = {
    "install": "the locked packages do not install",
    "mxnet": "it does not install",
    "verify": "`verify` does not run",
    "here": "`optimize` does not run",
    "old": "`optimize` does not run with older BLAS kernels",
    "loop": "not timed",
    "torch": "PyTorch does not install",
}


def read(path: Path) -> Any:
    """Return what a JSON file holds, or None where a step did not come to write it."""
    return json.loads(path.read_text("utf8")) if path.exists() else None


def held(folder: Path) -> str:
    """Return how many published checks hold, and which do not."""
    verified = read(folder / "verify.json")
    if verified is None:
        # A traceback ends with the status of checks that do not hold, so the session went on.
        broke_off = (folder / "verify.log").exists() and not (folder / "failed").exists()
        return last_words(folder, "verify") if broke_off else ""
    failed = [check["id"] for check in verified["checks"] if not check["holds"]]
    total = len(verified["checks"])
    return f"{total - len(failed)} of {total}" + "".join(f"; not {name}" for name in failed)


def apart(path: Path) -> str:
    """Return the largest relative difference of a loss, and what else is to be said of it."""
    found = read(path)
    if found is None:
        return ""
    if found["ratio"] is None:
        return "a loss is not finite"
    said = f"{found['ratio']:.1e}".replace("e-0", "e-") if found["ratio"] else "0"
    said += "" if found["agrees"] else ", more than rounding"
    return said + ("" if found["same_data"] else "; other bits in the data")


def ratio(folder: Path) -> str:
    """Return the time of the last side in terms of the first's."""
    sides = read(folder / "loop.json")
    return f"{sides[-1]['ratio']:.2f}" if sides else ""


def last_words(folder: Path, step: str) -> str:
    """Return what failed with a step, and the last line that it printed."""
    lines = (folder / f"{step}.log").read_text("utf8").split("\n")
    return f"{STEPS[step]}: {next(filter(None, map(str.strip, reversed(lines))), 'no word')}"


def failure(folder: Path) -> str:
    """Return which step failed and the last line that it printed, or nothing."""
    failed = folder / "failed"
    if not folder.exists():
        return "not tried"
    return last_words(folder, failed.read_text("utf8")) if failed.exists() else ""


def builds_table(folder: Path) -> str:
    """Return the table of builds, the book's own environment first."""
    again = [apart(folder / "book" / name) for name in ("here.json", "old.json")]
    rows = [
        ("Python", "MXNet", "published checks that hold", "a loss differs by at most",
         "with older BLAS kernels", "time of `optimize`"),
        ("---",) * 6,
        ("3.6", "1.2.1, the book's", "recorded again", *again, "1"),
    ]  # fmt: skip
    for build in BUILDS:
        here = folder / "-".join(build)
        found = [held(here), apart(here / "here.json"), apart(here / "old.json"), ratio(here)]
        if failure(here):
            found[-1] = failure(here)
        rows.append((*build, *found))
    return table(rows)


class Counts(NamedTuple):
    """How many checks there are, and on how many builds what holds."""

    checks: int
    hold: int
    agree: int
    same: int


def count(folder: Path) -> Counts:
    """Count the builds: all checks hold, the losses agree, the losses are the same to the bit."""
    here = [folder / "-".join(build) for build in BUILDS]
    checks = [(read(path / "verify.json") or {"checks": []})["checks"] for path in here]
    compared = [found for found in (read(path / "here.json") for path in here) if found]
    return Counts(
        checks=max(map(len, checks)),
        hold=sum(bool(found) and all(check["holds"] for check in found) for found in checks),
        agree=sum(found["agrees"] for found in compared),
        same=sum(found["ratio"] == 0 for found in compared),
    )


def verdict(counts: Counts) -> str:
    """Return what README says of the builds."""

    def of(number: int) -> str:
        return f"{'each' if number == len(BUILDS) else number} of the {len(BUILDS)}"

    (oldest_python, oldest), (newest_python, newest) = BUILDS[0], BUILDS[-1]
    to_the_bit = "" if counts.same == counts.agree else f" on {of(counts.same)}"
    return (
        f"All {counts.checks} checks hold on {of(counts.hold)} MXNet builds that we tried "
        f"(MXNet {oldest} to {newest}, Python {oldest_python} to {newest_python}). "
        f"On {of(counts.agree)}, `optimize` gives the losses that we recorded in the book's own "
        "environment (Python 3.6, mxnet 1.2.1)"
        f"{',' if counts.same == counts.agree else ';'} to the last bit{to_the_bit}."
    )


def verdict_in_chinese(counts: Counts) -> str:
    """Return what README.zh.md says of the builds."""

    def of(number: int) -> str:
        return f"{'所有' if number == len(BUILDS) else '其中'} {number} 种组合"

    (oldest_python, oldest), (newest_python, newest) = BUILDS[0], BUILDS[-1]
    to_the_bit = "逐位相同" if counts.same == counts.agree else f"一致，{of(counts.same)}逐位相同"
    return (
        f"我们试了 {len(BUILDS)} 种 MXNet 与 Python 的组合（MXNet {oldest} 至 {newest}，Python "
        f"{oldest_python} 至 {newest_python}）。{counts.checks} 项检验在{of(counts.hold)}上均通过；"
        f"`optimize` 在{of(counts.agree)}上给出的损失均与我们在书的原环境"
        f"（Python 3.6，mxnet 1.2.1）中记录的{to_the_bit}。"
    )


def speed_table(folder: Path) -> str:
    """Return the table of the loop's times."""
    rows = [("one run of", "time"), ("---", "---")]
    sides = read(folder / "speed/loop.json") or []
    rows += [(side["name"], f"{side['ratio']:.2f}") for side in sides]
    if failure(folder / "speed"):
        rows.append(("", failure(folder / "speed")))
    return table(rows)


def filled(page: Path, name: str, new: str) -> str:
    """Return a page's text with what stands between the two comments of a name replaced.

    Raises:
        ValueError: the page lacks the comments.
    """
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    before, found, rest = page.read_text("utf8").partition(start)
    _, also_found, after = rest.partition(end)
    if not (found and also_found):
        raise ValueError(f"{page.name} lacks the comments {start.strip()} and {end.strip()}.")
    return f"{before}{start}\n{new}\n\n{end}{after}"


def main(folder: Path) -> None:
    """Write all pages, or say what they would lack."""
    if not (folder / "book/old.json").exists():
        sys.exit(f"The chapter was not recorded again; {folder}/book says why. No page is changed.")
    started = (folder / "started").stat().st_mtime
    minutes = (max(path.stat().st_mtime for path in folder.rglob("*")) - started) / 60
    machine = describe()
    made = (
        f"Written by `make matrix` on {time.strftime('%Y-%m-%d', time.localtime(started))}, in "
        f"{minutes:.0f} minutes on {machine['cpu_count']} cores of an {machine['cpu']}."
    )
    counts = count(folder)
    blocks = [
        (README, "builds", verdict(counts)),
        (CHINESE, "builds", verdict_in_chinese(counts)),
        (BUILDS_PAGE, "builds", f"{builds_table(folder)}\n\n{verdict(counts)} {made}"),
        (SPEED_PAGE, "speed", speed_table(folder)),
    ]
    with together() as files:
        for page, name, new in blocks:
            files.write_text(page, filled(page, name, new))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
