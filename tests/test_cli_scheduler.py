import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor

import numpy as np
import pytest
import xarray
from conftest import heeding_interrupts, wait_until
from distributed import Client

import gluon_momentum as gm
from gluon_momentum.cli.scheduler import scheduler_executor
from gluon_momentum.sweeps import distribute

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "gluon_momentum", "sweep"]
SMALL = ["--mom", "0.9", "--lr", "0.2", "--seeds", "1", "--num-epochs", "1"]

SERVER = """
import asyncio, os, sys
import distributed
{first}

async def serve():
    server = getattr(distributed, sys.argv[1])
    options = {{"host": "127.0.0.1", "dashboard": False, "dashboard_address": "127.0.0.1:0"}}
    async with server(*sys.argv[2:], **options) as it:
        print(it.address, flush=True)
        await it.finished()

asyncio.run(serve())
"""


@pytest.fixture
def processes():
    """Return a list whose processes end with the test."""
    processes = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def start(processes):
    """Return a function that starts a Scheduler or a Worker: (process, address)."""

    def start(*arguments, first=""):
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER.format(first=first), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            # A task that a worker dies of is not tried on another.
            env={**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"},
        )
        processes.append(process)
        return process, process.stdout.readline().strip()

    return start


@pytest.fixture
def begin(processes, tmp_path):
    """Return a function that begins a sweep of many minutes on a scheduler, and one to end it."""

    def begin(address, *changes, timeout="1"):
        options = ["--scheduler", address, "--scheduler-timeout", timeout, "--out", str(tmp_path)]
        process = subprocess.Popen(
            [*COMMAND, "--mom", "0:0.999:1000", "--num-epochs", "30", *options, *changes],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    return begin


def test_its_executor_computes_the_same_bits(start, sweep):
    _, address = start("Scheduler")
    start("Worker", address)
    with scheduler_executor(address, timeout=60) as executor:
        xarray.testing.assert_identical(sweep(executor), sweep(None))
    with scheduler_executor(None, timeout=1) as executor:
        assert executor is None


def test_its_executor_says_that_there_are_no_workers_and_gives_up(start, sweep, capsys):
    _, address = start("Scheduler")
    message = f"^The scheduler {address} has had no workers for 1 s\\.$"
    with pytest.raises(OSError, match=message), scheduler_executor(address, 1) as executor:
        sweep(executor)
    assert capsys.readouterr().err == (
        f"gluon-momentum: The scheduler {address} has no workers; waiting at most 1 s for one.\n"
    )


def test_its_executor_says_that_the_scheduler_has_ended(start, sweep):
    scheduler, address = start("Scheduler")

    def sweep_without_it():
        with scheduler_executor(address, 3) as executor:
            scheduler.kill()
            sweep(executor)

    with pytest.raises(OSError, match=f"^The scheduler {address} has ended, or "):
        sweep_without_it()


def at_work(address):
    """Wait until a scheduler has tasks."""
    with Client(address, set_as_default=False) as client:
        wait_until(
            lambda: client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))
        )


def failure(process):
    """Return the lines that a command that fails has written, once it has ended."""
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    lines = err.splitlines()
    assert all(line.startswith("gluon-momentum: ") and line[-1] == "." for line in lines)
    return [line[len("gluon-momentum: ") :] for line in lines]


@pytest.fixture
def sweep(book_data, monkeypatch):
    """Sweep in 64 units of work."""
    monkeypatch.setattr(distribute, "_RUNS", 7)
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
    done = subprocess.run(
        [*COMMAND, *(word for option in options.items() for word in option)],
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
    options = ["--mom", "0:0.999:1000", "--scheduler", client.scheduler.address]
    process = subprocess.Popen(
        [*COMMAND, *options, "--out", str(tmp_path)],
        preexec_fn=heeding_interrupts,
    )
    wait_until(lambda: tasks() - before)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    wait_until(lambda: not tasks() - before)


@pytest.mark.parametrize("timeout", ["0", "-1", "nan", "inf"])
def test_the_time_to_wait_is_a_finite_number(command, timeout):
    status, out, err = command("sweep", "--scheduler", "", "--scheduler-timeout", timeout)
    sentence = "--scheduler-timeout must be a finite number above 0, not"
    assert (status, out) == (2, "")
    assert err == f"gluon-momentum: {sentence} {float(timeout)}.\n"


def test_without_workers_the_command_waits_and_gives_up(start, begin):
    _, address = start("Scheduler")
    assert failure(begin(address)) == [
        f"The scheduler {address} has no workers; waiting at most 1 s for one.",
        f"The scheduler {address} has had no workers for 1 s.",
    ]


def test_the_command_goes_on_with_a_worker_that_comes(start, begin, tmp_path):
    _, address = start("Scheduler")
    process = begin(address, *SMALL, timeout="60")
    assert "no workers; waiting at most 60 s" in process.stderr.readline()
    start("Worker", address)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert "Wrote 1 runs" in out


def test_the_command_gives_up_when_its_last_worker_has_died(start, begin):
    _, address = start("Scheduler")
    worker, _ = start("Worker", address)
    process = begin(address)
    at_work(address)
    worker.kill()
    assert failure(process) == [
        f"The scheduler {address} has no workers; waiting at most 1 s for one.",
        f"The scheduler {address} has had no workers for 1 s.",
    ]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_scheduler_that_dies_half_way_is_one_sentence(start, begin, number):
    scheduler, address = start("Scheduler")
    start("Worker", address)
    process = begin(address, timeout="3")  # once, not once for each try
    at_work(address)
    since = time.monotonic()
    scheduler.send_signal(number)
    assert failure(process) == [
        f"The scheduler {address} has ended, or cannot be reached any more."
    ]
    assert time.monotonic() - since < 10


@pytest.mark.parametrize(
    ("first", "cause"),
    [
        ("sys.modules['gluon_momentum'] = None", "lacks gluon_momentum"),
        ("import gluon_momentum\ngluon_momentum.__version__ = '0'", "has gluon_momentum 0"),
        ("import numpy\nnumpy.__version__ = '1'", "has numpy 1"),
    ],
)
def test_a_worker_that_cannot_compute_the_sweep_is_one_sentence(start, begin, first, cause):
    _, address = start("Scheduler")
    _, worker = start("Worker", address, first=first)
    [sentence] = failure(begin(address))
    assert sentence.startswith(f"The worker {worker} {cause}; this sweep needs ")


def test_workers_that_die_of_the_sweep_are_one_sentence(start, begin):
    _, address = start("Scheduler")
    deadly = (
        "from gluon_momentum.sweeps import distribute\n"
        "distribute.run_blocks = lambda _: os._exit(1)"
    )
    for _ in range(3):
        start("Worker", address, first=deadly)
    assert failure(begin(address, *SMALL, timeout="60")) == [
        f"The workers of the scheduler {address} end while they compute: "
        f"killed, out of memory, or without gluon_momentum {gm.__version__}."
    ]
