"""What a reproduction consists of: the chapter's figures, and the numbers of metrics.json."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Mapping

import numpy as np

from .plots.figure import Figure

if TYPE_CHECKING:
    from .experiments import Experiment
    from .training import Run


def chapter_figures(runs: Mapping[float, Run]) -> dict[str, Figure]:
    """Return every figure of the chapter by name.

    The three loss curves on shared axes, each as the book draws it, and figures 7.2 and 7.3 at a
    rate small enough for gradient descent to converge, and large enough for it to zigzag.
    """
    from .descent import gd_trace, momentum_trace
    from .plots import chapter as plots

    named = ", ".join(f"{mom:g}" for mom in runs)
    figures = {
        "losses": Figure(
            partial(plots.loss_curves, runs=runs),
            f"The loss over the epochs, for momentum {named}.",
            "; ".join(f"momentum {mom:g}: {_course(run)}" for mom, run in runs.items()),
            size=(5.5, 3.2),
        )
    }
    for mom, run in runs.items():
        figures[f"loss_mom_{mom}"] = Figure(
            partial(plots.loss_curve, run=run),
            f"Momentum {mom:g}, as the book draws it.",
            f"loss curve for momentum {mom:g}: {_course(run)}",
        )
    figures["figure_7_2"] = Figure(
        partial(plots.trace, trace=gd_trace(lr=0.45)),
        "Figure 7.2: gradient descent, learning rate 0.45, 20 iterations.",
        "contours of a narrow valley; the iterates zigzag across it and creep along it",
    )
    figures["figure_7_3"] = Figure(
        partial(plots.trace, trace=momentum_trace(lr=0.45, mom=0.5)),
        "Figure 7.3: momentum 0.5, the same learning rate, start and iterations.",
        "the same valley; the iterates move faster along it, cross it less, and reach the bottom",
    )
    return figures


def _course(run: Run) -> str:
    """Return where a loss curve goes, in words, for those who cannot see it."""
    return f"from {run.losses[0]:.3g} to {run.losses[-1]:.3g}, {run.losses.min():.3g} at the least"


def json_numbers(values: Any) -> Any:
    """Return an array's numbers as nested lists for JSON, null where one is not finite."""
    array = np.asarray(values, dtype=np.float64).astype(object)
    array[~np.isfinite(array.astype(np.float64))] = None
    return array.tolist()


def run_record(call: Mapping[str, Any], run: Run) -> dict[str, Any]:
    """Return a run for metrics.json: its call, parameters and losses, and whether it diverged."""
    return {
        "call": dict(call),
        "w": json_numbers(run.w.asnumpy().ravel()),
        "b": json_numbers(run.b.asscalar()),
        "epochs": run.epochs.tolist(),
        "losses": json_numbers(run.losses),
        "diverged": not bool(np.isfinite(run.losses).all()),
    }


def metrics(
    environment: Mapping[str, Any],
    seed: int,
    data: Mapping[str, Any],
    experiments: list[Experiment],
) -> dict[str, Any]:
    """Return the content of metrics.json for a reproduction of the chapter's experiments."""
    return {
        "environment": dict(environment),
        "seed": seed,
        "data": dict(data),
        "experiments": [
            {**run_record(experiment.call, experiment.run), "claim": experiment.claim._asdict()}
            for experiment in experiments
        ],
    }
