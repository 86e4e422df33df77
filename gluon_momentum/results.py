"""What a run leaves on disk: strict JSON and figures, each whole or not there."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .experiments import Experiment
    from .training import Run

BOOK_SIZE = (3.5, 2.5)  # inches; the size that the book's semilogy sets

_unfinished: set[Path] = set()  # the temporary files that are being written


class Figure(NamedTuple):
    """A figure: the function that draws it on given Axes, what it is, what it shows, its size."""

    draw: Callable[[Axes], None]
    caption: str
    alt: str
    size: tuple[float, float] = BOOK_SIZE


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


def prepare_file(path: Path) -> None:
    """Make the folder of path if it is not there, and see that path can be written.

    Raises:
        OSError: it cannot; the message says why.
    """
    if path.is_dir():
        raise OSError(f"{path} cannot be written: it is a folder.")
    prepare_folder(path.parent)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary name beside path; the file written there becomes path at the end.

    If the block is left by an exception, an interrupt for one, path stays as it was and the
    temporary file is removed.

    Raises:
        OSError: path cannot be written; the message names it and says why.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    _unfinished.add(temporary)
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        raise OSError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)
        _unfinished.remove(temporary)


def remove_unfinished() -> None:
    """Remove the temporary files of this process, for a signal handler that ends it there."""
    for temporary in list(_unfinished):
        with suppress(OSError):
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


def chapter_figures(runs: Mapping[float, Run]) -> dict[str, Figure]:
    """Return every figure of the chapter by name.

    The three loss curves on shared axes, each as the book draws it, and figures 7.2 and 7.3 at a
    rate small enough for gradient descent to converge, and large enough for it to zigzag.
    """
    from .descent import gd_trace, momentum_trace
    from .plots import chapter as plots

    named = ", ".join(f"{mom:g}" for mom in runs)
    figures = {
        "losses": Figure(
            partial(plots.loss_curves, runs=runs),
            f"The loss over the epochs, for momentum {named}.",
            "; ".join(f"momentum {mom:g}: {_course(run)}" for mom, run in runs.items()),
            size=(5.5, 3.2),
        )
    }
    for mom, run in runs.items():
        figures[f"loss_mom_{mom}"] = Figure(
            partial(plots.loss_curve, run=run),
            f"Momentum {mom:g}, as the book draws it.",
            f"loss curve for momentum {mom:g}: {_course(run)}",
        )
    figures["figure_7_2"] = Figure(
        partial(plots.trace, trace=gd_trace(lr=0.45)),
        "Figure 7.2: gradient descent, learning rate 0.45, 20 iterations.",
        "contours of a narrow valley; the iterates zigzag across it and creep along it",
    )
    figures["figure_7_3"] = Figure(
        partial(plots.trace, trace=momentum_trace(lr=0.45, mom=0.5)),
        "Figure 7.3: momentum 0.5, the same learning rate, start and iterations.",
        "the same valley; the iterates move faster along it, cross it less, and reach the bottom",
    )
    return figures


def _course(run: Run) -> str:
    """Return where a loss curve goes, in words, for those who cannot see it."""
    return f"from {run.losses[0]:.3g} to {run.losses[-1]:.3g}, {run.losses.min():.3g} at the least"


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
