"""The command ``verify``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, List, Optional, Sequence

import typer

from . import app, common

if TYPE_CHECKING:
    from ..published.comparison import Check, Result
    from ..published.measured import Measured

ONLY = typer.Option(None, help="A check, or a group such as 2018-08.mom-0.9; may be repeated.")


@app.command()
def verify(
    shuffles: int = typer.Option(2000, help="Orders of the mini-batches behind each band."),
    only: Optional[List[str]] = ONLY,
    json: Optional[Path] = typer.Option(None, metavar="FILE", help="File for the results."),
    junit: Optional[Path] = typer.Option(None, metavar="FILE", help="File for JUnit XML."),
    out: Optional[Path] = typer.Option(None, help="Folder for the figures of the loss curves."),
) -> None:
    """Hold this MXNet build against every published run of the chapter.

    The exit status is 0 if all checks hold and 1 if any does not.
    """
    with common.progress() as progress:
        task = progress.add_task("importing MXNet", total=None)
        from .. import results as files
        from ..environment import describe
        from ..published import formats
        from ..published.measured import Measured
        from ..published.verify import select
        from ..published.verify import verify as carry_out

        checks, measured = select(only or ()), Measured(shuffles)
        if out:
            files.prepare_folder(out)
        for file in filter(None, (json, junit)):
            files.prepare_file(file)
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
            _draw(out, checks, measured)
    _show(results)
    raise typer.Exit(0 if all(result.holds for result in results) else 1)


def _draw(out: Path, checks: Sequence[Check], measured: Measured) -> None:
    """Write the figure of each loss curve that one of the checks was about."""
    from .. import results as files
    from ..plots.published import curve_over_band
    from ..published.load import unseeded_run
    from ..published.spread import band

    wanted = {check.id for check in checks}
    for i, experiment in enumerate(unseeded_run("2018-08").experiments):
        if f"2018-08.mom-{experiment.call.mom:g}.curve" in wanted:
            spread = measured.spread(i)
            draw = partial(
                curve_over_band,
                mom=experiment.call.mom,
                published=experiment.curve,
                epochs=spread.epochs,
                band=band(spread.losses),
                run=measured.runs()[i],
            )
            stem = out / f"published_mom_{experiment.call.mom:g}"
            files.write_figure(stem, draw, size=(6.5, 3.6))


def _show(results: Sequence[Result]) -> None:
    from rich.table import Table

    from ..published import formats
    from ..published.load import source

    for run, group in formats.by_run(results):
        table = Table(box=None, show_header=False, pad_edge=False, expand=True)
        table.add_column(width=22)
        table.add_column(ratio=1)
        table.add_column(ratio=1)
        table.add_column(width=13)
        for result in group:
            name = result.id[len(run) + 1 :]
            verdict = "holds" if result.holds else "does not hold"
            table.add_row(name, result.published, result.measured, verdict)
        typer.echo(f"{run}: {source(run)}")
        common.show(table)
        typer.echo()
    for result in results:
        if result.failure:
            typer.echo(f"{result.id}: {result.failure}.\n")
    typer.echo(formats.counts(results))
