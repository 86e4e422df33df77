"""Compare MXNet builds with the book's results, one row each, and fill the tables in docs/.

usage: python tools/matrix.py list
       python tools/matrix.py run [ROW ...]
       python tools/matrix.py tables

A ROW is a wheel on a Python, such as 3.8-mxnet-1.6.0, or `speed`. `run` runs those that it is
given, or all; what is found of a row, or how it failed, is then in results/matrix/ROW. `tables`
writes it into docs/builds.md and docs/performance.md, where a row without findings stays as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "results/matrix"
BOOK = ROOT / ".book-environment/bin/python"
# One for each other Python, without MXNet; in front of it, the wheel of the row that runs.
ENVIRONMENTS = ROOT / ".matrix"
UV = Path(sys.executable).with_name("uv")
# OpenBLAS takes this name for what it would find on a processor of 2008, without AVX; it then adds
# in another order. So a difference shows that a build would have elsewhere.
KERNELS = {"here": {}, "old": {"OPENBLAS_CORETYPE": "Nehalem"}}
LONGEST = 160
# What failed, by the name of the step's log.
STEPS = {
    "install": "its packages do not install",
    "mxnet": "it does not install",
    "import": "it does not import",
    "verify": "`verify` does not run",
    "here": "the losses are not compared",
    "old": "older BLAS kernels are not tried",
    "cells": "the chapter's cells are not tried",
    "program": "the program of 2017 does not run",
    "compare": "the program of 2017 is not compared",
    "loop": "not timed",
    "torch": "PyTorch does not install",
}


class StepFailedError(Exception):
    """A command of a row failed; its argument is the name of the step."""


def step(folder: Path, name: str, *command: str | Path, **environment: str) -> None:
    """Run a command at the repository's root, with its output in FOLDER/NAME.log."""
    with (folder / f"{name}.log").open("a") as log:
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **environment},
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    if done.returncode:
        raise StepFailedError(name)


def without_mxnet(lock: str) -> str:
    """Return a lock without MXNet, whose wheels are exchanged."""
    return re.sub(r"^mxnet==.*\n(?: .*\n)*", "", lock, flags=re.MULTILINE)


def empty_environment(folder: Path, name: str, version: str, *options: str) -> Path:
    """Return an environment of a Python that uv finds, or else downloads; make it if need be."""
    home = ENVIRONMENTS / name
    if not (home / "bin/python").exists():
        find = ("tools/find-python", version)
        found = subprocess.run(
            find, cwd=ROOT, env={**os.environ, "PYTHON": ""}, stdout=subprocess.PIPE, text=True
        )
        python = found.stdout.strip() or version
        step(folder, "install", UV, "venv", "--clear", *options, "-p", python, home)
    return home


def environment(folder: Path, version: str) -> Path:
    """Return the Python of the environment that the rows of a version share, up to date."""
    if version == "3.6":
        return BOOK
    home = empty_environment(folder, version, version)
    lock = home / "requirements.lock"
    lock.write_text(without_mxnet((ROOT / "requirements.lock").read_text("utf8")), "utf8")
    # What builds d2l and this package is the lock's too, by hash.
    options = ("--python", home, "--build-constraints", "requirements.lock")
    step(folder, "install", UV, "pip", "sync", *options, "--require-hashes", lock)
    step(folder, "install", UV, "pip", "install", *options, "--no-deps", "-e", ".")
    return home / "bin/python"


def exchange(front: Path, python: Path, wheel: str) -> Path:
    """Return a Python that finds a wheel, in the folder `front`, before all other packages."""
    packages, libraries, program = front / "packages", front / "libraries", front / "python"
    libraries.mkdir(parents=True)
    options = ("--python", sys.executable, "--target", packages, "--no-deps")
    step(front.parent, "mxnet", UV, "pip", "install", *options, wheel)
    # The wheels of 2017 need a library that NumPy's wheel of that time has under another name.
    numpys = BOOK.parents[1] / "lib/python3.6/site-packages/numpy/.libs"
    for library in numpys.glob("libgfortran-*.so.3*"):
        (libraries / "libgfortran.so.3").symlink_to(library)
    program.write_text(
        f"#!/bin/sh\nPYTHONPATH='{packages}' LD_LIBRARY_PATH='{libraries}' exec '{python}' \"$@\"\n"
    )
    program.chmod(0o755)
    return program


