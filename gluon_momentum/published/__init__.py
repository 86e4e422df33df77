"""What was published of the chapter: facts, and reading them; neither needs MXNet.

`load` reads the printed and drawn results, one JSON file each with its provenance, and `legacy`
draws the normals of MXNet 0.12. What they are worth beside a build is for `verification` to say.
"""

from .legacy import legacy_normal
from .load import chapter, seeded_run, source, traces, unseeded_run

__all__ = ["chapter", "legacy_normal", "seeded_run", "source", "traces", "unseeded_run"]
