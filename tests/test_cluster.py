import os
import signal
import subprocess
import sys
from concurrent.futures import Executor

import numpy as np
import pytest
import xarray
from conftest import heeding_interrupts, wait_until
from distributed import Client, LocalCluster

import gluon_momentum as gm
from gluon_momentum import units


@pytest.fixture(scope="module")
def client():
    """Connect to a real scheduler and two worker processes on this machine's loopback."""
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    ) as cluster, Client(cluster) as client:
        yield client


@pytest.fixture
def sweep(book_data, monkeypatch):
    """Sweep in 64 units of work."""
    monkeypatch.setattr(units, "_RUNS", 7)
    features, labels = (array.asnumpy() for array in book_data)
    call = {"lr": np.geomspace(0.01, 3, 21), "mom": np.linspace(0, 1, 5), "seeds": range(4)}
    return lambda executor: gm.sweep(
        features, labels, **call, initial=([0, 0], [0]), trace=True, executor=executor
    )


def test_a_cluster_gives_the_same_bits(client, sweep):
    xarray.testing.assert_identical(sweep(client.get_executor()), sweep(None))


class KillingExecutor(Executor):
    """Pass work on, and kill one worker when the given number of units has been passed."""

    def __init__(self, executor, pid, after):
        self.executor, self.pid, self.left = executor, pid, after

    def submit(self, fn, *args):
        self.left -= 1
        if self.left == 0:
            os.kill(self.pid, signal.SIGKILL)
        return self.executor.submit(fn, *args)


def test_a_worker_that_dies_half_way_changes_nothing(client, sweep):
    pid = min(client.run(os.getpid).values())
    executor = KillingExecutor(client.get_executor(), pid, after=40)
    xarray.testing.assert_identical(sweep(executor), sweep(None))
    assert executor.left < 0


def test_the_command_uses_a_scheduler(client, book_data, tmp_path):
    options = {"--mom": "0.5,0.9", "--lr": "0.2", "--seeds": "3", "--out": str(tmp_path)}
    options["--scheduler"] = client.scheduler.address
    command = [sys.executable, "-m", "gluon_momentum", "sweep"]
    done = subprocess.run(
        [*command, *(word for option in options.items() for word in option)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    ds = gm.sweep(*book_data, lr=[0.2], mom=[0.5, 0.9], seeds=range(3))
    with xarray.open_dataset(tmp_path / "sweep.nc", engine="h5netcdf") as there:
        xarray.testing.assert_identical(there.load(), ds)


def test_an_interrupted_command_leaves_no_work_to_the_scheduler(client, tmp_path):
    def tasks():
        return client.run_on_scheduler(lambda dask_scheduler: set(dask_scheduler.tasks))

    before = tasks()  # the scheduler may not have forgotten the last test's
    command = [sys.executable, "-m", "gluon_momentum", "sweep", "--out", str(tmp_path)]
    process = subprocess.Popen(
        [*command, "--mom", "0:0.999:1000", "--scheduler", client.scheduler.address],
        preexec_fn=heeding_interrupts,
    )
    wait_until(lambda: tasks() - before)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    wait_until(lambda: not tasks() - before)