def time_loop(folder: Path, *sides: str) -> None:
    """Time the chapter's loop in the book's environment and on other sides, in turn."""
    program = (sys.executable, "-m", "benchmarks.loop", "--json", folder / "loop.json")
    step(folder, "loop", *program, f"chapter={BOOK}", *sides)


def record(folder: Path, python: Path, *options: str) -> None:
    """Record the chapter's cells once more, and compare; with older BLAS kernels too."""
    compare = (sys.executable, "-m", "book_environment.compare", "--recording")
    for name, kernels in KERNELS.items():
        again = folder / f"recorded_{name}.json"
        step(folder, name, python, "-m", "book_environment.record", *options, again, **kernels)
        step(folder, name, *compare, again, folder / f"{name}.json")


def package(folder: Path, python: Path) -> None:
    """Compare a build with what was published and with the recording, and time it."""
    verified = folder / "verify.json"
    try:
        step(folder, "verify", python, "-m", "gluon_momentum", "verify", "--json", verified)
    except StepFailedError:
        if not verified.exists():  # else there are checks that do not hold
            raise
    for name, kernels in KERNELS.items():
        compare = (python, "-m", "book_environment.compare", folder / f"{name}.json")
        step(folder, name, *compare, **kernels)
    time_loop(folder, f"package={python}")


def chapter(folder: Path, python: Path) -> None:
    """Run the chapter's cells, compare them with the recording, and time them."""
    step(folder, "cells", python, "-m", "book_environment.cells", folder / "cells.json")
    record(folder, python, "--elsewhere")
    time_loop(folder, f"chapter={python}")


def program_2017(folder: Path, python: Path) -> None:
    """Run the program of 2017, and compare it with what was printed then."""
    files = (folder / "program.json", folder / "draws.npz")
    step(folder, "program", python, "-m", "book_environment.program_2017", *files)
    compare = (sys.executable, "-m", "book_environment.compare_2017")
    step(folder, "compare", *compare, *files, folder / "compare.json")


class Row(NamedTuple):
    """A wheel on a Python, and what runs there; of the book's own, `record`."""

    python: str
    wheel: str
    program: Callable[..., None]

    @property
    def name(self) -> str:
        """What the command line and the folder of its findings call it."""
        return f"{self.python}-{self.wheel.replace('==', '-')}"

    def run(self, folder: Path) -> None:
        """Leave in a folder what is found of it."""
        python, front = environment(folder, self.python), folder / "front"
        try:
            if self.program is not record:
                python = exchange(front, python, self.wheel)
                step(folder, "import", python, "-c", "import book_environment, mxnet")
            self.program(folder, python)
        finally:
            shutil.rmtree(front, ignore_errors=True)

    def cells(self, folder: Path) -> list[str]:
        """Return the cells of its line in docs/builds.md."""

        def told(say: Callable[..., str], file: str, *which: str) -> str:
            found = read(folder / f"{file}.json")
            return "" if found is None else say(found, *which)

        wheel = self.wheel.replace("==", " ") + (", the book's" if self.program is record else "")
        if self.program is program_2017:
            found = [told(printed, "compare", execution) for execution in ("2017-11", "2018-01")]
            found += [told(normals, "compare", by) for by in ("normals", "with_system_logf")]
        else:
            first = {package: told(held, "verify"), chapter: told(ran, "cells")}
            found = [first.get(self.program, "recorded again")]
            found += [told(apart, kernels) for kernels in KERNELS]
            found += ["1" if self.program is record else told(ratio, "loop")]
        return [self.python, wheel, *found[:-1], failure(folder) or found[-1]]


