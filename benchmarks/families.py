"""How often a sound build is refused for a p-value: ``python -m benchmarks.families [SHUFFLES]``.

It should be at most once in a hundred times. Of the shuffles of each spread some take the published
runs' place, again and again, and are judged among all others, by the functions that judge what was
published. What these compute from a pool alone, they compute once: it does not depend on who of the
pool was published. The default, 20,000 shuffles, takes a few minutes.
"""

from __future__ import annotations

import sys
from itertools import groupby
from typing import Any, Iterator

import numpy as np

from gluon_momentum.checks.check import REFUSED, Ranked
from gluon_momentum.checks.measured import Measured, published_cases
from gluon_momentum.checks.suite import all_checks
from gluon_momentum.editions import EDITIONS
from gluon_momentum.published import executions
from gluon_momentum.statistics import SHUFFLES
from gluon_momentum.statistics.curves import band
from gluon_momentum.statistics.printed import rounded
from gluon_momentum.statistics.ranks import scores
from gluon_momentum.statistics.samples import CHOICES, choices, energy, pairwise

FAMILIES = 5004
COMPARED = 1000  # shuffles that `two_sample_p` compares a sample with


def shares(of: Any) -> Any:
    """Return for each value the share of all that are as large or larger."""
    return (len(of) - np.searchsorted(np.sort(of), of)) / len(of)


def rank_values(params: Any) -> Any:
    """Return the p-value of each shuffle's numbers, such as w and b."""
    return shares(scores(params, params))


def curve_values(pool: Any) -> Any:
    """Return the p-value of each shuffle's curve, at the vertices of the published one."""
    low, _, high = band(pool)
    return shares(((pool < low) | (pool > high)).mean(axis=1))


def sample_values(pool: Any, drawn: Any) -> Any:
    """Return the p-value of each family's shuffles as one published sample, (families,)."""
    p: list[float] = []
    for block, chosen in drawn:
        distances = pairwise(pool[block].astype(float))
        by_chance = np.sort(energy(distances, choices(len(block), chosen.shape[1])))
        found = energy(distances, chosen)
        as_far = CHOICES - np.searchsorted(by_chance, found - 1e-9 * np.abs(found))
        p += list((1 + as_far) / (1 + CHOICES))
    return np.array(p)


def draw(generator: Any, shuffles: int, families: int, n: int) -> Any:
    """Return n different shuffles for each family, as places in blocks of shuffles.

    A block is as large as what `two_sample_p` compares.
    """
    size = min(COMPARED + n, shuffles)
    order = generator.permutation(shuffles)
    blocks = np.split(order[: shuffles // size * size], shuffles // size)
    return [
        (block, np.array([generator.choice(size, n, replace=False) for _ in each]))
        for block, each in zip(blocks, np.array_split(np.arange(families), len(blocks)))
    ]


def p_values(name: str, measured: Measured, families: int, generator: Any) -> Iterator[Any]:
    """Yield each ranked check's p-values over the families of an edition, (families,)."""
    unseeded = [one for one in executions() if one.edition == name and one.seed is None]
    for _, group in groupby(unseeded, key=lambda execution: execution.group):
        calls: dict[Any, list[Any]] = {}
        for execution in group:
            for case, result in zip(published_cases(execution), execution.results):
                key = case.alike if result.params else case
                calls.setdefault(key, []).append(result)
        for case, results in calls.items():
            spread, first = measured.spread(case), results[0]
            if not first.params:
                results = results[:1] if case.program.fixed else results
                drawn = len([result for result in results if len(result.curve)])
                shared = int(case.edition.records.before and not case.program.anew)
                ends = rounded(first.losses, spread.losses[:, -1:])
                yield of_pool(ends, len(results), families, generator)
                if drawn:
                    yield of_pool(spread.losses[:, shared:], drawn, families, generator)
                continue
            drawn = draw(generator, measured.shuffles, families, len(results))
            if len(first.curve):
                steps = np.searchsorted(spread.epochs, np.unique(first.curve[1:, 0]) - 1e-6)
                each = curve_values(spread.losses[:, steps])
                yield each[generator.integers(measured.shuffles, size=families)]
            else:
                alone = rank_values(spread.params)
                members = np.vstack([block[chosen] for block, chosen in drawn]).T
                yield from (alone[member] for member in members)
                yield sample_values(spread.params, drawn)


def of_pool(pool: Any, n: int, families: int, generator: Any) -> Any:
    """Return the p-value of each family's n shuffles, of a single one by its rank."""
    if n == 1:
        return rank_values(pool)[generator.integers(len(pool), size=families)]
    return sample_values(pool, draw(generator, len(pool), families, n))


def refused(name: str, measured: Measured, families: int = FAMILIES, seed: int = 2018) -> float:
    """Return the share of families of p-values of an edition that `verify` would refuse."""
    generator = np.random.default_rng(seed)
    p = np.array(list(p_values(name, measured, families, generator)))
    ranked = sum(isinstance(check.rule, Ranked) for check in all_checks(name))
    if len(p) != ranked:
        raise SystemExit(f"{name} has {ranked} p-values, and {len(p)} are drawn here.")
    return float((p < REFUSED / len(p)).any(axis=0).mean())


if __name__ == "__main__":
    measured = Measured(int(sys.argv[1]) if len(sys.argv) > 1 else SHUFFLES)
    for name in EDITIONS:
        share = refused(name, measured)
        print(f"edition {name}: {share:.2%} of {FAMILIES} families are refused")
