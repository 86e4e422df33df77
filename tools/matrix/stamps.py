"""Which findings are up to date: those that were made whole, from what the repository now has."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# All that can change what a row finds; not how the pages tell of it.
INPUTS = (
    "noxfile.py",
    "setup.cfg",
    "requirements.lock",
    "tools/make-book-environment",
    "tools/find-python",
    "tools/matrix/environments.py",
    "tools/matrix/rows.py",
    "benchmarks/loop.py",
    "benchmarks/loop_sides.py",
    "book_environment",
    "gluon_momentum",
    "notebooks/01_momentum.ipynb",
)
SUFFIXES = {"", ".cfg", ".html", ".ipynb", ".json", ".lock", ".py"}
STAMP = "stamp.json"


def digest(definition: str, root: Path = ROOT) -> str:
    """Return the hash of a row's definition and of all that its findings depend on."""
    hashed = hashlib.sha256(definition.encode())
    for name in INPUTS:
        path = root / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and file.suffix in SUFFIXES:
                hashed.update(f"\n{file.relative_to(root)}\n".encode())
                hashed.update(file.read_bytes())
    return hashed.hexdigest()


def read(folder: Path) -> dict[str, Any]:
    """Return the stamp of a folder: its digest, when it was made, and in how many seconds."""
    path = folder / STAMP
    return json.loads(path.read_text("utf8")) if path.exists() else {}


def up_to_date(folder: Path, now: str) -> bool:
    """Return whether a folder was made whole with this digest, and nothing in it had failed."""
    return read(folder).get("digest") == now and not (folder / "failed").exists()


def write(folder: Path, made_from: str, started: float) -> None:
    """Stamp a folder whose row has ended, well or not."""
    now = time.time()
    stamp = {"digest": made_from, "date": time.strftime("%Y-%m-%d"), "seconds": now - started}
    (folder / STAMP).write_text(json.dumps(stamp), "utf8")
