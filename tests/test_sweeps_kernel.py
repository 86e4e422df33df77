"""What is compiled, compared with NumPy; with `optimize` it is in test_sweeps_sweep.py."""

import os
import platform
import random
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import reference

import gluon_momentum as gm

PACKAGE = Path(gm.__file__).parent
CALL = {"batch_size": 7, "num_epochs": 4, "log_interval": 7}
SEEDS, MOM = [3, 1], [0.5, 0.9]


def make_data(rank):
    """Return data of this rank, the bias being one of its directions; for 1, the only one."""
    rng = np.random.default_rng(rank)
    features = rng.normal(size=(50, rank - 1)) if rank > 1 else np.ones((50, 1))
    return features, features @ rng.normal(size=features.shape[1]) + 1 + 0.1 * rng.normal(size=50)


def trained(data, w, seed, lr, mom, **call):
    """Return (w, b, losses) of the chapter's program in NumPy; b starts at 0."""
    return reference.train(*data, w, random.Random(seed).shuffle, lr=lr, mom=mom, **call)


def cells(ds):
    """Yield each cell of a sweep, and what tells it from the others."""
    for seed in ds.seed.values.tolist():
        for mom in ds.mom.values.tolist():
            for lr in ds.lr.values.tolist():
                yield ds.sel(seed=seed, mom=mom, lr=lr), (seed, lr, mom)


@pytest.mark.parametrize("log_interval", [7, 1000])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rank", [1, 2, 3, 4, 5, 6])
def test_every_rank_takes_the_steps_of_the_recursion(rank, dtype, log_interval):
    data, call = make_data(rank), {**CALL, "log_interval": log_interval}
    w = np.linspace(-1, 2, data[0].shape[1])
    options = {"initial": (w, [0]), "trace": True, "dtype": dtype}
    ds = gm.sweep(*data, np.linspace(0.01, 0.2, 9), MOM, SEEDS, **call, **options)
    # Some 50 steps of a few roundings of 1e-16 or 6e-8, in another order.
    rtol = 1e-10 if dtype == "float64" else 1e-4
    for cell, run in cells(ds):
        weights, b, losses = trained(data, w, *run, **call)
        reference.assert_same_stream(cell.loss, losses)
        np.testing.assert_allclose(cell.loss, losses, rtol=rtol, atol=0)
        np.testing.assert_allclose([*cell.w, cell.b], [*weights, b], rtol=0, atol=10 * rtol)
        assert cell.final_loss == cell.loss[-1]
        assert cell.max_loss == cell.loss.max()


COLUMN, RNG = np.random.default_rng(1).normal(size=(40, 1)), np.random.default_rng(2018)
FEATURES = {
    "far from the origin, and small": 50 + 0.01 * RNG.normal(size=(40, 2)),
    "one determines the other": np.hstack([COLUMN, 3 * COLUMN]),
    "a constant": np.hstack([COLUMN, np.ones((40, 1))]),
    "fewer examples than parameters": RNG.normal(size=(2, 3)),
    "one example": RNG.normal(size=(1, 2)),
}


@pytest.mark.parametrize("batch_size", [1, 7, 40])
@pytest.mark.parametrize("kind", FEATURES)
def test_data_of_any_rank_are_regressed(kind, batch_size):
    features = FEATURES[kind]
    data = features, np.random.default_rng(7).normal(size=len(features))
    inputs = np.column_stack([features, np.ones(len(features))])
    curvature = np.linalg.eigvalsh(inputs.T @ inputs / len(inputs))[-1]
    call = {**CALL, "batch_size": min(batch_size, len(features)), "log_interval": 1}
    w = np.ones(features.shape[1])
    options = {"initial": (w, [0]), "trace": True, "dtype": "float64"}
    ds = gm.sweep(*data, [0.1 / curvature], [0.5], SEEDS, **call, **options)
    assert ds.lambda_max == pytest.approx(curvature, rel=1e-12)
    for cell, run in cells(ds):
        weights, b, losses = trained(data, w, *run, **call)
        np.testing.assert_allclose(cell.loss, losses, rtol=1e-8, atol=1e-20)
        np.testing.assert_allclose([*cell.w, cell.b], [*weights, b], rtol=0, atol=1e-8)


