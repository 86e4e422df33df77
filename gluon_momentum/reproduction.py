"""What a reproduction consists of: experiments with claims, figures, metrics.json, and its page.

The page is one self-contained HTML file: no network, no script.
"""

from __future__ import annotations

import html
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping, NamedTuple, Sequence

import numpy as np

from .chapter.experiments import DATA, SENTENCES, Outcome, Settings
from .plots import Figure
from .published import chapter

if TYPE_CHECKING:
    from .chapter.training import Run
    from .checks.check import Finding


class Claim(NamedTuple):
    """What the chapter says of an experiment, and whether it held."""

    text: str
    held: bool


class Experiment(NamedTuple):
    """One of the chapter's calls of `optimize`, its run, and what the chapter says of it."""

    call: Settings
    run: Run
    claim: Claim


def with_claims(runs: Iterable[tuple[Settings, Run]]) -> Iterator[Experiment]:
    """Yield the chapter's experiments, as they are run in its order, with what it says of each."""
    outcomes: dict[float, Outcome] = {}
    for call, run in runs:
        outcomes[call.mom] = Outcome(run.losses, run.w.asnumpy().ravel(), run.b.asscalar())
        yield Experiment(call, run, _claim(call.mom, outcomes))


def _claim(mom: float, outcomes: Mapping[float, Outcome]) -> Claim:
    """Return what the chapter says of a momentum, given the outcome of this and those before it."""
    names = [name for name in SENTENCES if name.startswith(f"mom-{mom:g}.")]
    text = "; ".join(chapter()["sentences"][name] for name in names)
    held = all(SENTENCES[name](outcomes.__getitem__) for name in names)
    return Claim(f"{text[0].upper()}{text[1:]}.", bool(held))


def chapter_figures(runs: Mapping[float, Run]) -> dict[str, Figure]:
    """Return every figure of the chapter by name.

    The three loss curves on shared axes, each as the book draws it, and figures 7.2 and 7.3 at a
    rate small enough for gradient descent to converge, and large enough for it to zigzag.
    """
    from .chapter.descent import gd_trace, momentum_trace
    from .plots.chapter import loss_curve, loss_curves, trace

    named = ", ".join(f"{mom:g}" for mom in runs)
    figures = {
        "losses": Figure(
            partial(loss_curves, runs=runs),
            f"The loss over the epochs, for momentum {named}.",
            "; ".join(f"momentum {mom:g}: {_course(run)}" for mom, run in runs.items()),
            size=(5.5, 3.2),
        )
    }
    for mom, run in runs.items():
        figures[f"loss_mom_{mom}"] = Figure(
            partial(loss_curve, run=run),
            f"Momentum {mom:g}, as the book draws it.",
            f"loss curve for momentum {mom:g}: {_course(run)}",
        )
    figures["figure_7_2"] = Figure(
        partial(trace, trace=gd_trace(lr=0.45)),
        "Figure 7.2: gradient descent, learning rate 0.45, 20 iterations.",
        "contours of a narrow valley; the iterates zigzag across it and creep along it",
    )
    figures["figure_7_3"] = Figure(
        partial(trace, trace=momentum_trace(lr=0.45, mom=0.5)),
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


def run_record(call: Settings, run: Run) -> dict[str, Any]:
    """Return a run for metrics.json: its call, parameters and losses, and whether it diverged."""
    return {
        "call": call._asdict(),
        "w": json_numbers(run.w.asnumpy().ravel()),
        "b": json_numbers(run.b.asscalar()),
        "epochs": run.epochs.tolist(),
        "losses": json_numbers(run.losses),
        "diverged": not bool(np.isfinite(run.losses).all()),
    }


def metrics(
    environment: Mapping[str, Any], seed: int, experiments: Sequence[Experiment]
) -> dict[str, Any]:
    """Return the content of metrics.json for a reproduction of the chapter's experiments."""
    return {
        "environment": dict(environment),
        "seed": seed,
        "data": DATA._asdict(),
        "experiments": [
            {**run_record(experiment.call, experiment.run), "claim": experiment.claim._asdict()}
            for experiment in experiments
        ],
    }


def inline(svg: str, name: str, alt: str) -> str:
    """Return an SVG file's text as an element of an HTML page.

    matplotlib gives every file the same ids, and a page must not repeat one: hence the name in
    front of each.
    """
    element = svg[svg.index("<svg") :]
    element = re.sub(r'\bid="', f'id="{name}-', element)
    element = re.sub(r'(url\(#|href="#)', rf"\g<1>{name}-", element)
    # The page gives the width; the viewBox keeps the shape.
    attributes, drawing = element[len("<svg") :].split(">", 1)
    attributes = re.sub(r' (width|height)="[^"]*"', "", attributes)
    return f'<svg role="img" aria-label="{html.escape(alt)}"{attributes}>{drawing}'


def render(
    experiments: Sequence[Experiment],
    figures: Mapping[str, Figure],
    svgs: Mapping[str, str],
    environment: Mapping[str, Any],
    seed: int,
    findings: Sequence[Finding] | None = None,
) -> str:
    """Return the page.

    Args:
        experiments: the chapter's experiments, in its order.
        figures: the figures by name, in the order of the page.
        svgs: the text of each figure's SVG file, by the same names.
        environment: what ran, as `environment.describe` gives.
        seed: what `seed` was called with.
        findings: of the published checks, if they were carried out.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    jinja = Environment(
        loader=PackageLoader("gluon_momentum"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    drawn = [
        (Markup(inline(svgs[name], name, figure.alt)), figure.caption)
        for name, figure in figures.items()
    ]
    return jinja.get_template("report.html").render(
        experiments=experiments,
        figures=drawn,
        environment=environment,
        seed=seed,
        findings=findings,
    )
