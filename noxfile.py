"""The matrix: which MXNet builds give the book's results, and what a run costs in each.

`make matrix` runs all sessions and writes the tables in docs/ and what the READMEs say of the
builds. What a build printed stays in results/matrix;
`nox -s "build(python='3.8', mxnet='1.6.0')"` tries that one alone.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox
from nox.command import CommandFailed

sys.path.insert(0, "tools")
from matrix import BUILDS

FOLDER = Path("results/matrix")
BOOK = ".book-environment/bin/python"
# OpenBLAS takes this name for what it would find on a processor of 2008, without AVX; it then adds
# in another order. So a difference shows that a build would have elsewhere.
OLD_PROCESSOR = {"OPENBLAS_CORETYPE": "Nehalem"}

nox.options.default_venv_backend = "uv"

# nox takes the first python3.x on PATH, which may be a shim that fails.
for version in sorted({python for python, _ in BUILDS}):
    found = subprocess.run(
        ["tools/find-python", version],
        env={**os.environ, "PYTHON": ""},
        stdout=subprocess.PIPE,
        encoding="utf8",
    ).stdout
    if found:
        os.environ["PATH"] = os.path.dirname(found) + os.pathsep + os.environ["PATH"]


def step(session, folder, name, *command, **options):
    """Run a command with its output in FOLDER/NAME.log; if it fails, FOLDER/failed says so."""
    path = folder / f"{name}.log"
    with path.open("w") as output:
        try:
            session.run(*command, stdout=output, stderr=subprocess.STDOUT, **options)
        except CommandFailed:
            (folder / "failed").write_text(name)
            session.error(f"{path} says how it failed")


def fresh(name):
    """Return an empty folder for what a session finds."""
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def time_loop(session, folder, *sides):
    """Time the chapter's loop on several sides, one beside the other."""
    program = (sys.executable, "-m", "benchmarks.loop", "--json", folder / "loop.json")
    step(session, folder, "loop", *program, *sides, external=True)


@nox.session(venv_backend="none")
def book(session):
    """Make the book's own environment, and record the chapter in it once more."""
    # The first session: what an earlier matrix found would pass for this one's.
    shutil.rmtree(FOLDER, ignore_errors=True)
    folder = fresh("book")
    (FOLDER / "started").touch()
    step(session, folder, "make", "make", "book-environment")
    for name, env in (("here", {}), ("old", OLD_PROCESSOR)):
        again = folder / f"recorded_{name}.json"
        step(session, folder, name, BOOK, "-m", "book_environment.record", again, env=env)
        compare = ("-m", "book_environment.compare", "--recording", again, folder / f"{name}.json")
        step(session, folder, name, sys.executable, *compare)


@nox.session
@nox.parametrize("python,mxnet", BUILDS)
def build(session, mxnet):
    """Compare a build with what was published and with the recording, and time it."""
    folder = fresh(f"{session.python}-{mxnet}")
    # What builds d2l and this package is the lock's too, by hash.
    uv = ("uv", "pip", "install", "--quiet", "--build-constraints", "requirements.lock")
    python = os.path.join(session.bin, "python")
    locked = ("--require-hashes", "--no-deps", "-r", "requirements.lock")
    step(session, folder, "install", *uv, *locked, external=True)
    step(session, folder, "mxnet", *uv, f"mxnet=={mxnet}", "-e", ".", external=True)
    verify = ("gluon-momentum", "verify", "--json", folder / "verify.json")
    step(session, folder, "verify", *verify, success_codes=[0, 1])
    compare = ("python", "-m", "book_environment.compare")
    step(session, folder, "here", *compare, folder / "here.json")
    step(session, folder, "old", *compare, folder / "old.json", env=OLD_PROCESSOR)
    time_loop(session, folder, f"chapter={BOOK}", f"package={python}")


@nox.session(python="3.11", venv_backend="venv")
def speed(session):
    """Time the chapter's loop in the book's environment, on this MXNet, in NumPy and PyTorch."""
    folder = fresh("speed")
    step(session, folder, "torch", "pip", "install", "--quiet", "torch==2.13.0", "numpy")
    ours, torch = sys.executable, os.path.join(session.bin, "python")
    time_loop(
        session, folder, f"chapter={BOOK}", f"chapter={ours}", f"numpy={ours}", f"torch={torch}"
    )


@nox.session(venv_backend="none")
def readme(session):
    """Write the tables in docs/ and what the READMEs say of the builds."""
    session.run(sys.executable, "tools/matrix.py", FOLDER)
