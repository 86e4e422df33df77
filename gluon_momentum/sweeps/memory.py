"""How much memory a sweep needs, and how much the machine, the container and the process leave."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Iterator

import numpy as np
import psutil

from .distribute import units_at_once
from .regression import gradients_shape

if TYPE_CHECKING:
    from .schedule import Schedule

# By what factor the results of runs take more memory where they are copied, in float64 for one.
COPIED = 4
_PROC, _CGROUP = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")


def available() -> int:
    """Return how many bytes can still be used; the least of what each limit leaves."""
    rooms = [psutil.virtual_memory().available, *_cgroup_rooms()]
    limit = _address_space()
    if limit is not None:
        rooms.append(limit - psutil.Process().memory_info().vms)
    return int(max(0, min(rooms)))


def _address_space() -> int | None:
    """Return the limit of ``ulimit -v``, if there is one."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else limit


def check(needed: float, what: str, remedy: str) -> None:
    """Raise ValueError, saying how much is needed, if so many bytes are not available.

    Args:
        needed: the bytes; `COPIED` times as many where results are drawn, ranked or written too.
        what: what needs them.
        remedy: what to ask for instead.
    """
    room = available()
    if needed > room:
        raise ValueError(
            f"{what} needs {_size(needed)} of memory, of which {_size(room)} are available: "
            f"{remedy}."
        )


def bytes_needed(
    num_examples: int,
    num_inputs: int,
    seeds: int,
    runs: int,
    schedule: Schedule,
    trace: bool,
    dtype: str,
) -> int:
    """Return how much memory a sweep needs at once, for its Dataset and while it computes.

    Args:
        num_examples: of the data.
        num_inputs: of the data.
        seeds: how many.
        runs: how many for each seed.
        schedule: what a run goes through.
        trace: whether every loss is kept.
        dtype: "float32" or "float64".
    """
    size = np.dtype(dtype).itemsize
    losses = schedule.num_losses(num_examples) if trace else 0
    values = len(("final_loss", "max_loss", "b")) + num_inputs + losses
    rank = min(num_examples, num_inputs + 1)
    gradient = prod(gradients_shape(num_examples, rank, schedule))
    terms = num_examples * rank * (rank + 1)
    held, cells_at_once = units_at_once(seeds, runs)
    return (
        seeds * runs * (values * size + 1)  # diverged takes one byte
        + runs * 2 * 8  # lr and mom
        # A unit has each example's part of the gradients, and those of one seed at a time, found in
        # float64 and kept in dtype; its results wait to be copied, and were found from z.
        + held * (terms * 8 + gradient * (8 + size))
        + cells_at_once * (values + rank) * size
    )


def _size(count: float) -> str:
    return f"{count / 2**30:,.1f} GiB" if count >= 10 * 2**30 else f"{count / 2**20:,.0f} MiB"


def _cgroup_rooms() -> Iterator[int]:
    """Yield what each control group that this process is in leaves it, of version 1 or 2."""
    try:
        lines = _PROC.read_text("utf8").splitlines()
    except OSError:  # not Linux
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            root, names = _CGROUP, ("memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            root = _CGROUP / "memory"
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        else:
            continue
        # Seen from inside a container, the path may be the host's; the root is then its own.
        group = root / path.lstrip("/")
        for folder in (group, *group.parents):
            if root in (folder, *folder.parents):
                yield from _room(folder, *names)


def _room(folder: Path, limit: str, usage: str, reclaimable: str) -> Iterator[int]:
    """Yield the bytes that a control group leaves, if it has a limit."""
    try:
        most = (folder / limit).read_text("utf8").strip()
        if most == "max":
            return
        used = int((folder / usage).read_text("utf8"))
        numbers = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    except OSError:
        return
    # Files that were read count as used until somebody wants their place.
    yield int(most) - used + int(numbers.get(reclaimable, 0))
