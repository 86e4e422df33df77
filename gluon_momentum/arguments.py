"""What every argument may be: one clear sentence for bad input, in front of the chapter's code.

Each function returns what it was given in the one form that the code behind it computes with.
"""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Callable, Sequence

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array

    Floats = Array[np.float64]

_LARGEST = float(np.finfo(np.float32).max)


def is_integer(value: Any) -> bool:
    """Tell whether value is an integer, NumPy's included, and not a bool."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Tell whether value is a real number, NumPy's included, and not a bool."""
    return isinstance(value, Real) and not isinstance(value, bool)


def number(value: Any) -> float:
    """Return a real number as a float, nan for what is none."""
    try:
        return float(value) if is_number(value) else math.nan
    except OverflowError:  # an integer or a fraction beyond float64
        return math.inf if value > 0 else -math.inf


def positive_int(name: str, value: Any) -> int:
    """Return value; raise ValueError unless it is an integer of at least 1."""
    if not is_integer(value) or value < 1:
        raise ValueError(f"{name} must be a positive integer, not {shown(value)}.")
    return int(value)


def positive_number(name: str, value: Any) -> float:
    """Return value; raise ValueError unless it is a finite number above 0."""
    if not 0 < number(value) < math.inf:
        raise ValueError(f"{name} must be a finite number above 0, not {shown(value)}.")
    return number(value)


def finite_number(name: str, value: Any) -> float:
    """Return value; raise ValueError unless it is a finite number."""
    if not math.isfinite(number(value)):
        raise ValueError(f"{name} must be a finite number, not {shown(value)}.")
    return number(value)


def momentum(mom: Any) -> float:
    """Return mom; raise ValueError unless it lies in [0, 1], the domain of the chapter."""
    if not 0 <= number(mom) <= 1:
        raise ValueError(f"mom must be a number from 0 to 1, both allowed, not {shown(mom)}.")
    return number(mom)


def decay(gamma: Any) -> float:
    """Return gamma; raise ValueError unless it lies in [0, 1), where 1 / (1 - gamma) is finite."""
    if not 0 <= number(gamma) < 1:
        raise ValueError(f"gamma must be a number from 0 to below 1, not {shown(gamma)}.")
    return number(gamma)


def seed(value: Any) -> int:
    """Return value; raise ValueError unless it is an integer from 0 to 2**31 - 1."""
    # MXNet takes a seed modulo 2**32, Python its absolute value: others would repeat these.
    if not is_integer(value) or not 0 <= value < 2**31:
        raise ValueError(f"seed must be an integer from 0 to 2**31 - 1, not {shown(value)}.")
    return int(value)


def batches(
    batch_size: Any, num_epochs: Any, log_interval: Any, num_examples: int
) -> tuple[int, int, int]:
    """Return the three; raise ValueError unless they are positive integers and a batch fits."""
    size = positive_int("batch_size", batch_size)
    epochs = positive_int("num_epochs", num_epochs)
    interval = positive_int("log_interval", log_interval)
    if size > num_examples:
        raise ValueError(
            f"batch_size must be at most the number of examples, {num_examples}, not {size}."
        )
    return size, epochs, interval


def shown(value: Any) -> str:
    """Return a value as it is written, on one line and no longer than a sentence bears."""
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # Python refuses to write integers of more than 4,300 digits
        text = f"an integer of {value.bit_length()} bits"
    return text if len(text) <= 60 else f"{text[:50]}..."


def numbers(name: str, values: Any) -> Floats:
    """Return real numbers in any form that holds them as a float64 array.

    Args:
        name: what the caller calls them.
        values: an NDArray of MXNet, a numpy array, a number, or nested lists of these.

    Raises:
        ValueError: values are something else: masked, complex, text, dates, booleans, of no one
            shape.
    """
    try:
        array = np.asarray(_plain(values))
        if array.dtype == object and all(is_number(value) for value in array.flat):
            array = np.array([number(value) for value in array.flat]).reshape(array.shape)
        if array.dtype.kind not in "iuf":
            raise TypeError(f"an array of {array.dtype} holds no real numbers")
        return array.astype(np.float64)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(
            f"{name} must be real numbers in an NDArray, a numpy array or nested lists of one "
            f"shape, not {shown(values)}."
        ) from error


def _plain(values: Any) -> Any:
    """Return values with numpy arrays for MXNet's, which numpy would take apart number by number.

    Lists become arrays of objects, since numpy would make text of [1, "2"].
    """
    if isinstance(values, np.ma.MaskedArray):
        raise TypeError("numpy would ignore the mask")
    if hasattr(values, "asnumpy"):
        return values.asnumpy()
    if not isinstance(values, (list, tuple)):
        return values
    plain = [_plain(value) for value in values]
    if plain and all(isinstance(value, np.ndarray) for value in plain):
        return np.stack(plain)
    return np.array(plain, dtype=object if plain else np.float64)


def each(name: str, values: Any, check: Callable[[Any], Any]) -> list[Any]:
    """Return the values of one axis, each as check returns it, no two of them the same.

    Raises:
        ValueError: they are not one-dimensional, none, not numbers, or two are the same; or check
            refuses one of them.
    """
    array = numbers(name, values)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(
            f"{name} must be a one-dimensional array of at least one value, "
            f"not of shape {array.shape}."
        )
    checked = [check(value) for value in np.asarray(_plain(values))]
    if len(set(checked)) < len(checked):
        raise ValueError(f"{name} must all differ: a repeated value repeats its runs.")
    return checked


def data(features: Any, labels: Any) -> tuple[Floats, Floats]:
    """Return features (n, d) and labels (n,) or (n, 1), with n, d >= 1, as float64 arrays.

    Raises:
        ValueError: they are not numbers, not of such shapes, or not finite in MXNet's float32.
    """
    x, y = numbers("features", features), numbers("labels", labels)
    if x.ndim != 2 or 0 in x.shape:
        raise ValueError(
            "features must have the shape (num_examples, num_inputs), neither of them 0, "
            f"not {x.shape}."
        )
    if y.shape not in ((x.shape[0],), (x.shape[0], 1)):
        raise ValueError(
            f"labels must have one value for each of the {x.shape[0]} rows of features, "
            f"not the shape {y.shape}."
        )
    finite("features", x)
    finite("labels", y)
    return x, y


def finite(name: str, values: Floats) -> None:
    """Raise ValueError unless every number of an array is finite in float32, the chapter's type."""
    if not np.all(np.abs(values) <= _LARGEST):
        raise ValueError(f"{name} must be finite numbers: some are nan or above {_LARGEST:.3g}.")


def seeds(values: Any) -> Sequence[int]:
    """Return values; raise ValueError unless they are seeds, at least one, no two the same."""
    if isinstance(values, range) and values:  # as it is: it may be larger than memory
        seed(values[0]), seed(values[-1])
        return values
    return each("seeds", values, seed)
