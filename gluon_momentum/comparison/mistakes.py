r"""What can go wrong in a program so that it still learns.

Most of them are the chapter's rule with another learning rate or momentum: a velocity that is lost
after each step leaves plain SGD, a gradient that is not divided by the batch size is a learning
rate so many times larger, a dampened one, :math:`(1 - \gamma) g`, one that is smaller. A loss
without its half has twice the gradient, and is printed twice as large.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..sweeps.schedule import Rule

if TYPE_CHECKING:
    from .calls import Call


class Mistake(NamedTuple):
    """A mistake, and the run that it makes of a call.

    Attributes:
        name: a few words.
        sentence: what is wrong, for a reader of the code.
        pair: the learning rate that its steps have on half a squared error, and the momentum.
        rule: its update rule.
        factor: what its losses are multiplied by when they are printed.
    """

    name: str
    sentence: str
    pair: tuple[float, float]
    rule: Rule
    factor: float = 1.0


def mistakes(call: Call) -> list[Mistake]:
    """Return the mistakes that change a call's run, or what it prints, at all."""
    return [*_of_the_velocity(call), *_of_the_gradient(call), *_of_the_loss(call)]


def _of_the_velocity(call: Call) -> Iterator[Mistake]:
    _, _, mom, num_epochs, _ = call.case.settings
    lr, own = call.case.rate, call.case.rule
    decays = own.decay != 1 and num_epochs > 2
    if mom > 0:
        yield Mistake(
            "velocity lost",
            "the velocity is lost after each step, as by `v = ...` where the chapter has "
            "`v[:] = ...`: what is left is plain SGD",
            (lr, 0.0),
            own,
        )
    if decays and mom > 0:
        yield Mistake(
            "learning rate outside the velocity",
            "the learning rate stands outside the velocity, as in PyTorch's SGD, so that its decay "
            "slows the old velocity too",
            (lr, mom),
            own._replace(outside=True),
        )
    if decays:
        yield Mistake(
            "no decay",
            "the learning rate does not decay from the third epoch on",
            (lr, mom),
            own._replace(decay=1.0),
        )


def _of_the_gradient(call: Call) -> Iterator[Mistake]:
    batch_size, _, mom, *_ = call.case.settings
    lr, own = call.case.rate, call.case.rule
    if batch_size > 1:
        yield Mistake(
            "gradient not divided",
            "the gradient is not divided by the batch size",
            (lr * batch_size, mom),
            own,
        )
        yield Mistake(
            "gradient divided twice",
            "the gradient is divided by the batch size twice, as by a mean loss and again in the "
            "step",
            (lr / batch_size, mom),
            own,
        )
    if 0 < mom < 1:
        yield Mistake(
            "dampened gradient",
            "the gradient is multiplied by 1 - mom, as in a moving average",
            (lr * (1 - mom), mom),
            own,
        )
    if own.nesterov:
        return
    if mom > 0:
        yield Mistake(
            "Nesterov",
            "the step is Nesterov's, which goes on with the new velocity",
            (lr, mom),
            own._replace(nesterov=True),
        )
    yield Mistake(
        "gradients never zeroed",
        "gradients are never set to zero, as with grad_req='add', so that each step takes the sum "
        "of all so far",
        (lr, mom),
        own._replace(added=True),
    )


def _of_the_loss(call: Call) -> Iterator[Mistake]:
    batch_size, _, mom, *_ = call.case.settings
    lr, own, losses = call.case.rate, call.case.rule, call.prints_loss or call.curve is not None
    whole, pairs = "loss without its half", "labels broadcast"
    unhalved = "the loss is the whole squared error, as Keras' MeanSquaredError, and not half of it"
    paired = (
        "every prediction is compared with every label, as where the predictions have the shape "
        "(n, 1) and the labels (n,)"
    )
    halved = call.case.program.gradient == 1  # what it trains on has its half
    if halved:
        yield Mistake(whole, unhalved, (2 * lr, mom), own, 2.0)
    if halved and losses:
        yield Mistake(
            "half in print alone",
            "the loss is halved where it is printed, and the whole squared error is trained on",
            (2 * lr, mom),
            own,
        )
    if batch_size > 1 or losses:
        all_pairs = own._replace(broadcast=True)
        yield Mistake(pairs, paired, (lr, mom), all_pairs)
        if not halved:
            return
        both = f"{paired}, and {unhalved}"
        yield Mistake(f"{pairs}, {whole}", both, (2 * lr, mom), all_pairs, 2.0)
