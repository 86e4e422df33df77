"""The chapter's exercise: other combinations of momentum and learning rate, a million at a time."""

from __future__ import annotations

from concurrent.futures import Executor
from functools import partial
from typing import TYPE_CHECKING, Any, Sequence

import numpy as np

from .. import arguments
from ..chapter.experiments import CALL
from ..streams import first_weights
from . import memory
from .dataset import dataset
from .distribute import compute
from .regression import regress
from .runs import plan
from .schedule import Schedule

if TYPE_CHECKING:
    from mxnet.nd import NDArray
    from numpy.typing import NDArray as Array
    from xarray import Dataset

    Floats = Array[np.float64]


def sweep(
    features: NDArray | Array[Any],
    labels: NDArray | Array[Any],
    lr: Sequence[float] | Floats,
    mom: Sequence[float] | Floats,
    seeds: Sequence[int] = (0,),
    batch_size: int = CALL.batch_size,
    num_epochs: int = CALL.num_epochs,
    log_interval: int = CALL.log_interval,
    *,
    initial: tuple[Any, Any] | None = None,
    trace: bool = False,
    dtype: str = "float32",
    executor: Executor | None = None,
    progress: bool = False,
) -> Dataset:
    r"""Run `optimize` for every seed, momentum and learning rate.

    .. math:: \bar\ell(\theta) = \bar\ell(\theta^*) + |z|^2, \qquad
              v \leftarrow \gamma v + \eta (H_t z + g_t), \qquad z \leftarrow z - v

    A cell is what ``gm.seed(seed)`` followed by `optimize` computes: the same initial w, the same
    mini-batches, the same decay of the learning rate. A mini-batch's :math:`H_t` and :math:`g_t`
    depend on the seed alone, so a step of thousands of runs is a few operations on whole arrays.

    Args:
        features: (num_examples, num_inputs), an NDArray, a numpy array or nested lists.
        labels: (num_examples,), likewise.
        lr: learning rates, each > 0, no two the same, (L,).
        mom: momenta, each from 0 to 1, no two the same, (M,).
        seeds: the seeds, no two the same, (S,).
        batch_size: as in `optimize`.
        num_epochs: as in `optimize`.
        log_interval: as in `optimize`.
        initial: (w, b) from which every run starts, (num_inputs, 1) and (1,); the seeds then fix
            only the order of the mini-batches. No generator is seeded or drawn from.
        trace: whether to keep every recorded loss.
        dtype: what to compute in, "float32" or "float64".
        executor: where blocks of runs are computed; a thread per processor if None. What it gives
            is the same to the last bit.
        progress: whether to draw a progress bar on stderr.

    Returns:
        A Dataset with the dimensions (seed, mom, lr) and the variables

        * final_loss and max_loss: the last and the highest recorded loss; inf after overflow;
        * w (seed, mom, lr, input) and b: the final parameters; inf or nan after overflow;
        * diverged: whether a recorded loss was above the largest float32, where `optimize`'s
          losses become inf;
        * loss (seed, mom, lr, step), with trace=True: every recorded loss, inf after overflow;
          the coordinate epoch says after how much of the run, where `Run.epochs` are the
          chapter's, evenly from 0 to num_epochs.

        Its attributes say what was computed; lambda_max is the `largest_curvature`.

    Raises:
        ValueError: an argument is outside its domain, or the sweep would not fit in memory.

    Example:
        >>> import gluon_momentum as gm
        >>> features, labels = gm.book_data()
        >>> ds = gm.sweep(features, labels, lr=[0.02, 0.2], mom=[0.5, 0.9, 0.99], seeds=[0, 1])
        >>> dict(ds.sizes)
        {'seed': 2, 'mom': 3, 'lr': 2, 'input': 2}
        >>> print(f"{ds.final_loss.sel(seed=0, mom=0.9, lr=0.2):.2e}")
        5.26e-05

    Defined in the chapter's section "练习" (Exercises).
    """
    x, y = arguments.data(features, labels)
    schedule = Schedule(*arguments.batches(batch_size, num_epochs, log_interval, len(x)))
    rates = np.array(arguments.each("lr", lr, partial(arguments.positive_number, "lr")))
    momenta = np.array(arguments.each("mom", mom, arguments.momentum))
    seeds = arguments.seeds(seeds)
    if dtype not in ("float32", "float64"):
        raise ValueError(f'dtype must be "float32" or "float64", not {dtype!r}.')
    if executor is not None and not isinstance(executor, Executor):
        raise ValueError(
            "executor must be a concurrent.futures.Executor or None, "
            f"not {arguments.shown(executor)}."
        )
    runs = len(momenta) * len(rates)
    memory.check(
        memory.bytes_needed(len(x), x.shape[1], len(seeds), runs, schedule, trace, dtype),
        f"A sweep of {len(seeds) * runs:,} runs",
        f"ask for fewer runs, fewer epochs{' or no traces' if trace else ''}",
    )
    starts = _starts(x.shape[1], seeds, initial)
    grid = np.tile(rates, len(momenta)), np.repeat(momenta, len(rates))
    given = regress(x, y.reshape(-1)), schedule, seeds, starts, *grid
    whole = plan(*given, trace=trace, dtype=dtype)
    [block] = compute([whole], executor, progress)
    ds = dataset(whole, block, rates, momenta)
    return ds.assign_attrs(initial="init_params" if initial is None else "given")


def _starts(num_inputs: int, seeds: Sequence[int], initial: tuple[Any, Any] | None) -> Floats:
    """Return the initial weights and bias of each seed, (seeds, num_inputs + 1)."""
    if initial is not None:
        pair = initial if isinstance(initial, (tuple, list)) else ()
        params = [arguments.numbers("initial", param).reshape(-1) for param in pair]
        sizes = [param.size for param in params]
        if sizes != [num_inputs, 1]:
            raise ValueError(
                f"initial must be (w, b) with {num_inputs} weights, one per feature, and one bias, "
                f"not {' and '.join(map(str, sizes)) or arguments.shown(initial)}."
            )
        w, b = params
        arguments.finite("initial", np.append(w, b))
        return np.tile(np.append(w, b), (len(seeds), 1))
    weights = first_weights(seeds, num_inputs).astype(np.float64)
    return np.column_stack([weights, np.zeros(len(seeds))])
