"""What a row's folder says of it, a cell of the tables each."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

# What failed, by the name of the step's log.
STEPS = {
    "install": "the locked packages do not install",
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
LONGEST = 160


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


def ran(folder: Path) -> str:
    """Return how many of the chapter's cells run, and on what they stop."""
    cells = read(folder / "cells.json")
    if cells is None:
        return ""
    if cells["ran"] == cells["cells"]:
        return f"all {cells['cells']} cells of the chapter run"
    return (
        f"{cells['ran']} of the chapter's {cells['cells']} cells run; the next stops at "
        f"`{cells['line']}`: {shortened(cells['error'])}"
    )


def apart(path: Path) -> str:
    """Return the largest relative difference of a loss, and what else is to be said of it."""
    found = read(path)
    if found is None:
        return ""
    if found["ratio"] is None:
        return "a loss is not finite"
    said = power(found["ratio"]) if found["ratio"] else "0"
    said += "" if found["agrees"] else ", more than rounding"
    return said + ("" if found["same_data"] else "; other bits in the data")


def power(number: float) -> str:
    """Return a number with two digits, such as 1.6e-4."""
    return f"{number:.1e}".replace("e-0", "e-").replace("e+0", "e")


def ratio(folder: Path) -> str:
    """Return the time of the last side in terms of the first's."""
    sides = read(folder / "loop.json")
    return f"{sides[-1]['ratio']:.2f}" if sides else ""


def printed(folder: Path, run: str) -> str:
    """Return how many values that a run printed are those of the program of 2017 here."""
    found = read(folder / "compare.json")
    if found is None:
        return ""
    published = found["published"][run]
    agree = f"{published['agree']} of {published['of']}"
    # Of a run from another stream the losses are others, and their difference says nothing.
    return f"{agree}, a loss within {power(published['ratio'])}" if published["agree"] else agree


def normals(folder: Path, which: str = "normals") -> str:
    """Return which share of legacy_normal's numbers are this MXNet's to the bit."""
    found = read(folder / "compare.json")
    if found is None:
        return ""
    share, largest = found[which]["equal"], found[which]["largest"]
    if largest > 1:
        return "another stream"
    return f"{100 * share:.2f} %" + (f", others within {power(largest)}" if largest else "")


def shortened(text: str) -> str:
    """Return a line of output without the folders in it, and not too long for a table."""
    text = re.sub(r"(?:/[^\s/:'\"]+)+/", "", text)
    return text if len(text) <= LONGEST else text[: LONGEST - 3].rstrip() + "..."


def last_words(folder: Path, step: str) -> str:
    """Return what failed with a step, and the last line that it printed."""
    lines = (folder / f"{step}.log").read_text("utf8").split("\n")
    last = next(filter(None, map(str.strip, reversed(lines))), "no word")
    return f"{STEPS[step]}: {shortened(last)}"


def failure(folder: Path) -> str:
    """Return which step failed and the last line that it printed, or nothing."""
    failed = folder / "failed"
    if not folder.exists():
        return "not tried"
    return last_words(folder, failed.read_text("utf8")) if failed.exists() else ""
