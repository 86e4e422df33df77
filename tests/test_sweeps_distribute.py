import os
from collections import Counter
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import xarray

import gluon_momentum as gm
from gluon_momentum.sweeps import distribute
from gluon_momentum.sweeps.plan import Plan
from gluon_momentum.sweeps.regression import regress
from gluon_momentum.sweeps.runs import run_blocks
from gluon_momentum.sweeps.schedule import Schedule


class LosingExecutor(Executor):
    """Compute at once, and lose the first results of each block."""

    def __init__(self, losses):
        self.losses, self.seen = losses, Counter()

    def submit(self, fn, *args):
        plan = args[0][0]
        future, block = Future(), str((plan.seeds, plan.runs))
        self.seen[block] += 1
        if self.seen[block] <= self.losses:
            future.set_exception(OSError("The worker has died."))
        else:
            future.set_result(fn(*args))
        return future


def sweep(data, executor):
    call = {"lr": [0.1, 0.2, 3], "mom": [0.5, 0.9], "seeds": [0, 1]}
    return gm.sweep(*data, **call, num_epochs=1, executor=executor)


def test_what_an_executor_loses_is_computed_again(book_data, monkeypatch):
    monkeypatch.setattr(distribute, "_RUNS", 4)
    executor = LosingExecutor(2)
    xarray.testing.assert_identical(sweep(book_data, executor), sweep(book_data, None))
    assert set(executor.seen.values()) == {3}


def test_an_executor_that_always_fails_says_why(book_data):
    with pytest.raises(OSError, match=r"^The worker has died\.$"):
        sweep(book_data, LosingExecutor(3))


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
@pytest.mark.parametrize("error", [TypeError("A bug."), MemoryError("A bug."), OSError("A bug.")])
def test_a_bug_shows_at_once(book_data, monkeypatch, tmp_path, pool, error):
    def run_blocks(*_):
        (tmp_path / f"{len(list(tmp_path.iterdir()))}").touch()
        raise error

    monkeypatch.setattr(distribute, "run_blocks", run_blocks)
    with pool(1) as executor, pytest.raises(type(error), match=r"^A bug\.$"):
        sweep(book_data, executor)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_bug_in_our_own_threads_shows_at_once_too(book_data, monkeypatch):
    calls = []

    def run_blocks(plans):
        calls.append(plans)
        raise OSError("A bug.")

    monkeypatch.setattr(distribute, "run_blocks", run_blocks)
    with pytest.raises(OSError, match=r"^A bug\.$"):
        sweep(book_data, None)
    assert len(calls) == 1


def test_a_pool_that_is_broken_shows_at_once(book_data, monkeypatch):
    monkeypatch.setattr(distribute, "run_blocks", lambda *_: os._exit(1))
    with ProcessPoolExecutor(1) as executor, pytest.raises(BrokenProcessPool):
        sweep(book_data, executor)


@pytest.mark.parametrize("executor", [None, LosingExecutor(0)])
def test_plans_of_different_width_are_shared_out_together(monkeypatch, executor):
    generator = np.random.default_rng(3)
    features = generator.normal(size=(20, 2))
    problem = regress(features, features @ [2, -3.4] + 4.2), Schedule(7, 2, 7)
    starts, lr = generator.normal(size=(5, 3)), np.linspace(0.01, 0.3, 50)
    plans = [
        Plan(*problem, range(5), starts, lr, np.array([0.9]), range(runs), trace, np.dtype("f4"))
        for runs, trace in [(50, True), (3, False), (20, True)]
    ]
    monkeypatch.setattr(distribute, "_RUNS", 8)  # pieces in which not all plans have a run
    found = distribute.compute(plans, executor, False)
    for block, expected in zip(found, run_blocks(plans)):
        for ours, theirs in zip(block, expected):
            assert ours.tobytes() == theirs.tobytes()


@pytest.mark.parametrize(("seeds", "runs"), [(1, 100_000), (130, 3), (3, 40_000), (1, 1)])
def test_units_cover_every_cell_once(seeds, runs):
    count = np.zeros((seeds, runs), int)
    for unit in distribute.units(seeds, runs):
        count[unit.seeds, unit.runs] += 1
    assert (count == 1).all()


