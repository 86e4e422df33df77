"""The random numbers of the chapter's programs without MXNet: its normals, on the CPU, from a seed.

MXNet 1.1 and later draw one stream, `mxnet_normal`; 0.12 and the first wheels of 1.0.0 draw
another, `legacy_normal`; 1.0.0.post3 already draws the later one. `mx.np` draws of that stream in
another way, `mxnet_np_normal`.
"""

from __future__ import annotations

from typing import Any, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from . import arguments

# What an MXNet 1.x draws by that nobody seeds.
BOOK_SEED = 0

# Which of a pair of words the first normal of the pair belongs to: the two libraries differ.
_FIRST = {"libstdc++": 1, "libc++": 0}
# The largest seed for which 127 * seed is still a 32-bit int, as MXNet computes it.
_LARGEST_SEED = (2**31 - 1) // 127
_ENGINES, _SHARE = 1024, 64  # of MXNet 1.1 and later: how many, and the least that one is given


def mxnet_normal(seed: int, shapes: Iterable[Sequence[int]]) -> list[NDArray[np.float32]]:
    r"""Return what successive calls of `nd.random.normal` give in MXNet 1.1 and later.

    MXNet has 1,024 engines mt19937, number i seeded with 127 * seed + i. A call for n numbers uses
    the first min(ceil(n / 64), 1024) of them, each for as many neighbouring numbers; an engine goes
    on in the next call where it stopped. Marsaglia's polar method makes a standard normal of a pair
    of its words, and throws the other one of the pair away:

    .. math::
        u, v \sim U(-1, 1), \quad r = u^2 + v^2 \in (0, 1], \quad v \sqrt{-2 \ln(r) / r}

    All in float32, the logarithm correctly rounded: the C library's is not always, so that 3 of
    1000 normals differ from MXNet's by a unit in the last place.

    Args:
        seed: the argument of mx.random.seed, from 0 to 2**31 - 1.
        shapes: the shape of each call, in order.

    Returns:
        A float32 array of standard normals for each shape.

    Raises:
        ValueError: seed is not such an integer, or a size is not a positive integer.

    Example:
        >>> import gluon_momentum as gm
        >>> features, noise = gm.mxnet_normal(0, [(1000, 2), (1000,)])
        >>> print(features[0], noise.shape)
        [2.2122064 0.7740038] (1000,)

    Defined in the chapter's section "实验" (Experiments), by nd.random.normal.
    """
    seed = arguments.seed(seed)
    engines: dict[int, np.random.RandomState] = {}
    return [_share_out(seed, engines, shape) for shape in shapes]


