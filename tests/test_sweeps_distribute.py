import os
from collections import Counter
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import numpy as np
import pytest
import xarray

import gluon_momentum as gm
from gluon_momentum.sweeps import distribute


class LosingExecutor(Executor):
    """Compute at once, and lose the first results of each block."""

    def __init__(self, losses):
        self.losses, self.seen = losses, Counter()

    def submit(self, fn, *args):
        [plan] = args
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
    def run_block(*_):
        (tmp_path / f"{len(list(tmp_path.iterdir()))}").touch()
        raise error

    monkeypatch.setattr(distribute, "run_block", run_block)
    with pool(1) as executor, pytest.raises(type(error), match=r"^A bug\.$"):
        sweep(book_data, executor)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_pool_that_is_broken_shows_at_once(book_data, monkeypatch):
    monkeypatch.setattr(distribute, "run_block", lambda *_: os._exit(1))
    with ProcessPoolExecutor(1) as executor, pytest.raises(BrokenProcessPool):
        sweep(book_data, executor)


@pytest.mark.parametrize(("seeds", "runs"), [(1, 100_000), (130, 3), (3, 40_000), (1, 1)])
def test_units_cover_every_cell_once(seeds, runs):
    count = np.zeros((seeds, runs), int)
    for unit in distribute.units(seeds, runs):
        count[unit.seeds, unit.runs] += 1
    assert (count == 1).all()
