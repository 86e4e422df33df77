"""The command ``sweep``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any, Optional

import numpy as np
import typer

from .. import ranges
from .. import seed as fix_seed
from . import app
from .scheduler import scheduler_executor


@app.command()
def sweep(
    mom: str = typer.Option("0:0.999:200", help="Momenta: first:last:count, or a list."),
    lr: str = typer.Option("0.001:3:200:log", help="Learning rates, in the same way."),
    seeds: str = typer.Option("20", help="Seeds: a count, or a list."),
    batch_size: int = typer.Option(10, help="Number of examples in a mini-batch."),
    num_epochs: int = typer.Option(3, help="Number of passes over the data."),
    log_interval: int = typer.Option(10, help="Examples between two records of the loss."),
    out: Path = typer.Option(Path("sweep"), help="Folder for sweep.nc and figures/."),
    scheduler: Optional[str] = typer.Option(
        None, help="Address of a dask scheduler whose workers compute the sweep."
    ),
    scheduler_timeout: float = typer.Option(
        6, help="Seconds to wait for the scheduler, and for a worker if it has none."
    ),
) -> None:
    """Run many momenta, learning rates and orders of the mini-batches; map the final losses."""
    from .. import exercise, results
    from .. import sweep as run_sweep
    from ..experiments import CALL, DATA, MOMENTA
    from ..plots import sweep as plots

    momenta, rates, chosen = ranges.numbers(mom), ranges.numbers(lr), ranges.seeds(seeds)
    figure_folder = results.prepare_folder(out / "figures")
    results.prepare_file(out / "sweep.nc")
    call: dict[str, Any] = {
        "batch_size": batch_size,
        "num_epochs": num_epochs,
        "log_interval": log_interval,
        "progress": sys.stderr.isatty(),
    }
    with scheduler_executor(scheduler, scheduler_timeout) as executor:
        from ..data import generate_data

        fix_seed(0)
        data = generate_data(**DATA)
        ds = run_sweep(*data, rates, momenta, chosen, **call, executor=executor)
        with results.replacing(out / "sweep.nc") as temporary:
            ds.to_netcdf(temporary, engine="h5netcdf")
        spread = run_sweep(
            *data,
            lr=[CALL["lr"]],
            mom=np.union1d(momenta, MOMENTA),
            seeds=chosen,
            **call,
            trace=True,
            executor=executor,
        ).isel(lr=0)
    cells = exercise.typical(ds)
    stable_lr = exercise.largest_stable_lr(cells.mom, ds.lambda_max)
    figures = {
        "final_loss": partial(plots.loss_map, cells=cells, stable_lr=stable_lr),
        "risen": partial(plots.risen, share=exercise.share_risen(spread)),
        "bands": partial(plots.loss_bands, bands=exercise.bands(spread.sel(mom=list(MOMENTA)))),
    }
    for name, draw in figures.items():
        results.write_figure(figure_folder / name, draw, (6, 4.4))
    typer.echo(
        f"Wrote {ds.final_loss.size:,} runs to {out / 'sweep.nc'} "
        f"and {len(figures)} figures in {figure_folder}."
    )
