"""What every argument may be: one clear sentence for bad input, in front of the chapter's code."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any, Callable

import numpy as np


def is_integer(value: Any) -> bool:
    """Tell whether value is an integer, NumPy's included, and not a bool."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Tell whether value is a real number, NumPy's included."""
    return isinstance(value, Real)


def positive_int(name: str, value: Any) -> None:
    """Raise ValueError unless value is an integer of at least 1."""
    if not is_integer(value) or value < 1:
        raise ValueError(f"{name} must be a positive integer, not {value!r}.")


def positive_number(name: str, value: Any) -> None:
    """Raise ValueError unless value is a finite number above 0."""
    if not is_number(value) or not (0 < value < math.inf):
        raise ValueError(f"{name} must be a finite number above 0, not {value!r}.")


def momentum(mom: Any) -> None:
    """Raise ValueError unless mom lies in [0, 1], the domain of the chapter."""
    if not is_number(mom) or not (0 <= mom <= 1):
        raise ValueError(f"mom must be a number from 0 to 1, both allowed, not {mom!r}.")


def decay(gamma: Any) -> None:
    """Raise ValueError unless gamma lies in [0, 1), where 1 / (1 - gamma) is finite."""
    if not is_number(gamma) or not (0 <= gamma < 1):
        raise ValueError(f"gamma must be a number from 0 to below 1, not {gamma!r}.")


def seed(value: Any) -> None:
    """Raise ValueError unless value is an integer from 0 to 2**31 - 1."""
    # MXNet takes a seed modulo 2**32, Python its absolute value: others would repeat these.
    if not is_integer(value) or not 0 <= value < 2**31:
        raise ValueError(f"seed must be an integer from 0 to 2**31 - 1, not {value!r}.")


def each(name: str, values: Any, check: Callable[[Any], None]) -> None:
    """Raise ValueError unless values are one-dimensional, at least one, and each passes check."""
    array = np.asarray(values)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(
            f"{name} must be a one-dimensional array of at least one value, "
            f"not of shape {array.shape}."
        )
    for value in array:
        check(value)


def finite(name: str, values: Any) -> None:
    """Raise ValueError unless every number of an array is finite."""
    if not np.isfinite(values).all():
        raise ValueError(f"{name} must be finite numbers: some are inf or nan.")


def data(features: Any, labels: Any) -> None:
    """Raise ValueError unless features are (n, d) and labels (n,) or (n, 1), with n, d >= 1."""
    if len(features.shape) != 2 or 0 in features.shape:
        raise ValueError(
            "features must have the shape (num_examples, num_inputs), neither of them 0, "
            f"not {features.shape}."
        )
    if labels.shape not in ((features.shape[0],), (features.shape[0], 1)):
        raise ValueError(
            f"labels must have one value for each of the {features.shape[0]} rows of features, "
            f"not the shape {labels.shape}."
        )


def batches(batch_size: Any, num_epochs: Any, log_interval: Any, num_examples: int) -> None:
    """Raise ValueError unless the three are positive integers and a batch fits the data."""
    positive_int("batch_size", batch_size)
    positive_int("num_epochs", num_epochs)
    positive_int("log_interval", log_interval)
    if batch_size > num_examples:
        raise ValueError(
            f"batch_size must be at most the number of examples, {num_examples}, not {batch_size}."
        )
