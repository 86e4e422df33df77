r"""All that is compiled: the orders of the mini-batches, their gradients, the steps of many runs.

It is one file, since what numba keeps on disk goes by the file that a function stands in: were one
of these elsewhere, a change of it would leave the others' compiled code as it was.

**The orders** are Python's own. ``random.seed(n)`` fills the state of a Mersenne Twister (MT19937)
from the array [n], and ``random.shuffle`` takes from it, for each position from the last one down,
as many bits as the number of places below needs, again until they name one of them.

``shuffle_through`` draws, as tf.data does, through a buffer of the first examples: any of them
comes next, and its place is taken by the next example that is not there yet, if there is one.

Source: M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed
uniform pseudo-random number generator", 1998; what Python does with it is its `random` module's.

**A step** of neighbouring runs is unrolled for the rank of the regression.

.. math:: v \leftarrow \gamma v + \eta (H z + g), \qquad z \leftarrow z - v

The runs are the inner loop, with the numbers of the mini-batch in front of it. All that it reads
and writes is in one array, at distances that are known when it is compiled: only so does the
compiler make packed multiply-adds of it. Hence a function for each rank and width, from one text.
Nesterov's step goes on with the new v, :math:`z \leftarrow z - (\gamma v + \eta (H z + g))`. Where
gradients are never set to zero, :math:`H z + g` is added to all that were before.
"""

from __future__ import annotations

from functools import lru_cache
from types import FunctionType
from typing import TYPE_CHECKING, Any, Callable

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array

