"""What every test shares: the book's data, and random state that no test leaves changed.

MXNet and what needs it are imported by those who use it: the process that hands out the tests does
not, and should begin at once.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

import pytest

from gluon_momentum.editions.airfoil import NAME, VARIABLE

pytest_plugins = ["chromium"]  # its fixtures

COMMAND = [sys.executable, "-m", "gluon_momentum"]
posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="It is about what Windows has not.")

# The data of the 2019 edition are not ours to ship: a copy beside the repository is used.
for folder in Path(__file__).resolve().parents:
    if (folder / "shared/published" / NAME).is_file():
        os.environ.setdefault(VARIABLE, str(folder / "shared/published" / NAME))


def run_process(arguments, **options):
    """Run a program to its end: its status, and as text what it has written."""
    return subprocess.run(arguments, capture_output=True, text=True, check=False, **options)


def heeding_interrupts():
    """Make a child process heed SIGINT, which one whose parent runs in the background ignores."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_until(reached, seconds=120):
    """Wait until a function returns something true; fail if it does not in time."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def same_random_state():
    """Give every test MXNet's default stream, and the next one Python's state as it was."""
    try:
        import mxnet as mx
    except ModuleNotFoundError:
        mx = mock.MagicMock()
    state = random.getstate()
    mx.random.seed(0)
    yield
    mx.random.seed(0)
    random.setstate(state)


@pytest.fixture
def mxnet():
    """Return MXNet; what needs it is skipped without."""
    return pytest.importorskip("mxnet")


@pytest.fixture
def book_data(mxnet):
    """Return the book's own features and labels, with both generators left as they then are."""
    import gluon_momentum as gm

    gm.seed(0)
    return gm.generate_data()


@pytest.fixture(scope="session")
def book():
    """Return what all the published checks look at, computed once, over a fifth of the shuffles."""
    pytest.importorskip("mxnet")
    from gluon_momentum.checks.measured import Measured
    from gluon_momentum.statistics import SHUFFLES

    state = random.getstate()
    yield Measured(SHUFFLES // 5)
    random.setstate(state)


@pytest.fixture(scope="session")
def airfoil_file():
    """Return where the data of the 2019 edition are; what needs them is skipped without."""
    if not os.environ.get(VARIABLE):
        pytest.skip(
            f"The data of the 2019 edition are not here: {VARIABLE} names no copy of {NAME}, "
            "and ../shared/published has none."
        )
    return Path(os.environ[VARIABLE])


@pytest.fixture
def few_runs_of_each_mistake(monkeypatch):
    """Let a call be judged in a tenth of a second."""
    monkeypatch.setattr("gluon_momentum.comparison.judge.MISTAKEN", 600)


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """Return a function that runs the command in an empty folder: (status, stdout, stderr)."""
    from gluon_momentum.cli import main

    monkeypatch.chdir(tmp_path)
    names = {"SIGINT", "SIGTERM", "SIGHUP"} & set(dir(signal))
    handlers = {name: signal.getsignal(getattr(signal, name)) for name in names}

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["gluon-momentum", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capsys.readouterr()

    yield run
    for name, handler in handlers.items():
        signal.signal(getattr(signal, name), handler)


@pytest.fixture(scope="module")
def client():
    """Connect to a real scheduler and two worker processes on this machine's loopback."""
    from distributed import Client, LocalCluster  # which takes a second to import

    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    ) as cluster, Client(cluster) as client:
        yield client
