"""The command ``verify``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, List, Optional, Sequence

import typer

from ..editions import CHAPTER, EDITIONS
from ..statistics import SHUFFLES
from . import options, tables

if TYPE_CHECKING:
    from ..checks.check import Check, Finding
    from ..checks.measured import Measured
    from ..plots import Figure

ONLY = typer.Option(None, help="A check, or a group such as 2018-08.scratch; may be repeated.")
NAMED = ", ".join(f"{edition.name} ({edition.about})" for edition in EDITIONS.values())


class CheckFailedError(Exception):
    """A published check does not hold."""


def verify(
    shuffles: int = typer.Option(SHUFFLES, help="Orders of the mini-batches behind each band."),
    only: Optional[List[str]] = ONLY,
    json: Optional[Path] = options.file("For the findings."),
    junit: Optional[Path] = options.file("For JUnit XML."),
    out: Optional[Path] = options.folder(None, "For the figures of the loss curves."),
    edition: Optional[str] = typer.Option(
        None, help=f"{NAMED}, or all; {CHAPTER.name} if not given."
    ),
    data: Optional[Path] = options.data(),
) -> None:
    """Compare this MXNet build with every published run of the chapter.

    The exit status is 0 if all checks hold and 1 if any does not.
    """
    from ..files import together
    from ..progress import progress_bar

    with progress_bar("importing MXNet", None, sys.stderr.isatty()) as bar, together() as files:
        from ..checks import formats, suite
        from ..checks.measured import Measured
        from ..environment import describe
        from ..plots import write_figures

        checks = suite.select(only or (), edition or (suite.ALL if only else CHAPTER.name))
        measured = Measured(shuffles, data)
        for name in {check.edition for check in checks}:
            measured.data(EDITIONS[name])  # a file that is missing is said at once
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
    from ..plots import Figure
    from ..plots.comparison import curve_over_band
    from ..statistics.curves import band

    figures = {}
    for case, curve in (check.drawn for check in checks if check.drawn):
        spread, mom = measured.spread(case), case.settings.mom
        draw = partial(
            curve_over_band,
            mom=mom,
            published=curve,
            epochs=spread.epochs,
            band=band(spread.losses),
            run=measured.run(case),
        )
        figures[f"published_mom_{mom:g}"] = Figure(draw, size=(6.5, 3.6))
    return figures


def _show(findings: Sequence[Finding]) -> None:
    from ..checks import formats
    from ..published import source

    for name, group in formats.by_group(findings):
        rows = [
            (
                finding.check.name,
                finding.check.published,
                finding.seen.text,
                finding.agreeing and f"{finding.agreeing} digits",
                finding.verdict,
            )
            for finding in group
        ]
        typer.echo(f"{name}: {source(name)}")
        names = ("check", "published", "ours", "agreeing", "verdict")
        tables.show(names, rows, header=False, wide=True)
        typer.echo()
    for finding in findings:
        if finding.failure:
            typer.echo(f"{finding.check.id}: {finding.failure}.\n")
    typer.echo(formats.counts(findings))
