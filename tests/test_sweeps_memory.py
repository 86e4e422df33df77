"""What memory is left, and that a sweep's own count of it is right."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

import gluon_momentum as gm
from gluon_momentum.sweeps import memory

resource = pytest.importorskip("resource")

GIB = 2**30


@pytest.fixture
def machine(monkeypatch):
    """Return a function that pretends a machine with so much free, and its control groups."""

    def pretend(own="", groups=(), free=8 * GIB):
        contents = {"/proc/self/cgroup": own}
        for folder, files in dict(groups).items():
            for name, content in files.items():
                contents[str(Path("/sys/fs/cgroup", folder, name))] = f"{content}\n"

        def read_text(path, *_, **__):
            if str(path) not in contents:
                raise FileNotFoundError
            return contents[str(path)]

        monkeypatch.setattr(Path, "read_text", read_text)
        monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=free))

    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    monkeypatch.setattr(resource, "getrlimit", lambda _: unlimited)
    pretend()
    return pretend


def version_2(limit, usage, file=0):
    stat = f"anon 1\ninactive_file {file}"
    return {"memory.max": limit, "memory.current": usage, "memory.stat": stat}


def version_1(limit, usage, file=0):
    stat = f"cache 1\ninactive_file 7\ntotal_inactive_file {file}"
    files = {"memory.limit_in_bytes": limit, "memory.usage_in_bytes": usage}
    return {**files, "memory.stat": stat}


ALLOWED = version_2(3 * GIB, GIB)
# What /proc says of this process's groups, the files of each, and what they leave.
CGROUPS = {
    "none": ("", {}, 8 * GIB),
    "no limit": ("0::/a", {"a": version_2("max", GIB)}, 8 * GIB),
    "version 2": ("0::/a", {"a": ALLOWED}, 2 * GIB),
    "what was read from files can go": ("0::/a", {"a": version_2(3 * GIB, GIB, 7)}, 2 * GIB + 7),
    "a group above has it": ("0::/a/b", {"a": ALLOWED, "a/b": version_2("max", 5)}, 2 * GIB),
    "in a container that shows the host's path": ("0::/docker/0123", {".": ALLOWED}, 2 * GIB),
    "uncounted files": ("0::/a", {"a": {**ALLOWED, "memory.stat": "anon 1"}}, 2 * GIB),
    "more is used than allowed": ("0::/a", {"a": version_2(GIB, 2 * GIB)}, 0),
    "version 1": (
        "11:cpu:/a\n4:memory:/a\n1:name=systemd:/a",
        {"memory/a": version_1(GIB, 1000, 10), "cpu/a": version_1(0, 0)},
        GIB - 990,
    ),
    "version 1, with another controller": (
        "3:cpuset:/\n4:cpu,memory:/a:b",
        {"memory/a:b": version_1(2 * GIB, 1000), "memory": version_1(3 * GIB, 1000)},
        2 * GIB - 1000,
    ),
    "version 1, no limit": ("4:memory:/", {"memory": version_1(2**63 - 4096, 1000)}, 8 * GIB),
}


@pytest.mark.parametrize("case", CGROUPS)
def test_a_control_groups_limit_counts(machine, case):
    own, groups, room = CGROUPS[case]
    machine(own, groups)
    assert memory.available() == room


def test_a_limit_of_the_address_space_counts(machine, monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (5 * GIB, 6 * GIB))
    process = SimpleNamespace(memory_info=lambda: SimpleNamespace(vms=2 * GIB))
    monkeypatch.setattr(psutil, "Process", lambda: process)
    assert memory.available() == 3 * GIB


@pytest.mark.parametrize(
    ("needed", "said"),
    [(9.5 * GIB, "9,728 MiB"), (10 * GIB - 1, "10,240 MiB"), (4000.96 * GIB, "4,001.0 GiB")],
)
def test_what_does_not_fit_is_said_in_one_sentence(machine, needed, said):
    memory.check(8 * GIB, "It", "ask for less")
    with pytest.raises(ValueError, match=f"^It needs {said} .* 8,192 MiB .*: ask for less\\.$"):
        memory.check(needed, "It", "ask for less")


@pytest.mark.parametrize(
    "call",
    [
        {"lr": np.linspace(0.01, 0.1, 2000), "trace": True},
        {"lr": np.linspace(0.01, 0.1, 2000), "trace": True, "dtype": "float64"},
        {"lr": np.linspace(0.01, 0.1, 100_000), "batch_size": 1000},
        {"seeds": range(1000), "log_interval": 30, "trace": True},
    ],
)
def test_a_sweep_is_refused_where_what_it_returns_would_not_fit(machine, book_data, call):
    call = {"lr": [0.1], "mom": [0.5], "initial": ([0, 0], 0), **call}
    machine(free=100 * GIB)
    size = gm.sweep(*book_data, **call).nbytes
    machine(free=size)
    with pytest.raises(ValueError, match=r"^A sweep of [\d,]+ runs needs .* of memory"):
        gm.sweep(*book_data, **call)
    machine(free=2 * size + 50e6)
    gm.sweep(*book_data, **call)


@pytest.mark.parametrize(
    ("change", "runs"),
    [
        ({"seeds": range(2**31)}, "2,147,483,648"),
        ({"lr": np.linspace(0.1, 1, 2000), "mom": np.linspace(0, 1, 2000), "seeds": range(10**6)},
         "4,000,000,000,000"),
        ({"num_epochs": 10**8}, "1"),  # the gradients of 10**10 mini-batches
    ],
)  # fmt: skip
def test_what_cannot_fit_is_refused_before_anything_is_made(book_data, change, runs):
    with pytest.raises(ValueError, match=rf"^A sweep of {runs} runs needs [\d,.]+ GiB of memory"):
        gm.sweep(*book_data, **{"lr": [0.1], "mom": [0.5], **change})


PEAK = """
import re
import numpy as np
import psutil
import gluon_momentum as gm

def peak():  # ru_maxrss begins with what the parent had
    with open("/proc/self/status") as status:
        return 1024 * int(re.search(r"VmHWM:\\s*(\\d+)", status.read())[1])

gm.seed(0)
data = gm.generate_data()
gm.sweep(*data, [0.1], [0.5], num_epochs=1)
call = dict({call}, lr=np.linspace(0.01, 0.1, {lr}), mom=np.linspace(0, 0.9, {mom}))
before, memory = peak(), psutil.virtual_memory
psutil.virtual_memory = lambda: memory()._replace(available=0)
try:
    gm.sweep(*data, **call)
except ValueError as error:
    needed = re.search(r"needs ([\\d,]+) MiB", str(error))[1].replace(",", "")
psutil.virtual_memory = memory
gm.sweep(*data, **call)
print(peak() - before, int(needed) * 2**20)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lr", "mom", "call"),
    [
        (2000, 4000, {"trace": False, "seeds": [0], "batch_size": 1000, "num_epochs": 1}),
        (60, 30, {"trace": True, "seeds": range(60), "batch_size": 10, "num_epochs": 3}),
    ],
)
def test_a_sweep_needs_as_much_memory_as_it_says(lr, mom, call):
    program = PEAK.format(lr=lr, mom=mom, call=call)
    ended = subprocess.check_output([sys.executable, "-c", program], text=True)
    grown, needed = map(int, ended.split())
    assert needed > 100e6
    # Not less than it takes, but for what was free in the process before; and not twice as much.
    assert 0.85 * grown < needed < 2 * grown
