"""The form of what was published: one for every source.

A value stands as it was printed, in a string; a number read from a figure stands as a number.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..chapter.experiments import Settings

NO_CURVE: NDArray[np.float64] = np.empty((0, 2))


class Source(NamedTuple):
    """Where something was published."""

    repository: str
    commit: str
    date: str
    path: str
    note: str

    def __str__(self) -> str:
        """Return repository, commit and path."""
        return f"{self.repository} {self.commit}, {self.path}"


class Result(NamedTuple):
    """What one call of an execution printed and drew.

    Attributes:
        program: the edition's program that was called, such as "scratch" or "gluon".
        settings: its arguments.
        params: the weights and then the bias, as printed; () if they were not.
        losses: the printed losses, after each epoch or the last one alone; () if none was.
        curve: the vertices of its figure, (n, 2) with epoch and loss; none, (0, 2), where there is
            no figure or it is a picture.
        first_restored: whether the figure's upper edge cut the line before its first vertex, which
            was found by extending the first segment.
        nesterov: whether it asked for Nesterov's steps.
        trained: how many times half a squared error the loss was that it trained on, and that which
            it printed, as far as a library's code of that day tells.
    """

    program: str
    settings: Settings
    params: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    curve: NDArray[np.float64] = NO_CURVE
    first_restored: bool = False
    nesterov: bool = False
    trained: tuple[float, float] | None = None


class Execution(NamedTuple):
    """A notebook that somebody ran and published.

    Attributes:
        group: what it belongs to, by which it is named: a month, such as "2018-08", or an edition.
        edition: the name of the chapter's edition.
        framework: what it ran on: "mxnet", or that of a port.
        source: where it was published.
        results: of its calls, in their order.
        seed: what it set all generators to, or None.
        library: where the MXNet is 0.12, the C++ library that its normals depend on.
    """

    group: str
    edition: str
    framework: str
    source: Source
    results: tuple[Result, ...]
    seed: int | None = None
    library: str | None = None


class Trace(NamedTuple):
    """Where gradient descent (mom 0) or momentum ends on the quadratic of figures 7.2 and 7.3."""

    lr: float
    mom: float
    x1: str
    x2: str
