r"""What can go wrong in an update rule so that it still learns.

Most of them are the chapter's rule with another learning rate or momentum: a velocity that is lost
after each step leaves plain SGD, a gradient that is not divided by the batch size is a learning
rate so many times larger, a dampened one, :math:`(1 - \gamma) g`, one that is smaller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..sweeps.schedule import Rule

if TYPE_CHECKING:
    from .calls import Call


class Mistake(NamedTuple):
    """A mistake, and the run that it makes of a call.

    Attributes:
        name: a few words.
        sentence: what is wrong, for a reader of the code.
        pair: the learning rate and the momentum of that run.
        rule: its update rule.
    """

    name: str
    sentence: str
    pair: tuple[float, float]
    rule: Rule


def mistakes(call: Call) -> list[Mistake]:
    """Return the mistakes that change a call's run at all."""
    batch_size, lr, mom, num_epochs, _ = call.case.settings
    own = call.case.edition.rule
    decays = own.decay != 1 and num_epochs > 2
    found: list[tuple[bool, str, str, tuple[float, float], Rule]] = [
        (
            mom > 0,
            "velocity lost",
            "the velocity is lost after each step, as by `v = ...` where the chapter has "
            "`v[:] = ...`: what is left is plain SGD",
            (lr, 0.0),
            own,
        ),
        (
            decays and mom > 0,
            "learning rate outside the velocity",
            "the learning rate stands outside the velocity, as in PyTorch's SGD, so that its decay "
            "slows the old velocity too",
            (lr, mom),
            own._replace(outside=True),
        ),
        (
            decays,
            "no decay",
            "the learning rate does not decay from the third epoch on",
            (lr, mom),
            own._replace(decay=1.0),
        ),
        (
            batch_size > 1,
            "gradient not divided",
            "the gradient is not divided by the batch size",
            (lr * batch_size, mom),
            own,
        ),
        (
            batch_size > 1,
            "gradient divided twice",
            "the gradient is divided by the batch size twice, as by a mean loss and again in the "
            "step",
            (lr / batch_size, mom),
            own,
        ),
        (
            0 < mom < 1,
            "dampened gradient",
            "the gradient is multiplied by 1 - mom, as in a moving average",
            (lr * (1 - mom), mom),
            own,
        ),
        (
            mom > 0,
            "Nesterov",
            "the step is Nesterov's, which goes on with the new velocity",
            (lr, mom),
            own._replace(nesterov=True),
        ),
    ]
    return [
        Mistake(name, sentence, pair, rule)
        for applies, name, sentence, pair, rule in found
        if applies
    ]
