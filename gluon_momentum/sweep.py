"""The chapter's exercise: other combinations of momentum and learning rate, a million at a time."""

from __future__ import annotations

from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any, Sequence

import numpy as np

from . import checks
from .dataset import check_memory, dataset
from .environment import import_mxnet
from .linear import Schedule, gradients_shape, largest_curvature, num_losses, problem
from .units import compute, seeds_at_once

if TYPE_CHECKING:
    from concurrent.futures import Executor

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
    batch_size: int = 10,
    num_epochs: int = 3,
    log_interval: int = 10,
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
        features: NDArray or numpy array (num_examples, num_inputs).
        labels: NDArray or numpy array (num_examples,).
        lr: learning rates, each > 0, (L,).
        mom: momenta, each from 0 to 1, (M,).
        seeds: the seeds, no two the same, (S,).
        batch_size: as in `optimize`.
        num_epochs: as in `optimize`.
        log_interval: as in `optimize`.
        initial: (w, b) from which every run starts, (num_inputs, 1) and (1,); the seeds then fix
            only the order of the mini-batches. Without it, MXNet's generator is seeded anew for
            each seed, and stays so. Python's own generator is left alone in any case.
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
          the coordinate epoch says where, as `Run.epochs`.

        Its attributes say what was computed; lambda_max is the `largest_curvature`.

    Raises:
        ValueError: an argument is outside its domain, or the sweep would not fit in memory.

    Example:
        >>> import gluon_momentum as gm
        >>> gm.seed(0)
        >>> features, labels = gm.generate_data()
        >>> ds = gm.sweep(features, labels, lr=[0.02, 0.2], mom=[0.5, 0.9, 0.99], seeds=[0, 1])
        >>> dict(ds.sizes)
        {'seed': 2, 'mom': 3, 'lr': 2, 'input': 2}
        >>> print(f"{ds.final_loss.sel(seed=0, mom=0.9, lr=0.2):.2e}")
        5.26e-05

    Defined in the chapter's section "练习" (Exercises).
    """
    x, y = _numpy(features), _numpy(labels)
    checks.data(x, y)
    checks.finite("features", x)
    checks.finite("labels", y)
    checks.batches(batch_size, num_epochs, log_interval, num_examples=len(x))
    checks.each("lr", lr, partial(checks.positive_number, "lr"))
    checks.each("mom", mom, checks.momentum)
    checks.each("seeds", seeds, checks.seed)
    if len(set(seeds)) < len(seeds):
        raise ValueError("seeds must all differ: a repeated seed repeats its runs.")
    if dtype not in ("float32", "float64"):
        raise ValueError(f'dtype must be "float32" or "float64", not {dtype!r}.')
    regression = problem(x, y.reshape(-1))
    schedule = Schedule(batch_size, num_epochs, log_interval)
    kept = num_losses(regression, schedule) if trace else 0
    rates, momenta = np.array(lr, np.float64), np.array(mom, np.float64)
    runs = len(momenta) * len(rates)
    gradients = seeds_at_once(len(seeds), runs) * prod(gradients_shape(regression, schedule))
    check_memory(len(seeds) * runs, x.shape[1], kept, np.dtype(dtype), gradients)
    block = compute(
        regression,
        schedule,
        [int(seed) for seed in seeds],
        _starts(x.shape[1], seeds, initial),
        np.tile(rates, len(momenta)),
        np.repeat(momenta, len(rates)),
        kept,
        np.dtype(dtype),
        executor,
        progress,
    )
    attributes = {
        **schedule._asdict(),
        "initial": "init_params" if initial is None else "given",
        "dtype": dtype,
        "num_examples": len(x),
        "lambda_max": largest_curvature(regression),
    }
    return dataset(block, np.array(seeds), momenta, rates, num_epochs, attributes)


def _numpy(values: Any) -> Floats:
    """Return an NDArray or an array as numpy float64."""
    return np.asarray(values.asnumpy() if hasattr(values, "asnumpy") else values, np.float64)


def _starts(num_inputs: int, seeds: Sequence[int], initial: tuple[Any, Any] | None) -> Floats:
    """Return the initial weights and bias of each seed, (seeds, num_inputs + 1)."""
    if initial is not None:
        w, b = (_numpy(param).reshape(-1) for param in initial)
        if (w.size, b.size) != (num_inputs, 1):
            raise ValueError(
                f"initial must be (w, b) with {num_inputs} weights, one per feature, and one bias, "
                f"not {w.size} and {b.size}."
            )
        checks.finite("initial", np.append(w, b))
        return np.tile(np.append(w, b), (len(seeds), 1))
    random = import_mxnet().random
    from .data import init_params

    starts = np.zeros((len(seeds), num_inputs + 1))
    for start, seed in zip(starts, seeds):
        random.seed(int(seed))
        [w, b], _ = init_params(num_inputs)
        start[:] = np.append(_numpy(w), _numpy(b))
    return starts
