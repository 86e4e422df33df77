"""What was published of the chapter: facts, and reading them; neither needs MXNet.

`load` and `edition` give the printed and drawn results as records, from one JSON file each with its
provenance, and `legacy` draws the normals of MXNet 0.12. What they are worth beside a build is for
`verification` to say.
"""

from .edition import edition_2019, ports
from .legacy import legacy_normal
from .load import chapter, seeded_run, source, traces, unseeded_run
from .store import FILES

RUNS = tuple(FILES)  # by the month in which they were published

__all__ = [
    "RUNS",
    "chapter",
    "edition_2019",
    "legacy_normal",
    "ports",
    "seeded_run",
    "source",
    "traces",
    "unseeded_run",
]
