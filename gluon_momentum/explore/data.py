"""What the page computes with: the book's data and first weights, and what was published."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..environment import __version__, import_mxnet
from ..experiments import DATA
from ..published import unseeded_run

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
    * versions: of this package and of MXNet.
    """
    from ..data import init_params
    from ..sweeps.regression import regress
    from ..verification.programs import book_start

    mx = import_mxnet()
    published = unseeded_run(PUBLISHED)
    book = book_start(each.call.mom for each in published.experiments)
    regression = regress(book.features.astype(np.float64), book.labels.astype(np.float64))
    experiments = [
        {
            "call": each.call._asdict(),
            "start": _numbers(book.initial[each.call.mom][0]),
            "w": each.w,
            "b": each.b,
            "curve": each.curve.T.tolist(),
        }
        for each in published.experiments
    ]
    starts = []
    for seed in range(SEEDS):
        mx.random.seed(seed)
        [w, _], _ = init_params(DATA["num_inputs"])
        starts.append(_numbers(w.asnumpy()))
    return {
        "features": _numbers(book.features),
        "labels": _numbers(book.labels),
        "starts": starts,
        "experiments": experiments,
        "truth": {"w": DATA["true_w"], "b": DATA["true_b"]},
        "lambda_max": regression.largest_curvature,
        "versions": {"package": __version__, "mxnet": mx.__version__},
    }


def _numbers(array: Any) -> list[float]:
    """Return float32 numbers as the shortest decimals that a Float32Array reads back the same."""
    return [float(str(number)) for number in np.asarray(array, np.float32).ravel()]
