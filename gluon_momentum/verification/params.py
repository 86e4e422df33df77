"""The checks of the unseeded runs of which w and b were printed: April and September 2018.

Both published them twice, by the program from scratch and by Gluon's; from one start, and with the
same update rule, the two are two shuffles of one experiment.
"""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np
from numpy.typing import NDArray

from ..published import unseeded_run
from ..published.records import PrintedExperiment
from .check import FAMILY, UNIFORM, Check, Seen
from .measured import Measured
from .programs import BOOK_SEED
from .same_stream import stream_check
from .samples import two_sample_p
from .strangeness import rank

RUNS = ("2018-04", "2018-04-gluon", "2018-09", "2018-09-gluon")
_CAUSES = (
    "data or initial w that are not the published run's, or another update rule than the book's"
)


def checks() -> list[Check]:
    """Return a check for each experiment of each run, and for the two programs of a month."""
    found = []
    for run in RUNS:
        experiments = unseeded_run(run).experiments
        found += [_final_params(run, experiment) for experiment in experiments]
        if run == "2018-09-gluon":
            found += [_same_stream(run, experiment) for experiment in experiments]
        if run.endswith("-gluon"):
            scratch = unseeded_run(run[: -len("-gluon")]).experiments
            found += [_together(run, pair) for pair in zip(scratch, experiments)]
    return found


def _printed(experiment: PrintedExperiment) -> list[str]:
    return [*experiment.w, experiment.b]


def _final_params(run: str, experiment: PrintedExperiment) -> Check:
    def measure(measured: Measured) -> Seen:
        params = measured.spread(experiment.call.mom, run).params
        found = rank(_printed(experiment), params)
        return Seen(f"{found.as_strange} of {len(params)} shuffles, p = {found.p:.4f}", p=found.p)

    return Check(
        f"{run}.mom-{experiment.call.mom:g}.params",
        " ".join(_printed(experiment)),
        f"the share of shuffles that end as far from the middle, p, {FAMILY}",
        "w and b jointly, by Mahalanobis distance in the covariance of the shuffles; with mom 0.99 "
        "they are heavy-tailed, so the distance is ranked, not compared with a distribution; "
        f"{UNIFORM}",
        str(unseeded_run(run).source),
        _CAUSES,
        measure,
        ranked=True,
    )


def _same_stream(run: str, experiment: PrintedExperiment) -> Check:
    mom = experiment.call.mom

    def losses(measured: Measured) -> tuple[NDArray[Any], NDArray[Any]]:
        at_ends = measured.gluon_runs[mom].epoch_losses
        swept = measured.spread(mom, run).losses[BOOK_SEED]
        steps = (len(swept) - 1) // len(at_ends)
        program = swept.copy()
        program[steps::steps] = at_ends  # it prints one loss an epoch
        return program, swept

    return stream_check(
        f"{run}.mom-{mom:g}.same-stream",
        "the shuffles to gluon.Trainer",
        "gluon.Trainer",
        str(unseeded_run(run).source),
        "an update rule or a decay in this MXNet's gluon.Trainer that is not the book's",
        losses,
    )


def _together(run: str, pair: Sequence[PrintedExperiment]) -> Check:
    texts, mom = [_printed(experiment) for experiment in pair], pair[0].call.mom

    def measure(measured: Measured) -> Seen:
        p = two_sample_p(np.array(texts, np.float64), measured.spread(mom, run).params)
        return Seen(f"p = {p:.4f}", p=p)

    return Check(
        f"{run}.mom-{mom:g}.together",
        f"w and b of {run[: -len('-gluon')]} and {run}",
        "the share of choices of two shuffles that lie as far from all others, by energy distance, "
        f"p, {FAMILY}",
        f"both programs, from scratch and Gluon's, start alike; {UNIFORM}",
        str(unseeded_run(run).source),
        _CAUSES,
        measure,
        ranked=True,
    )
