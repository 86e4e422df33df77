"""Sharing out a list of runs: whoever computes a unit, and in whatever order it comes."""

import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pytest
import xarray

import gluon_momentum as gm
from gluon_momentum.sweeps import distribute
from gluon_momentum.sweeps.regression import regress
from gluon_momentum.sweeps.runs import plan, run_blocks
from gluon_momentum.sweeps.schedule import Schedule

GENERATOR = np.random.default_rng(3)
FEATURES = GENERATOR.normal(size=(20, 2))
LABELS = FEATURES @ [2, -3.4] + 4.2
UNITS = 40  # of the sweep below: 64 seeds in each


def sweep(executor=None, seeds=64 * UNITS):
    start = np.zeros(2), np.zeros(1)
    sizes = {"batch_size": 7, "num_epochs": 1, "log_interval": 7}
    call = {"lr": [0.1, 0.2], "mom": [0.9], "seeds": range(seeds), "initial": start}
    return gm.sweep(FEATURES, LABELS, **call, **sizes, executor=executor)


class Noting(ThreadPoolExecutor):
    """A thread that notes what it is given; the unit of one number fails."""

    def __init__(self, fails_at=None):
        super().__init__(1)
        self.futures, self.fails_at, self.most = [], fails_at, 0

    def submit(self, fn, *args):
        fails = len(self.futures) == self.fails_at
        future = super().submit(self.fail) if fails else super().submit(fn, *args)
        self.futures.append(future)
        self.most = max(self.most, sum(not each.done() for each in self.futures))
        return future

    def fail(self):
        raise TypeError("A bug.")


class Dying(ProcessPoolExecutor):
    """A process that ends instead of computing."""

    def submit(self, fn, *args):
        return super().submit(os._exit, 1)


@pytest.mark.parametrize(
    "pool", [Noting, pytest.param(ProcessPoolExecutor, marks=pytest.mark.slow)]
)
def test_any_executor_gives_the_same(pool):
    with pool() as executor:
        xarray.testing.assert_identical(sweep(executor, 150), sweep(None, 150))


def test_not_all_units_wait_at_once():
    with Noting() as executor:
        sweep(executor)
    assert len(executor.futures) == UNITS
    assert executor.most < UNITS


def test_an_error_shows_at_once_and_leaves_no_work_behind():
    with Noting(fails_at=3) as executor:
        with pytest.raises(TypeError, match=r"^A bug\.$"):
            sweep(executor)
        assert len(executor.futures) < UNITS
    assert all(future.cancelled() for future in executor.futures[-10:])


@pytest.mark.slow
def test_a_pool_that_is_broken_shows_at_once():
    with Dying(1) as executor, pytest.raises(BrokenProcessPool):
        sweep(executor)


@pytest.mark.parametrize("own", [False, True])
def test_plans_of_different_width_are_shared_out_together(own):
    problem = regress(FEATURES, LABELS), Schedule(7, 2, 7), range(3), GENERATOR.normal(size=(3, 3))
    plans = [
        plan(*problem, np.linspace(0.01, 0.3, runs), np.full(runs, 0.9), trace=trace)
        for runs, trace in [(9000, False), (3, True), (5000, False)]  # some pieces lack the second
    ]
    with Noting() as executor:
        found = distribute.compute(plans, executor if own else None)
    for block, expected in zip(found, run_blocks(plans)):
        for ours, theirs in zip(block, expected):
            assert ours.tobytes() == theirs.tobytes()


@pytest.mark.parametrize(
    ("seeds", "runs"), [(1, 100_000), (130, 3), (3, 40_000), (1, 4097), (1, 1)]
)
def test_units_cover_every_run_once_and_none_is_large(monkeypatch, seeds, runs):
    count, units = np.zeros((seeds, runs), int), list(distribute.units(seeds, runs))
    for unit in units:
        count[unit.seeds, unit.runs] += 1
        assert unit.cells <= 2**15
    assert (count == 1).all()
    # Two workers end together.
    assert len(units) == 1 or len(units) % 2 == 0 or seeds > 64
    for processors in (1, 3):
        monkeypatch.setattr(os, "cpu_count", lambda count=processors: count)
        held, cells = distribute.units_at_once(seeds, runs)
        assert held == min(processors, len(units))
        assert max(unit.cells for unit in units) * held <= cells <= 2**15 * held


def test_a_thread_for_each_processor_and_a_bar_that_counts_the_runs(monkeypatch):
    threads, drawn, done = [], [], []

    @contextmanager
    def bar(*arguments):
        drawn.append(arguments)
        yield SimpleNamespace(advance=done.append)

    def pool(max_workers):
        threads.append(max_workers)
        return ThreadPoolExecutor(max_workers)

    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    monkeypatch.setattr(distribute, "ThreadPoolExecutor", pool)
    monkeypatch.setattr(distribute, "progress_bar", bar)
    sweep(seeds=200)
    assert threads == [3]
    assert drawn == [("runs of 400", 400, False)]
    assert sum(done) == 400
