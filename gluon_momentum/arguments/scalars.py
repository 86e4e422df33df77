"""What an argument that is one number may be."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any


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
