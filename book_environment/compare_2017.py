"""What program_2017 wrote on an old MXNet, beside what was printed then and `legacy_normal`.

usage: python -m book_environment.compare_2017 PROGRAM DRAWS OUT

PROGRAM and DRAWS are what book_environment.program_2017 wrote. Writes to OUT, as JSON, how many
of the printed values agree, for each of two published runs on Linux, by the rules of `verify`; how
far the nearest of them is; and how many of the drawn normals are those of `legacy_normal`, to the
bit, with its own logarithm and with this machine's logf.
"""

import argparse
import ctypes
import ctypes.util
import json
import re
from pathlib import Path
from unittest import mock

import numpy as np

import gluon_momentum.published
from gluon_momentum import streams
from gluon_momentum.checks.derived import LOSS, PARAM
from gluon_momentum.files import write_json

from .program_2017 import SEEDS, SHAPES

PUBLISHED = {
    "2017-11": "gluon_tutorials_zh_git-715de14.json",
    "2018-01": "gluon_tutorials-dac3460.json",
}


def printed(run):
    """Return what both programs of a published run printed, as text."""
    path = Path(gluon_momentum.published.__file__).with_name(PUBLISHED[run])
    return json.loads(path.read_text("utf8"))["printed"]


def agreement(found, texts):
    """Return how many printed values agree, of how many, and the largest difference of a loss."""
    holds, apart = [], []
    for program, text in texts.items():
        ours = found[program]
        for loss, value in zip(text["epoch_losses"], ours["epoch_losses"]):
            holds.append(LOSS.allows(loss, value))
            apart.append(abs(value / float(loss) - 1))
        for param, value in zip([*text["w"], text["b"]], [*ours["w"], ours["b"]]):
            holds.append(PARAM.allows(param, value))
    return {"agree": sum(holds), "of": len(holds), "ratio": max(apart)}


def system_logf(r):
    """Return the logarithm as this machine's C library has it."""
    logf = ctypes.CDLL(ctypes.util.find_library("m")).logf
    logf.argtypes, logf.restype = [ctypes.c_float], ctypes.c_float
    return np.array([logf(value) for value in r.ravel()], np.float32).reshape(r.shape)


def normals(draws):
    """Return how many numbers were drawn, the share that is ours to the bit, and the difference."""
    count, equal, largest = 0, 0, 0.0
    for seed in SEEDS:
        for call, ours in enumerate(streams.legacy_normal(seed, SHAPES, "libstdc++")):
            theirs = draws[f"{seed}_{call}"]
            count += ours.size
            equal += int((ours.view(np.uint32) == theirs.view(np.uint32)).sum())
            apart = np.abs(ours.astype(np.float64) - theirs)
            largest = max(largest, float(apart.max()))
    return {"count": count, "equal": equal / count, "largest": largest}


def compared(found, draws):
    """Return all that there is to say of an MXNet's program and draws."""
    with mock.patch.object(streams, "_logf", system_logf):
        with_system_logf = normals(draws)
    return {
        "published": {run: agreement(found, printed(run)) for run in PUBLISHED},
        "normals": normals(draws),
        "with_system_logf": with_system_logf,
    }


def main():
    """Compare, and write what was found."""
    usage = re.search(r"usage: (.*)", __doc__)[1]
    parser = argparse.ArgumentParser(usage=usage)
    for name in ("program", "draws", "out"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    found = json.loads(options.program.read_text("utf8"))
    with np.load(options.draws) as draws:
        write_json(options.out, compared(found, draws))


if __name__ == "__main__":
    main()