def mxnet_np_normal(seed: int, shapes: Iterable[Sequence[int]]) -> list[NDArray[np.float32]]:
    r"""Return what successive calls of `mx.np.random.normal` give in MXNet 1.6 and later.

    All are of the first engine of `mxnet_normal`. Of a pair of normals the other one is drawn next,
    if the same call wants another, and is thrown away otherwise.

    Arguments, result and errors are those of `mxnet_normal`.

    Example:
        >>> from gluon_momentum.streams import mxnet_np_normal
        >>> first, second = mxnet_np_normal(0, [(3,), (2,)])
        >>> print(first, second)
        [2.2122064 1.1630787 0.7740038] [1.0434403  0.29956347]
    """
    engine = np.random.RandomState(127 * arguments.seed(seed) % 2**32)
    found = []
    for shape in shapes:
        count = _count(shape)
        pairs = _so_many_pairs(engine, -(-count // 2))
        found.append(pairs[:, ::-1].ravel()[:count].reshape(shape))
    return found


def _share_out(
    seed: int, engines: dict[int, np.random.RandomState], shape: Sequence[int]
) -> NDArray[np.float32]:
    """Return what one call draws; engines gets those that it is the first to use."""
    count = _count(shape)
    used = min(-(-count // _SHARE), _ENGINES)
    share = -(-count // used)
    drawn = []
    for number in range(used):
        if number not in engines:
            # As MXNet computes it, in 32 bits.
            engines[number] = np.random.RandomState((127 * seed + number) % 2**32)
        left = max(0, min(share, count - number * share))
        drawn.append(_second_normals(engines[number], left))
    return np.concatenate(drawn).reshape(shape)


def _second_normals(engine: np.random.RandomState, count: int) -> NDArray[np.float32]:
    """Return normals, one of each pair."""
    return _so_many_pairs(engine, count)[:, 1]


def _so_many_pairs(engine: np.random.RandomState, count: int) -> NDArray[np.float32]:
    """Return pairs of normals, (count, 2); the engine goes no further than it must."""
    found = np.empty((0, 2), np.float32)
    while len(found) < count:
        found = np.concatenate([found, _pairs(engine, 2 * (count - len(found)))])
    return found


def first_weights(
    seeds: Sequence[int], num_inputs: int, scale: float = 0.01
) -> NDArray[np.float32]:
    """Return the w that `init_params` draws after ``gm.seed(seed)``, of each seed, without MXNet.

    The numbers are those of `mxnet_normal`; for few inputs it is some ten times as fast.

    Args:
        seeds: as in `gm.seed`.
        num_inputs: number of weights.
        scale: their standard deviation.

    Returns:
        A float32 array (seeds, num_inputs).
    """
    return np.float32(scale) * _first_normals(seeds, num_inputs)


def _first_normals(seeds: Sequence[int], count: int) -> NDArray[np.float32]:
    """Return what the first call of `nd.random.normal` after each seed gives, (seeds, count)."""
    if count > _SHARE:  # of more than one engine
        return np.stack([mxnet_normal(seed, [(count,)])[0] for seed in seeds])
    engine = np.random.RandomState()  # to seed one anew is faster than to make one
    words = np.empty((len(seeds), 4 * count + 32), np.uint32)
    for row, seed in zip(words, seeds):
        engine.seed(127 * seed % 2**32)
        row[:] = _words(engine, len(row))
    pairs, kept = _polar(words)
    places = kept.cumsum(axis=1)
    drawn = np.empty((len(seeds), count), np.float32)
    enough = places[:, -1] >= count
    drawn[enough] = pairs[(enough[:, None] & (places <= count))[kept], 1].reshape(-1, count)
    for number in np.flatnonzero(~enough):
        [drawn[number]] = mxnet_normal(seeds[int(number)], [(count,)])
    return drawn


def book_data(seed: int = BOOK_SEED) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what `generate_data` draws after ``gm.seed(seed)``, without MXNet.

    Args:
        seed: as in `gm.seed`; 0 gives the book's own data.

    Returns:
        features, a numpy float32 array (1000, 2), and labels, (1000,): those of MXNet but for 3 of
        1000 numbers, which differ by a unit in the last place (see `mxnet_normal`).

    Raises:
        ValueError: seed is not an integer from 0 to 2**31 - 1.

    Example:
        >>> import gluon_momentum as gm
        >>> features, labels = gm.book_data()
        >>> print(features[0], labels[0])
        [2.2122064 0.7740038] 6.000587

    Defined in the chapter's section "实验" (Experiments).
    """
    features, noise = mxnet_normal(seed, [(1000, 2), (1000,)])
    true_w, true_b, scale = np.float32(2), np.float32(4.2), np.float32(0.01)
    labels = true_w * features[:, 0] + np.float32(-3.4) * features[:, 1] + true_b
    return features, labels + scale * noise


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
    stream = np.random.RandomState(word)
    count = _count(shape)
    pairs = np.empty((0, 2), np.float32)
    while pairs.size < count:
        # As many words as normals are wanted; of four pairs the polar method keeps about three.
        pairs = np.concatenate([pairs, _pairs(stream, count + count % 2)])
    return np.roll(pairs, first, axis=1).ravel()[:count].reshape(shape)


def _count(shape: Sequence[int]) -> int:
    for size in shape:
        arguments.positive_int("every size in shape", size)
    return int(np.prod(shape))


def _pairs(stream: np.random.RandomState, words: int) -> NDArray[np.float32]:
    """Return the pairs of normals that the polar method makes of so many words, (pairs, 2)."""
    return _polar(_words(stream, words))[0]


def _polar(words: NDArray[Any]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return the pairs of normals that words make, (pairs, 2), and which pairs of words did.

    Args:
        words: (.., 2 * n); which of them made a pair of normals is (.., n).
    """
    uniform = np.ldexp(words.astype(np.float32), -32)
    uv = 2 * uniform.reshape(*words.shape[:-1], -1, 2) - 1
    r = (uv**2).sum(axis=-1)
    kept = (r > 0) & (r <= 1)
    uv, r = uv[kept], r[kept, None]
    return np.asarray(uv * np.sqrt(-2 * _logf(r) / r)), kept


def _logf(r: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the logarithm, correctly rounded, as a good logf has it; NumPy's own is less exact."""
    return np.log(r.astype(np.float64)).astype(np.float32)


def _words(stream: np.random.RandomState, count: int) -> NDArray[Any]:
    return stream.randint(0, 2**32, size=count, dtype=np.uint32)
