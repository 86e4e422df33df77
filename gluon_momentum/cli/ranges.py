"""Ranges of numbers as the command line writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array


_MOST = 10**6  # more along one axis is a slip of the hand


def parse_values(text: str) -> Array[np.float64]:
    """Return the numbers that a range stands for.

    Args:
        text: ``first:last:count``, evenly spaced with both ends; ``first:last:count:log``, evenly
            spaced in the logarithm; or numbers with commas between them, one for instance.

    Raises:
        ValueError: text is none of these.

    Example:
        >>> from gluon_momentum.cli.ranges import parse_values
        >>> parse_values("0:1:5"), parse_values("0.01:1:3:log"), parse_values("0.5,0.9")
        (array([0.  , 0.25, 0.5 , 0.75, 1.  ]), array([0.01, 0.1 , 1.  ]), array([0.5, 0.9]))
    """
    first, *rest = text.split(":")
    try:
        if not rest:
            return np.array([float(number) for number in first.split(",")])
        last, count, *spacing = rest
        ends = float(first), float(last)
        if not spacing and np.isfinite(ends).all():
            return np.linspace(*ends, _count(count))
        if spacing == ["log"] and np.isfinite(ends).all() and min(ends) > 0:
            return np.geomspace(*ends, _count(count))
    except ValueError:
        pass
    raise ValueError(
        f"{text!r} is not a range: write first:last:count, first:last:count:log with both ends "
        f"above 0, or numbers with commas between them; count is from 1 to {_MOST:,}."
    )


def parse_seeds(text: str) -> list[int]:
    """Return the seeds that text stands for: a count, from 0 on, or some with commas between them.

    Raises:
        ValueError: text is neither.

    Example:
        >>> from gluon_momentum.cli.ranges import parse_seeds
        >>> parse_seeds("3"), parse_seeds("0,5,7"), parse_seeds("5,")
        ([0, 1, 2], [0, 5, 7], [5])
    """
    first, *rest = text.split(",")
    try:
        if any(rest) or (rest and first):
            return [int(seed) for seed in (first, *rest) if seed]
        return list(range(_count(first)))
    except ValueError:
        pass
    raise ValueError(
        f"{text!r} is neither a count of seeds, from 1 to {_MOST:,}, "
        "nor seeds with commas between them."
    )


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= _MOST:
        raise ValueError
    return count
