"""The kernel in itself; that it computes what `optimize` does is in test_sweeps_sweep.py."""

import platform
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import reference

import gluon_momentum as gm
from gluon_momentum.sweeps.plan import Plan
from gluon_momentum.sweeps.regression import gradients, regress
from gluon_momentum.sweeps.rule import Rule
from gluon_momentum.sweeps.runs import run_blocks
from gluon_momentum.sweeps.schedule import Schedule

PACKAGE = Path(gm.__file__).parent


def make_plan(rank, runs=5, dtype="float64", schedule=(7, 4, 7), trace=True, seeds=(3, 1)):
    """Return the plan of a regression of this rank, the bias being one of its directions."""
    rng = np.random.default_rng(rank)
    features = rng.normal(size=(50, rank - 1))
    labels = features @ rng.normal(size=rank - 1) + 1 + 0.1 * rng.normal(size=50)
    starts = rng.normal(size=(len(seeds), rank))
    return Plan(
        regress(features, labels), Schedule(*schedule), seeds, starts, np.linspace(0.01, 0.2, runs),
        np.array([0.5, 0.9]), range(2 * runs), trace, np.dtype(dtype),
    )  # fmt: skip


def pairs(plan):
    """Yield the learning rate and the momentum of each run."""
    for run in plan.runs:
        yield plan.lr[run % len(plan.lr)], plan.mom[run // len(plan.lr)]


def step_by_step(plan, seed, lr, mom):
    """Return the losses of a run, from its gradients, in NumPy."""
    regression, schedule = plan.regression, plan.schedule
    start = plan.starts[plan.seeds.index(seed)]
    z = (start - regression.best) @ (regression.basis * regression.scales)
    v, losses = np.zeros_like(z), [z @ z]
    for epoch, batches in enumerate(gradients(regression, schedule, seed)):
        rate = lr * plan.rule.decay ** max(0, epoch - 1)
        # The velocity as PyTorch has it where the rate stands outside.
        inner, outer = (1, rate) if plan.rule.outside else (rate, 1)
        for matrix, recorded in zip(batches, schedule.recorded(regression.num_examples)):
            gradient = inner * (matrix[:, :-1] @ z + matrix[:, -1])
            v = mom * v + gradient
            z = z - outer * (mom * v + gradient if plan.rule.nesterov else v)
            if recorded:
                losses.append(z @ z)
    return np.array(losses) + regression.least


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rank", [1, 2, 3, 4, 5, 6])
def test_every_rank_takes_the_steps_of_the_recursion(rank, dtype):
    plan = make_plan(rank, dtype=dtype)
    [block] = run_blocks([plan])
    for s, seed in enumerate(plan.seeds):
        for run, (lr, mom) in enumerate(pairs(plan)):
            expected = step_by_step(plan, seed, lr, mom)
            if dtype == "float64":
                # Some 50 steps of a few roundings of 1e-16, in another order.
                np.testing.assert_allclose(block.losses[s, :, run], expected, rtol=1e-11, atol=0)
            else:
                reference.assert_same_stream(block.losses[s, :, run], expected)
            assert block.final[s, run] == block.losses[s, -1, run]
            assert block.highest[s, run] == block.losses[s, :, run].max()


@pytest.mark.parametrize(
    "rule", [Rule(decay=1.0), Rule(decay=0.5, outside=True), Rule(nesterov=True)]
)
def test_every_rule_takes_its_own_steps(rule):
    plan = make_plan(3)._replace(rule=rule)
    [block] = run_blocks([plan])
    for run, (lr, mom) in enumerate(pairs(plan)):
        expected = step_by_step(plan, plan.seeds[1], lr, mom)
        np.testing.assert_allclose(block.losses[1, :, run], expected, rtol=1e-11, atol=0)


def test_a_smaller_last_mini_batch_is_divided_by_its_own_size_if_asked():
    plan = make_plan(2, schedule=(7, 1, 7))
    whole, own = (
        gradients(plan.regression, Schedule(7, 1, 7, mean=mean), seed=3)[0]
        for mean in (False, True)
    )
    assert own[:-1].tolist() == whole[:-1].tolist()
    np.testing.assert_allclose(own[-1], 7 * whole[-1], rtol=1e-14)  # the last has one example


@pytest.mark.parametrize("runs", [1, 2, 255, 256, 300, 1000])
def test_strips_of_any_length_give_the_same_bits(runs):
    """A run does not depend on its neighbours, nor on where its strip ends."""
    plan = make_plan(3, runs=runs, dtype="float32")
    [whole] = run_blocks([plan])
    for first in sorted({0, runs // 3, 2 * runs - 1}):
        [alone] = run_blocks([plan.part(slice(0, 2), slice(first, first + 1))])
        for ours, theirs in zip(alone, whole):
            assert ours[..., 0].tobytes() == theirs[..., first].tobytes()


def test_only_what_is_recorded_counts():
    plan = make_plan(3, schedule=(7, 4, 1000))
    [block] = run_blocks([plan])
    assert plan.num_kept == 5
    for run, (lr, mom) in enumerate(pairs(plan)):
        expected = step_by_step(plan, 3, lr, mom)
        np.testing.assert_allclose(block.losses[0, :, run], expected, rtol=1e-11, atol=0)
        assert block.highest[0, run] == block.losses[0, :, run].max()
        assert block.final[0, run] == block.losses[0, -1, run]


def test_an_overflow_between_two_records_is_a_result():
    # Between the only two losses that are recorded, z has gone from finite numbers to nan.
    plan = make_plan(3, schedule=(1, 1, 1000))._replace(lr=np.array([1e30]), runs=range(2))
    [block] = run_blocks([plan])
    assert np.isfinite(block.losses[:, 0]).all()
    plan = plan._replace(schedule=Schedule(1, 2, 1000))
    [block] = run_blocks([plan])
    assert (block.final == np.inf).all()
    assert (block.highest == np.inf).all()
    assert not np.isnan(block.losses).any()
    assert not np.isfinite(block.params).all()


def run(program, folder):
    """Run a program that imports the package from a folder; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=folder,  # from where python -c imports
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def copied(tmp_path):
    """Return a folder with a copy of the package, of which nothing is compiled yet."""
    shutil.copytree(
        PACKAGE, tmp_path / "gluon_momentum", ignore=shutil.ignore_patterns("__pycache__")
    )
    return tmp_path


SWEEP = """
import gluon_momentum as gm
gm.seed(0)
data = gm.generate_data()
print(gm.sweep(*data, [0.2], [0.9]).final_loss.item())
"""


@pytest.mark.slow
@pytest.mark.parametrize(("dtype", "kind"), [("float32", "ps"), ("float64", "pd")])
def test_the_compiled_loops_are_packed_multiply_adds(copied, dtype, kind):
    program = f"""
        import numpy as np
        from gluon_momentum.sweeps.step import make_step
        step = make_step(rank=3, width=64)
        step(np.zeros(640, "{dtype}"), np.zeros((3, 4), "{dtype}"), True)
        print(*step.inspect_asm().values())
    """
    assembly = run(program, copied)
    if platform.machine() == "x86_64":
        # On the widest registers that the processor has, all of them.
        assert len(re.findall(rf"vfmadd\d+{kind}\s.*%[yz]mm", assembly)) > 20
    else:
        assert len(re.findall(r"\bfmla\b", assembly)) > 20


@pytest.mark.slow
def test_what_is_compiled_is_kept_beside_the_code(copied):
    first = run(SWEEP, copied)
    kept = list((copied / "gluon_momentum/sweeps/__pycache__").glob("*.nbc"))
    assert any("run_3_" in path.name for path in kept)
    assert run(SWEEP, copied) == first
    assert list((copied / "gluon_momentum/sweeps/__pycache__").glob("*.nbc")) == kept


@pytest.mark.slow
def test_without_a_folder_that_can_be_written_it_works_as_well(copied):
    """As in the image with --read-only: numba then has nowhere to keep anything."""
    program = f"""
from numba.core.caching import CacheImpl

def read_only(self):
    raise OSError("read-only")

for locator in CacheImpl._locator_classes:
    locator.ensure_cache_path = read_only
{SWEEP}
"""
    assert run(program, copied) == run(SWEEP, copied)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--help"], ["info"], ["reproduce", "--out"]])
def test_numba_is_loaded_for_sweeps_alone(arguments, tmp_path):
    arguments = [*arguments, *([str(tmp_path)] if "--out" in arguments else [])]
    program = f"""
        import sys
        from gluon_momentum.cli import main
        sys.argv = ["gluon-momentum", *{arguments}]
        try:
            main()
        finally:
            assert "numba" not in sys.modules
    """
    assert run(program, PACKAGE.parent)
