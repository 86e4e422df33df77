"""Folders of a matrix as its sessions leave them, made up."""

import json

SAME = {"same_data": True, "stream": 0.0, "ratio": 0.0, "params": 0.0, "agrees": True}
ALL_CELLS = {"cells": 7, "ran": 7}
STAMP = {"digest": "d", "date": "2026-11-25", "seconds": 90}


def add(path, name, **files):
    """Write what a row's session left: text is a log, anything else JSON; return path."""
    (path / name).mkdir()
    for file, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        suffix = "" if file == "failed" else ".log" if isinstance(content, str) else ".json"
        (path / name / f"{file}{suffix}").write_text(text)
    return path


def verified(*ids_that_fail):
    """Return what `verify --json` writes of three checks."""
    checks = [{"id": i, "holds": i not in ids_that_fail} for i in ("a.w", "a.b", "b.w")]
    return {"checks": checks}


def compared(first=12, second=0, equal=0.9968, largest=2.4e-7):
    """Return what compare_2017 writes."""
    run = {"of": 12, "ratio": 3.3e-5}
    normals = {"count": 10, "equal": equal, "largest": largest}
    return {
        "published": {"2017-11": {"agree": first, **run}, "2018-01": {"agree": second, **run}},
        "normals": normals,
        "with_system_logf": {**normals, "equal": 1.0, "largest": 0.0},
    }


def cells(text):
    """Return the rows of a Markdown table, as lists of cells."""
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines()]
