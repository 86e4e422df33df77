"""The commands ``reproduce``, ``run`` and ``info``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Optional

import typer

from . import common

SEED = typer.Option(0, help="Seed of the data, the initial weights and the mini-batches.")


def reproduce(
    seed: int = SEED,
    out: Path = common.folder_option("results", "For the numbers, figures and report."),
    verify: bool = typer.Option(False, "--verify", help="Compare the published runs as well."),
) -> None:
    """Run the chapter's three experiments; write numbers, figures, report."""
    with common.progress() as progress:
        task = progress.add_task("importing MXNet", total=11)

        def begin(what: str) -> None:
            progress.update(task, advance=1, description=what)

        from .. import environment, report, reproduction
        from ..data import generate_data
        from ..experiments import DATA, MOMENTA, experiments
        from ..files import together
        from ..plots.figure import write_figures

        environment.seed(seed)
        with together() as files:
            files.reserve(out / "report.html")
            files.reserve(out / "metrics.json")
            begin("making the data")
            features, labels = generate_data(**DATA)
            running = experiments(features, labels, DATA["true_w"], DATA["true_b"])
            done = []
            for mom in MOMENTA:
                begin(f"training, mom {mom}")
                done.append(next(running))
            figures = reproduction.chapter_figures({each.call["mom"]: each.run for each in done})
            svgs = write_figures(
                files, out / "figures", figures, lambda name: begin(f"drawing {name}")
            )
            described = environment.describe()
            checks = None
            if verify:
                from ..published import formats, measured
                from ..published import verify as published

                progress.update(task, total=None, description="comparing with what was published")
                checks = list(published.verify(published.select(), measured.Measured()))
            page = report.render(done, figures, svgs, described, seed, checks)
            files.write_text(out / "report.html", page)
            metrics = reproduction.metrics(described, seed, DATA, done)
            files.write_json(out / "metrics.json", metrics)
    rows = [
        (
            *common.run_cells(each.call["mom"], each.run),
            each.claim.text,
            "yes" if each.claim.held else "no",
        )
        for each in done
    ]
    common.show((*common.RUN_COLUMNS, "the chapter says", "held"), rows)
    if checks is not None:
        typer.echo(formats.counts(checks))
    typer.echo(f"Wrote metrics.json, report.html and {len(figures)} figures in {out}.")


def run_optimize(
    batch_size: int = typer.Option(10, help="Number of examples in a mini-batch."),
    lr: float = typer.Option(0.2, help="Learning rate, above 0."),
    mom: float = typer.Option(0.9, help="Momentum, from 0 to 1."),
    num_epochs: int = typer.Option(3, help="Number of passes over the data."),
    log_interval: int = typer.Option(10, help="Examples between two records of the loss."),
    seed: int = SEED,
    out: Optional[Path] = common.folder_option(None, "For run.json and the figure."),
) -> None:
    """Run `optimize` once on the book's data and print its row."""
    from .. import environment, reproduction
    from ..data import generate_data
    from ..experiments import has_fallen
    from ..files import together
    from ..plots import chapter as plots
    from ..plots.figure import Figure, write_figures
    from ..training import optimize

    call: dict[str, Any] = {
        "batch_size": batch_size,
        "lr": lr,
        "mom": mom,
        "num_epochs": num_epochs,
        "log_interval": log_interval,
    }
    with together() as files:
        if out:
            files.reserve(out / "run.json")
        environment.seed(seed)
        done = optimize(*generate_data(), **call)
        record = {"seed": seed, **reproduction.run_record(call, done)}
        if out:
            files.write_json(out / "run.json", record)
            curve = partial(plots.loss_curve, run=done)
            write_figures(files, out, {"loss": Figure(curve)})
    word = "diverged" if record["diverged"] else "fallen" if has_fallen(done.losses) else "risen"
    common.show((*common.RUN_COLUMNS, "the loss has"), [(*common.run_cells(mom, done), word)])


def info() -> None:
    """Print what runs here: versions, MXNet's features, BLAS, CPU, the engine."""
    from ..environment import describe

    for name, value in describe().items():
        text = " ".join(value) if isinstance(value, list) else value
        typer.echo(f"{name:16} {'not set' if text is None else text}")
