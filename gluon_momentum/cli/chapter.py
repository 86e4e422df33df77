"""The commands ``reproduce``, ``run`` and ``info``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Optional

import typer

from .. import seed as fix_seed
from . import app, common

SEED = typer.Option(0, help="Seed of the data, the initial weights and the mini-batches.")


@app.command()
def reproduce(
    seed: int = SEED,
    out: Path = typer.Option(Path("results"), help="Folder for the numbers, figures and report."),
    verify: bool = typer.Option(False, "--verify", help="Compare the published runs as well."),
) -> None:
    """Run the chapter's three experiments; write numbers, figures, report."""
    with common.progress() as progress:
        task = progress.add_task("importing MXNet", total=11)
        from .. import report, results
        from ..data import generate_data
        from ..environment import describe
        from ..experiments import DATA, MOMENTA, experiments

        fix_seed(seed)
        folder = results.prepare_folder(out)
        figure_folder = results.prepare_folder(out / "figures")
        progress.update(task, advance=1, description="making the data")
        features, labels = generate_data(**DATA)
        running = experiments(features, labels, DATA["true_w"], DATA["true_b"])
        done = []
        for mom in MOMENTA:
            progress.update(task, advance=1, description=f"training, mom {mom}")
            done.append(next(running))
        figures = results.chapter_figures({each.call["mom"]: each.run for each in done})
        svgs = {}
        for name, figure in figures.items():
            progress.update(task, advance=1, description=f"drawing {name}")
            svg, _ = results.write_figure(figure_folder / name, figure.draw, figure.size)
            svgs[name] = svg.read_text("utf8")
        environment = describe()
        checks = None
        if verify:
            from ..published import formats, measured
            from ..published import verify as published

            progress.update(task, total=None, description="comparing with what was published")
            checks = list(published.verify(published.select(), measured.Measured()))
        page = report.render(done, figures, svgs, environment, seed, checks)
        results.write_text(folder / "report.html", page)
        metrics = results.metrics(environment, seed, DATA, done)
        results.write_json(folder / "metrics.json", metrics)
    table = common.run_table("the chapter says", "held")
    for each in done:
        cells = common.run_cells(each.call["mom"], each.run)
        table.add_row(*cells, each.claim.text, "yes" if each.claim.held else "no")
    common.show(table)
    if checks is not None:
        typer.echo(formats.counts(checks))
    typer.echo(f"Wrote metrics.json, report.html and {len(figures)} figures in {folder}.")


@app.command()
def run(
    batch_size: int = typer.Option(10, help="Number of examples in a mini-batch."),
    lr: float = typer.Option(0.2, help="Learning rate, above 0."),
    mom: float = typer.Option(0.9, help="Momentum, from 0 to 1."),
    num_epochs: int = typer.Option(3, help="Number of passes over the data."),
    log_interval: int = typer.Option(10, help="Examples between two records of the loss."),
    seed: int = SEED,
    out: Optional[Path] = typer.Option(None, help="Folder for run.json and the figure."),
) -> None:
    """Run `optimize` once on the book's data and print its row."""
    from .. import results
    from ..data import generate_data
    from ..experiments import has_fallen
    from ..plots import chapter as plots
    from ..training import optimize

    folder = results.prepare_folder(out) if out else None
    call: dict[str, Any] = {
        "batch_size": batch_size,
        "lr": lr,
        "mom": mom,
        "num_epochs": num_epochs,
        "log_interval": log_interval,
    }
    fix_seed(seed)
    done = optimize(*generate_data(), **call)
    record = {"seed": seed, **results.run_record(call, done)}
    if folder:
        results.write_figure(folder / "loss", partial(plots.loss_curve, run=done))
        results.write_json(folder / "run.json", record)
    table = common.run_table("the loss has")
    word = "diverged" if record["diverged"] else "fallen" if has_fallen(done.losses) else "risen"
    table.add_row(*common.run_cells(mom, done), word)
    common.show(table)


@app.command()
def info() -> None:
    """Print what runs here: versions, MXNet's features, BLAS, CPU, the engine."""
    from ..environment import describe

    for name, value in describe().items():
        text = " ".join(value) if isinstance(value, list) else value
        typer.echo(f"{name:16} {'not set' if text is None else text}")
