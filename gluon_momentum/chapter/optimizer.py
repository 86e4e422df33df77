"""The chapter's optimizer: mini-batch SGD with momentum.

The function's code is the chapter's own (Dive into Deep Learning, Apache-2.0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable

if TYPE_CHECKING:
    from mxnet.nd import NDArray


def sgd_momentum(
    params: Iterable[NDArray], vs: Iterable[NDArray], lr: float, mom: float, batch_size: int
) -> None:
    r"""Take one step of mini-batch SGD with momentum, in place.

    .. math:: v \leftarrow \gamma v + \eta \nabla f_B(x), \qquad x \leftarrow x - v

    Args:
        params: parameters x, any shapes, each with the gradient of the batch's summed loss.
        vs: one velocity v per parameter, same shape; starts at zero.
        lr: learning rate (eta), > 0. It stands inside v, so a change of rate does not rescale
            the velocity already gathered; PyTorch's SGD keeps it outside.
        mom: momentum (gamma), 0 <= mom <= 1.
        batch_size: number of examples the gradient was summed over.

    Example:
        >>> from mxnet import autograd, nd
        >>> x, v = nd.array([1.0]), nd.array([0.0])
        >>> x.attach_grad()
        >>> for step in range(2):
        ...     with autograd.record():
        ...         f = x ** 2
        ...     f.backward()
        ...     sgd_momentum([x], [v], lr=0.125, mom=0.5, batch_size=1)
        ...     print("v", v.asscalar(), "x", x.asscalar())
        v 0.25 x 0.75
        v 0.3125 x 0.4375

    Defined in the chapter's section "动量法的实现" (Implementation of momentum).
    """
    for param, v in zip(params, vs):
        v[:] = mom * v + lr * param.grad / batch_size
        param[:] -= v
