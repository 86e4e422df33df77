"""A sweep on a dask scheduler: the same bits; and one sentence, status 2, where there is none."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import xarray
from conftest import COMMAND, heeding_interrupts, posix, wait_until
from distributed import Client, Future

import gluon_momentum as gm
from gluon_momentum.cli.cluster import scheduler_executor

pytestmark = [pytest.mark.slow, posix]

LONG = ["--mom", "0:0.999:1000", "--num-epochs", "30"]  # many minutes

SERVER = """
import asyncio, sys
import distributed, distributed.versions
said = distributed.versions.get_package_info
distributed.versions.get_package_info = lambda packages: {{**said(packages), **{says}}}

async def serve():
    options = {{"host": "127.0.0.1", "dashboard": False, "dashboard_address": "127.0.0.1:0"}}
    async with getattr(distributed, sys.argv[1])(*sys.argv[2:], **options) as server:
        print(server.address, flush=True)
        await server.finished()

asyncio.run(serve())
"""


@pytest.fixture
def start():
    """Return a function that starts a Scheduler or a Worker: (process, address)."""
    processes = []

    def start(*arguments, says=None):
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER.format(says=says or {}), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            # A task that a worker dies of is not tried on another.
            env={**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"},
        )
        processes.append(process)
        return process, process.stdout.readline().strip()

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def fails(command):
    """Return a function that runs a sweep that fails on a scheduler, and returns its sentence."""

    def fails(address, *options, timeout="1"):
        options = ["--scheduler", address, "--scheduler-timeout", timeout, *options]
        status, out, err = command("sweep", *options)
        assert (status, out) == (2, "")
        assert err.startswith("gluon-momentum: ")
        assert err.count("\n") == 1
        assert not list(Path().iterdir())
        return err

    return fails


def tasks(client):
    """Return the keys of what a scheduler has to do, or has done and not forgotten."""
    return client.run_on_scheduler(lambda dask_scheduler: set(dask_scheduler.tasks))


def test_a_worker_that_dies_half_way_changes_no_bit(client, book_data):
    call = {"lr": np.geomspace(0.01, 3, 83), "mom": np.linspace(0, 1, 61), "seeds": range(64)}
    here = gm.sweep(*book_data, **call)
    xarray.testing.assert_identical(
        gm.sweep(*book_data, **call, executor=client.get_executor()), here
    )
    pid = min(client.run(os.getpid).values())
    with scheduler_executor(client.scheduler.address, 60) as executor:
        submit, units = executor.submit, []

        def submit_and_kill(*work):
            units.append(submit(*work))
            if len(units) == 9:
                os.kill(pid, signal.SIGKILL)
            return units[-1]

        executor.submit = submit_and_kill
        xarray.testing.assert_identical(gm.sweep(*book_data, **call, executor=executor), here)
    assert len(units) > 9


def test_the_command_uses_a_scheduler(client, command):
    options = ["--mom", "0.5,0.9", "--lr", "0.2", "--seeds", "3"]
    status, _, err = command("sweep", *options, "--scheduler", client.scheduler.address)
    assert (status, err) == (0, "")
    ds = gm.sweep(*gm.book_data(), lr=[0.2], mom=[0.5, 0.9], seeds=range(3))
    with xarray.open_dataset("sweep/sweep.nc", engine="h5netcdf") as there:
        xarray.testing.assert_identical(there.load(), ds)


def test_an_interrupted_command_leaves_no_work_to_the_scheduler(client, tmp_path):
    before = tasks(client)  # the scheduler may not have forgotten the last test's
    process = subprocess.Popen(
        [*COMMAND, "sweep", *LONG, "--scheduler", client.scheduler.address],
        cwd=tmp_path,
        preexec_fn=heeding_interrupts,
    )
    wait_until(lambda: tasks(client) - before)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    wait_until(lambda: not tasks(client) - before)


@pytest.mark.parametrize("timeout", ["0", "-1", "nan", "inf"])
def test_the_time_to_wait_is_a_finite_number(fails, timeout):
    assert "--scheduler-timeout" in fails("", timeout=timeout)


@pytest.mark.parametrize(
    "address",
    ["", "tcp://127.0.0.1:port", "tls://127.0.0.1:1", "tcp://127.0.0.1:1", "silent", "worker"],
)
def test_an_address_without_a_scheduler(fails, client, address):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        if address == "silent":
            address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        is_worker = address == "worker"
        if is_worker:
            address = min(client.scheduler_info()["workers"])
        sentence = fails(address, timeout="0.3")
    assert repr(address) in sentence
    assert is_worker == ("a worker" in sentence)


@pytest.mark.parametrize(
    ("package", "version"),
    [("python", "2.7.18"), ("numpy", "1"), ("gluon_momentum", "0"), ("gluon_momentum", None)],
)
def test_a_worker_that_has_not_what_the_sweep_needs(start, fails, package, version):
    _, address = start("Scheduler")
    _, worker = start("Worker", address, says={package: version})
    sentence = fails(address)
    assert worker in sentence
    assert package in sentence


def test_a_worker_of_another_version_that_comes_later(client, start):
    def compute():
        with scheduler_executor(client.scheduler.address, 60) as executor:
            start("Worker", client.scheduler.address, says={"numpy": "1"})
            executor.submit(divmod, 1, 0).result()

    with pytest.raises(ImportError):
        compute()


def test_a_scheduler_without_workers(start, fails):
    _, address = start("Scheduler")
    assert address in fails(address)


def test_a_worker_that_comes_in_time_is_enough(start):
    _, address = start("Scheduler")
    coming = Thread(target=start, args=["Worker", address])
    coming.start()
    with scheduler_executor(address, 60) as executor:
        assert executor.submit(pow, 2, 3).result() == 8
    coming.join()


@pytest.mark.parametrize(
    ("who", "number"), [(0, signal.SIGKILL), (0, signal.SIGSTOP), (1, signal.SIGKILL)]
)
def test_a_scheduler_or_a_last_worker_that_dies_half_way(start, fails, who, number):
    scheduler, address = start("Scheduler")
    worker, _ = start("Worker", address)
    died = []

    def kill():
        with Client(address, set_as_default=False) as client:
            wait_until(lambda: tasks(client))
        died.append(time.monotonic())
        (scheduler, worker)[who].send_signal(number)

    Thread(target=kill).start()
    assert address in fails(address, *LONG)
    assert time.monotonic() - died[0] < 10


def test_work_that_somebody_else_cancels(client):
    before = tasks(client)

    def compute():
        with scheduler_executor(client.scheduler.address, 60) as executor:
            future = executor.submit(time.sleep, 1)
            wait_until(lambda: tasks(client) - before)
            [key] = tasks(client) - before
            client.cancel(Future(key, client), force=True)
            future.result()

    with pytest.raises(OSError, match=client.scheduler.address):
        compute()


@pytest.mark.parametrize(
    ("work", "error"), [((divmod, 1, 0), ZeroDivisionError), ((os._exit, 1), OSError)]
)
def test_what_computing_raises_and_workers_that_die_of_it(start, work, error):
    _, address = start("Scheduler")
    for _ in range(2):
        start("Worker", address)
    with pytest.raises(error), scheduler_executor(address, 60) as executor:
        executor.submit(*work).result()
