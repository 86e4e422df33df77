"""Reading what was published: JSON files in this folder, each with its provenance, in one form.

No value in these files was ever computed by this package.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, Iterator, NamedTuple, Sequence

import numpy as np

from ..chapter.experiments import Settings
from .forms import NO_CURVE, Execution, Result, Source, Trace


class _Group(NamedTuple):
    """Files that are read together; programs has what stands before the name of each program.

    Where a file lists executions, its runs record a loss after so many examples.
    """

    edition: str
    files: tuple[str, ...]
    programs: str = ""
    interval: int = 200


# In the order of publication. The programs before the summer of 2018 are the early ones, whose
# first weights are drawn from a wider normal.
_GROUPS = {
    "2017-10": _Group("2018", ("d2l-zh-43ffb943.json",), "early "),
    "2017-11": _Group("2018", ("gluon_tutorials_zh_git-715de14.json",), "early "),
    "2018-01": _Group("2018", ("gluon_tutorials-dac3460.json",), "early "),
    "2018-04": _Group("2018", ("learn-gluon-f2d9c2e.json",), "early "),
    "2018-08": _Group("2018", ("d2l-zh-7d1a13a6.json",)),
    "2018-09": _Group("2018", ("gluon_learning-93c4ce5.json", "gluon_learning-93c4ce5-gluon.json")),
    "2019-01": _Group("2018", ("d2l-zh-2a529e1c.json",)),
    "chapter": _Group("2018", ("d2l-zh-a8630b02.json",)),
}
# A later edition's executions are all in one file, which has its name.
_GROUPS.update(
    (path.stem, _Group(path.stem.partition("-")[2], (path.name,)))
    for path in sorted(Path(__file__).parent.glob("edition-*.json"))
)
_GROUPS["ports-2019"] = _Group("2019", ("ports-2019.json",), "port ", 100)
GROUPS = tuple(_GROUPS)
_ROWS = 1500  # on which the executions of a list trained
# What an execution's record says of the loss that a library trained on, and of the printed one: how
# many times half a squared error they are.
_TRAINED = {
    "half": (1.0, 1.0),
    "full, printed unhalved": (2.0, 2.0),
    "full, printed halved": (2.0, 1.0),
}
# Of MXNet 0.12, whose normals come in pairs, which the two libraries hand out in another order.
_LIBRARIES = {"macOS": "libc++", "Linux": "libstdc++"}


@lru_cache(maxsize=None)
def executions() -> tuple[Execution, ...]:
    """Return the executions that are compared with this build, group by group.

    Example:
        >>> from gluon_momentum import published
        >>> first, *others = published.executions()
        >>> first.group, first.seed, first.results[0].losses
        ('2017-10', 1, ('3.4819e-04', '6.6014e-05', '5.0524e-05'))
        >>> later = next(one for one in others if one.edition == "2019")
        >>> later.group, [result.losses[0] for result in later.results]
        ('edition-2019', ['0.244321', '0.253310', '0.244320', '0.243769'])
    """
    return tuple(one for group in GROUPS for one in _of_group(group))


def ports() -> tuple[Execution, ...]:
    """Return executions of ports of the edition of 2019 to other frameworks.

    Example:
        >>> from gluon_momentum import published
        >>> [port.results[3].losses[0] for port in published.ports()[:4]]
        ['0.994468', '0.253280', '0.242904', '0.515107']
        >>> port = published.ports()[-1]
        >>> port.source.repository, port.results[3].program, port.results[3].losses
        ('xuhuilun/Dive-into-DL-PyTorch', 'port concise', ('0.242852',))
    """
    runs = _parsed("edition-2019.json")["runs"]
    early = [
        Execution("ports", port["edition"], _framework(port), _source(port), _losses(port, runs))
        for port in _parsed("ports.json")["ports"]
        if isinstance(port.get("printed"), list)
    ]
    early = [one._replace(results=_as_port(one.results)) for one in early]
    later = [one._replace(group="ports") for one in _of_group("ports-2019")]
    return (*early, *later)


def source(group: str) -> Source:
    """Return where the first execution of a group was published; its path names the others too.

    Raises:
        ValueError: there is no such group.
    """
    if group not in GROUPS:
        raise ValueError(f"group must be one of {', '.join(GROUPS)}, not {group!r}.")
    listed = [one for one in executions() if one.group == group]
    if not listed:
        return _source(_parsed(_GROUPS[group].files[0])["source"])
    return together(listed)


def together(of: Sequence[Execution]) -> Source:
    """Return where the first of some executions was published; its path names the others too."""
    first, *others = (one.source for one in of)
    if not others:
        return first
    path = f"{len(others)} other executions" if len(others) > 1 else others[0].path
    return first._replace(path=f"{first.path} and {path}")


def traces() -> tuple[Trace, ...]:
    """Return the four end points that the version of January 2019 prints.

    Example:
        >>> from gluon_momentum import published
        >>> published.traces()[0]
        Trace(lr=0.4, mom=0, x1='-0.943467', x2='-0.000073')
    """
    [name] = _GROUPS["2019-01"].files
    return tuple(
        Trace(record["lr"], record.get("mom", 0), **record["printed"])
        for record in _parsed(name)["traces"]
    )


def chapter() -> dict[str, Any]:
    """Return the numbers of the chapter's own text, and what its sentences say."""
    [name] = _GROUPS["chapter"].files
    facts: dict[str, Any] = deepcopy(_parsed(name))  # a caller may change what it gets
    return facts


