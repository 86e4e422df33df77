"""Exponentially weighted moving averages, by which the chapter explains the velocity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import arguments

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def ewma(x: ArrayLike, gamma: float) -> NDArray[np.float64]:
    r"""Return the exponentially weighted moving average of x over its first axis.

    .. math:: y^{(t)} = \gamma y^{(t-1)} + (1 - \gamma) x^{(t)}, \qquad y^{(-1)} = 0

    The velocity of momentum is one: v is the moving average of ``lr * grad / (1 - mom)`` with
    ``gamma = mom``, also across a change of lr, since lr stands inside v.

    Args:
        x: an NDArray, numpy array or nested lists, of any shape with at least one axis, time first.
        gamma: the share of the last average that is kept, 0 <= gamma < 1.

    Returns:
        float64 array of the shape of x.

    Raises:
        ValueError: gamma is outside [0, 1), x is a single number, or holds what is none.

    Example:
        >>> import gluon_momentum as gm
        >>> gm.ewma([1.0, 1.0, 1.0], gamma=0.5)
        array([0.5  , 0.75 , 0.875])

    Defined in the chapter's section "指数加权移动平均" (Exponentially weighted moving average).
    """
    gamma = arguments.decay(gamma)
    values = arguments.numbers("x", x)
    if values.ndim == 0:
        raise ValueError("x must have at least one axis, time first, not be a single number.")
    y = np.empty_like(values)
    last = np.zeros(values.shape[1:])
    for t in range(len(values)):
        y[t] = last = gamma * last + (1 - gamma) * values[t]
    return y


def ewma_weights(gamma: float, n: int) -> NDArray[np.float64]:
    r"""Return the weights of the newest n values in a moving average, newest first.

    .. math:: (1 - \gamma) \gamma^i, \qquad i = 0, \ldots, n - 1

    Their sum is ``1 - gamma**n``.

    Args:
        gamma: 0 <= gamma < 1.
        n: how many weights, at least 1.

    Returns:
        float64 array (n,).

    Raises:
        ValueError: gamma is outside [0, 1), or n is not a positive integer.

    Example:
        >>> import gluon_momentum as gm
        >>> gm.ewma_weights(0.5, 3)
        array([0.5  , 0.25 , 0.125])

    Defined in the chapter's section "指数加权移动平均" (Exponentially weighted moving average).
    """
    gamma, n = arguments.decay(gamma), arguments.positive_int("n", n)
    weights: NDArray[np.float64] = (1 - gamma) * np.power(gamma, np.arange(n))
    return weights


def effective_window(gamma: float) -> float:
    r"""Return over about how many of the newest values a moving average averages.

    .. math:: \frac{1}{1 - \gamma}

    What is older weighs less than about exp(-1) in all, which the chapter calls small.

    Args:
        gamma: 0 <= gamma < 1.

    Raises:
        ValueError: gamma is outside [0, 1).

    Example:
        >>> import gluon_momentum as gm
        >>> [round(gm.effective_window(gamma)) for gamma in (0.99, 0.95, 0.9, 0.5)]
        [100, 20, 10, 2]

    Defined in the chapter's section "指数加权移动平均" (Exponentially weighted moving average).
    """
    return 1 / (1 - arguments.decay(gamma))
