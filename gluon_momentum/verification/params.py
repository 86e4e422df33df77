"""The checks of September 2018: where the three experiments ended, jointly in w and b."""

from __future__ import annotations

from ..published import unseeded_run
from ..published.records import PrintedExperiment
from .check import Check
from .measured import Measured
from .spread import LEAST_P, RANK_REASON, params_p_value

_CAUSES = (
    "data or initial w that are not the published run's, or another update rule than the book's"
)


def checks() -> list[Check]:
    """Return one check per experiment."""
    run = unseeded_run("2018-09")
    return [
        _final_params(f"2018-09.mom-{experiment.call.mom:g}", experiment, str(run.source))
        for experiment in run.experiments
    ]


def _final_params(name: str, experiment: PrintedExperiment, source: str) -> Check:
    printed = [*experiment.w, experiment.b]

    def measure(measured: Measured) -> tuple[str, bool]:
        p = params_p_value([float(text) for text in printed], measured.spread(experiment.call.mom))
        return f"p = {p:.4f}", p >= LEAST_P

    return Check(
        f"{name}.params",
        " ".join(printed),
        f"the share of shuffles that end as far from the band's centre, p, at least {LEAST_P:.4f}",
        "w and b jointly, by Mahalanobis distance in the band's covariance; with mom 0.99 they are "
        f"heavy-tailed, so the distance is ranked, not compared with a distribution; {RANK_REASON}",
        source,
        _CAUSES,
        measure,
    )
