"""Every published run of the chapter: what was printed, and whether this MXNet gives it back.

`load` reads what was published and `legacy` draws the normals of MXNet
0.12; neither needs MXNet.
`programs` computes the runs again, `spread` what the unknown order of mini-batches does to them,
and `verify` holds the two together.
"""

from .legacy import legacy_normal
from .load import chapter, seeded_run, source, traces, unseeded_run

__all__ = ["chapter", "legacy_normal", "seeded_run", "source", "traces", "unseeded_run"]
