"""What memory is left, and that a sweep's own count of it is right."""

import resource
import subprocess
import sys
import textwrap
from types import SimpleNamespace

import numpy as np
import pytest

import gluon_momentum as gm
from gluon_momentum.sweeps import memory
from gluon_momentum.sweeps.schedule import Schedule
from gluon_momentum.verification.measured import Measured

GIB = 2**30


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Return a function that pretends control groups, on a machine with 8 GiB free."""
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: SimpleNamespace(available=8 * GIB))
    monkeypatch.setattr(memory, "_PROC", tmp_path / "cgroup")
    monkeypatch.setattr(memory, "_CGROUP", tmp_path)
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    monkeypatch.setattr(memory.resource, "getrlimit", lambda _: unlimited)

    def pretend(own, groups):
        (tmp_path / "cgroup").write_text(own)
        for folder, files in groups.items():
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (tmp_path / folder / name).write_text(f"{content}\n")

    return pretend


def version_2(limit, usage, file=0):
    stat = f"anon 1\ninactive_file {file}"
    return {"memory.max": limit, "memory.current": usage, "memory.stat": stat}


def test_a_limit_of_the_address_space_counts(machine, monkeypatch):
    monkeypatch.setattr(memory.resource, "getrlimit", lambda _: (5 * GIB, 6 * GIB))
    process = SimpleNamespace(memory_info=lambda: SimpleNamespace(vms=2 * GIB))
    monkeypatch.setattr(memory.psutil, "Process", lambda: process)
    assert memory.available() == 3 * GIB


def version_1(limit, usage, file=0):
    stat = f"cache 1\ninactive_file 7\ntotal_inactive_file {file}"
    return {
        "memory.limit_in_bytes": limit,
        "memory.usage_in_bytes": usage,
        "memory.stat": stat,
    }


CGROUPS = {
    "no limit": ("0::/a", {"a": version_2("max", GIB)}, 8 * GIB),
    "version 2": ("0::/a", {"a": version_2(3 * GIB, GIB)}, 2 * GIB),
    "what was read from files can go": ("0::/a", {"a": version_2(3 * GIB, GIB, 7)}, 2 * GIB + 7),
    "a group above has the limit": (
        "0::/a/b",
        {"a": version_2(2 * GIB, GIB), "a/b": version_2("max", 5)},
        GIB,
    ),
    "inside a container that shows the host's path": (
        "0::/docker/0123",
        {".": version_2(GIB, 24)},
        GIB - 24,
    ),
    "files that are not counted": (
        "0::/a",
        {"a": {**version_2(3 * GIB, GIB), "memory.stat": "anon 1"}},
        2 * GIB,
    ),
    "more is used than allowed": ("0::/a", {"a": version_2(GIB, 2 * GIB)}, 0),
    "version 1": (
        "11:cpu:/a\n4:memory:/a\n1:name=systemd:/a",
        {"memory/a": version_1(GIB, 1000, 10), "cpu/a": {}},
        GIB - 990,
    ),
    "version 1, with another controller": (
        "3:cpuset:/\n4:cpu,memory:/a:b",
        {"memory/a:b": version_1(2 * GIB, 1000), "memory": version_1(3 * GIB, 1000)},
        2 * GIB - 1000,
    ),
    "version 1 without a limit": (
        "4:cpu,memory:/\n0::/",
        {"memory": version_1(9223372036854771712, 1000)},
        8 * GIB,
    ),
}


@pytest.mark.parametrize("case", CGROUPS)
def test_a_control_groups_limit_counts(machine, case):
    own, groups, room = CGROUPS[case]
    machine(own, groups)
    assert memory.available() == room


def test_without_control_groups_the_machine_counts(machine):
    assert memory.available() == 8 * GIB


def test_what_does_not_fit_is_said_in_one_sentence(machine):
    memory.check(8 * GIB, "It", "ask for less")
    with pytest.raises(
        ValueError, match=r"^It needs 9,728 MiB of memory, of which 8,192 MiB are a"
    ):
        memory.check(9.5 * GIB, "It", "ask for less")


def run(program, **options):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def limit_address_space():
    resource.setrlimit(resource.RLIMIT_AS, (6 * GIB, 6 * GIB))


@pytest.mark.slow
def test_the_limit_of_the_process_counts():
    ended = run(
        "from gluon_momentum.sweeps import memory; print(memory.available())",
        preexec_fn=limit_address_space,
    )
    assert 3 * GIB < int(ended.stdout) < 6 * GIB


PEAK = """
import re
import numpy as np
import gluon_momentum as gm
from gluon_momentum.sweeps.memory import bytes_needed
from gluon_momentum.sweeps.schedule import Schedule

