"""The algebra of a sweep in another library: ``python peers.py LIBRARY GIVEN RESULT``.

GIVEN holds the steps, the start, the least loss and each run's lr and mom. RESULT gets the least
time, taken as sweep.py takes it and compilation not counted, of the fastest form that we know for
the library, and the final losses. The exit status is 3 if the library is not installed.
"""

import sys
import time

import numpy as np


def numba_forms(given):
    from numba import njit, prange

    @njit(parallel=True, error_model="numpy")
    def run(steps, start, least, lr, mom, final):
        """Compute one run after the other, as one would type it."""
        rank = len(start)
        for j in prange(len(lr)):
            z, v, rate = start.copy(), np.zeros_like(start), lr[j]
            loss = highest = np.sum(z * z) + least
            for t in range(len(steps)):
                if t == 2 * len(steps) // 3:
                    rate *= np.float32(0.1)
                for i in range(rank):
                    gradient = steps[t, i, rank]
                    for k in range(rank):
                        gradient += steps[t, i, k] * z[k]
                    v[i] = mom[j] * v[i] + rate * gradient
                for i in range(rank):
                    z[i] -= v[i]
                loss = least
                for i in range(rank):
                    loss += z[i] * z[i]
                highest = max(highest, loss)
            final[j] = loss

    def form():
        final = np.empty_like(given["lr"])
        run(**{**given, "least": np.float32(given["least"])}, final=final)
        return final

    return [form]


def torch_run(steps, start, least, lr, mom, block):
    import torch

    steps, start, lr, mom = (torch.from_numpy(array) for array in (steps, start, lr, mom))
    least = float(least)
    final = []
    for rates, momenta in zip(lr.split(block), mom.split(block)):
        padded = torch.ones(len(start) + 1, len(rates))
        z = padded[:-1]
        z[:] = start[:, None]
        v, work = torch.zeros_like(z), torch.empty_like(z)
        highest = (z * z).sum(0) + least
        for i, step in enumerate(steps):
            if i == 2 * len(steps) // 3:
                rates = rates * 0.1
            torch.mm(step, padded, out=work)
            v.mul_(momenta).add_(work.mul_(rates))
            z.sub_(v)
            torch.mul(z, z, out=work)
            loss = work.sum(0).add_(least)
            torch.maximum(highest, loss, out=highest)
        final.append(loss)
    return torch.cat(final).numpy()


def torch_forms(given):
    import torch  # noqa: F401

    runs = len(given["lr"])
    return [lambda block=block: torch_run(**given, block=block) for block in (2**13, 2**15, runs)]


def jax_forms(given):
    import jax
    import jax.numpy as jnp

    steps, start, least = (jnp.asarray(given[name]) for name in ("steps", "start", "least"))
    decays = jnp.where(jnp.arange(len(steps)) < 2 * len(steps) // 3, 1.0, 0.1)

    def run(lr, mom):
        def one_step(state, given_step):
            z, v, highest = state
            step, decay = given_step
            v = mom * v + lr * decay * (step[:, :-1] @ z + step[:, -1])
            z = z - v
            loss = jnp.sum(z * z) + least
            return (z, v, jnp.maximum(highest, loss)), None

        first = start, jnp.zeros_like(start), jnp.sum(start * start) + least
        (z, _, highest), _ = jax.lax.scan(one_step, first, (steps, decays))
        return jnp.sum(z * z) + least, highest

    compiled = jax.jit(jax.vmap(run))
    arguments = jnp.asarray(given["lr"]), jnp.asarray(given["mom"])
    return [lambda: np.asarray(jax.block_until_ready(compiled(*arguments))[0])]


def main():
    library, given, result = sys.argv[1:]
    with np.load(given) as arrays:
        given = dict(arrays)
    try:
        forms = {"numba": numba_forms, "torch": torch_forms, "jax": jax_forms}[library](given)
    except ModuleNotFoundError:
        sys.exit(3)
    fastest = []
    for form in forms:
        final, times = form(), []
        while len(times) < 3 or sum(times) < 1:
            start = time.perf_counter()
            form()
            times.append(time.perf_counter() - start)
        fastest.append(min(times))
    np.savez(result, seconds=min(fastest), final=final)


if __name__ == "__main__":
    main()
