"""What a run of a sweep costs, compared with `optimize` and the same algebra in other libraries.

usage: python benchmarks/sweep.py [PYTHON ...]

Each PYTHON is one that may have numba, PyTorch or JAX; by default the one that runs this. The two
sides of a ratio are timed one after the other; each time is the least of three, or of as many as a
second holds.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import gluon_momentum as gm
from gluon_momentum.sweeps.regression import gradients, regress
from gluon_momentum.sweeps.schedule import Schedule

HERE = Path(__file__).parent
SIDES = (316, 1000, 3162)


def seconds(function):
    times = []
    while len(times) < 3 or sum(times) < 1:
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def grid(side):
    return {"lr": np.geomspace(0.001, 3, side), "mom": np.linspace(0, 0.999, side)}


def book_data():
    gm.seed(0)
    return gm.generate_data()


def peak_memory():
    """Return the peak memory in MiB of a process that sweeps a million runs."""
    code = (
        "import sweep; sweep.gm.sweep(*sweep.book_data(), **sweep.grid(1000)); sweep.print_peak()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=HERE, capture_output=True, check=True)
    return float(done.stdout)


def print_peak():
    # Not ru_maxrss, which begins with what the parent had.
    status = Path("/proc/self/status").read_text("utf8")
    print(int(re.search(r"VmHWM:\s*(\d+)", status)[1]) / 2**10)


def compare_with_peers(pythons, side):
    """Print the time of the same runs with the same algebra in other libraries."""
    features, labels = (array.asnumpy().astype(np.float64) for array in book_data())
    regression = regress(features, labels)
    start = -regression.best @ (regression.basis * regression.scales)
    axes = grid(side)
    call = {**axes, "initial": (np.zeros(2), np.zeros(1))}
    finals = gm.sweep(features, labels, **call).final_loss.values.ravel()
    given = {
        "steps": gradients(regression, Schedule(10, 3, 10), 0).reshape(300, 3, 4),
        "start": start,
        "least": np.array(regression.least),
        "lr": np.tile(axes["lr"], side),
        "mom": np.repeat(axes["mom"], side),
    }
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder, name)) for name in ("given.npz", "result.npz")]
        np.savez(files[0], **{name: array.astype(np.float32) for name, array in given.items()})
        for library in ("numba", "torch", "jax"):
            for python in pythons:
                done = subprocess.run(
                    [python, str(HERE / "peers.py"), library, *files], check=False
                )
                if done.returncode:
                    continue
                # Beside theirs, since a machine is not as fast at all times.
                ours = seconds(lambda: gm.sweep(features, labels, **call))
                with np.load(files[1]) as result:
                    theirs, others = float(result["seconds"]), result["final"]
                same = np.isclose(finals, others, rtol=1e-3, atol=0) | ~(finals < 1e6)
                print(
                    f"{side * side:,} runs: sweep {ours:.3f} s, {library} {theirs:.2f} s, "
                    f"{theirs / ours:.1f} times ours; the same to 1e-3: {np.mean(same):.2%}"
                )


def flops(rank):
    """Return the floating-point operations of a run's step, a multiply-add being two."""
    return 2 * rank * rank + 3 * rank + rank + (2 * rank - 1) + 1


def report_peak(side=1000):
    """Print the flops of a sweep, and as a share of those of this machine's matrix product."""
    a = np.ones((3000, 3000), np.float32)
    product = 2 * len(a) ** 3 / seconds(lambda: a @ a)
    data = book_data()
    reached = side * side * 300 * flops(3) / seconds(lambda: gm.sweep(*data, **grid(side)))
    print(
        f"{reached / 1e9:.0f} of {product / 1e9:.0f} Gflop/s, those of a float32 matrix product: "
        f"{reached / product:.0%}"
    )


def report_traces(data, side=1000):
    """Print the time of a sweep with traces, and of filling as much memory."""
    size = side * side * 301
    filled = seconds(lambda: np.ones(size, np.float32))
    taken = seconds(lambda: gm.sweep(*data, **grid(side), trace=True))
    print(
        f"{side * side:,} runs with traces: {taken:.2f} s, "
        f"{taken / filled:.1f} times what filling their {size * 4 / 2**30:.1f} GiB takes"
    )


def report(what, data, runs, call):
    """Print the time of a sweep, and of a run of it as a share of `optimize`'s."""
    run = seconds(lambda: gm.optimize(*data, 10, 0.2, 0.9, 3, 10))
    taken = seconds(lambda: gm.sweep(*data, **call))
    print(f"{what}: {taken:.2f} s, a run 1/{run * runs / taken:,.0f} of optimize's {run:.2f} s")


def main():
    data = book_data()
    gm.sweep(*data, [0.2], [0.9], trace=True)  # compiled, or loaded, before anything is timed
    report("1,000,000 runs, final losses only", data, 10**6, grid(1000))
    report_peak()
    times = [seconds(lambda side=side: gm.sweep(*data, **grid(side))) for side in SIDES]
    for side, taken in zip(SIDES, times):
        print(f"{side**2:,} runs: {taken:.3f} s, {taken / side**2 * 1e6:.3f} us a run")
    exponent = np.polyfit(np.log(np.square(SIDES)), np.log(times), 1)[0]
    print(f"time grows as runs ** {exponent:.2f}")
    print(f"peak memory of a process that sweeps 1,000,000 runs: {peak_memory():.0f} MiB")
    report("1,000,000 runs with traces", data, 10**6, {**grid(1000), "trace": True})
    report_traces(data)
    initial = tuple(gm.init_params()[0])
    shuffles = {"lr": [0.2], "mom": [0.99, 0.9, 0.5], "seeds": range(20_000), "initial": initial}
    report("20,000 shuffles with traces", data, 60_000, {**shuffles, "trace": True})
    for side in (400, 1000):
        compare_with_peers(sys.argv[1:] or [sys.executable], side)


if __name__ == "__main__":
    main()
