"""The normals of MXNet 0.12 and of the first wheels of 1.0.0, from a seed.

Their stream is not that of later versions, which 1.0.0.post3 already draws.
"""

from __future__ import annotations

from typing import Any, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from .. import arguments

# Which of a pair of words the first normal of the pair belongs to: the two libraries differ.
_FIRST = {"libstdc++": 1, "libc++": 0}
# The largest seed for which 127 * seed is still a 32-bit int, as MXNet computes it.
_LARGEST_SEED = (2**31 - 1) // 127


def legacy_normal(
    seed: int, shapes: Iterable[Sequence[int]], library: str
) -> list[NDArray[np.float32]]:
    r"""Return what successive calls of `nd.random_normal` gave in MXNet 0.12, on the CPU.

    A call takes one word of a global mt19937, seeded with 127 * seed, and seeds an mt19937 of its
    own with it; Marsaglia's polar method makes pairs of standard normals from pairs of its words:

    .. math::
        u, v \sim U(-1, 1), \quad r = u^2 + v^2 \in (0, 1], \quad
        (u, v) \cdot \sqrt{-2 \ln(r) / r}

    libc++ (macOS) hands out the normal of u first, libstdc++ (Linux) that of v. All in float32, the
    logarithm correctly rounded: the C library's was not always, in 3 of 1000 normals.

    Args:
        seed: the argument of mx.random.seed, from 0 to 16909320.
        shapes: the shape of each call, in order.
        library: "libstdc++" (Linux) or "libc++" (macOS).

    Returns:
        A float32 array of standard normals for each shape.

    Raises:
        ValueError: seed or library is not one of these, or a size is not a positive integer.

    Example:
        >>> from gluon_momentum.published import legacy_normal
        >>> features, noise = legacy_normal(1, [(1000, 2), (1000,)], "libc++")
        >>> print(features[0], noise.shape)
        [-1.3064442   0.11287736] (1000,)
    """
    if library not in _FIRST:
        raise ValueError(f"library must be 'libstdc++' or 'libc++', not {library!r}.")
    if not arguments.is_integer(seed) or not 0 <= seed <= _LARGEST_SEED:
        raise ValueError(f"seed must be an integer from 0 to {_LARGEST_SEED}, not {seed!r}.")
    words = np.random.RandomState(127 * int(seed))
    return [_draw(_words(words, 1)[0], shape, _FIRST[library]) for shape in shapes]


def _draw(word: int, shape: Sequence[int], first: int) -> NDArray[np.float32]:
    """Return what one call draws from its word."""
    for size in shape:
        arguments.positive_int("every size in shape", size)
    stream = np.random.RandomState(word)
    count = int(np.prod(shape))
    pairs = np.empty((0, 2), np.float32)
    while pairs.size < count:
        # As many words as normals are wanted; of four pairs the polar method keeps about three.
        uniform = np.ldexp(_words(stream, count + count % 2).astype(np.float32), -32)
        uv = 2 * uniform.reshape(-1, 2) - 1
        r = (uv**2).sum(axis=1)
        kept = (r > 0) & (r <= 1)
        uv, r = uv[kept], r[kept, None]
        pairs = np.concatenate([pairs, uv * np.sqrt(-2 * _logf(r) / r)])
    return np.roll(pairs, first, axis=1).ravel()[:count].reshape(shape)


def _logf(r: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the logarithm, correctly rounded, as a good logf has it; NumPy's own is less exact."""
    return np.log(r.astype(np.float64)).astype(np.float32)


def _words(stream: np.random.RandomState, count: int) -> NDArray[Any]:
    return stream.randint(0, 2**32, size=count, dtype=np.uint32)
