"""Reading what was published: one JSON file per run, in this folder, with its provenance.

No value in these files was ever computed by this package.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, Collection

import numpy as np

from .records import Call, PrintedExperiment, PrintedProgram, SeededRun, Source, Trace, UnseededRun

# The runs by the month in which they were published.
_FILES = {
    "2017-10": "d2l-zh-43ffb943.json",
    "2018-01": "gluon_tutorials-dac3460.json",
    "2018-08": "d2l-zh-7d1a13a6.json",
    "2018-09": "gluon_learning-93c4ce5.json",
    "2019-01": "d2l-zh-2a529e1c.json",
    "chapter": "d2l-zh-a8630b02.json",
}


def source(run: str) -> Source:
    """Return where a run was published.

    Args:
        run: its month, "2017-10", "2018-01", "2018-08", "2018-09" or "2019-01"; or "chapter".

    Raises:
        ValueError: run is none of these.
    """
    record = _read(run)["source"]
    return Source(*(record[field] for field in Source._fields))


def seeded_run(run: str) -> SeededRun:
    """Return a seeded run: "2017-10" or "2018-01".

    Raises:
        ValueError: run is neither.

    Example:
        >>> from gluon_momentum.published import seeded_run
        >>> seeded_run("2017-10").printed["scratch"].epoch_losses
        ('3.4819e-04', '6.6014e-05', '5.0524e-05')
    """
    record = _read(run, among=("2017-10", "2018-01"))
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
    """Return a run of the three experiments: "2018-08" (with curves) or "2018-09".

    Raises:
        ValueError: run is neither.

    Example:
        >>> from gluon_momentum.published import unseeded_run
        >>> first = unseeded_run("2018-08").experiments[0]
        >>> first.call.mom, first.w, first.b, first.curve[0, 1]
        (0.99, ('-4.64', '7.65'), '-19.84', 16.254301)
    """
    experiments = []
    for record in _read(run, among=("2018-08", "2018-09"))["experiments"]:
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
        for record in _read("2019-01")["traces"]
    )


def chapter() -> dict[str, Any]:
    """Return the numbers of the chapter's own text, and what its sentences say."""
    return deepcopy(_read("chapter"))  # a caller may change what it gets


def _read(run: str, among: Collection[str] = tuple(_FILES)) -> Any:
    if run not in among:
        raise ValueError(f"run must be one of {', '.join(among)}, not {run!r}.")
    return _parsed(_FILES[run])


@lru_cache(maxsize=None)
def _parsed(name: str) -> Any:
    return json.loads(Path(__file__).with_name(name).read_text("utf8"))
