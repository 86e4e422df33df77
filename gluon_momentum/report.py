"""One self-contained HTML page of a reproduction: no network, no script."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, Mapping, Sequence

if TYPE_CHECKING:
    from .experiments import Experiment
    from .plots.figure import Figure
    from .verification.check import Finding


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
