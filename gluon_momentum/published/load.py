"""The published runs, as records."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import numpy as np

from .edition import edition_2019
from .records import Call, PrintedExperiment, PrintedProgram, SeededRun, Source, Trace, UnseededRun
from .store import EDITION, read

_SEEDED = ("2017-10", "2017-11", "2018-01")
_UNSEEDED = ("2018-04", "2018-04-gluon", "2018-08", "2018-09", "2018-09-gluon")


def source(run: str) -> Source:
    """Return where a run was published.

    Args:
        run: its month, such as "2018-08", with "-gluon" behind it where the Gluon program stands
            in a file of its own; or "chapter", or "edition-2019".

    Raises:
        ValueError: run is none of these.
    """
    record = read(run)
    if run == EDITION:
        first, *others = edition_2019().executions
        path = f"{first.source.path} and {len(others)} other executions"
        note, _, _ = record["note"].partition(". ")
        return first.source._replace(path=path, note=f"{note}.")
    where = Source(*(record["source"][field] for field in Source._fields))
    if run == "2018-04-gluon":
        return where._replace(path=record["gluon"]["path"], note=record["gluon"]["program"])
    return where


def seeded_run(run: str) -> SeededRun:
    """Return a seeded run: "2017-10", "2017-11" or "2018-01".

    Raises:
        ValueError: run is none of these.

    Example:
        >>> from gluon_momentum.published import seeded_run
        >>> seeded_run("2017-10").printed["scratch"].epoch_losses
        ('3.4819e-04', '6.6014e-05', '5.0524e-05')
    """
    record = read(run, among=_SEEDED)
    where = source(run)
    printed = {
        program: PrintedProgram(
            tuple(text["epoch_losses"]),
            tuple(text["w"]),
            text["b"],
            f"{text['source']} (beside {where})" if "source" in text else str(where),
        )
        for program, text in record["printed"].items()
    }
    return SeededRun(where, Call(**record["call"]), printed)


def unseeded_run(run: str) -> UnseededRun:
    """Return a run of the three experiments.

    Args:
        run: "2018-08" (with curves), "2018-04" or "2018-09"; "2018-04-gluon" or "2018-09-gluon".

    Raises:
        ValueError: run is none of these.

    Example:
        >>> from gluon_momentum.published import unseeded_run
        >>> first = unseeded_run("2018-08").experiments[0]
        >>> first.call.mom, first.w, first.b, first.curve[0, 1]
        (0.99, ('-4.64', '7.65'), '-19.84', 16.254301)
    """
    experiments, whole = [], read(run, among=_UNSEEDED)
    for record in (whole["gluon"] if run == "2018-04-gluon" else whole)["experiments"]:
        printed = record["printed"]
        if isinstance(printed, str):
            *w, b = re.findall(r"=(-?[\d.]+)", printed)
        else:
            w, b = printed["w"], printed["b"]
        curve = np.array(record.get("curve", [])).reshape(-1, 2)
        experiments.append(PrintedExperiment(Call(**record["call"]), tuple(w), b, curve))
    return UnseededRun(source(run), tuple(experiments))


def traces() -> tuple[Trace, ...]:
    """Return the four end points that the version of January 2019 prints.

    Example:
        >>> from gluon_momentum.published import traces
        >>> traces()[0]
        Trace(lr=0.4, mom=0, x1='-0.943467', x2='-0.000073')
    """
    return tuple(
        Trace(record["lr"], record.get("mom", 0), **record["printed"])
        for record in read("2019-01")["traces"]
    )


def chapter() -> dict[str, Any]:
    """Return the numbers of the chapter's own text, and what its sentences say."""
    return deepcopy(read("chapter"))  # a caller may change what it gets