# The package needs Python 3.8, as does MXNet 2.0 (contextvars); MXNet 1.2 does not import there.
WHEELS: list[tuple[str, Callable[..., None], str, str]] = [
    ("3.6", program_2017, "mxnet", "0.12.0 0.12.1 1.0.0 1.0.0.post4"),
    ("3.6", program_2017, "mxnet-mkl", "0.12.1 1.0.0"),
    ("3.6", record, "mxnet", "1.2.1"),
    ("3.6", chapter, "mxnet", "1.2.0"),
    ("3.6", chapter, "mxnet-mkl", "1.2.1"),
    ("3.8", chapter, "mxnet", "2.0.0a0 2.0.0b1"),
    ("3.8", package, "mxnet", "1.1.0 1.3.1 1.4.1 1.5.0 1.5.1.post0 1.6.0 1.7.0.post2 1.8.0.post0"),
    ("3.8", package, "mxnet", "1.9.0 1.9.1"),
    ("3.8", package, "mxnet-mkl", "1.1.0 1.3.1 1.4.1 1.5.1.post0 1.6.0"),
    ("3.8", package, "mxnet-native", "1.7.0 1.8.0.post0"),
    ("3.9", package, "mxnet", "1.9.1"),
    ("3.10", package, "mxnet", "1.9.1"),
    ("3.11", package, "mxnet", "1.9.1"),
    ("3.12", package, "mxnet", "1.9.1"),
    ("3.13", package, "mxnet", "1.9.1"),
]
ROWS = [
    Row(python, f"{project}=={version}", program)
    for python, program, project, versions in WHEELS
    for version in versions.split()
]


def speed(folder: Path) -> None:
    """Time the chapter's loop on this MXNet, in NumPy and in PyTorch."""
    torch = empty_environment(folder, "torch", "3.11", "--seed") / "bin/python"
    step(folder, "torch", torch, "-m", "pip", "install", "--quiet", "torch==2.13.0", "numpy")
    ours = sys.executable
    time_loop(folder, f"chapter={ours}", f"numpy={ours}", f"torch={torch}")


PROGRAMS = {**{row.name: row.run for row in ROWS}, "speed": speed}


def run(name: str, program: Callable[[Path], None], results: Path = RESULTS) -> bool:
    """Make the findings of a row anew, and return whether all its steps succeeded."""
    # Its former findings stay until it has ended: what is interrupted leaves them.
    folder, unfinished, started = results / name, results / "unfinished", time.monotonic()
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        program(unfinished)
    except StepFailedError as error:
        (unfinished / "failed").write_text(str(error))
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)
    failed = failure(folder)
    print(f"{name}: {failed or 'done'} ({time.monotonic() - started:.0f} s)", flush=True)
    return not failed


def read(path: Path) -> Any:
    """Return what a JSON file holds, or None where a step did not come to write it."""
    return json.loads(path.read_text("utf8")) if path.exists() else None


def failure(folder: Path) -> str:
    """Return which step failed and the last line that it printed, or nothing."""
    if not (folder / "failed").exists():
        return ""
    name = (folder / "failed").read_text()
    lines = (folder / f"{name}.log").read_text("utf8", "replace").strip().split("\n")
    return f"{STEPS[name]}: {shortened(lines[-1].strip() or 'no word')}"


def shortened(text: str) -> str:
    """Return a line of output without the folders in it, and not too long for a table."""
    text = re.sub(r"(?:/[^\s/:'\"]+)+/", "", text)
    return text if len(text) <= LONGEST else text[: LONGEST - 3].rstrip() + "..."


def held(verified: Any) -> str:
    """Return how many published checks hold, and which do not."""
    failed = [check["id"] for check in verified["checks"] if not check["holds"]]
    total = len(verified["checks"])
    return f"{total - len(failed)} of {total}" + "".join(f"; not {name}" for name in failed)


def ran(cells: Any) -> str:
    """Return how many of the chapter's cells run, and on what they stop."""
    if cells["ran"] == cells["cells"]:
        return f"all {cells['cells']} cells of the chapter run"
    return (
        f"{cells['ran']} of the chapter's {cells['cells']} cells run; the next stops at "
        f"`{cells['line']}`: {shortened(cells['error'])}"
    )


