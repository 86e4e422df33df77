"""The command ``sweep``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import typer

import gluon_momentum as gm

from ..chapter.experiments import CALL, DATA, MOMENTA
from . import options
from .cluster import scheduler_executor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray as Array
    from xarray import Dataset

    from ..plots import Figure

_MOST = 10**6  # more along one axis is a slip of the hand
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
    from ..files import together
    from ..plots import write_figures
    from ..streams import book_data
    from ..sweeps import memory
    from ..sweeps.dataset import netcdf
    from ..sweeps.schedule import Schedule

    momenta, rates, chosen = parse_values(mom), parse_values(lr), parse_seeds(seeds)
    schedule = Schedule(*arguments.batches(batch_size, num_epochs, log_interval, DATA.num_examples))
    spread_momenta = np.union1d(momenta, MOMENTA)
    sizes = DATA.num_examples, DATA.num_inputs, len(chosen)
    runs = len(momenta) * len(rates)
    map_size = memory.bytes_needed(*sizes, runs, schedule, False, "float32")
    spread_size = memory.bytes_needed(*sizes, len(spread_momenta), schedule, True, "float32")
    memory.check(
        memory.COPIED * (map_size + spread_size),
        f"A sweep of {len(chosen) * runs:,} runs, with its file and figures,",
        "ask for fewer runs or fewer epochs",
    )
    with together() as files, scheduler_executor(scheduler, scheduler_timeout) as executor:
        files.reserve(out / "sweep.nc")
        files.folder(out / "figures")
        run = partial(
            gm.sweep,
            *book_data(),
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
        spread = run(lr=[CALL.lr], mom=spread_momenta, trace=True).isel(lr=0)
        write_figures(files, out / "figures", _figures(ds, spread))
    typer.echo(
        f"Wrote {ds.final_loss.size:,} runs to {out / 'sweep.nc'} "
        f"and 3 figures in {out / 'figures'}."
    )


def _figures(ds: Dataset, spread: Dataset) -> dict[str, Figure]:
    """Return the map of final losses, and what the shuffles do at the chapter's learning rate."""
    from ..plots import Figure
    from ..plots.sweep import loss_bands, loss_map, risen
    from ..sweeps.exercise import bands, largest_stable_lr, share_risen, typical

    cells = typical(ds)
    stable_lr = largest_stable_lr(cells.mom, ds.lambda_max)
    drawn = {
        "final_loss": partial(loss_map, cells=cells, stable_lr=stable_lr),
        "risen": partial(risen, share=share_risen(spread)),
        "bands": partial(loss_bands, bands=bands(spread.sel(mom=list(MOMENTA)))),
    }
    return {name: Figure(draw, size=(6, 4.4)) for name, draw in drawn.items()}


def parse_values(text: str) -> Array[np.float64]:
    """Return the numbers that a range stands for.

    Args:
        text: ``first:last:count``, evenly spaced with both ends; ``first:last:count:log``, evenly
            spaced in the logarithm; or numbers with commas between them, one for instance.

    Raises:
        ValueError: text is none of these.

    Example:
        >>> from gluon_momentum.cli.sweep import parse_values
        >>> parse_values("0:1:5"), parse_values("0.01:1:3:log"), parse_values("0.5,0.9")
        (array([0.  , 0.25, 0.5 , 0.75, 1.  ]), array([0.01, 0.1 , 1.  ]), array([0.5, 0.9]))
    """
    import numpy as np

    first, *rest = text.split(":")
    try:
        if not rest:
            return np.array([float(number) for number in first.split(",")])
        last, count, *spacing = rest
        ends = float(first), float(last)
        if not spacing and np.isfinite(ends).all():
            return np.linspace(*ends, _count(count))
        if spacing == ["log"] and np.isfinite(ends).all() and min(ends) > 0:
            return np.geomspace(*ends, _count(count))
    except ValueError:
        pass
    raise ValueError(
        f"{text!r} is not a range: write first:last:count, first:last:count:log with both ends "
        f"above 0, or numbers with commas between them; count is from 1 to {_MOST:,}."
    )


def parse_seeds(text: str) -> list[int]:
    """Return the seeds that text stands for: a count, from 0 on, or some with commas between them.

    Raises:
        ValueError: text is neither.

    Example:
        >>> from gluon_momentum.cli.sweep import parse_seeds
        >>> parse_seeds("3"), parse_seeds("0,5,7"), parse_seeds("5,")
        ([0, 1, 2], [0, 5, 7], [5])
    """
    first, *rest = text.split(",")
    try:
        if any(rest) or (rest and first):
            return [int(seed) for seed in (first, *rest) if seed]
        return list(range(_count(first)))
    except ValueError:
        pass
    raise ValueError(
        f"{text!r} is neither a count of seeds, from 1 to {_MOST:,}, "
        "nor seeds with commas between them."
    )


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= _MOST:
        raise ValueError
    return count
