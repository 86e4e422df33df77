"""The checks of the seeded runs: printed digits, from the seed."""

from __future__ import annotations

from ..published import seeded_run
from .check import Check
from .measured import Measured
from .printed import Margin, digits_check

_REASON = (
    "the authors' own two programs for one seeded run differ by 3e-5 in loss, relative, and by "
    "3e-7 in w: the order of float32 sums"
)
LOSS = Margin(_REASON, rtol=1e-4)
PARAM = Margin(_REASON, atol=1e-6)

_STREAM = {
    "2017-10": "another random stream than MXNet 0.12's on macOS (seed, or order of the pairs)",
    "2017-11": "another random stream than MXNet 0.12's on Linux (seed, or order of the pairs)",
    "2018-01": "another random stream or seed than mx.random.seed(1) of MXNet 1.1",
}
_UPDATE = "another order of the mini-batches, or another update rule"
_DECAY = (
    "where the losses of epochs 1 and 2 hold, no decay or another one, or a learning rate that "
    "stands outside the velocity"
)
_FLOAT = "where the difference is small, float differences of this build"


def checks() -> list[Check]:
    """Return the checks of the three runs, both programs of each."""
    return [
        check
        for run in _STREAM
        for program in ("scratch", "gluon")
        for check in _program_checks(run, program)
    ]


def _program_checks(run: str, program: str) -> list[Check]:
    printed = seeded_run(run).printed[program]
    before_decay = "; ".join([_STREAM[run], _UPDATE, _FLOAT])
    after_decay = "; ".join([_STREAM[run], _UPDATE, _DECAY, _FLOAT])

    def loss(epoch: int) -> Check:
        def value(measured: Measured) -> float:
            return float(measured.seeded(run, program).epoch_losses[epoch - 1])

        text, hint = printed.epoch_losses[epoch - 1], after_decay if epoch > 2 else before_decay
        return digits_check(
            f"{run}.{program}.loss.{epoch}", text, LOSS, printed.source, hint, value
        )

    def weight(i: int) -> Check:
        def value(measured: Measured) -> float:
            return float(measured.seeded(run, program).w[i])

        return digits_check(
            f"{run}.{program}.w.{i}", printed.w[i], PARAM, printed.source, after_decay, value
        )

    def bias(measured: Measured) -> float:
        return measured.seeded(run, program).b

    return [
        *[loss(epoch) for epoch in range(1, len(printed.epoch_losses) + 1)],
        *[weight(i) for i in range(len(printed.w))],
        digits_check(f"{run}.{program}.b", printed.b, PARAM, printed.source, after_decay, bias),
    ]
