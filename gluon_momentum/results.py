"""What a run leaves on disk: strict JSON and figures, each whole or not there."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .experiments import Experiment
    from .training import Run

BOOK_SIZE = (3.5, 2.5)  # inches; the size that the book's semilogy sets


def prepare_folder(folder: Path) -> Path:
    """Make folder if it is not there, and see that files can be written in it.

    Raises:
        OSError: it cannot be made or written; the message names it and says why.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise OSError(f"The folder {folder} cannot be written: {error.strerror}.") from error
    return folder


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary name beside path; the file written there becomes path at the end.

    If the block is left by an exception, an interrupt for one, path stays as it was and the
    temporary file is removed.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        if temporary.exists():
            temporary.unlink()


def write_text(path: Path, text: str) -> None:
    """Write text to path in UTF-8, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf8")


def write_json(path: Path, value: Any) -> None:
    """Write value to path as strict JSON, whole or not at all.

    Raises:
        ValueError: value holds a number that is not finite, which strict JSON cannot say.
    """
    write_text(path, json.dumps(value, indent=1, allow_nan=False, ensure_ascii=False) + "\n")


def write_figure(
    stem: Path, draw: Callable[[Axes], None], size: tuple[float, float] = BOOK_SIZE
) -> list[Path]:
    """Write what draw draws on one Axes to stem.svg and stem.png, and return the two paths.

    The same drawing gives the same bytes: the SVG holds no date and no random names.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    paths = [stem.with_name(f"{stem.name}.{suffix}") for suffix in ("svg", "png")]
    with rc_context({"svg.hashsalt": "gluon_momentum"}):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure.add_subplot())
        for path in paths:
            kind = path.suffix[1:]
            with replacing(path) as temporary:
                metadata = {"Date": None} if kind == "svg" else None
                figure.savefig(temporary, format=kind, dpi=200, metadata=metadata)
            figure.set_layout_engine("none")  # the layout is found; finding it again costs as much
    return paths


def chapter_figures(
    runs: Mapping[float, Run],
) -> dict[str, tuple[Callable[[Axes], None], tuple[float, float]]]:
    """Return every figure of the chapter by name: what draws it, and its size.

    Each loss curve as the book draws it, the three on shared axes, and figures 7.2 and 7.3 at a
    rate small enough for gradient descent to converge, and large enough for it to zigzag.
    """
    from .descent import gd_trace, momentum_trace
    from .plots import chapter as plots

    figures: dict[str, tuple[Callable[[Axes], None], tuple[float, float]]] = {
        f"loss_mom_{mom}": (partial(plots.loss_curve, run=run), BOOK_SIZE)
        for mom, run in runs.items()
    }
    figures["losses"] = partial(plots.loss_curves, runs=runs), (5.5, 3.2)
    figures["figure_7_2"] = partial(plots.trace, trace=gd_trace(lr=0.45)), BOOK_SIZE
    figures["figure_7_3"] = partial(plots.trace, trace=momentum_trace(lr=0.45, mom=0.5)), BOOK_SIZE
    return figures


def numbers(values: Any) -> Any:
    """Return an array's numbers as nested lists for JSON, null where one is not finite."""
    values = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(values), values, np.array(None)).tolist()


def run_record(call: Mapping[str, Any], run: Run) -> dict[str, Any]:
    """Return a run for metrics.json: its call, parameters and losses, and whether it diverged."""
    return {
        "call": dict(call),
        "w": numbers(run.w.asnumpy().ravel()),
        "b": numbers(run.b.asscalar()),
        "epochs": run.epochs.tolist(),
        "losses": numbers(run.losses),
        "diverged": not bool(np.isfinite(run.losses).all()),
    }


def metrics(
    environment: Mapping[str, Any],
    seed: int,
    data: Mapping[str, Any],
    experiments: list[Experiment],
) -> dict[str, Any]:
    """Return the content of metrics.json for a reproduction of the chapter's experiments."""
    return {
        "environment": dict(environment),
        "seed": seed,
        "data": dict(data),
        "experiments": [
            {**run_record(experiment.call, experiment.run), "claim": experiment.claim._asdict()}
            for experiment in experiments
        ],
    }
