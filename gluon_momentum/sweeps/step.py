r"""A step of neighbouring runs, unrolled for the rank of the regression.

.. math:: v \leftarrow \gamma v + \eta (H z + g), \qquad z \leftarrow z - v

The runs are the inner loop, with the numbers of the mini-batch in front of it. All that it reads
and writes is in one array, at distances that are known when it is compiled: only so does the
compiler make packed multiply-adds of it. Hence a function for each rank and width, from one text.
Nesterov's step goes on with the new v, :math:`z \leftarrow z - (\gamma v + \eta (H z + g))`.
"""

from __future__ import annotations

from typing import Any, Callable

from .compiled import compiled


def num_rows(rank: int) -> int:
    """Return how many numbers are kept of a run: z, v, rate, momentum, loss and highest loss."""
    return 2 * rank + 4


def make_step(rank: int, width: int, nesterov: bool = False) -> Callable[..., Any]:
    """Return the compiled step(state, matrix, recorded) for this rank, or Nesterov's.

    Its arguments are the state, (num_rows * width,), of as many runs; the matrix H with g as last
    column, (rank, rank + 1); and whether the highest loss takes account of this one.
    """
    names: dict[str, Any] = {"__name__": __name__}
    # As if it stood in this file, beside which numba keeps what it compiles.
    name = f"{'nesterov' if nesterov else 'step'}_{rank}_{width}"
    exec(compile(_source(name, rank, width, nesterov), __file__, "exec"), names)
    return compiled(names[name])


def _source(name: str, rank: int, width: int, nesterov: bool) -> str:
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
        lines.append(f"        g{i} = rate * ({gradient})")
    lines += [f"        v{i} = mom * v{i} + g{i}" for i in each]
    lines += [f"        z{i} -= {f'mom * v{i} + g{i}' if nesterov else f'v{i}'}" for i in each]
    lines += [f"        {at(i)}, {at(rank + i)} = z{i}, v{i}" for i in each]
    lines.append(f"        loss = {' + '.join(f'z{i} * z{i}' for i in each)}")
    lines.append(f"        {loss} = loss")
    # A comparison, not max: one instruction, and nan never enters.
    lines += ["        if recorded:", f"            high = {high}"]
    lines.append(f"            {high} = loss if loss > high else high")
    return "\n".join(lines) + "\n"
