"""What every argument may be: one clear sentence for bad input, in front of the chapter's code.

Each function returns what it was given in the one form that the code behind it computes with.
"""

from .arrays import data, each, finite, numbers, seeds
from .scalars import (
    batches,
    decay,
    finite_number,
    is_integer,
    momentum,
    positive_int,
    positive_number,
    seed,
    shown,
)

__all__ = [
    "batches",
    "data",
    "decay",
    "each",
    "finite",
    "finite_number",
    "is_integer",
    "momentum",
    "numbers",
    "positive_int",
    "positive_number",
    "seed",
    "seeds",
    "shown",
]
