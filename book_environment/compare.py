"""The chapter's program as recorded in the book's own environment, and another run beside it.

usage: python -m book_environment.compare [--recording FILE] OUT

Writes to OUT, as JSON, how far `optimize` in this build is from the recording at the most; or how
far FILE is, which book_environment.record made.
"""

import argparse
import hashlib
import json
import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import gluon_momentum as gm
from gluon_momentum.files import write_json
from gluon_momentum.statistics.curves import SAME_STREAM, stream_differences

RECORDING = Path(__file__).with_name("recording.json")
# Of the final w and b of a run that converges, relative.
PARAMS = 1e-5


def recording(path=RECORDING) -> Any:
    """Return a recording, by default that of the book's environment."""
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
    """Return the largest difference of two lists of numbers, as a share of the recorded one."""
    found, recorded = values(found), values(recorded)
    return np.max(np.abs(found - recorded) / np.abs(recorded))


def difference(recorded, found):
    """Return the Difference of one experiment."""
    return Difference(
        recorded["losses"][-1] < 1e-3,
        stream_differences(values(found["losses"]), values(recorded["losses"])).max(),
        relative(found["losses"], recorded["losses"]),
        relative([*found["w"], found["b"]], [*recorded["w"], recorded["b"]]),
    )


def differences(recorded, found):
    """Return the Difference of each experiment of a seed.

    Raises:
        ValueError: the two are not of the same seed and calls.
    """
    what = [
        (run["seed"], [(e["call"], len(e["losses"])) for e in run["experiments"]])
        for run in (recorded, found)
    ]
    if what[0] != what[1]:
        raise ValueError(f"A run of {what[1]} cannot be compared with one of {what[0]}.")
    return [difference(*pair) for pair in zip(recorded["experiments"], found["experiments"])]


def same_data(recorded, found):
    """Return whether features and labels are the recorded ones to the last bit."""
    return all(recorded[name] == found[name] for name in ("features_sha256", "labels_sha256"))


def largest(recorded, found):
    """Return how far the runs of two recordings are apart at the most, and whether they agree.

    They agree if losses, and w and b, do: on arm64 the last bits of the data are others. A number
    that is not finite is None.
    """
    if len(recorded) != len(found):
        raise ValueError(f"There are {len(found)} runs to compare with {len(recorded)} recorded.")
    pairs = list(zip(recorded, found))
    apart = [one for pair in pairs for one in differences(*pair)]
    measured = {
        "stream": np.max([one.stream for one in apart]),
        "ratio": np.max([one.ratio for one in apart]),
        "params": np.max([one.params for one in apart if one.converges]),
    }
    agrees = measured["stream"] <= SAME_STREAM and measured["params"] <= PARAMS
    return {
        "same_data": all(same_data(*pair) for pair in pairs),
        **{name: float(n) if math.isfinite(n) else None for name, n in measured.items()},
        "agrees": bool(agrees),
    }


def main():
    """Compare, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--recording", metavar="FILE", type=Path)
    parser.add_argument("out", metavar="OUT", type=Path)
    options = parser.parse_args()
    runs = recording()["runs"]
    other = options.recording
    found = recording(other)["runs"] if other else [rerun(recorded) for recorded in runs]
    write_json(options.out, largest(runs, found))


if __name__ == "__main__":
    main()
