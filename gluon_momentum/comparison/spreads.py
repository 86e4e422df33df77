"""What a call prints over shuffles: from the book's own start, or from any data."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple, Sequence, Tuple

import numpy as np

from ..sweeps import memory
from ..sweeps.distribute import compute
from ..sweeps.regression import Regression, regress
from ..sweeps.runs import Block, Plan, plan, run_blocks
from .mistakes import mistakes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..editions import Case
    from ..editions.edition import Truth
    from ..sweeps.schedule import Rule
    from .calls import Call
    from .mistakes import Mistake

    Floats = NDArray[np.float64]
    Pair = Tuple[float, float]

_KEPT = 2000  # data sets, for the mistakes, which all have the same


class _Runs(NamedTuple):
    """Runs of a call from one start, each a pair of lr and mom, under one rule."""

    call: Call
    pairs: Sequence[Pair]
    rule: Rule

    @property
    def case(self) -> Case:
        return self.call.case

    @property
    def trace(self) -> bool:
        """Whether every loss is kept."""
        return self.call.curve is not None

    def plan(self, regression: Regression, seeds: Sequence[int], starts: Floats) -> Plan:
        """Return the plan of these runs over shuffles, from the first w and b of each."""
        lr, mom = ([pair[k] for pair in self.pairs] for k in (0, 1))
        given = regression, self.case.schedule, seeds, starts
        return plan(*given, lr, mom, self.rule, self.trace)


class Spreads:
    """The runs behind a comparison.

    Args:
        calls: all that are compared.
        any_data: whether each shuffle has data and a start of its own, as where the generator is
            another than MXNet's; else all have those of an MXNet that nobody seeded, or of seed 0,
            but for programs that draw anew. Data that an edition does not generate are the same in
            any case.
        path: the file of such data, as an edition loads it.
    """

    def __init__(self, calls: Sequence[Call], any_data: bool, path: Path | None) -> None:
        self._calls = [one for call in calls for one in call.alternatives]
        self._any_data = any_data
        self._path = path
        self._own: dict[Any, dict[Call, Floats]] = {}
        self._mistaken: dict[Any, dict[Call, dict[Mistake, Floats]]] = {}

    def own(self, call: Call, seeds: range) -> Floats:
        """Return what a call of one case prints over shuffles, (seeds, numbers).

        The numbers are those of the call's `values`: w and b, or the last recorded loss, whichever
        it printed, and the losses of its curve. Calls that go over the same mini-batches are
        computed at once.
        """
        key = call.case.mini_batches, seeds
        if key not in self._own:
            alike = [each for each in self._calls if each.case.mini_batches == key[0]]
            runs = [_Runs(each, [_pair(each)], each.case.rule) for each in alike]
            found = zip(alike, self._run(runs, seeds))
            self._own[key] = {each: _numbers(each, block, 0) for each, block in found}
        return self._own[key][call]

    def mistaken(self, call: Call, seeds: range) -> dict[Mistake, Floats]:
        """Return what a call would print with each mistake; calls are computed as in `own`."""
        key = call.case.mini_batches, seeds
        if key not in self._mistaken:
            alike = [each for each in self._calls if each.case.mini_batches == key[0]]
            self._mistaken[key] = self._with_mistakes(alike, seeds)
        return self._mistaken[key][call]

    def _with_mistakes(
        self, calls: Sequence[Call], seeds: range
    ) -> dict[Call, dict[Mistake, Floats]]:
        runs, made = [], []
        for call in calls:
            by_rule: dict[Rule, list[Mistake]] = {}
            for mistake in mistakes(call):
                by_rule.setdefault(mistake.rule, []).append(mistake)
            made += [*by_rule.values()]
            runs += [
                _Runs(call, [one.pair for one in alike], rule) for rule, alike in by_rule.items()
            ]
        found: dict[Call, dict[Mistake, Floats]] = {call: {} for call in calls}
        for of, alike, block in zip(runs, made, self._run(runs, seeds) if runs else ()):
            for i, mistake in enumerate(alike):
                found[of.call][mistake] = _numbers(of.call, block, i, mistake.factor)
        return {call: {one: found[call][one] for one in mistakes(call)} for call in calls}

    def _run(self, asked: Sequence[_Runs], seeds: range) -> Iterator[Block]:
        """Compute runs of the same data over the same mini-batches."""
        case = max((runs.case for runs in asked), key=lambda each: each.schedule.num_epochs)
        edition, schedule = case.edition, case.schedule
        count = sum(len(runs.pairs) for runs in asked)
        shape = case.rows, edition.shape[1]
        trace = any(runs.trace for runs in asked)
        sizes = *shape, len(seeds), count, schedule, trace, "float32"
        memory.check(
            memory.COPIED * memory.bytes_needed(*sizes),
            f"A comparison with {len(seeds):,} shuffles of {schedule.num_epochs:,} epochs",
            "ask for fewer",
        )
        if self._any_data and edition.truth is not None:
            return _over_data(edition.truth, asked, seeds)
        regression = _regress(edition.load, case.rows, self._path)
        plans = [each.plan(regression, seeds, self._starts(each.case, seeds)) for each in asked]
        return iter(compute(plans))

    def _starts(self, case: Case, seeds: range) -> Floats:
        # What else a notebook of today's has drawn before is not known.
        if self._any_data or len(case.edition.frameworks) > 1:
            case = case._replace(program=case.program._replace(anew=True))
        return case.starts(seeds.stop)[seeds.start :]


def _over_data(truth: Truth, asked: Sequence[_Runs], seeds: range) -> Iterator[Block]:
    """Compute runs on data and from a start of each seed's own."""
    case = asked[0].case

    def one(number: int) -> list[Block]:
        regression, drawn = _draw(truth, (case.rows, case.edition.shape[1]), number)
        plans = [
            each.plan(regression, [number], _with_bias(each.case.program.scale * drawn))
            for each in asked
        ]
        return run_blocks(plans)

    # So much of this is Python's that threads would take longer.
    blocks = zip(*map(one, seeds))
    return (Block(*map(np.concatenate, zip(*of_one))) for of_one in blocks)


