"""Write what noxfile.py found into docs/builds.md, docs/performance.md and both READMEs.

usage: python -m tools.matrix FOLDER

FOLDER holds a folder for each of ROWS, such as 3.8-mxnet-1.6.0, and the folder speed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from book_environment.record import cpu
from gluon_momentum.files import together

from . import tables, verdict
from .rows import ROWS
from .stamps import ROOT

README, CHINESE = ROOT / "README.md", ROOT / "README.zh.md"
BUILDS_PAGE, SPEED_PAGE = ROOT / "docs/builds.md", ROOT / "docs/performance.md"


def filled(text: str, name: str, new: str, page: str) -> str:
    """Return a page's text with what stands between the two comments of a name replaced.

    Raises:
        ValueError: the page, of that file name, lacks the comments.
    """
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    before, found, rest = text.partition(start)
    _, also_found, after = rest.partition(end)
    if not (found and also_found):
        raise ValueError(f"{page} lacks the comments {start.strip()} and {end.strip()}.")
    return f"{before}{start}\n{new}\n\n{end}{after}"


def main(folder: Path) -> None:
    """Write all pages, or say what they would lack."""
    book = folder / next(row.name for row in ROWS if row.books)
    if not (book / "old.json").exists():
        sys.exit(f"The chapter was not recorded again; {book} says why. No page is changed.")
    counts = verdict.count(folder)
    said = f"{verdict.english(counts)}\n\n{verdict.made(folder, os.cpu_count() or 1, cpu())}"
    blocks = [
        (README, "builds", verdict.english(counts)),
        (CHINESE, "builds", verdict.chinese(counts)),
        (BUILDS_PAGE, "builds", f"{said}\n\n{tables.builds(folder)}"),
        (BUILDS_PAGE, "builds of 2017", tables.builds_of_2017(folder)),
        (SPEED_PAGE, "speed", tables.speed(folder)),
    ]
    with together() as files:
        pages = {page: page.read_text("utf8") for page, _, _ in blocks}
        for page, name, new in blocks:
            pages[page] = filled(pages[page], name, new, page.name)
        for page, text in pages.items():
            files.write_text(page, text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
