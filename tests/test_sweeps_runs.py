"""Plans on the same mini-batches; their steps themselves are tested in test_sweeps_kernel.py."""

import numpy as np
import pytest

from gluon_momentum.sweeps.plan import Plan
from gluon_momentum.sweeps.regression import regress
from gluon_momentum.sweeps.rule import CHAPTER, Rule
from gluon_momentum.sweeps.runs import run_blocks
from gluon_momentum.sweeps.schedule import Schedule

RNG = np.random.default_rng(6)
FEATURES = RNG.normal(size=(30, 2))
LABELS = FEATURES @ [2, -3.4] + 4.2 + 0.01 * RNG.normal(size=30)
PROBLEM = regress(FEATURES, LABELS), Schedule(7, 3, 7)
STARTS = RNG.normal(size=(2, 3))


def plan(starts, mom, runs=None, trace=False, dtype="float32", rule=CHAPTER):
    lr, mom = np.linspace(0.01, 0.3, 300), np.array(mom)
    runs = range(len(lr) * len(mom)) if runs is None else runs
    return Plan(*PROBLEM, [5, 8], starts, lr, mom, runs, trace, np.dtype(dtype), rule)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_plans_computed_together_are_each_as_alone(dtype):
    plans = [
        plan(STARTS, [0.5], trace=True, dtype=dtype),
        plan(STARTS[::-1], [0.5, 0.9], range(250, 330), dtype=dtype),
        plan(0 * STARTS, [0.9], range(4), dtype=dtype, rule=Rule(decay=1.0)),
        plan(STARTS, [0.9], range(16), dtype=dtype, rule=Rule(nesterov=True)),
    ]
    for together, each in zip(run_blocks(plans), plans):
        [alone] = run_blocks([each])
        for one, other in zip(together, alone):
            assert one.dtype == dtype
            assert one.tobytes() == other.tobytes()


def test_each_seed_has_its_mini_batches_and_its_start():
    both = plan(STARTS, [0.9], range(3))
    [whole] = run_blocks([both])
    for place in (0, 1):
        [alone] = run_blocks([both.part(slice(place, place + 1), slice(None))])
        for ours, theirs in zip(whole, alone):
            assert ours[place].tobytes() == theirs[0].tobytes()
    assert (whole.params[0] != whole.params[1]).all()
