"""The orders of the mini-batches: Python's own, drawn in compiled code.

``random.seed(n)`` fills the state of a Mersenne Twister (MT19937) from the array [n], and
``random.shuffle`` takes from it, for each position from the last one down, as many bits as the
number of places below needs, again until they name one of them.

Source: M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed
uniform pseudo-random number generator", 1998; what Python does with it is its `random` module's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiled import compiled

_N, _M = 624, 397  # words of the state, and the distance of the two that are mixed


@compiled
def seeded(seed: int) -> Any:
    """Return the generator's state after ``random.seed(seed)``, for a seed below 2**32.

    It is an array of uint32: the state, and then the place in it of the next word.
    """
    state = np.empty(_N + 1, np.uint32)
    state[0] = 19650218
    for i in range(1, _N):
        last = np.uint64(state[i - 1])
        state[i] = np.uint64(1812433253) * (last ^ (last >> np.uint64(30))) + np.uint64(i)
    i = 1
    for step in range(2 * _N - 1):
        last = np.uint64(state[i - 1])
        mixed = last ^ (last >> np.uint64(30))
        if step < _N:  # the key has one word, the seed
            state[i] = (np.uint64(state[i]) ^ (mixed * np.uint64(1664525))) + np.uint64(seed)
        else:
            state[i] = (np.uint64(state[i]) ^ (mixed * np.uint64(1566083941))) - np.uint64(i)
        i += 1
        if i == _N:
            state[0] = state[_N - 1]
            i = 1
    state[0] = 0x80000000
    state[_N] = _N  # no word is left
    return state


@compiled
def _renew(state: Any) -> None:
    """Make the next 624 words."""
    for i in range(_N):
        following = i + 1 if i + 1 < _N else 0
        other = i + _M if i + _M < _N else i + _M - _N
        word = (state[i] & np.uint32(0x80000000)) | (state[following] & np.uint32(0x7FFFFFFF))
        odd = np.uint32(0x9908B0DF) * (word & np.uint32(1))
        state[i] = state[other] ^ (word >> np.uint32(1)) ^ odd
    state[_N] = 0


@compiled
def _bits(state: Any, count: int) -> Any:
    """Return ``random.getrandbits(count)``, for a count from 1 to 32."""
    if state[_N] == _N:
        _renew(state)
    word = state[np.int64(state[_N])]
    state[_N] += np.uint32(1)
    word ^= word >> np.uint32(11)
    word ^= (word << np.uint32(7)) & np.uint32(0x9D2C5680)
    word ^= (word << np.uint32(15)) & np.uint32(0xEFC60000)
    word ^= word >> np.uint32(18)
    return np.int64(word >> np.uint32(32 - count))


@compiled
def shuffle(state: Any, order: Any) -> None:
    """Shuffle an array in place, as ``random.shuffle`` does a list."""
    count = 1
    while len(order) >> count:
        count += 1
    for i in range(len(order) - 1, 0, -1):
        if i + 1 < 1 << count - 1:
            count -= 1
        j = _bits(state, count)
        while j > i:
            j = _bits(state, count)
        order[i], order[j] = order[j], order[i]
