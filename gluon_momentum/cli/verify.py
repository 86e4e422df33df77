"""The command ``verify``."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional

import typer

from . import app, common


@app.command()
def verify(
    shuffles: int = typer.Option(2000, help="Orders of the mini-batches behind each band."),
    only: Optional[List[str]] = typer.Option(
        None, help="A check or a group of them, such as 2018-08.mom-0.9; may be repeated."
    ),
    json: Optional[Path] = typer.Option(None, help="File for the results as JSON."),
    junit: Optional[Path] = typer.Option(None, help="File for the results as JUnit XML."),
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
        for folder in [out, *[file.parent for file in (json, junit) if file]]:
            if folder:
                files.prepare_folder(folder)
        progress.update(task, total=len(checks))
        results = []
        for check, result in zip(checks, carry_out(checks, measured)):
            progress.update(task, advance=1, description=check.id)
            results.append(result)
        if json:
            files.write_json(json, formats.record(results, shuffles, describe()))
        if junit:
            files.write_text(junit, formats.junit(results))
        if out:
            _draw(out, [check.id for check in checks], measured)
    _print(results)
    raise typer.Exit(0 if all(result.holds for result in results) else 1)