def sizes(seeds, runs):
    """Return the seeds and the runs of each unit."""
    return [
        (unit.seeds.stop - unit.seeds.start, unit.runs.stop - unit.runs.start)
        for unit in distribute.units(seeds, runs)
    ]


def test_a_unit_has_at_most_64_seeds_and_some_thirty_thousand_runs():
    assert sizes(130, 3) == [(64, 3), (64, 3), (2, 3)]
    assert sizes(40, 1000) == [(32, 1000), (8, 1000)]
    assert sizes(1, 100_000) == [(1, 25_000)] * 4
    assert sizes(1, 4096) == [(1, 4096)]
    assert sizes(2, 40_000) == [(1, 20_000)] * 4
    # An even number of pieces, so that two workers end together.
    assert sizes(1, 4097) == [(1, 2048), (1, 2049)]


def test_what_is_held_at_once_is_a_unit_for_each_processor(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert distribute.units_at_once(1, 1) == (1, 1)
    assert distribute.units_at_once(130, 3) == (3, 3 * 64 * 3)
    assert distribute.units_at_once(128, 3) == (2, 2 * 64 * 3)
    assert distribute.units_at_once(1, 100_000) == (3, 75_000)
    assert distribute.units_at_once(1, 4097) == (2, 2 * 2049)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert distribute.units_at_once(130, 3) == (1, 64 * 3)


class LazyExecutor(Executor):
    """Compute a unit when `wait` is called, one each time, and note how many are under way."""

    def __init__(self, fails_at=None):
        self.futures, self.fails_at, self.most = {}, fails_at, 0

    def submit(self, fn, *args):
        future = Future()
        self.futures[future] = partial(fn, *args)
        self.most = max(self.most, sum(not future.done() for future in self.futures))
        return future

    def wait(self, under_way, return_when):
        assert return_when == FIRST_COMPLETED
        future = next(iter(under_way))
        done = sum(future.done() for future in self.futures)
        future.set_result(ValueError("A bug.") if done == self.fails_at else self.futures[future]())
        return SimpleNamespace(done={future})


def test_no_more_units_are_under_way_than_many_workers_need(book_data, monkeypatch):
    monkeypatch.setattr(distribute, "_RUNS", 1)
    monkeypatch.setattr(distribute, "_UNDER_WAY", 4)
    executor = LazyExecutor()
    monkeypatch.setattr(distribute, "wait", executor.wait)
    found = sweep(book_data, executor)
    assert (len(executor.futures), executor.most) == (12, 4)
    monkeypatch.undo()
    xarray.testing.assert_identical(found, sweep(book_data, None))


def test_a_sweep_that_fails_leaves_no_work_behind(book_data, monkeypatch):
    monkeypatch.setattr(distribute, "_RUNS", 1)
    monkeypatch.setattr(distribute, "_UNDER_WAY", 4)
    executor = LazyExecutor(fails_at=3)
    monkeypatch.setattr(distribute, "wait", executor.wait)
    with pytest.raises(ValueError, match=r"^A bug\.$"):
        sweep(book_data, executor)
    assert sum(future.cancelled() for future in executor.futures) == 3
    assert all(future.done() for future in executor.futures)


def test_a_thread_for_each_processor_and_a_bar_that_counts_the_runs(book_data, monkeypatch):
    threads, drawn, done = [], [], []

    @contextmanager
    def bar(*arguments):
        drawn.append(arguments)
        yield SimpleNamespace(advance=done.append)

    def pool(max_workers):
        threads.append(max_workers)
        return ThreadPoolExecutor(max_workers)

    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    monkeypatch.setattr(distribute, "_RUNS", 6)
    monkeypatch.setattr(distribute, "ThreadPoolExecutor", pool)
    monkeypatch.setattr(distribute, "progress_bar", bar)
    gm.sweep(*book_data, [0.1, 0.2, 0.3], [0.5, 0.9], range(200), num_epochs=1, progress=True)
    assert threads == [3]
    assert drawn == [("runs of 1,200", 1200, True)]
    assert sum(done) == 1200