@lru_cache(maxsize=_KEPT)
def _draw(truth: Truth, shape: tuple[int, int], number: int) -> tuple[Regression, Floats]:
    """Return data as a program generates them, and standard normals for first weights, (1, d)."""
    generator = np.random.default_rng(number)
    features = generator.normal(size=shape)
    labels = features @ truth.w + truth.b + generator.normal(scale=truth.noise, size=shape[0])
    return regress(features, labels), generator.normal(size=(1, shape[1]))


def _with_bias(weights: Floats) -> Floats:
    """Return weights, (count, num_inputs), with a bias of 0 behind each."""
    return np.column_stack([weights, np.zeros(len(weights))])


@lru_cache(maxsize=None)
def _regress(load: Callable[[Path | None], Any], rows: int, path: Path | None) -> Regression:
    return regress(*(array[:rows].astype(np.float64) for array in load(path)))


def _pair(call: Call) -> Pair:
    return call.case.rate, call.case.settings.mom


def _numbers(call: Call, block: Block, run: int, factor: float = 1.0) -> Floats:
    """Return what a call prints and draws, of one of the runs that a block has.

    Args:
        call: the call.
        block: runs of it.
        run: which of them.
        factor: what its losses are multiplied by, beside what the program does.
    """
    factor *= call.case.program.factor
    params, final = block.params[..., run], factor * block.final[:, run, None]
    if call.curve is None:
        return np.asarray(final if call.prints_loss else params)
    losses = factor * block.losses[:, list(call.curve.steps), run].astype(np.float64)
    shown = np.clip(losses, *call.curve.limits)
    return shown if call.prints_loss else np.hstack([params, shown])