@pytest.mark.parametrize("rates", [1, 2, 255, 256, 300, 1501])
def test_a_run_does_not_depend_on_its_neighbours(rates):
    # 3 * 1501 are shared out, in two halves that end in the middle of a momentum's rates.
    lr, call = np.linspace(0.01, 0.2, rates), {**CALL, "initial": ([1, -1], 0), "trace": True}
    whole = gm.sweep(*make_data(3), lr, [0.5, 0.7, 0.9], SEEDS, **call)
    for place, mom in ((0, 0.5), (rates // 3, 0.7), (rates // 3, 0.9), (rates - 1, 0.9)):
        alone = gm.sweep(*make_data(3), lr[[place]], [mom], SEEDS, **call)
        assert whole.sel(mom=[mom]).isel(lr=[place]).identical(alone)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_an_overflow_between_two_records_is_a_result(dtype):
    # From the first mini-batch on, parameters go from finite numbers to nan without a record.
    call = {"batch_size": 1, "num_epochs": 6, "log_interval": 1000, "initial": ([1, -1], 0)}
    ds = gm.sweep(*make_data(3), [0.01, 1e30], [0, 1], **call, dtype=dtype, trace=True)
    assert not any(ds[name].isnull().any() for name in ("final_loss", "max_loss", "loss"))
    assert np.isfinite(ds.loss[..., 0]).all()
    assert not np.isfinite(ds.w.sel(lr=1e30)).any()
    for name in ("final_loss", "max_loss"):
        assert (ds[name].sel(lr=1e30) == np.inf).all()
    assert ds.diverged.sel(lr=1e30).all()
    assert not ds.diverged.sel(lr=0.01, mom=0)


def run(program, folder, **environment):
    """Run a program that imports the package from a folder; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=folder,  # from where python -c imports
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def copied(tmp_path):
    """Return a folder with a copy of the package, of which nothing is compiled yet."""
    shutil.copytree(
        PACKAGE, tmp_path / "gluon_momentum", ignore=shutil.ignore_patterns("__pycache__")
    )
    return tmp_path


SWEEP = """
import gluon_momentum as gm
gm.seed(0)
ds = gm.sweep(*gm.generate_data(), [0.1 * i for i in range(1, 20)], [0.9], dtype="{}")
print(ds.final_loss.values[0, 0, 1])
"""


@pytest.mark.slow
@pytest.mark.parametrize(("dtype", "kind"), [("float32", "ps"), ("float64", "pd")])
def test_the_compiled_loops_are_packed_multiply_adds(copied, dtype, kind):
    assembly = run(SWEEP.format(dtype), copied, NUMBA_DUMP_ASSEMBLY="1")
    if platform.machine() == "x86_64":
        # On the widest registers that the processor has, all of them.
        assert len(re.findall(rf"vfmadd\d+{kind}\s.*%[yz]mm", assembly)) > 20
    else:
        assert len(re.findall(r"\bfmla\b", assembly)) > 20


@pytest.mark.slow
def test_what_is_compiled_is_kept_beside_the_code_if_it_can_be(copied):
    program = SWEEP.format("float32")
    first = run(program, copied)
    kept = sorted(copied.rglob("*.nbc"))
    assert kept
    assert run(program, copied) == first
    assert sorted(copied.rglob("*.nbc")) == kept
    # As in the image with --read-only: numba then has nowhere to keep anything.
    nowhere = """
from numba.core.caching import CacheImpl

def read_only(self):
    raise OSError("read-only")

for locator in CacheImpl._locator_classes:
    locator.ensure_cache_path = read_only
"""
    assert run(nowhere + program, copied) == first


@pytest.mark.slow
def test_a_reproduction_loads_no_numba(tmp_path):
    program = f"""
        import sys
        from gluon_momentum.cli import main
        sys.argv = ["gluon-momentum", "reproduce", "--out", "{tmp_path}"]
        try:
            main()
        finally:
            assert "numba" not in sys.modules
    """
    assert run(program, PACKAGE.parent)
