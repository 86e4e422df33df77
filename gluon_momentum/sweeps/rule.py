r"""The update rule of a sweep: the chapter's, and those that are taken for it.

.. math:: v \leftarrow \gamma v + \eta g, \qquad z \leftarrow z - v

What differs in the learning rate or the momentum alone, such as a gradient that is not divided by
the batch size, is a sweep with other numbers, and no rule of its own.
"""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    r"""What the chapter's update rule is replaced by.

    Attributes:
        decay: what the learning rate is multiplied by at each epoch from the third on.
        outside: whether the learning rate stands outside the velocity,
            :math:`v \leftarrow \gamma v + g, z \leftarrow z - \eta v`, as in PyTorch. That is the
            chapter's rule with a velocity which decays when the rate does.
        nesterov: whether a step is Nesterov's, :math:`z \leftarrow z - (\gamma v + \eta g)` with
            the new v.
    """

    decay: float = 0.1
    outside: bool = False
    nesterov: bool = False


CHAPTER = Rule()
