"""How far the chapter's cells get on an MXNet, and on what they stop.

usage: PYTHON -m book_environment.cells OUT

Runs the code cells of notebooks/01_momentum.ipynb that are the chapter's, in order, up to the first
that fails, and writes to OUT, as JSON, how many there are, how many run, and of the one that
fails its first line, the line of the chapter that raises, and the error.
"""

import argparse
import json
import os
import random
import re
import traceback

from book_environment.record import Chapter, helper


def failing_line(error, source, name):
    """Return the innermost line of the chapter's code in a traceback.

    Args:
        error: what was raised.
        source: for each file name of compiled code, its text.
        name: the file name of the cell that ran.
    """
    if isinstance(error, SyntaxError) and error.filename == name:
        return (error.text or "").strip()
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in source]
    return source[frames[-1].filename].splitlines()[frames[-1].lineno - 1].strip()


def run(cells):
    """Run cells in one namespace up to the first that fails, and return what there is to say."""
    names, source = {}, {}
    found = {"cells": len(cells), "ran": 0}
    for number, cell in enumerate(cells, 1):
        name = f"<cell {number}>"
        source[name] = cell
        try:
            exec(compile(cell, name, "exec"), names)
        except Exception as error:
            # In one short line: MXNet's errors bring a C++ stack with them.
            first = (str(error).strip().splitlines() or [""])[0]
            found["error"] = re.sub(r"\s+", " ", f"{type(error).__name__}: {first}")
            found["cell"] = cell.strip().splitlines()[0]
            found["line"] = failing_line(error, source, name)
            break
        found["ran"] = number
    return found


def main():
    """Run the cells, seeded, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", metavar="OUT")
    out = parser.parse_args().out
    os.environ["MPLBACKEND"] = "agg"  # d2l and gluonbook import pyplot
    chapter = Chapter(helper())
    random.seed(0)
    # The magic is Jupyter's.
    cells = [cell.replace("%matplotlib inline", "") for cell in chapter.cells]
    with open(out, "w", encoding="utf8") as file:
        json.dump(run(cells), file, indent=1)


if __name__ == "__main__":
    main()
