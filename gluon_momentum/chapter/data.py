"""The chapter's data and initial parameters.

The code of `init_params` and the lines of `generate_data` are the chapter's own (Dive into Deep
Learning, Apache-2.0), with its globals as arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Sequence

import numpy as np

from .. import arguments
from ..environment import import_mxnet

if TYPE_CHECKING:
    from mxnet.nd import NDArray

nd = import_mxnet().nd


def as_float32(features: Any, labels: Any) -> tuple[NDArray, NDArray]:
    """Return features and labels as NDArrays of float32, which MXNet computes with; those stay.

    Raises:
        ValueError: as `arguments.data`.
    """
    arrays = arguments.data(features, labels)
    return tuple(
        given
        if type(given) is nd.NDArray and given.dtype == np.float32
        else nd.array(array, dtype="float32")
        for given, array in zip((features, labels), arrays)
    )


def generate_data(
    num_inputs: int = 2,
    num_examples: int = 1000,
    true_w: Sequence[float] = (2, -3.4),
    true_b: float = 4.2,
    *,
    normal: Callable[..., NDArray] = nd.random.normal,
) -> tuple[NDArray, NDArray]:
    r"""Draw the data of a linear regression.

    .. math:: y = X w + b + \epsilon, \qquad X_{ij} \sim N(0, 1), \quad \epsilon_i \sim N(0, 0.01^2)

    Args:
        num_inputs: number of features of an example.
        num_examples: number of examples.
        true_w: weights, num_inputs of them, in a list, a numpy array or an NDArray.
        true_b: bias.
        normal: draws normals, called with scale and shape; another stream than MXNet's can stand
            here, as `gluon_momentum.published` needs for the runs of 2017.

    Returns:
        features, an NDArray (num_examples, num_inputs), and labels, an NDArray (num_examples,).

    Raises:
        ValueError: a count is not a positive integer, true_w has another length, or true_w or
            true_b holds what is no finite number.

    Example:
        >>> import gluon_momentum as gm
        >>> gm.seed(0)
        >>> features, labels = gm.generate_data()
        >>> features.shape, labels.shape
        ((1000, 2), (1000,))
        >>> print(labels[:2].asnumpy())
        [6.000587  2.2676215]

    Defined in the chapter's section "实验" (Experiments).
    """
    num_inputs = arguments.positive_int("num_inputs", num_inputs)
    num_examples = arguments.positive_int("num_examples", num_examples)
    weights = arguments.numbers("true_w", true_w)
    if weights.shape != (num_inputs,):
        raise ValueError(
            f"true_w must have num_inputs = {num_inputs} weights, one per feature, "
            f"not the shape {weights.shape}."
        )
    arguments.finite("true_w", weights)
    true_w, true_b = weights.tolist(), arguments.finite_number("true_b", true_b)
    features = normal(scale=1, shape=(num_examples, num_inputs))
    labels = sum(true_w[i] * features[:, i] for i in range(num_inputs)) + true_b
    labels += normal(scale=0.01, shape=labels.shape)
    return features, labels


def init_params(
    num_inputs: int = 2,
    scale: float = 0.01,
    *,
    normal: Callable[..., NDArray] = nd.random.normal,
) -> tuple[list[NDArray], list[NDArray]]:
    r"""Draw the initial parameters and make their velocities.

    .. math:: w_i \sim N(0, \text{scale}^2), \qquad b = 0, \qquad v = 0

    Args:
        num_inputs: number of features.
        scale: standard deviation of the initial weights; the chapter's first version (2017) had 1.
        normal: draws normals, called with scale and shape.

    Returns:
        [w, b], NDArrays (num_inputs, 1) and (1,) with gradients attached, and vs, a zero velocity
        of the same shape for each.

    Raises:
        ValueError: num_inputs is not a positive integer, or scale not a positive number.

    Example:
        >>> import gluon_momentum as gm
        >>> gm.seed(0)
        >>> [w, b], vs = gm.init_params(num_inputs=2)
        >>> print(w.asnumpy().ravel(), b.asnumpy(), [v.shape for v in vs])
        [0.02212206 0.00774004] [0.] [(2, 1), (1,)]

    Defined in the chapter's section "实验" (Experiments).
    """
    num_inputs = arguments.positive_int("num_inputs", num_inputs)
    scale = arguments.positive_number("scale", scale)
    w = normal(scale=scale, shape=(num_inputs, 1))
    b = nd.zeros(shape=(1,))
    params = [w, b]
    vs = []
    for param in params:
        param.attach_grad()
        # A velocity starts at zero, in the shape of its parameter.
        vs.append(param.zeros_like())
    return params, vs
