"""What a run goes through: its mini-batches, where its loss is recorded, and its update rule."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array

# What must be a multiple of log_interval for the loss to be recorded after a mini-batch: the number
# of its first example in its epoch, that of the first one after it, or of all examples of the run.
BEGUN, ENDED, SEEN = "begun", "ended", "seen"


class Records(NamedTuple):
    """When a run records its loss.

    Attributes:
        counted: the number that must be a multiple of log_interval: BEGUN (the chapter's), ENDED,
            or SEEN, which is not counted anew in each epoch.
        before: whether the loss is recorded before the first mini-batch too.
    """

    counted: str = BEGUN
    before: bool = True


class Schedule(NamedTuple):
    """How a run goes over the data.

    Attributes:
        batch_size: as in `optimize`, like the two that follow.
        num_epochs: number of passes.
        log_interval: examples between two records of the loss.
        records: when these are made.
        mean: whether a smaller last mini-batch is divided by its own size, not by batch_size.
        buffer: of how many examples a shuffle draws each next one, as tf.data does; 0 for all.
    """

    batch_size: int
    num_epochs: int
    log_interval: int
    records: Records = Records()
    mean: bool = False
    buffer: int = 0

    @property
    def batches(self) -> tuple[int, bool, int]:
        """What the mini-batches of an epoch depend on, beside the data and the seed."""
        return self.batch_size, self.mean, self.buffer

    def recorded(self, num_examples: int) -> Array[np.bool_]:
        """Return after which mini-batches the loss is recorded, (num_epochs, mini-batches)."""
        period = self._period(num_examples)
        return np.resize(period, (self.num_epochs, period.shape[1]))

    def epochs(self, num_examples: int) -> Array[np.float64]:
        """Return where the losses are recorded, in epochs, (losses,)."""
        epoch, batch = np.nonzero(self.recorded(num_examples))
        seen = np.minimum((batch + 1) * self.batch_size, num_examples)
        after = (epoch * num_examples + seen) / num_examples
        return np.append([0.0] if self.records.before else [], after)

    def num_losses(self, num_examples: int) -> int:
        """Return how many losses a run records."""
        each = self._period(num_examples).sum(axis=1)  # of an epoch
        periods, rest = divmod(self.num_epochs, len(each))
        return int(self.records.before + periods * each.sum() + each[:rest].sum())

    def num_batches(self, num_examples: int) -> int:
        """Return how many mini-batches an epoch has."""
        return -(-num_examples // self.batch_size)

    def _period(self, num_examples: int) -> Array[np.bool_]:
        """Return what `recorded` does for those epochs after which it repeats."""
        counts = np.arange(0, num_examples, self.batch_size)[None]
        if self.records.counted != BEGUN:
            counts = counts + self.batch_size
        if self.records.counted == SEEN:
            epochs = np.arange(self.log_interval // gcd(num_examples, self.log_interval))
            counts = np.minimum(counts, num_examples) + epochs[:, None] * num_examples
        return np.asarray(counts % self.log_interval == 0)


class Rule(NamedTuple):
    r"""The update rule: the chapter's, or one that is taken for it.

    .. math:: v \leftarrow \gamma v + \eta g, \qquad z \leftarrow z - v

    What differs in the learning rate or the momentum alone, such as a gradient that is not divided
    by the batch size, is a run with other numbers, and no rule of its own.

    Attributes:
        decay: what the learning rate is multiplied by at each epoch from the third on.
        outside: whether the learning rate stands outside the velocity,
            :math:`v \leftarrow \gamma v + g, z \leftarrow z - \eta v`, as in PyTorch. That is the
            chapter's rule with a velocity which decays when the rate does.
        nesterov: whether a step is Nesterov's, :math:`z \leftarrow z - (\gamma v + \eta g)` with
            the new v.
        added: whether g is the sum of all gradients so far, which nobody set to zero; not both this
            and Nesterov's.
        broadcast: whether a mini-batch compares every prediction with every label, as labels (n,)
            and predictions (n, 1) do: with the labels' mean, then. A loss is that of all pairs.
    """

    decay: float = 0.1
    outside: bool = False
    nesterov: bool = False
    added: bool = False
    broadcast: bool = False


CHAPTER = Rule()
