"""How far cells get, and on what they stop."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from book_environment import cells


def test_cells_share_their_names_and_all_run():
    assert cells.run(["x = 1", "y = x + 1\nassert y == 2"]) == {"cells": 2, "ran": 2}


def test_the_first_that_fails_is_told_with_the_chapters_own_line():
    program = ["import json", "def f(x):\n    y = 1\n    return json.loads(x)", "\nf('')\n", "1"]
    found = cells.run(program)
    assert found == {
        "cells": 4,
        "ran": 2,
        "error": "JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        "cell": "f('')",
        "line": "return json.loads(x)",
    }


@pytest.mark.parametrize(
    ("cell", "error", "line"),
    [
        (
            "raise ValueError('one\\n  stack')",
            "ValueError: one",
            "raise ValueError('one\\n  stack')",
        ),
        ("raise ValueError", "ValueError:", "raise ValueError"),
    ],
)
def test_an_error_is_one_short_line(cell, error, line):
    found = cells.run([cell])
    assert (found["error"].strip(), found["line"]) == (error, line)


def test_a_cell_that_does_not_parse():
    found = cells.run(["x = 1\ny = = 2"])
    assert found["ran"] == 0
    assert found["line"] == "y = = 2"
    assert found["error"].startswith("SyntaxError: ")


@pytest.mark.slow
def test_the_chapters_cells_run_here(tmp_path):
    path, root = tmp_path / "cells.json", Path(__file__).parents[1]
    command = [sys.executable, "-W", "ignore", "-m", "book_environment.cells", path]
    subprocess.run(command, cwd=root, check=True)
    assert json.loads(path.read_text()) == {"cells": 7, "ran": 7}