@lru_cache(maxsize=None)
def _parsed(name: str) -> Any:
    return json.loads(Path(__file__).with_name(name).read_text("utf8"))


def _of_group(group: str) -> Iterator[Execution]:
    edition, files, before, interval = _GROUPS[group]
    for name in files:
        record = _parsed(name)
        if "executions" in record:
            for one in record["executions"]:
                results = _runs(one, before, interval)
                yield Execution(group, edition, one["framework"], _source(one), results)
            continue
        if "builds" in record:
            for build in record["builds"]:
                where = _source({**build, "note": f"blob {build['blob']}"})
                yield Execution(group, edition, "mxnet", where, _losses(build, record["runs"]))
            continue
        where = _source(record["source"])
        seed, library = _generators(record.get("environment", {}))
        if "call" in record:  # a seeded call of two programs, each in a file of its own
            for program, text in record["printed"].items():
                path = "; ".join(filter(None, (where.path, text.get("source"))))
                yield Execution(
                    group,
                    edition,
                    "mxnet",
                    where._replace(path=path),
                    (_printed(before + program, record["call"], text),),
                    seed,
                    library,
                )
        # Gluon's program stands in the same file, or in one that has the name.
        notebooks = {"scratch": record, "gluon": record.get("gluon", {})}
        if name.endswith("-gluon.json"):
            notebooks = {"gluon": record}
        for program, held in notebooks.items():
            if "experiments" in held:
                yield Execution(
                    group,
                    edition,
                    "mxnet",
                    where._replace(path=held.get("path", where.path)),
                    tuple(
                        _printed(before + program, one["call"], one["printed"], one.get("curve"))
                        for one in held["experiments"]
                    ),
                )


def _source(record: dict[str, Any]) -> Source:
    return Source(*(record.get(field, "") for field in Source._fields))


def _generators(environment: dict[str, Any]) -> tuple[int | None, str | None]:
    """Return the seed that an execution set, and the C++ library of an MXNet that draws by it."""
    seeded = re.search(r"seed\((\d+)\)", str(environment.get("seeded")))
    early = str(environment.get("mxnet")).startswith("0.")
    library = _LIBRARIES[environment["platform"]] if early else None
    return (int(seeded[1]) if seeded else None), library


def _printed(
    program: str, call: dict[str, Any], text: Any, curve: list[list[float]] | None = None
) -> Result:
    if isinstance(text, str):
        params = re.findall(r"=(-?[\d.]+)", text)
        losses = []
    else:
        params, losses = [*text["w"], text["b"]], text.get("epoch_losses", [])
    drawn = NO_CURVE if curve is None else np.array(curve)
    return Result(program, Settings(**call), tuple(params), tuple(losses), drawn)


def _losses(record: dict[str, Any], runs: list[dict[str, Any]]) -> tuple[Result, ...]:
    """Return the results of runs of the edition of 2019, each with its last loss and its curve."""
    curves = record.get("curves", [None] * len(runs))
    return tuple(
        Result(
            run["program"].partition(".")[0],
            Settings(10, run["lr"], run["mom"], 2, 100),
            losses=(loss,),
            # The edition draws its losses evenly over the epochs.
            curve=NO_CURVE if curve is None else _evenly(curve, 2),
        )
        for run, loss, curve in zip(runs, record["printed"], curves)
    )


def _runs(record: dict[str, Any], before: str, interval: int) -> tuple[Result, ...]:
    """Return the results of an execution of a list."""
    trained = _TRAINED.get(record.get("concise_loss", ""))
    return tuple(
        Result(
            before + run["program"],
            Settings(10, run["lr"], run["mom"], run["num_epochs"], interval),
            losses=(run["printed"],),
            curve=_every(interval, run),
            first_restored=run.get("first_restored", False),
            nesterov=run.get("nesterov", False),
            trained=trained if run["program"] == "concise" else None,
        )
        for run in record["runs"]
    )


def _as_port(results: tuple[Result, ...]) -> tuple[Result, ...]:
    """Return results under the names of the ports' programs, which have fewer rows."""
    names = {"scratch": "port scratch", "gluon": "port concise"}
    return tuple(result._replace(program=names[result.program]) for result in results)


def _evenly(curve: list[float], num_epochs: int) -> Any:
    return np.column_stack([np.linspace(0, num_epochs, len(curve)), curve])


def _every(interval: int, run: dict[str, Any]) -> Any:
    if "curve" not in run:
        return NO_CURVE
    places = run["first_epoch"] + np.arange(len(run["curve"])) * interval / _ROWS
    return np.column_stack([places, run["curve"]])


def _framework(port: dict[str, Any]) -> str:
    return "tensorflow" if "TensorFlow" in port["repository"] else "pytorch"
