"""The checks of August 2018: a known start, and curves that the mini-batches scatter."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from ..published import unseeded_run
from ..published.records import PrintedExperiment
from .check import FAMILY, UNIFORM, Check, Seen
from .measured import Measured
from .printed import Margin, digits_check, half_unit
from .programs import BOOK_SEED
from .same_stream import stream_check
from .spread import curve_share

Array = NDArray[np.float64]

START = Margin(
    "the curve was read from an SVG path, which carries about 7 significant digits; half a unit of "
    "the seventh in 16.3 is 3e-7 of it",
    rtol=3e-7,
)
END = Margin("all orders of the mini-batches end at the same two decimals")

_SHARED_START = "another random stream than that of mx.random.seed(0), or another scale of w"
_ORDINARY = (
    "data or initial w that are not the published run's, or another update rule than the book's"
)


def checks() -> list[Check]:
    """Return the checks of August 2018, experiment by experiment."""
    august = unseeded_run("2018-08")
    found = []
    for experiment in august.experiments:
        mom, source = experiment.call.mom, str(august.source)
        name = f"2018-08.mom-{mom:g}"
        found.append(_initial_loss(name, mom, experiment.curve, source))
        found.append(_same_stream(name, mom, source))
        if mom < 0.99:
            found += _final_digits(name, experiment, source)
        found.append(_curve(name, mom, experiment.curve, source))
        found.append(_end(name, experiment, experiment.curve, source))
    return found


def _initial_loss(name: str, mom: float, curve: Array, source: str) -> Check:
    return digits_check(
        f"{name}.initial-loss",
        str(curve[0, 1]),
        START,
        source,
        f"{_SHARED_START}, or of the noise",
        lambda measured: float(measured.runs[mom].losses[0]),
    )


def _same_stream(name: str, mom: float, source: str) -> Check:
    return stream_check(
        f"{name}.same-stream",
        "the band to optimize",
        "optimize",
        source,
        "an update rule, decay or order of the mini-batches in optimize that is not the book's",
        lambda measured: (measured.runs[mom].losses, measured.spread(mom).losses[BOOK_SEED]),
    )


def _final_digits(name: str, experiment: PrintedExperiment, source: str) -> list[Check]:
    mom = experiment.call.mom

    def weight(j: int) -> Check:
        return digits_check(
            f"{name}.w.{j}",
            experiment.w[j],
            END,
            source,
            _ORDINARY,
            lambda measured: float(measured.runs[mom].w[j].asscalar()),
        )

    bias = digits_check(
        f"{name}.b",
        experiment.b,
        END,
        source,
        _ORDINARY,
        lambda measured: float(measured.runs[mom].b.asscalar()),
    )
    return [*[weight(j) for j in range(len(experiment.w))], bias]


def _curve(name: str, mom: float, curve: Array, source: str) -> Check:
    # The start is the same for every shuffle; the path names its last point twice.
    vertices = np.unique(curve[1:], axis=0)

    def measure(measured: Measured) -> Seen:
        share = curve_share(vertices, measured.spread(mom))
        return Seen(f"{share.outside:.1%} outside the band, p = {share.p:.4f}", p=share.p)

    return Check(
        f"{name}.curve",
        f"{len(vertices)} vertices",
        f"the share of shuffles with as much outside the central 99 %, p, {FAMILY}",
        "neighbouring vertices move together, so the share outside is compared with that of every "
        f"shuffle at the same epochs; {UNIFORM}",
        source,
        _ORDINARY,
        measure,
        ranked=True,
    )


def _end(name: str, experiment: PrintedExperiment, curve: Array, source: str) -> Check:
    printed = [*experiment.w, experiment.b]
    params = np.array(printed, dtype=np.float64)
    halves = np.array([half_unit(text) for text in printed])
    corners = params + halves * list(product((-1, 1), repeat=len(printed)))

    def measure(measured: Measured) -> Seen:
        start = measured.start
        design = np.column_stack([start.features, np.ones(len(start.labels))])

        def loss(at: Array) -> float:
            return float(((design @ at - start.labels) ** 2).mean() / 2)

        centre, highest = loss(params), max(loss(corner) for corner in corners)
        least = loss(np.linalg.lstsq(design, start.labels, rcond=None)[0])
        lowest = max(2 * centre - highest, least)
        text = f"{centre:.5g} ({lowest:.5g} to {highest:.5g})"
        return Seen(text, bool(lowest <= curve[-1, 1] <= highest))

    return Check(
        f"{name}.end",
        str(curve[-1, 1]),
        "among the losses that parameters printed so can have",
        "the loss is convex: within half a printed unit in each parameter it departs from the "
        "middle by at most what it does at a corner, and is never below the least on these data",
        source,
        "data that are not the published run's",
        measure,
    )
