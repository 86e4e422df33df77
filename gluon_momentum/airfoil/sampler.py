"""The mini-batches' order from Python's generator, for a Gluon DataLoader, which has NumPy's."""

from __future__ import annotations

import random
from typing import Any, Iterator

from ..environment import import_mxnet

Sampler: Any = import_mxnet().gluon.data.sampler.Sampler


class PythonShuffle(Sampler):  # type: ignore[misc]
    """The order that Python's `random` draws for each epoch, as in the chapter of 2018."""

    def __init__(self, length: int) -> None:
        self._length = length

    def __iter__(self) -> Iterator[int]:
        """Yield the numbers of the examples in a new order."""
        order = list(range(self._length))
        random.shuffle(order)
        return iter(order)

    def __len__(self) -> int:
        """Return how many examples there are."""
        return self._length
