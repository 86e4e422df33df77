"""Runs over the same mini-batches, compared with a program that takes them step by step."""

import pkgutil
import random
import shutil
import sys
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import reference
from conftest import run_process

import gluon_momentum
from gluon_momentum.sweeps import kernel
from gluon_momentum.sweeps.distribute import compute
from gluon_momentum.sweeps.regression import regress
from gluon_momentum.sweeps.runs import plan, run_blocks
from gluon_momentum.sweeps.schedule import ENDED, SEEN, Records, Rule, Schedule

RNG = np.random.default_rng(2)
FEATURES = RNG.normal(size=(45, 2))
LABELS = FEATURES @ [2, -3.4] + 4.2 + 0.01 * RNG.normal(size=45)
REGRESSION = regress(FEATURES, LABELS)
SEEDS = [4, 0, 11]
SCHEDULE = Schedule(10, 3, 10)
START = np.array([0.3, -0.2, 0.0])
LR, MOM = [0.02, 0.05, 0.1, 0.02], [0.5, 0.9, 0.9, 0.9]  # pairs, and no grid
RECORDS = {
    "chapter": Records(),
    "2019": Records(counted=ENDED),
    "2019-11": Records(counted=SEEN, before=False),
}


def runs(schedule=SCHEDULE, start=START, lr=LR, mom=MOM, seeds=SEEDS, **options):
    return plan(REGRESSION, schedule, seeds, start, lr, mom, **options)


@pytest.mark.parametrize(
    "rule", [Rule(), Rule(decay=1.0, nesterov=True), Rule(decay=0.3, outside=True)]
)
@pytest.mark.parametrize("mean", [False, True])
def test_each_pair_runs_as_the_program_does(rule, mean):
    [found] = compute([runs(Schedule(10, 3, 10, mean=mean), rule=rule, trace=True)])
    assert found.losses.shape == (3, 16, 4)
    for s, seed in enumerate(SEEDS):
        for place, (lr, mom) in enumerate(zip(LR, MOM)):
            call = {"batch_size": 10, "lr": lr, "mom": mom, "num_epochs": 3, "log_interval": 10}
            shuffle = random.Random(seed).shuffle
            convention = "pytorch" if rule.outside else "book"
            options = {"decay": rule.decay, "nesterov": rule.nesterov, "own_size": mean}
            w, b, losses = reference.train(
                FEATURES, LABELS, START[:2], shuffle, **call, convention=convention, **options
            )
            reference.assert_same_stream(found.losses[s, :, place], losses)
            np.testing.assert_allclose(found.params[s, :, place], [*w, b], rtol=0, atol=1e-4)
            assert found.final[s, place] == found.losses[s, -1, place]
            assert found.highest[s, place] == found.losses[s, :, place].max()


@pytest.mark.parametrize(
    ("name", "batch_size", "log_interval", "expected"),
    [  # after how many of the 45 examples of each epoch, and of the run
        ("chapter", 10, 20, [0, 10, 30, 45, 55, 75, 90]),
        ("chapter", 7, 14, [0, 7, 21, 35, 45, 52, 66, 80, 90]),
        ("chapter", 45, 1, [0, 45, 90]),
        ("2019", 10, 20, [0, 20, 40, 65, 85]),
        ("2019", 15, 45, [0, 45, 90]),
        ("2019", 10, 50, [0, 45, 90]),  # the fifth would have 50 examples if it were whole
        ("2019-11", 15, 30, [30, 60, 90]),  # counted on over the end of the epoch
        ("2019-11", 10, 45, [45, 90]),
    ],
)
def test_a_loss_is_recorded_where_the_edition_does(name, batch_size, log_interval, expected):
    schedule = Schedule(batch_size, 2, log_interval, RECORDS[name])
    assert (45 * schedule.epochs(45)).tolist() == pytest.approx(expected, rel=1e-12)
    assert schedule.num_losses(45) == len(expected)
    [found] = compute([runs(schedule, trace=True)])
    [every] = compute([runs(schedule._replace(log_interval=1, records=Records()), trace=True)])
    # That of all mini-batches has a loss at each of these places.
    places = np.searchsorted(Schedule(batch_size, 2, 1).epochs(45), np.array(expected) / 45 - 1e-9)
    assert found.losses.tobytes() == every.losses[:, places].tobytes()
    assert found.final.tobytes() == found.losses[:, -1].tobytes()
    assert found.highest.tobytes() == found.losses.max(axis=1).tobytes()


def test_the_edition_of_2019_11_records_15_losses():
    schedule = Schedule(10, 2, 200, RECORDS["2019-11"])
    assert schedule.num_losses(1500) == 15
    np.testing.assert_allclose(schedule.epochs(1500), np.arange(1, 16) * 2 / 15, rtol=1e-12)


