"""The environments that the rows share, and the wheel of the row that runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from nox.command import CommandFailed

from . import stamps

FOLDER = stamps.ROOT / "results/matrix"
BOOK = stamps.ROOT / ".book-environment/bin/python"
# One for each Python, without MXNet; in front of it, the wheel of the row that runs.
ENVIRONMENTS = stamps.ROOT / ".nox/matrix"
WHEEL = ENVIRONMENTS / "wheel"
LIBRARIES = ENVIRONMENTS / "libraries"
UV = Path(sys.executable).with_name("uv")


def find_python(version):
    """Return the path of a Python of this version, or nothing."""
    found = subprocess.run(
        ["tools/find-python", version],
        env={**os.environ, "PYTHON": ""},
        stdout=subprocess.PIPE,
        encoding="utf8",
    )
    return found.stdout.strip()


def step(session, folder, name, *command, **options):
    """Run a command with its output in FOLDER/NAME.log; if it fails, FOLDER/failed says so."""
    path = folder / f"{name}.log"
    with path.open("a") as output:
        try:
            session.run(*command, stdout=output, stderr=subprocess.STDOUT, external=True, **options)
        except CommandFailed:
            (folder / "failed").write_text(name)
            session.error(f"{path} says how it failed")


class Findings:
    """The folder of a row, made anew and stamped at the end, or left as it is if up to date."""

    def __init__(self, session, name, *definition):
        self.folder, self.started = FOLDER / name, time.time()
        self.digest = stamps.digest(repr((name, definition)))
        again = "--again" in session.posargs
        self.needed = again or not stamps.up_to_date(self.folder, self.digest)
        if not self.needed:
            session.log(f"{self.folder} is up to date")

    def __enter__(self):
        """Return the folder, empty."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return self.folder

    def __exit__(self, kind, *_):
        """Stamp it: what was interrupted has no stamp; what failed has one, and says at what."""
        if kind is None or (self.folder / "failed").exists():
            stamps.write(self.folder, self.digest, self.started)


def environment(session, folder, python):
    """Return the Python of the environment that the rows of a version share; make it if need be."""
    step(session, folder, "install", "tools/make-book-environment")
    if python == "3.6":
        return BOOK
    home = ENVIRONMENTS / python
    ready, made_from = home / "ready", stamps.digest(python)
    if not ready.exists() or ready.read_text() != made_from:
        # uv downloads a Python that is not here, if it can.
        found = find_python(python) or python
        step(session, folder, "install", UV, "venv", "--clear", "-p", found, home)
        lock = home / "requirements.lock"
        lock.write_text(without_mxnet(Path("requirements.lock").read_text("utf8")))
        # What builds d2l and this package is the lock's too, by hash.
        uv = (UV, "pip", "install", "--python", home, "--no-deps")
        built = ("--build-constraints", "requirements.lock")
        step(session, folder, "install", *uv, *built, "--require-hashes", "-r", lock)
        step(session, folder, "install", *uv, *built, "-e", ".")
        ready.write_text(made_from)
    return home / "bin/python"


def without_mxnet(lock):
    """Return a lock without MXNet, whose wheels are exchanged."""
    kept, keep = [], True
    for line in lock.splitlines(keepends=True):
        if line[0] not in " #\n":
            keep = not line.startswith("mxnet=")
        kept.append(line if keep else "")
    return "".join(kept)


def exchange(session, folder, python, wheel):
    """Return a Python with a wheel in front of an environment's packages."""
    for made in (WHEEL, LIBRARIES):
        shutil.rmtree(made, ignore_errors=True)
    step(
        session, folder, "mxnet", UV, "pip", "install", "--python", ENVIRONMENTS / "3.8",
        "--target", WHEEL, "--no-deps", wheel,
    )  # fmt: skip
    # The wheels of 2017 need a library that NumPy's wheel of that time has under another name.
    LIBRARIES.mkdir()
    for library in BOOK.parents[1].glob(
        "lib/python3.6/site-packages/numpy/.libs/libgfortran-*.so.3*"
    ):
        (LIBRARIES / "libgfortran.so.3").symlink_to(library)
    program = folder / "python"
    program.write_text(
        f"#!/bin/sh\nPYTHONPATH='{WHEEL}' LD_LIBRARY_PATH='{LIBRARIES}' exec '{python}' \"$@\"\n"
    )
    program.chmod(0o755)
    return program
