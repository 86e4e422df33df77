"""The commands ``reproduce``, ``run`` and ``info``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Optional

import typer

from ..chapter.experiments import CALL, DATA, Settings, experiments
from . import options, tables


def reproduce(
    seed: int = options.SEED,
    out: Path = options.folder("results", "For the numbers, figures and report."),
    verify: bool = typer.Option(False, "--verify", help="Compare the published runs as well."),
) -> None:
    """Run the chapter's three experiments; write numbers, figures, report."""
    from ..files import together
    from ..progress import progress_bar

    with progress_bar("importing MXNet", None, sys.stderr.isatty()) as bar, together() as files:
        from .. import environment, reproduction
        from ..chapter.data import generate_data
        from ..plots import write_figures

        files.reserve(out / "report.html")
        files.reserve(out / "metrics.json")
        environment.seed(seed)
        bar.begin("making the data")
        data = generate_data(*DATA)
        done = []
        bar.begin("training")
        for experiment in reproduction.with_claims(experiments(*data)):
            done.append(experiment)
            bar.begin(f"training, mom {experiment.call.mom} done")
        figures = reproduction.chapter_figures({each.call.mom: each.run for each in done})
        drawing = (out / "figures", figures, lambda name: bar.begin(f"drawing {name}"))
        svgs = write_figures(files, *drawing)
        described = environment.describe()
        findings = None
        if verify:
            from ..checks import formats, measured, suite
            from ..editions import CHAPTER

            bar.begin("comparing with what was published")
            checks = suite.select(edition=CHAPTER.name)
            findings = list(suite.verify(checks, measured.Measured()))
        page = reproduction.render(done, figures, svgs, described, seed, findings)
        files.write_text(out / "report.html", page)
        metrics = reproduction.metrics(described, seed, done)
        files.write_json(out / "metrics.json", metrics)
    rows = [
        (
            *tables.run_cells(each.call.mom, each.run),
            each.claim.text,
            "yes" if each.claim.held else "no",
        )
        for each in done
    ]
    tables.show((*tables.RUN_COLUMNS, "the chapter says", "held"), rows)
    if findings is not None:
        typer.echo(formats.counts(findings))
    typer.echo(f"Wrote metrics.json, report.html and {len(figures)} figures in {out}.")


def run_optimize(
    batch_size: int = options.BATCH_SIZE,
    lr: float = typer.Option(CALL.lr, help="Learning rate, above 0."),
    mom: float = typer.Option(CALL.mom, help="Momentum, from 0 to 1."),
    num_epochs: int = options.NUM_EPOCHS,
    log_interval: int = options.LOG_INTERVAL,
    seed: int = options.SEED,
    out: Optional[Path] = options.folder(None, "For run.json and the figure."),
) -> None:
    """Run `optimize` once on the book's data and print its row."""
    from .. import environment, reproduction
    from ..chapter.data import generate_data
    from ..chapter.experiments import has_fallen
    from ..chapter.training import optimize
    from ..files import together
    from ..plots import Figure, write_figures
    from ..plots.chapter import loss_curve

    call = Settings(batch_size, lr, mom, num_epochs, log_interval)
    with together() as files:
        if out:
            files.reserve(out / "run.json")
        environment.seed(seed)
        features, labels = generate_data(*DATA)
        done = optimize(features, labels, *call)
        record = {"seed": seed, **reproduction.run_record(call, done)}
        if out:
            files.write_json(out / "run.json", record)
            write_figures(files, out, {"loss": Figure(partial(loss_curve, run=done))})
    word = "diverged" if record["diverged"] else "fallen" if has_fallen(done.losses) else "risen"
    tables.show((*tables.RUN_COLUMNS, "the loss has"), [(*tables.run_cells(mom, done), word)])


def info() -> None:
    """Print what runs here: versions, MXNet's features, BLAS, CPU, the engine."""
    from ..environment import describe, import_d2l

    described = describe()
    for name, value in described.items():
        text = " ".join(value) if isinstance(value, list) else value
        typer.echo(f"{name:16} {'none' if text is None else text}")
    if described["mxnet"] is None:
        try:
            import_d2l()  # and MXNet
        except ImportError as error:
            typer.echo(error)
