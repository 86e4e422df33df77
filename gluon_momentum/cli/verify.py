"""The command ``verify``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, List, Optional, Sequence

import typer

from . import common

if TYPE_CHECKING:
    from ..plots.figure import Figure
    from ..published.comparison import Check, Result
    from ..published.measured import Measured

ONLY = typer.Option(None, help="A check, or a group such as 2018-08.mom-0.9; may be repeated.")


def verify(
    shuffles: int = typer.Option(2000, help="Orders of the mini-batches behind each band."),
    only: Optional[List[str]] = ONLY,
    json: Optional[Path] = common.file_option("For the results."),
    junit: Optional[Path] = common.file_option("For JUnit XML."),
    out: Optional[Path] = common.folder_option(None, "For the figures of the loss curves."),
) -> None:
    """Compare this MXNet build with every published run of the chapter.

    The exit status is 0 if all checks hold and 1 if any does not.
    """
    with common.progress() as progress:
        task = progress.add_task("importing MXNet", total=None)
        from ..environment import describe
        from ..files import together
        from ..plots.figure import write_figures
        from ..published import formats
        from ..published.measured import Measured
        from ..published.verify import select
        from ..published.verify import verify as carry_out

        checks, measured = select(only or ()), Measured(shuffles)
        with together() as files:
            if out:
                files.folder(out)
            for file in filter(None, (json, junit)):
                files.reserve(file)
            results = []
            progress.update(task, total=len(checks), description="verifying")
            for result in carry_out(checks, measured):
                results.append(result)
                progress.advance(task)
            if json:
                files.write_json(json, formats.record(results, shuffles, describe()))
            if junit:
                files.write_text(junit, formats.junit(results))
            if out:
                write_figures(files, out, _figures(checks, measured))
    _show(results)
    if not all(result.holds for result in results):
        raise common.CheckFailedError


def _figures(checks: Sequence[Check], measured: Measured) -> dict[str, Figure]:
    """Return the figure of each loss curve that one of the checks was about."""
    from ..plots.figure import Figure
    from ..plots.published import curve_over_band
    from ..published.load import unseeded_run
    from ..published.spread import band

    wanted, figures = {check.id for check in checks}, {}
    for i, experiment in enumerate(unseeded_run("2018-08").experiments):
        mom = experiment.call.mom
        if f"2018-08.mom-{mom:g}.curve" in wanted:
            spread = measured.spread(i)
            draw = partial(
                curve_over_band,
                mom=mom,
                published=experiment.curve,
                epochs=spread.epochs,
                band=band(spread.losses),
                run=measured.runs()[i],
            )
            figures[f"published_mom_{mom:g}"] = Figure(draw, size=(6.5, 3.6))
    return figures


def _show(results: Sequence[Result]) -> None:
    from ..published import formats
    from ..published.load import source

    for run, group in formats.by_run(results):
        rows = [
            (
                result.id[len(run) + 1 :],
                result.published,
                result.measured,
                "holds" if result.holds else "does not hold",
            )
            for result in group
        ]
        typer.echo(f"{run}: {source(run)}")
        common.show(("check", "published", "ours", "verdict"), rows, header=False, wide=True)
        typer.echo()
    for result in results:
        if result.failure:
            typer.echo(f"{result.id}: {result.failure}.\n")
    typer.echo(formats.counts(results))