def apart(compared: Any) -> str:
    """Return the largest relative difference of a loss, and what else is to be said of it."""
    if compared["ratio"] is None:
        return "a loss is not finite"
    said = power(compared["ratio"]) if compared["ratio"] else "0"
    said += "" if compared["agrees"] else ", more than rounding"
    return said + ("" if compared["same_data"] else "; other bits in the data")


def power(number: float) -> str:
    """Return a number with two digits, such as 1.6e-4."""
    return f"{number:.1e}".replace("e-0", "e-").replace("e+0", "e")


def ratio(sides: Any) -> str:
    """Return the time of the last side in terms of the first's."""
    return f"{sides[-1]['ratio']:.2f}"


def printed(compared: Any, execution: str) -> str:
    """Return how many values that an execution printed are those of the program of 2017 here."""
    published = compared["published"][execution]
    agree = f"{published['agree']} of {published['of']}"
    # Of a run from another stream the losses are others, and their difference says nothing.
    return f"{agree}, a loss within {power(published['ratio'])}" if published["agree"] else agree


def normals(compared: Any, by: str) -> str:
    """Return which share of legacy_normal's numbers are this MXNet's to the bit."""
    share, largest = compared[by]["equal"], compared[by]["largest"]
    if largest > 1:
        return "another stream"
    return f"{100 * share:.2f} %" + (f", others within {power(largest)}" if largest else "")


def line(*cells: str) -> str:
    """Return a line of a Markdown table, where a bar would end a cell and a star emphasise."""
    escaped = (cell.replace("|", r"\|").replace("*", r"\*") for cell in cells)
    return f"| {' | '.join(escaped)} |\n"


def replaced(page: str, start: str, rest: str, new: str) -> str:
    """Return a page where the text from `start` on, as far as the pattern `rest`, is another.

    Raises:
        ValueError: there is not one such place in the page.
    """
    page, places = re.subn(f"(?m)^{re.escape(start)}{rest}", lambda _: new, page)
    if places != 1:
        raise ValueError(f"{places} lines of a page, and not one, begin with {start!r}")
    return page


def fill(docs: Path, results: Path) -> None:
    """Write into the tables of builds.md and performance.md the rows that have findings."""
    pages = {name: (docs / name).read_text("utf8") for name in ("builds.md", "performance.md")}
    for row in ROWS:
        if (results / row.name).exists():
            cells = row.cells(results / row.name)
            start = line(*cells[:2]).rstrip("\n")
            pages["builds.md"] = replaced(pages["builds.md"], start, ".*\n", line(*cells))
    folder = results / "speed"
    if folder.exists():
        head = line("one run of", "time") + line("---", "---")
        times = [line(side["name"], ratio([side])) for side in read(folder / "loop.json") or []]
        times += [line("", failure(folder))] if failure(folder) else []
        new = head + "".join(times)
        pages["performance.md"] = replaced(pages["performance.md"], head, r"(?:\|.*\n)*", new)
    for name, page in pages.items():
        (docs / name).write_text(page, "utf8")


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 1 if a row failed, 2 if none was run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="print the rows")
    to_run = commands.add_parser("run", help="find out what holds on these rows, or on all")
    to_run.add_argument("rows", metavar="ROW", nargs="*")
    commands.add_parser("tables", help="write what was found into docs/")
    options = parser.parse_args(arguments)
    if options.command == "list":
        print(*PROGRAMS, sep="\n")
    elif options.command == "tables":
        fill(ROOT / "docs", RESULTS)
    else:
        unknown = [name for name in options.rows if name not in PROGRAMS]
        if unknown:
            parser.exit(2, f"{unknown[0]} is none of the rows: {', '.join(PROGRAMS)}.\n")
        # All rows are timed beside it. If it cannot be made, that is no finding of a row.
        if subprocess.call([ROOT / "tools/make-book-environment"]):
            return 2
        passed = [run(name, PROGRAMS[name]) for name in options.rows or PROGRAMS]
        return 0 if all(passed) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
