"""Reading what was published: one JSON file per run, in this folder, with its provenance.

No value in these files was ever computed by this package.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Collection

EDITION = "edition-2019"
# The runs by the month in which they were published.
FILES = {
    "2017-10": "d2l-zh-43ffb943.json",
    "2017-11": "gluon_tutorials_zh_git-715de14.json",
    "2018-01": "gluon_tutorials-dac3460.json",
    "2018-04": "learn-gluon-f2d9c2e.json",
    "2018-04-gluon": "learn-gluon-f2d9c2e.json",
    "2018-08": "d2l-zh-7d1a13a6.json",
    "2018-09": "gluon_learning-93c4ce5.json",
    "2018-09-gluon": "gluon_learning-93c4ce5-gluon.json",
    "2019-01": "d2l-zh-2a529e1c.json",
    "chapter": "d2l-zh-a8630b02.json",
    EDITION: "edition-2019.json",
}


def read(run: str, among: Collection[str] = tuple(FILES)) -> Any:
    """Return the record of a run, which nobody may change.

    Raises:
        ValueError: run is none of those among which it must be.
    """
    if run not in among:
        raise ValueError(f"run must be one of {', '.join(among)}, not {run!r}.")
    return parsed(FILES[run])


@lru_cache(maxsize=None)
def parsed(name: str) -> Any:
    """Return what a file of this folder holds; it is read once."""
    return json.loads(Path(__file__).with_name(name).read_text("utf8"))
