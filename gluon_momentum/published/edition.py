"""The book's edition of 2019, on other data, and its ports to other frameworks."""

from __future__ import annotations

from typing import Any

import numpy as np

from .records import Edition, EditionRun, Execution, Port, Source
from .store import EDITION, parsed, read


def edition_2019() -> Edition:
    """Return what the executions of the book's edition of 2019 printed and drew.

    Example:
        >>> from gluon_momentum.published import edition_2019
        >>> edition = edition_2019()
        >>> edition.runs[0], len(edition.executions)
        (EditionRun(program='scratch', lr=0.02, mom=0.5), 16)
        >>> edition.executions[0].printed
        ('0.244321', '0.253310', '0.244320', '0.243769')
    """
    record = read(EDITION)
    executions = [
        Execution(
            _source(build, f"blob {build['blob']}"),
            tuple(build["printed"]),
            np.array(build["curves"]),
        )
        for build in record["builds"]
    ]
    runs = [EditionRun(**run) for run in record["runs"]]
    return Edition(tuple(runs), tuple(executions))


def ports() -> tuple[Port, ...]:
    """Return what ports of the chapter's edition of 2019 to other frameworks printed.

    Example:
        >>> from gluon_momentum.published import ports
        >>> [port.printed[3] for port in ports()]
        ['0.994468', '0.253280', '0.242904', '0.515107']
    """
    return tuple(
        Port(_source(port, port.get("note", "")), tuple(port["printed"]))
        for port in parsed("ports.json")["ports"]
        if port["edition"] == "2019"
    )


def _source(record: dict[str, Any], note: str) -> Source:
    return Source(record["repository"], record["commit"], record["date"], record["path"], note)
