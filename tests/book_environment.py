"""The chapter's program as recorded in the book's own environment, and another run beside it.

usage: python tests/book_environment.py FILE [RECORDING]

Writes to FILE, as JSON, how far `optimize` in this build is from the recording at the most; or
another recording, made by data/record_book_environment.py.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import reference

import gluon_momentum as gm
from gluon_momentum.results import write_json

RECORDING = Path(__file__).parent / "data/book_environment.json"
# Of the final w and b of a run that converges, relative.
PARAMS = 1e-5


def recording(path=RECORDING) -> Any:
    return json.loads(Path(path).read_text("utf8"))


def rerun(recorded):
    """Run what was recorded of a seed with the package: the data, then the calls in order."""
    gm.seed(recorded["seed"])
    data = gm.generate_data()
    digests = [hashlib.sha256(array.asnumpy().tobytes()).hexdigest() for array in data]
    found = {**recorded, "features_sha256": digests[0], "labels_sha256": digests[1]}
    found["experiments"] = []
    for experiment in recorded["experiments"]:
        run = gm.optimize(*data, **experiment["call"])
        w, b = run.w.asnumpy().ravel(), run.b.asscalar()
        found["experiments"].append({**experiment, "w": w, "b": b, "losses": run.losses})
    return found


class Difference(NamedTuple):
    """How far a run of an experiment is from the recorded one at the most.

    Attributes:
        converges: whether the recorded run does.
        stream: of a loss, in the measure of the same stream.
        ratio: of a loss, relative.
        params: of w and b, relative.
    """

    converges: bool
    stream: float
    ratio: float
    params: float


def values(numbers):
    """Return float32 numbers as they were: a recording has no more digits than tell them apart."""
    return np.array(numbers, np.float32).astype(np.float64)


def relative(found, recorded):
    found, recorded = values(found), values(recorded)
    return np.max(np.abs(found - recorded) / np.abs(recorded))


def difference(recorded, found):
    """Return the Difference of one experiment."""
    return Difference(
        recorded["losses"][-1] < 1e-3,
        reference.stream_difference(values(found["losses"]), values(recorded["losses"])),
        relative(found["losses"], recorded["losses"]),
        relative([*found["w"], found["b"]], [*recorded["w"], recorded["b"]]),
    )


def differences(recorded, found):
    """Return the Difference of each experiment of a seed."""
    return [difference(*pair) for pair in zip(recorded["experiments"], found["experiments"])]


def same_data(recorded, found):
    return all(recorded[name] == found[name] for name in ("features_sha256", "labels_sha256"))


def largest(runs):
    """Return how far pairs of a recorded seed and another run of it are apart at the most."""
    apart = [one for pair in runs for one in differences(*pair)]
    found = {
        "same_data": all(same_data(*pair) for pair in runs),
        "stream": max(one.stream for one in apart),
        "ratio": max(one.ratio for one in apart),
        "params": max(one.params for one in apart if one.converges),
    }
    agrees = found["same_data"] and found["stream"] <= reference.SAME_STREAM
    return {**found, "agrees": bool(agrees and found["params"] <= PARAMS)}


def main():
    path, *other = sys.argv[1:]
    runs = recording()["runs"]
    others = recording(*other)["runs"] if other else map(rerun, runs)
    write_json(Path(path), largest(list(zip(runs, others))))


if __name__ == "__main__":
    main()
