"""The chapter's three experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, NamedTuple, Sequence

if TYPE_CHECKING:
    from mxnet.nd import NDArray

    from .claims import Claim
    from .training import Run

DATA: dict[str, Any] = {
    "num_inputs": 2,
    "num_examples": 1000,
    "true_w": [2, -3.4],
    "true_b": 4.2,
}
MOMENTA = (0.99, 0.9, 0.5)
CALL: dict[str, Any] = {"batch_size": 10, "lr": 0.2, "num_epochs": 3, "log_interval": 10}


class Experiment(NamedTuple):
    """One of the chapter's calls of `optimize`, its run, and what the chapter says of it."""

    call: dict[str, Any]
    run: Run
    claim: Claim


def experiments(
    features: NDArray, labels: NDArray, true_w: Sequence[float], true_b: float
) -> Iterator[Experiment]:
    """Run the chapter's three experiments in its order, yielding each when it is done.

    Args:
        features: NDArray (num_examples, 2), as `generate_data` gives.
        labels: NDArray (num_examples,).
        true_w: the weights that the labels were made with.
        true_b: the bias that the labels were made with.

    Defined in the chapter's section "实验" (Experiments).
    """
    from .claims import Outcome, Truth, claim
    from .training import optimize

    outcomes = {}
    for mom in MOMENTA:
        call = {**CALL, "mom": mom}
        run = optimize(features, labels, **call)
        outcomes[mom] = Outcome(run.losses, run.w.asnumpy().ravel(), run.b.asscalar())
        yield Experiment(call, run, claim(mom, outcomes.__getitem__, Truth(true_w, true_b)))
