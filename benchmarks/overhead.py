"""What the package costs on top of the book's code: in a loop, and in a whole process.

Each pair is measured back to back in this one run; the ratio printed is the median over pairs.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import gluon_momentum as gm
from book_environment.record import Chapter  # the book's code, from notebook 01

ROOT = Path(__file__).parents[1]

BARE = """
from book_environment.record import Chapter
chapter = Chapter("d2l")
chapter.define(seed=0)
for source in chapter.calls:
    chapter.call(source)
"""


def seconds(call):
    """Return how long call() takes; every loop here ends in asnumpy, so MXNet has finished."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def compare(name, ours, theirs, pairs):
    """Measure ours and theirs in alternation and print the median ratio of a pair."""
    measured = []
    for i in range(pairs):
        order = (ours, theirs) if i % 2 else (theirs, ours)  # neither is always the warmer
        times = {call: seconds(call) for call in order}
        measured.append((times[ours], times[theirs]))
    ratio = statistics.median(a / b for a, b in measured)
    a, b = (statistics.median(column) for column in zip(*measured))
    print(f"{name}: {a:.3f} s and {b:.3f} s, ratio {ratio:.3f} (median of {pairs} pairs)")


def main():
    """Print the two ratios that README.md states."""
    call = {"batch_size": 10, "lr": 0.2, "mom": 0.9, "num_epochs": 3, "log_interval": 10}
    book = Chapter("d2l")
    book.define(seed=0)
    gm.seed(0)
    data = gm.generate_data()
    gm.optimize(*data, **call)
    compare(
        "optimize compared with the book's loop",
        lambda: gm.optimize(*data, **call),
        lambda: book.call(f"optimize(**{call})"),
        pairs=9,
    )
    with tempfile.TemporaryDirectory() as out:
        ours = [sys.executable, "-m", "gluon_momentum", "reproduce", "--out", out]
        theirs = [sys.executable, "-c", BARE]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        compare(
            "reproduce compared with a bare script",
            lambda: subprocess.run(ours, check=True, capture_output=True),
            lambda: subprocess.run(theirs, check=True, env=env),
            pairs=5,
        )


if __name__ == "__main__":
    main()
