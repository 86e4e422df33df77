"""What the page computes with: the book's data and first weights, and what was published."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..chapter.experiments import DATA
from ..editions import CHAPTER
from ..environment import __version__
from ..published import executions
from ..streams import first_weights

PUBLISHED = "2018-08"
SEEDS = 100


def page_data() -> dict[str, Any]:
    """Return the data of the page, for JSON.

    Its names are

    * features (two numbers an example, one example after the other) and labels, of seed 0;
    * starts: the first weights that each seed from 0 to 99 draws;
    * experiments: the book's calls in its order, each with the weights it started from, and the
      w, b and loss curve that were published of it;
    * truth: w and b that the labels were made with;
    * lambda_max: the largest eigenvalue of the mean loss's Hessian, the bias included;
    * versions: of this package.
    """
    from ..sweeps.regression import regress

    [published] = (one for one in executions() if one.group == PUBLISHED)
    features, labels = CHAPTER.load(None)
    experiments = [
        {
            "call": result.settings._asdict(),
            "start": _numbers(CHAPTER.case(result.program, result.settings, place).start[:-1]),
            "w": result.params[:-1],
            "b": result.params[-1],
            "curve": result.curve.T.tolist(),
        }
        for place, result in enumerate(published.results)
    ]
    regression = regress(features.astype(np.float64), labels.astype(np.float64))
    return {
        "features": _numbers(features),
        "labels": _numbers(labels),
        "starts": [_numbers(weights) for weights in first_weights(range(SEEDS), DATA.num_inputs)],
        "experiments": experiments,
        "truth": {"w": DATA.true_w, "b": DATA.true_b},
        "lambda_max": regression.largest_curvature,
        "versions": {"package": __version__},
    }


def _numbers(array: Any) -> list[float]:
    """Return float32 numbers as the shortest decimals that a Float32Array reads back the same."""
    return [float(str(number)) for number in np.asarray(array, np.float32).ravel()]
