"""The command ``verify``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, List, Optional, Sequence

import typer

from ..verification import SHUFFLES
from . import options, tables

if TYPE_CHECKING:
    from ..plots.figure import Figure
    from ..verification.check import Check, Finding
    from ..verification.measured import Measured

ONLY = typer.Option(None, help="A check, or a group such as 2018-08.mom-0.9; may be repeated.")


class CheckFailedError(Exception):
    """A published check does not hold."""


def verify(
    shuffles: int = typer.Option(SHUFFLES, help="Orders of the mini-batches behind each band."),
    only: Optional[List[str]] = ONLY,
    json: Optional[Path] = options.file("For the findings."),
    junit: Optional[Path] = options.file("For JUnit XML."),
    out: Optional[Path] = options.folder(None, "For the figures of the loss curves."),
    edition: Optional[str] = typer.Option(
        None, help="2018 (up to that year; the default), 2019 (on other data), or all."
    ),
    data: Optional[Path] = options.data(),
) -> None:
    """Compare this MXNet build with every published run of the chapter.

    The exit status is 0 if all checks hold and 1 if any does not.
    """
    from ..files import together
    from ..progress import progress_bar

    with progress_bar("importing MXNet", None, sys.stderr.isatty()) as bar, together() as files:
        from ..environment import describe
        from ..plots.figure import write_figures
        from ..published.store import EDITION
        from ..verification import formats, suite
        from ..verification.measured import Measured

        checks = suite.select(only or (), edition or ("all" if only else "2018"))
        measured = Measured(shuffles, data)
        if any(check.run == EDITION for check in checks):
            measured.edition.data  # noqa: B018 - a file that is missing is said at once
        if out:
            files.folder(out)
        for file in filter(None, (json, junit)):
            files.reserve(file)
        findings = []
        for finding in suite.verify(checks, measured):
            findings.append(finding)
            bar.begin(f"{len(findings)} of {len(checks)} checks")
        if json:
            files.write_json(json, formats.record(findings, shuffles, describe()))
        if junit:
            files.write_text(junit, formats.junit(findings))
        if out:
            write_figures(files, out, _figures(checks, measured))
    _show(findings)
    if not all(finding.holds for finding in findings):
        raise CheckFailedError


def _figures(checks: Sequence[Check], measured: Measured) -> dict[str, Figure]:
    """Return the figure of each loss curve that one of the checks was about."""
    from ..plots.figure import Figure
    from ..plots.published import curve_over_band
    from ..published import unseeded_run
    from ..verification.spread import band

    wanted, figures = {check.id for check in checks}, {}
    for experiment in unseeded_run("2018-08").experiments:
        mom = experiment.call.mom
        if f"2018-08.mom-{mom:g}.curve" in wanted:
            spread = measured.spread(mom)
            draw = partial(
                curve_over_band,
                mom=mom,
                published=experiment.curve,
                epochs=spread.epochs,
                band=band(spread.losses),
                run=measured.runs[mom],
            )
            figures[f"published_mom_{mom:g}"] = Figure(draw, size=(6.5, 3.6))
    return figures


def _show(findings: Sequence[Finding]) -> None:
    from ..published import source
    from ..verification import formats

    for run, group in formats.by_run(findings):
        rows = [
            (
                finding.check.name,
                finding.check.published,
                finding.measured,
                finding.agreeing and f"{finding.agreeing} digits",
                finding.verdict,
            )
            for finding in group
        ]
        typer.echo(f"{run}: {source(run)}")
        names = ("check", "published", "ours", "agreeing", "verdict")
        tables.show(names, rows, header=False, wide=True)
        typer.echo()
    for finding in findings:
        if finding.failure:
            typer.echo(f"{finding.check.id}: {finding.failure}.\n")
    typer.echo(formats.counts(findings))
