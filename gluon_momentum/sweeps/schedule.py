"""How a run goes over the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array


class Schedule(NamedTuple):
    """How a run goes over the data: the arguments of `optimize` with these names."""

    batch_size: int
    num_epochs: int
    log_interval: int

    def recorded(self, num_examples: int) -> Array[np.bool_]:
        """Return for each mini-batch of an epoch whether the loss is recorded after it."""
        firsts = np.arange(0, num_examples, self.batch_size)
        return np.asarray(firsts % self.log_interval == 0)

    def num_losses(self, num_examples: int) -> int:
        """Return how many losses a run records, the first before the first mini-batch."""
        return 1 + self.num_epochs * int(self.recorded(num_examples).sum())
