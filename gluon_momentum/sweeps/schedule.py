"""How a run goes over the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array


class Schedule(NamedTuple):
    """How a run goes over the data.

    Attributes:
        batch_size: as in `optimize`, like the two that follow.
        num_epochs: number of passes.
        log_interval: examples between two records of the loss.
        from_the_end: whether the loss is recorded where the examples seen are a multiple of
            log_interval, as in the book's edition of 2019, and not where the number of the
            mini-batch's first one is.
        mean: whether a smaller last mini-batch is divided by its own size, not by batch_size.
    """

    batch_size: int
    num_epochs: int
    log_interval: int
    from_the_end: bool = False
    mean: bool = False

    def recorded(self, num_examples: int) -> Array[np.bool_]:
        """Return for each mini-batch of an epoch whether the loss is recorded after it."""
        counted = np.arange(0, num_examples, self.batch_size)
        if self.from_the_end:
            counted += self.batch_size
        return np.asarray(counted % self.log_interval == 0)

    def num_losses(self, num_examples: int) -> int:
        """Return how many losses a run records, the first before the first mini-batch."""
        return 1 + self.num_epochs * int(self.recorded(num_examples).sum())
