"""The chapter's training loop in several environments and libraries, one run beside the other.

usage: python -m benchmarks.loop [--json FILE] SIDE=PYTHON SIDE=PYTHON ...

A SIDE is what its PYTHON runs: `chapter`, the cells of notebook 01, on that Python's MXNet;
`package`, `optimize`; `torch` or `numpy`, the same loop on the same numbers in that library.

Every side runs in processes of its own, in turn with the others; a ratio is the median of the
turns' ratios to the first side. All must give the same losses, to the rounding of float32.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
from pathlib import Path

import numpy as np

import gluon_momentum as gm
from gluon_momentum.files import write_json

ROOT = Path(__file__).resolve().parents[1]
TURNS = 5


def run(side, data, *calls):
    """Return what loop_sides prints for a SIDE=PYTHON."""
    name, _, python = side.partition("=")
    command = [python, "-m", "benchmarks.loop_sides", name, data, *calls]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, encoding="utf8")
    except OSError as error:
        raise SystemExit(f"{side} cannot run: {error.strerror}.") from None
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"{side} failed:\n{error.stderr}") from None
    return json.loads(done.stdout.splitlines()[-1])


def compare(sides):
    """Return each side's name, median time, and median ratio to the first."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data.npz")
        gm.seed(0)
        X, y = gm.generate_data()
        [w, _], _ = gm.init_params(num_inputs=2)
        np.savez(data, X=X.asnumpy(), y=y.asnumpy(), w=w.asnumpy())
        # What a run calls does not change from turn to turn.
        measured = [[run(side, data, "calls") for side in sides]]
        measured += [[run(side, data) for side in sides] for _ in range(TURNS - 1)]
    first = measured[0][0]
    for found in measured[0][1:]:
        # float32's 6e-8, as the slope of a loss near its minimum and 300 steps magnify it.
        if not np.allclose(found["losses"], first["losses"], rtol=1e-3, atol=0):
            raise SystemExit(f"{found['name']} gives other losses than {first['name']}.")
    return [
        {
            "name": column[0]["name"],
            "seconds": statistics.median(found["seconds"] for found in column),
            "ratio": statistics.median(
                found["seconds"] / turn[0]["seconds"] for found, turn in zip(column, measured)
            ),
            "calls": column[0].get("calls"),
        }
        for column in zip(*measured)
    ]


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n")[2][len("usage: ") :])
    parser.add_argument("--json", metavar="FILE", type=Path)
    parser.add_argument("sides", metavar="SIDE=PYTHON", nargs="+")
    options = parser.parse_args()
    compared = compare(options.sides)
    for side in compared:
        print(f"{side['name']}: {side['seconds']:.3f} s, {side['ratio']:.2f} times the first")
        if side["calls"]:
            print("  {:,} operators; {:,} assignments x[:] = y of {:.0f} us".format(*side["calls"]))
    if options.json:
        write_json(options.json, compared)


if __name__ == "__main__":
    main()
