"""The command ``sweep``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import typer

from ..experiments import CALL, DATA, MOMENTA
from . import options
from .scheduler import scheduler_executor

if TYPE_CHECKING:
    from xarray import Dataset

    from ..plots.figure import Figure

RANGE = "first:last:count, evenly spaced, first:last:count:log, or values with commas between them."


def sweep(
    mom: str = typer.Option("0:0.999:200", metavar="RANGE", help=f"Momenta: {RANGE}"),
    lr: str = typer.Option("0.001:3:200:log", metavar="RANGE", help=f"Learning rates: {RANGE}"),
    seeds: str = typer.Option(
        "20", metavar="COUNT", help="How many seeds, from 0 on; or seeds with commas between them."
    ),
    batch_size: int = options.BATCH_SIZE,
    num_epochs: int = options.NUM_EPOCHS,
    log_interval: int = options.LOG_INTERVAL,
    out: Path = options.folder("sweep", "For sweep.nc and figures/."),
    scheduler: Optional[str] = typer.Option(
        None, metavar="ADDRESS", help="Of a dask scheduler whose workers compute the sweep."
    ),
    scheduler_timeout: float = typer.Option(
        6, help="Seconds to wait for the scheduler, and for a worker if it has none."
    ),
) -> None:
    """Run many momenta, learning rates and shuffles; map the final losses."""
    import numpy as np

    from .. import arguments
    from ..environment import seed
    from ..files import together
    from ..plots.figure import write_figures
    from ..sweeps import memory
    from ..sweeps.dataset import netcdf
    from ..sweeps.schedule import Schedule
    from ..sweeps.sweep import sweep as run_sweep
    from . import ranges

    momenta, rates = ranges.parse_values(mom), ranges.parse_values(lr)
    chosen = ranges.parse_seeds(seeds)
    schedule = Schedule(
        *arguments.batches(batch_size, num_epochs, log_interval, DATA["num_examples"])
    )
    spread_momenta = np.union1d(momenta, MOMENTA)
    size = partial(
        memory.bytes_needed,
        DATA["num_examples"],
        DATA["num_inputs"],
        len(chosen),
        schedule=schedule,
    )
    runs = len(momenta) * len(rates)
    map_size = size(runs=runs, trace=False, dtype="float32")
    spread_size = size(runs=len(spread_momenta), trace=True, dtype="float32")
    memory.check(
        # The file is made in memory; medians are taken of copies, in float64.
        2 * map_size + 4 * spread_size,
        f"A sweep of {len(chosen) * runs:,} runs, with its file and figures,",
        "ask for fewer runs or fewer epochs",
    )
    with together() as files, scheduler_executor(scheduler, scheduler_timeout) as executor:
        from ..data import generate_data

        files.reserve(out / "sweep.nc")
        files.folder(out / "figures")
        seed(0)
        data = generate_data(**DATA)
        run = partial(
            run_sweep,
            *data,
            seeds=chosen,
            batch_size=schedule.batch_size,
            num_epochs=schedule.num_epochs,
            log_interval=schedule.log_interval,
            executor=executor,
            progress=sys.stderr.isatty(),
        )
        ds = run(lr=rates, mom=momenta)
        with files.writing(out / "sweep.nc") as temporary:
            temporary.write_bytes(netcdf(ds))
        spread = run(lr=[CALL["lr"]], mom=spread_momenta, trace=True).isel(lr=0)
        write_figures(files, out / "figures", _figures(ds, spread))
    typer.echo(
        f"Wrote {ds.final_loss.size:,} runs to {out / 'sweep.nc'} "
        f"and 3 figures in {out / 'figures'}."
    )


def _figures(ds: Dataset, spread: Dataset) -> dict[str, Figure]:
    """Return the map of final losses, and what the shuffles do at the chapter's learning rate."""
    from ..plots import sweep as plots
    from ..plots.figure import Figure
    from ..sweeps import exercise

    cells = exercise.typical(ds)
    stable_lr = exercise.largest_stable_lr(cells.mom, ds.lambda_max)
    size = (6, 4.4)
    return {
        "final_loss": Figure(partial(plots.loss_map, cells=cells, stable_lr=stable_lr), size=size),
        "risen": Figure(partial(plots.risen, share=exercise.share_risen(spread)), size=size),
        "bands": Figure(
            partial(plots.loss_bands, bands=exercise.bands(spread.sel(mom=list(MOMENTA)))),
            size=size,
        ),
    }
