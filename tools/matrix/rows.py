"""The rows of the matrix: the MXNet wheels of PyPI for the CPU, and what runs on each."""

from __future__ import annotations

import re
from typing import NamedTuple

# What runs on a row: the package; the chapter's cells alone; or the chapter's version of 2017.
PACKAGE, CHAPTER, PROGRAM_2017 = "package", "chapter", "2017"

VERSIONS = {
    "mxnet": (
        "0.12.0 0.12.1 1.0.0 1.0.0.post4 1.1.0 1.2.0 1.2.1 1.3.1 1.4.1 1.5.0 1.5.1.post0 1.6.0 "
        "1.7.0.post2 1.8.0.post0 1.9.0 1.9.1 2.0.0a0 2.0.0b1"
    ),
    "mxnet-mkl": "0.12.1 1.0.0 1.1.0 1.2.1 1.3.1 1.4.1 1.5.1.post0 1.6.0",
    "mxnet-native": "1.7.0 1.8.0.post0",
}
NEWER_PYTHONS = ("3.9", "3.10", "3.11")


class Row(NamedTuple):
    """A wheel on a Python."""

    python: str
    project: str
    version: str

    @property
    def name(self) -> str:
        """The name of its folder, and of its nox session."""
        return f"{self.python}-{self.project}-{self.version}"

    @property
    def wheel(self) -> str:
        """What an installer is asked for."""
        return f"{self.project}=={self.version}"

    @property
    def kind(self) -> str:
        """What runs on it."""
        if _series(self.version) < (1, 1):
            return PROGRAM_2017
        return CHAPTER if _series(self.version) in ((1, 2), (2, 0)) else PACKAGE

    @property
    def books(self) -> bool:
        """Whether it is the wheel of the book's own environment."""
        return self.wheel == "mxnet==1.2.1"


def _series(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:2]))


def oldest_python(version: str) -> str:
    """Return the oldest of Python 3.6 and 3.8 that runs what a version's row is to run.

    The package needs 3.8, and so does MXNet 2.0 (contextvars); MXNet 1.2 does not import there.
    """
    return "3.6" if _series(version) < (1, 1) or _series(version) == (1, 2) else "3.8"


ROWS = [
    Row(oldest_python(version), project, version)
    for project, versions in VERSIONS.items()
    for version in versions.split()
]
ROWS += [Row(python, "mxnet", "1.9.1") for python in NEWER_PYTHONS]
