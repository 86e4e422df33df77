"""The matrix: which MXNet builds give the book's results, and what a run costs in each.

`make matrix` runs all sessions and writes the tables in docs/ and what the READMEs say of the
builds. What a build printed stays in results/matrix, and a row is not computed again while it is up
to date: `make matrix AGAIN=--again` does so. `nox -s "build(3.8-mxnet-1.6.0)"` tries one alone.
"""

import os
import shutil
import sys
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent))
from tools.matrix.environments import (
    BOOK,
    FOLDER,
    WHEEL,
    Findings,
    environment,
    exchange,
    find_python,
    step,
)
from tools.matrix.rows import CHAPTER, PACKAGE, PROGRAM_2017, ROWS

# OpenBLAS takes this name for what it would find on a processor of 2008, without AVX; it then adds
# in another order. So a difference shows that a build would have elsewhere.
OLD_PROCESSOR = {"OPENBLAS_CORETYPE": "Nehalem"}

# nox takes the first python3.11 on PATH, which may be a shim that fails.
os.environ["PATH"] = os.path.dirname(find_python("3.11")) + os.pathsep + os.environ["PATH"]


def time_loop(session, folder, *sides):
    """Time the chapter's loop on several sides, one beside the other."""
    program = (sys.executable, "-m", "benchmarks.loop", "--json", folder / "loop.json")
    step(session, folder, "loop", *program, *sides)


def record(session, folder, python, *options):
    """Record the chapter's cells once more, and compare; with older BLAS kernels too."""
    for name, env in (("here", {}), ("old", OLD_PROCESSOR)):
        again = folder / f"recorded_{name}.json"
        step(
            session, folder, name, python, "-m", "book_environment.record", *options, again, env=env
        )
        compare = ("-m", "book_environment.compare", "--recording", again, folder / f"{name}.json")
        step(session, folder, name, sys.executable, *compare)


def package(session, folder, python):
    """Compare a build with what was published and with the recording, and time it."""
    verify = ("-m", "gluon_momentum", "verify", "--json", folder / "verify.json")
    step(session, folder, "verify", python, *verify, success_codes=[0, 1])
    for name, env in (("here", {}), ("old", OLD_PROCESSOR)):
        compare = ("-m", "book_environment.compare", folder / f"{name}.json")
        step(session, folder, name, python, *compare, env=env)
    time_loop(session, folder, f"chapter={BOOK}", f"package={python}")


def chapter(session, folder, python):
    """Run the chapter's cells, compare them with the recording, and time them."""
    step(session, folder, "cells", python, "-m", "book_environment.cells", folder / "cells.json")
    record(session, folder, python, "--elsewhere")
    time_loop(session, folder, f"chapter={BOOK}", f"chapter={python}")


def program_2017(session, folder, python):
    """Run the program of 2017, and compare it with what was printed then."""
    files = (folder / "program.json", folder / "draws.npz")
    step(session, folder, "program", python, "-m", "book_environment.program_2017", *files)
    compare = ("-m", "book_environment.compare_2017", *files, folder / "compare.json")
    step(session, folder, "compare", sys.executable, *compare)


PROGRAMS = {PACKAGE: package, CHAPTER: chapter, PROGRAM_2017: program_2017}


@nox.session(venv_backend="none")
@nox.parametrize("row", [nox.param(row, id=row.name) for row in ROWS])
def build(session, row):
    """Run on a build what its row tells of it."""
    findings = Findings(session, row.name, row, row.kind)
    if not findings.needed:
        return
    with findings as folder:
        environment(session, folder, "3.8")  # whose uv installs every wheel
        python = environment(session, folder, row.python)
        if row.books:
            record(session, folder, python)
            return
        try:
            python = exchange(session, folder, python, row.wheel)
            step(session, folder, "import", python, "-c", "import mxnet")
            PROGRAMS[row.kind](session, folder, python)
        finally:
            shutil.rmtree(WHEEL, ignore_errors=True)


@nox.session(python="3.11", venv_backend="venv", reuse_venv=True)
def speed(session):
    """Time the chapter's loop in the book's environment, on this MXNet, in NumPy and PyTorch."""
    findings = Findings(session, "speed")
    if not findings.needed:
        return
    with findings as folder:
        step(session, folder, "torch", "pip", "install", "--quiet", "torch==2.13.0", "numpy")
        ours, torch = sys.executable, os.path.join(session.bin, "python")
        time_loop(
            session, folder, f"chapter={BOOK}", f"chapter={ours}", f"numpy={ours}", f"torch={torch}"
        )


@nox.session(venv_backend="none")
def pages(session):
    """Write the tables in docs/ and what the READMEs say of the builds."""
    session.run(sys.executable, "-m", "tools.matrix", FOLDER)
