"""What the page computes with: data, first weights, the editions' programs, what was published."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import numpy as np

from ..chapter.experiments import CALL, DATA
from ..editions import CHAPTER, EDITIONS, Edition, Program
from ..editions.airfoil import at_hand, load
from ..environment import __version__
from ..published import Result, executions
from ..streams import BOOK_SEED, first_weights, mxnet_normal

PUBLISHED, EXAMPLE = "2018-08", "2018-09"
SEEDS = 100


def page_data(path: Path | None = None) -> dict[str, Any]:
    """Return the data of the page, for JSON, given a copy of the airfoil data.

    Its names are

    * features (two numbers an example, one example after the other) and labels, of seed 0;
    * starts: the first weights that each seed from 0 to 99 draws;
    * experiments: the book's calls in its order, each with the weights it started from, and the
      w, b and loss curve that were published of it;
    * example: a call of which others published what it printed;
    * truth: w and b that the labels were made with;
    * lambda_max: the largest eigenvalue of the mean loss's Hessian, the bias included;
    * editions: their programs and settings;
    * measured: the airfoil data, features and labels likewise but as float32 numbers in base64,
      or null where they are not here;
    * versions: of this package.

    Raises:
        ValueError: the file with the airfoil data is another one.
        OSError: it cannot be read.
    """
    from ..sweeps.regression import regress

    [published] = (one for one in executions() if one.group == PUBLISHED)
    of_readers = next(one for one in executions() if one.group == EXAMPLE)
    [example] = (each for each in of_readers.results if each.settings == CALL)
    features, labels = CHAPTER.load(None)
    experiments = [
        {
            **_printed(result),
            "start": _numbers(CHAPTER.case(result.program, result.settings, place).start[:-1]),
            "curve": result.curve.T.tolist(),
        }
        for place, result in enumerate(published.results)
    ]
    found = at_hand(path)
    regression = regress(features.astype(np.float64), labels.astype(np.float64))
    return {
        "features": _numbers(features),
        "labels": _numbers(labels),
        "starts": [_numbers(weights) for weights in first_weights(range(SEEDS), DATA.num_inputs)],
        "experiments": experiments,
        "example": _printed(example),
        "truth": {"w": DATA.true_w, "b": DATA.true_b},
        "lambda_max": regression.largest_curvature,
        "editions": {name: _edition(one) for name, one in EDITIONS.items()},
        "measured": None if found is None else _measured(found),
        "versions": {"package": __version__},
    }


def _printed(result: Result) -> dict[str, Any]:
    return {"call": result.settings._asdict(), "w": result.params[:-1], "b": result.params[-1]}


def _edition(edition: Edition) -> dict[str, Any]:
    """Return what the page needs of an edition, by the names of its fields."""
    cases = list(edition.cases())
    weights = [(edition.shape[1], 1)] * (1 + max(case.place for case in cases))
    drawn = mxnet_normal(BOOK_SEED, [*edition.drawn, *weights])[len(edition.drawn) :]
    fields = edition._asdict()
    return {
        **{name: fields[name] for name in ("about", "shape", "decay", "interval", "prints")},
        **edition.records._asdict(),
        "truth": edition.truth and edition.truth._asdict(),
        "programs": [_program(program) for program in edition.programs],
        # A call with its place, which says how many have drawn their first weights before it.
        "calls": [
            {"program": case.program.name, "place": case.place, **case.settings._asdict()}
            for case in cases
        ],
        "normals": [_numbers(each) for each in drawn],
    }


def _program(program: Program) -> dict[str, Any]:
    fields = program._asdict()
    return {name: fields[name] for name in fields if name not in ("signatures", "train")}


def _measured(path: Path) -> dict[str, str]:
    return {
        name: b64encode(array.astype("<f4").tobytes()).decode()
        for name, array in zip(("features", "labels"), load(path))
    }


def _numbers(array: Any) -> list[float]:
    """Return float32 numbers as the shortest decimals that a Float32Array reads back the same."""
    return [float(str(number)) for number in np.asarray(array, np.float32).ravel()]