# Without the interpreter's lock, so that threads run side by side; with fused multiply-adds, but no
# other licence with floating-point numbers; what overflows becomes inf, as in NumPy.
_OPTIONS: dict[str, Any] = {"nogil": True, "fastmath": {"contract"}, "error_model": "numpy"}


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return function, compiled when it is first called; the code is kept on disk if it can be."""
    fast: Callable[..., Any]
    try:
        fast = njit(cache=True, **_OPTIONS)(function)
    except RuntimeError:  # neither the package's folder nor the user's can be written
        fast = njit(**_OPTIONS)(function)
    return fast


_N, _M = 624, 397  # words of the state, and the distance of the two that are mixed


@compiled
def seeded(seed: int) -> Any:
    """Return the generator after ``random.seed(seed)``, for a seed below 2**32.

    It is an array of uint32: the state, the words that were made of it, and the place of the next.
    """
    state = np.empty(2 * _N + 1, np.uint32)
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
    state[2 * _N] = _N  # no word is left
    return state


@compiled
def _mixed(word: Any, following: Any, other: Any) -> Any:
    """Return what comes in the place of a word of the state."""
    joined = (word & np.uint32(0x80000000)) | (following & np.uint32(0x7FFFFFFF))
    odd = np.uint32(0x9908B0DF) * (joined & np.uint32(1))
    return other ^ (joined >> np.uint32(1)) ^ odd


@compiled
def _renew(state: Any) -> None:
    """Make the next 624 words; without a condition in a loop, its numbers are made side by side."""
    for i in range(_N - _M):
        state[i] = _mixed(state[i], state[i + 1], state[i + _M])
    for i in range(_N - _M, _N - 1):
        state[i] = _mixed(state[i], state[i + 1], state[i + _M - _N])
    state[_N - 1] = _mixed(state[_N - 1], state[0], state[_M - 1])
    for i in range(_N):
        word = state[i]
        word ^= word >> np.uint32(11)
        word ^= (word << np.uint32(7)) & np.uint32(0x9D2C5680)
        word ^= (word << np.uint32(15)) & np.uint32(0xEFC60000)
        state[_N + i] = word ^ (word >> np.uint32(18))
    state[2 * _N] = 0


# Both loops that follow take their bits, as many as ``random.getrandbits(count)``, themselves: for
# each call that is given arrays, numba counts references, which takes longer than all the rest.


@compiled
def shuffle(state: Any, order: Any) -> None:
    """Shuffle an array in place, as ``random.shuffle`` does a list.

    Where a number is too large, a place is exchanged with itself, and then comes again: a branch on
    what nobody can foresee costs a processor more.
    """
    i, count = len(order) - 1, 1
    while len(order) >> count:
        count += 1
    while i > 0:
        if i + 1 < 1 << count - 1:
            count -= 1
        if state[2 * _N] == _N:
            _renew(state)
        drawn = np.int64(state[_N + np.int64(state[2 * _N])] >> np.uint32(32 - count))
        state[2 * _N] += np.uint32(1)
        fits = drawn <= i
        j = drawn if fits else i
        order[i], order[j] = order[j], order[i]
        i -= int(fits)


@compiled
def shuffle_through(state: Any, order: Any, buffer: int) -> None:
    """Shuffle an array in place through a buffer, with draws as ``random.randrange`` makes them."""
    held = order[:buffer].copy()
    i, count = 0, 1
    while len(held) >> count:
        count += 1
    while i < len(order):
        left = min(buffer, len(order) - i)
        if left < 1 << count - 1:
            count -= 1
        if state[2 * _N] == _N:
            _renew(state)
        j = np.int64(state[_N + np.int64(state[2 * _N])] >> np.uint32(32 - count))
        state[2 * _N] += np.uint32(1)
        if j < left:
            # What stands behind the buffer is read before it is written.
            following = order[i + buffer] if i + buffer < len(order) else held[left - 1]
            order[i] = held[j]
            held[j] = following
            i += 1


@compiled
def fill_gradients(
    sums: Any,
    products: Any,
    factors: Any,
    shared: Any,
    batch_size: int,
    mean: bool,
    buffer: int,
    seed: int,
) -> None:
    """Write what `gradients` returns to sums, of what `gradient_terms` returns."""
    num_epochs, batches, rank, width = sums.shape
    size = rank * width
    # One loop over the numbers of a matrix: that is what the compiler makes packed sums of.
    flat = sums.reshape(num_epochs, batches, size)
    num_examples = len(products)
    state, order = seeded(seed), np.empty(num_examples, np.int64)
    for epoch in range(num_epochs):
        for place in range(num_examples):
            order[place] = place
        if 0 < buffer < num_examples:
            shuffle_through(state, order, buffer)
        else:
            shuffle(state, order)
        for batch in range(batches):
            first, after = batch * batch_size, min((batch + 1) * batch_size, num_examples)
            divisor = after - first if mean else batch_size
            for k in range(size):
                flat[epoch, batch, k] = 0.0
            for place in range(first, after):
                example = order[place]
                for k in range(size):
                    flat[epoch, batch, k] += products[example, k]
            for k in range(size):
                flat[epoch, batch, k] *= factors[k] / divisor
            if len(shared):
                residual = 0.0
                for place in range(first, after):
                    residual += shared[order[place]] / (after - first)
                for row in range(rank):
                    sums[epoch, batch, row, rank] *= residual


PLAIN, NESTEROV, ADDED = "", "nesterov_", "added_"  # steps, as their functions' names begin


def num_rows(rank: int, kind: str = PLAIN) -> int:
    """Return how many numbers are kept of a run: z, v, rate, momentum, loss and highest loss.

    Where gradients are added up, their sum stands behind these.
    """
    return 2 * rank + 4 + (rank if kind == ADDED else 0)


def make_step(rank: int, width: int, kind: str = PLAIN) -> Callable[..., Any]:
    """Return the compiled step(state, matrix, recorded) of a kind for this rank.

    Its arguments are the state, (num_rows * width,), of as many runs; the matrix H with g as last
    column, (rank, rank + 1); and whether the highest loss takes account of this one.
    """
    names: dict[str, Any] = {"__name__": __name__}
    # As if it stood in this file, beside which numba keeps what it compiles.
    name = f"{kind}step_{rank}_{width}"
    exec(compile(_source(name, rank, width, kind), __file__, "exec"), names)
    return compiled(names[name])


def _source(name: str, rank: int, width: int, kind: str) -> str:
    def at(row: int) -> str:
        return f"state[{row * width} + j]"

    each = range(rank)
    rate, mom, loss, high = (at(2 * rank + k) for k in range(4))
    lines = [f"def {name}(state, matrix, recorded):"]
    lines += [f"    h{i}_{k} = matrix[{i}, {k}]" for i in each for k in range(rank + 1)]
    lines += [f"    for j in range({width}):", f"        rate, mom = {rate}, {mom}"]
    lines += [f"        z{i}, v{i} = {at(i)}, {at(rank + i)}" for i in each]
    for i in each:
        gradient = " + ".join([f"h{i}_{k} * z{k}" for k in each] + [f"h{i}_{rank}"])
        if kind == ADDED:
            total = at(2 * rank + 4 + i)
            lines.append(f"        s{i} = {total} + ({gradient})")
            lines += [f"        {total}, g{i} = s{i}, rate * s{i}"]
        else:
            lines.append(f"        g{i} = rate * ({gradient})")
    lines += [f"        v{i} = mom * v{i} + g{i}" for i in each]
    taken = "mom * v{0} + g{0}" if kind == NESTEROV else "v{0}"
    lines += [f"        z{i} -= {taken.format(i)}" for i in each]
    lines += [f"        {at(i)}, {at(rank + i)} = z{i}, v{i}" for i in each]
    lines.append(f"        loss = {' + '.join(f'z{i} * z{i}' for i in each)}")
    lines.append(f"        {loss} = loss")
    # A comparison, not max: one instruction, and nan never enters.
    lines += ["        if recorded:", f"            high = {high}"]
    lines.append(f"            {high} = loss if loss > high else high")
    return "\n".join(lines) + "\n"


_LINE = 64  # bytes of a line of the cache

_step: Callable[..., Any]  # which `make_run` gives to `_run`, as it does the numbers of a run
_rows: int


def aligned(size: int, dtype: np.dtype[Any]) -> Array[Any]:
    """Return an array at the start of a cache line; elsewhere a run takes half as long again."""
    memory = np.empty(size * dtype.itemsize + _LINE, np.uint8)
    start = -memory.ctypes.data % _LINE
    return memory[start : start + size * dtype.itemsize].view(dtype)


@lru_cache(maxsize=None)
def make_run(rank: int, width: int, kind: str = PLAIN) -> Callable[..., Any]:
    """Return `_run` compiled with the step of a kind for this rank and width of a strip."""
    step = make_step(rank, width, kind)
    names = {**globals(), "_step": step, "_rows": num_rows(rank, kind)}
    function = FunctionType(_run.__code__, names)
    # What numba keeps on disk goes by this name.
    function.__qualname__ = f"{kind}run_{rank}_{width}"
    return compiled(function)


def _run(
    steps: Any,
    recorded: Any,
    before: bool,
    start: Any,
    outward: Any,
    fixed: Any,
    least: Any,
    lr: Any,
    mom: Any,
    decay: float,
    slowing: float,
    state: Any,
    params: Any,
    final: Any,
    highest: Any,
    losses: Any,
) -> None:
    """Take the runs over one seed's mini-batches, strip by strip.

    Args:
        steps: the matrix of each step, (num_epochs, mini-batches, r, r + 1).
        recorded: whether the loss is recorded after each mini-batch, (num_epochs, mini-batches).
        before: whether it is recorded before the first one too.
        start: the first z of each run, (r, runs), or of all, (r, 1).
        outward: what makes parameters of z, (num_inputs + 1, r).
        fixed: what is added to them, (num_inputs + 1, runs), or for all, (num_inputs + 1, 1).
        least: the least possible loss, to be added to |z|^2.
        lr: the learning rate of each run, (runs,), in float64, since it decays.
        mom: its momentum, (runs,).
        decay: what a rate is multiplied by at each epoch from the third on.
        slowing: what a velocity is multiplied by there.
        state: what a strip is computed in, the argument of `_step`.
        params: gets the final parameters, (num_inputs + 1, runs).
        final: gets the last recorded loss, (runs,).
        highest: gets the highest recorded loss, (runs,).
        losses: gets every recorded loss, (losses, runs), or none, (0, runs).
    """
    # Loops, where NumPy's array expressions would take seconds to compile.
    num_epochs, batches, rank, _ = steps.shape
    width = len(state) // _rows  # noqa: F821
    rate, gamma = 2 * rank * width, (2 * rank + 1) * width
    loss, high = (2 * rank + 2) * width, (2 * rank + 3) * width
    last = -1  # of all mini-batches, after which the loss is recorded
    for epoch in range(num_epochs):
        for batch in range(batches):
            if recorded[epoch, batch]:
                last = epoch * batches + batch
    inf = np.inf
    for first in range(0, len(final), width):
        runs = min(width, len(final) - first)
        for j in range(len(state)):
            state[j] = 0.0  # a strip that is not full has runs that stay where they are
        for j in range(runs):
            state[gamma + j] = mom[first + j]
            for i in range(rank):
                z = state[i * width + j] = start[i, first + j if start.shape[1] > 1 else 0]
                state[loss + j] += z * z
            if before:
                state[high + j] = state[loss + j]
            final[first + j] = state[loss + j] + least
            if before and len(losses):
                losses[0, first + j] = final[first + j]
        kept, share = int(before), 1.0
        for epoch in range(num_epochs):
            if epoch > 1:
                share *= decay
                for k in range(rank * width, 2 * rank * width):
                    state[k] *= slowing
            for j in range(runs):
                state[rate + j] = lr[first + j] * share
            for batch in range(batches):
                _step(state, steps[epoch, batch], recorded[epoch, batch])  # noqa: F821
                if recorded[epoch, batch] and len(losses):
                    for j in range(runs):
                        t = state[loss + j] + least
                        losses[kept, first + j] = inf if t != t else t
                    kept += 1
                if epoch * batches + batch == last:
                    for j in range(runs):
                        final[first + j] = state[loss + j] + least
        for j in range(runs):
            highest[first + j] = state[high + j] + least
            if final[first + j] != final[first + j]:
                # A loss is nan after two of its terms overflowed: it was above every other.
                final[first + j] = highest[first + j] = inf
            for k in range(len(fixed)):
                param = fixed[k, first + j if fixed.shape[1] > 1 else 0]
                for i in range(rank):
                    param += outward[k, i] * state[i * width + j]
                params[k, first + j] = param