def test_a_run_that_records_nothing_ends_with_its_first_loss():
    [found] = compute([runs(Schedule(10, 1, 1000, Records(counted=ENDED)), trace=True)])
    assert found.losses.shape[1] == 1
    assert found.final.tobytes() == found.losses[:, 0].tobytes()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_plans_computed_together_are_each_as_alone(dtype):
    plans = [
        runs(trace=True, dtype=dtype),
        runs(start=RNG.normal(size=(3, 3)), lr=[0.05], mom=[0.5], dtype=dtype),
        runs(lr=np.full(300, 0.1), mom=np.linspace(0, 1, 300), rule=Rule(decay=1.0), dtype=dtype),
        runs(rule=Rule(nesterov=True), trace=True, dtype=dtype),
        # The mini-batches of fewer epochs, and of more, are those of as many of them.
        runs(Schedule(10, 1, 10), trace=True, dtype=dtype),
        runs(Schedule(10, 5, 15, RECORDS["2019-11"]), lr=[0.05], mom=[0.5], dtype=dtype),
    ]
    for together, each in zip(run_blocks(plans), plans):
        [alone] = run_blocks([each])
        for one, other in zip(together, alone):
            assert one.dtype == dtype
            assert one.tobytes() == other.tobytes()


def test_each_seed_has_its_mini_batches_and_its_start():
    starts = RNG.normal(size=(150, 3))
    [whole] = compute([runs(start=starts, seeds=range(150))])
    for seed in (0, 63, 64, 149):
        [alone] = compute([runs(start=starts[seed], seeds=[seed])])
        for ours, theirs in zip(whole, alone):
            assert ours[seed].tobytes() == theirs[0].tobytes()
    assert len(np.unique(whole.params[:, 0, 0])) == 150


def test_each_run_has_its_start():
    starts = RNG.normal(size=(150, 3, 40))
    lr, mom = RNG.uniform(0.01, 0.1, 40), RNG.uniform(0, 0.9, 40)
    [whole] = compute([runs(start=starts, seeds=range(150), lr=lr, mom=mom, trace=True)])
    for run in (0, 16, 39):
        pair = {"lr": lr[[run]], "mom": mom[[run]]}
        [alone] = compute([runs(start=starts[..., run], seeds=range(150), **pair, trace=True)])
        for ours, theirs in zip(whole, alone):
            assert ours[..., run].tobytes() == theirs[..., 0].tobytes()
    # What the data do not determine stays where each run began.
    flat = regress(np.column_stack([FEATURES, np.zeros(45)]), LABELS)
    starts = RNG.normal(size=(3, 4, 2))
    [found] = compute([plan(flat, SCHEDULE, SEEDS, starts, LR[:2], MOM[:2])])
    np.testing.assert_allclose(found.params[:, 2], starts[:, 2], rtol=1e-6)


def test_traces_are_kept_only_if_asked_for():
    [without], [traced] = compute([runs()]), compute([runs(trace=True)])
    assert without.losses.shape == (3, 0, 4)
    assert without.params.tobytes() == traced.params.tobytes()


def test_the_callers_generator_is_left_alone():
    state = random.getstate()
    compute([runs()])
    assert random.getstate() == state


@pytest.mark.usefixtures("mxnet")
def test_all_that_is_compiled_stands_in_one_file():
    compiled = set()
    for module in pkgutil.walk_packages(gluon_momentum.__path__, "gluon_momentum."):
        if not module.name.endswith("__main__"):
            for value in vars(import_module(module.name)).values():
                function = getattr(value, "py_func", None)
                compiled.update([function.__code__.co_filename] if function else [])
    run = kernel.make_run(3, 16)
    functions = run.py_func, run.py_func.__globals__["_step"].py_func
    compiled.update(function.__code__.co_filename for function in functions)
    assert compiled == {kernel.__file__}


EDITS = {
    "the velocity": (" = mom * v{i} + g{i}", " = 0.5 * mom * v{i} + g{i}"),
    "the gradients": ("*= factors[k] / divisor", "*= 2 * factors[k] / divisor"),
    "the orders": ("= order[j], order[i]", "= order[i], order[i]"),
    "the loop over epochs": ("share *= decay", "share *= 2 * decay"),
}


@pytest.mark.slow
def test_an_edit_of_the_kernel_changes_the_next_process(tmp_path):
    package = Path(gluon_momentum.__file__).parent
    copy = tmp_path / "gluon_momentum"
    ignored = partial(shutil.ignore_patterns, "__pycache__", "notebooks", "page")
    shutil.copytree(package, copy, ignore=ignored())
    program = tmp_path / "program.py"
    program.write_text(
        "import numpy as np, gluon_momentum as gm\n"
        "x = np.arange(12.0).reshape(12, 1) / 12\n"
        "start = np.zeros(1), np.zeros(1)\n"
        "swept = gm.sweep(x, x[:, 0] ** 2, [0.3], [0.7], batch_size=4, initial=start)\n"
        "print(gm.__file__, swept.final_loss.item())\n"
    )
    cache = {"PATH": "", "NUMBA_CACHE_DIR": str(tmp_path / "cache"), "HOME": str(tmp_path)}

    def loss():
        done = run_process([sys.executable, program], cwd=tmp_path, env=cache)
        path, number = done.stdout.split()
        assert Path(path).parent == copy
        return float(number)

    original, source = loss(), (copy / "sweeps/kernel.py").read_text()
    assert loss() == original  # from the code that was kept
    for before, after in EDITS.values():
        assert source.count(before) == 1
        (copy / "sweeps/kernel.py").write_text(source.replace(before, after))
        assert loss() != original
    (copy / "sweeps/kernel.py").write_text(source)
    assert loss() == original
