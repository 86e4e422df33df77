"""Gradient descent and momentum on a quadratic of two variables: the traces of figures 7.2, 7.3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

import numpy as np

from .. import arguments

if TYPE_CHECKING:
    from numpy.typing import NDArray


def gd_trace(
    lr: float,
    steps: int = 20,
    start: Sequence[float] = (-5, -2),
    a: float = 0.1,
    c: float = 2.0,
) -> NDArray[np.float64]:
    r"""Return where gradient descent goes on a quadratic: the trace of figure 7.2.

    .. math:: f(x) = a x_1^2 + c x_2^2, \qquad x \leftarrow x - \eta \nabla f(x)

    Args:
        lr: learning rate, > 0.
        steps: number of iterations.
        start: the two coordinates to start from.
        a: half the curvature along x1, > 0.
        c: half the curvature along x2, > 0.

    Returns:
        float64 array (steps + 1, 2), the start first. It grows without bound when lr > 1 / c.

    Raises:
        ValueError: an argument is outside its domain.

    Example:
        >>> import gluon_momentum as gm
        >>> gm.gd_trace(lr=0.4)[-1].round(6)
        array([-9.43467e-01, -7.30000e-05])

    Defined in the chapter's section "梯度下降的问题" (Problems of gradient descent).
    """
    return momentum_trace(lr, 0.0, steps, start, a, c)


def momentum_trace(
    lr: float,
    mom: float,
    steps: int = 20,
    start: Sequence[float] = (-5, -2),
    a: float = 0.1,
    c: float = 2.0,
) -> NDArray[np.float64]:
    r"""Return where momentum goes on a quadratic: the trace of figure 7.3.

    .. math:: v \leftarrow \gamma v + \eta \nabla f(x), \qquad x \leftarrow x - v

    Args:
        lr: learning rate, > 0; inside the velocity v, which starts at zero.
        mom: momentum (gamma), 0 <= mom <= 1; with 0 this is `gd_trace`.
        steps: number of iterations.
        start: the two coordinates to start from.
        a: half the curvature along x1 of f(x) = a x1^2 + c x2^2, > 0.
        c: half the curvature along x2, > 0.

    Returns:
        float64 array (steps + 1, 2), the start first.

    Raises:
        ValueError: an argument is outside its domain.

    Example:
        >>> import gluon_momentum as gm
        >>> gm.momentum_trace(lr=0.4, mom=0.5)[-1].round(6)
        array([-0.062843,  0.001202])

    Defined in the chapter's section "由指数加权移动平均理解动量法" (Momentum understood from the
    exponentially weighted moving average).
    """
    lr, mom = arguments.positive_number("lr", lr), arguments.momentum(mom)
    steps = arguments.positive_int("steps", steps)
    a, c = arguments.positive_number("a", a), arguments.positive_number("c", c)
    x = arguments.numbers("start", start)
    if x.shape != (2,) or not np.isfinite(x).all():
        raise ValueError(f"start must be two finite numbers, x1 and x2, not {start!r}.")
    curvature = np.array([2 * a, 2 * c])
    v = np.zeros(2)
    trace = [x]
    with np.errstate(over="ignore", invalid="ignore"):  # far too large a rate ends at inf
        for _ in range(steps):
            v = mom * v + lr * curvature * x
            x = x - v
            trace.append(x)
    return np.array(trace)
