"""What was published of the chapter: facts, read into one form; none of it needs MXNet.

What they are worth beside a build is for `checks` to say. `legacy_normal` draws the normals of
MXNet 0.12, which the runs of 2017 were made with.
"""

from ..streams import legacy_normal
from .forms import Execution, Result, Source, Trace
from .read import GROUPS, chapter, executions, ports, source, together, traces

__all__ = [
    "GROUPS",
    "Execution",
    "Result",
    "Source",
    "Trace",
    "chapter",
    "executions",
    "legacy_normal",
    "ports",
    "source",
    "together",
    "traces",
]