def peak():  # ru_maxrss begins with what the parent had
    with open("/proc/self/status") as status:
        return 1024 * int(re.search(r"VmHWM:\\s*(\\d+)", status.read())[1])

gm.seed(0)
data = gm.generate_data()
call = {call}
gm.sweep(*data, [0.1], [0.5], num_epochs=1)
before = peak()
gm.sweep(*data, np.linspace(0.01, 0.1, {lr}), np.linspace(0, 0.9, {mom}), **call)
schedule = Schedule(call["batch_size"], call["num_epochs"], 10)
needed = bytes_needed(1000, 2, len(call["seeds"]), {lr} * {mom}, schedule, call["trace"], "float32")
print(peak() - before, needed)
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
    ended = run(PEAK.format(lr=lr, mom=mom, call=call))
    assert ended.stderr == ""
    grown, needed = map(int, ended.stdout.split())
    assert needed > 100e6
    # Not less than it takes, but for what was free in the process before; and not twice as much.
    assert 0.85 * grown < needed < 2 * grown


def test_what_cannot_fit_is_refused_before_anything_is_made(book_data, monkeypatch):
    seeds = range(2**31)
    with pytest.raises(ValueError, match=r"GiB of memory, of which"):
        gm.sweep(*book_data, [0.1], [0.5], seeds=seeds)
    with pytest.raises(ValueError, match=r"^A sweep of 4,000,000,000,000 runs needs "):
        gm.sweep(*book_data, np.linspace(0.1, 1, 2000), np.linspace(0, 1, 2000), range(10**6))
    with pytest.raises(ValueError, match=r"^A comparison with 100,000,000 shuffles needs "):
        Measured(10**8)


@pytest.mark.parametrize(
    ("needed", "said"),
    [
        (10 * GIB, "10.0 GiB"),
        (10 * GIB - 1, "10,240 MiB"),
        (9 * GIB, "9,216 MiB"),
        (10.96 * GIB, "11.0 GiB"),
        (4000 * GIB, "4,000.0 GiB"),
    ],
)
def test_ten_gib_and_more_are_said_in_gib(machine, needed, said):
    with pytest.raises(ValueError, match=f"^It needs {said} of memory, of which 8,192 MiB are av"):
        memory.check(needed, "It", "ask for less")


@pytest.mark.parametrize(
    ("num_examples", "num_inputs", "schedule", "trace", "dtype", "needed"),
    [
        # 16 losses of each of 24 runs, and w, b, final_loss, max_loss, diverged;
        # then 3 x 4 numbers of each example and of 3 * 10 mini-batches, and 3 numbers more of each
        # run at work.
        (100, 2, (10, 3, 20), True, "float32",
         24 * (21 * 4 + 1) + 5 * (1200 * 8 + 360 * (8 + 4)) + 70 * (21 + 3) * 4),
        (100, 2, (10, 3, 20), False, "float32",
         24 * (5 * 4 + 1) + 5 * (1200 * 8 + 360 * (8 + 4)) + 70 * (5 + 3) * 4),
        # Two examples determine two numbers at most.
        (2, 4, (1, 1, 1), True, "float64",
         24 * (10 * 8 + 1) + 5 * (12 * 8 + 12 * (8 + 8)) + 70 * (10 + 2) * 8),
    ],
)  # fmt: skip
def test_what_a_sweep_needs_is_counted_to_the_byte(
    monkeypatch, num_examples, num_inputs, schedule, trace, dtype, needed
):
    monkeypatch.setattr(memory, "units_at_once", lambda seeds, runs: {(4, 6): (5, 70)}[seeds, runs])
    found = memory.bytes_needed(num_examples, num_inputs, 4, 6, Schedule(*schedule), trace, dtype)
    assert found == needed
