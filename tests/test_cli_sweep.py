import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import xarray
from conftest import COMMAND, heeding_interrupts, wait_until

SMALL = ["--mom", "0:0.9:4", "--lr", "0.01,0.2,3", "--seeds", "0,7"]


@pytest.mark.slow
def test_the_command_writes_the_sweep_and_its_figures(command, tmp_path):
    status, out, err = command(
        "sweep", *SMALL, "--num-epochs", "2", "--batch-size", "50", "--out", "."
    )
    assert (status, err) == (0, "")
    assert "24 runs" in out
    names = [
        f"{name}.{kind}" for name in ("bands", "final_loss", "risen") for kind in ("png", "svg")
    ]
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == names
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures", "sweep.nc"]
    with xarray.open_dataset(tmp_path / "sweep.nc", engine="h5netcdf") as ds:
        assert ds.seed.values.tolist() == [0, 7]
        np.testing.assert_allclose(ds.mom, [0, 0.3, 0.6, 0.9], rtol=1e-12)
        assert ds.lr.values.tolist() == [0.01, 0.2, 3]
        assert (ds.batch_size, ds.num_epochs) == (50, 2)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--mom", "0:1"], "'0:1' is not a range"),
        (["--seeds", "none"], "'none' is neither a count of seeds"),
        (["--lr", "0:1:3"], "lr must be a finite number above 0"),
        (["--mom", "0:1:100000", "--lr", "1:2:100000"], "GiB of memory"),
    ],
)
def test_bad_input_is_one_sentence(command, tmp_path, arguments, sentence):
    status, out, err = command("sweep", *arguments, "--out", ".")
    assert (status, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1
    assert not (tmp_path / "sweep.nc").exists()


INTERRUPTED = """
import pathlib, signal, sys
from gluon_momentum import cli

def write_bytes(path, content):
    path.write_text("half")
    signal.raise_signal(signal.SIGINT)

pathlib.Path.write_bytes = write_bytes
sys.argv = ["gluon-momentum", *{arguments}]
cli.main()
"""


@pytest.mark.slow
def test_an_interrupt_in_the_middle_of_a_file_leaves_the_old_one(tmp_path):
    (tmp_path / "sweep.nc").write_text("old")
    program = INTERRUPTED.format(arguments=["sweep", *SMALL, "--out", str(tmp_path)])
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=False,
        preexec_fn=heeding_interrupts,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [tmp_path / "sweep.nc"]
    assert files[0].read_text() == "old"


@pytest.mark.slow
def test_an_interrupt_ends_a_sweep_at_once(tmp_path):
    large = ["--mom", "0:0.999:1000", "--lr", "0.001:3:1000:log", "--num-epochs", "30"]
    process = subprocess.Popen(
        [*COMMAND, "sweep", *large, "--out", str(tmp_path)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=heeding_interrupts,
    )
    wait_until((tmp_path / "figures").exists)  # the command is at work
    time.sleep(3)
    assert process.poll() is None
    os.kill(process.pid, signal.SIGINT)
    # Much less than what such a sweep takes.
    assert process.communicate(timeout=10) == (b"", b"")
    assert process.returncode == 130


def test_a_sweep_refused_for_memory_leaves_nothing(command, tmp_path):
    status, _, err = command("sweep", "--mom", "0:1:100000", "--lr", "1:2:100000")
    assert status == 2
    assert re.match(r"gluon-momentum: A sweep of 200,000,000,000 runs, with its file and", err)
    assert list(Path(tmp_path).iterdir()) == []
