"""tools/entrypoint: what the image runs, and what it says of results that nobody keeps."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import posix

pytestmark = [pytest.mark.slow, posix]

ROOT = Path(__file__).parents[1]
LINE = "612 598 254:1 {root} {at} rw,relatime master:1 - ext4 /dev/vda1 rw\n"
NAMELESS = "3f" * 32
NOT_KEPT = [None, f"/docker/volumes/{NAMELESS}/_data", f"/a/{NAMELESS}"]
KEPT = ["/", "/home/a/results", "/docker/volumes/results/_data", "/docker/volumes/3f/_data"]
WRITES = ["reproduce --out /results", "sweep", "explore", "verify --out=x"]
WRITES_NOTHING = ["", "verify", "info", "run", "reproduce --help", "--help"]


@pytest.fixture
def start(tmp_path):
    """Return a function that starts the entrypoint, where such programs stand for the image's."""

    def start(*arguments, root=None, **programs):
        for name, does in {"uname": "echo 0123456789ab", **programs}.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
            (tmp_path / name).chmod(0o755)
        mounted = LINE.format(root=root, at="/results") if root else ""
        (tmp_path / "mounts").write_text(LINE.format(root="/", at="/") + mounted)
        (tmp_path / "results").mkdir(exist_ok=True)
        env = {
            **os.environ,
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "MOUNTS": str(tmp_path / "mounts"),
            "PYTHONPATH": str(ROOT),
        }
        return subprocess.Popen(
            [ROOT / "tools/entrypoint", *arguments],
            env=env,
            cwd=tmp_path / "results",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf8",
        )

    return start


@pytest.mark.parametrize(
    ("arguments", "root", "told"),
    [
        *((arguments, root, True) for arguments in WRITES for root in NOT_KEPT),
        *(("reproduce", root, False) for root in KEPT),
        *((arguments, None, False) for arguments in WRITES_NOTHING),
    ],
)
def test_results_that_go_with_the_container_and_no_other_ones_are_announced(
    start, arguments, root, told
):
    with start(*arguments.split(), root=root, **{"gluon-momentum": 'echo "$@"'}) as ended:
        out, err = ended.communicate(timeout=60)
    assert (ended.returncode, out) == (0, f"{arguments}\n")
    assert ("docker cp 0123456789ab:/results ." in err, err.count("\n")) == (told, told)


def test_lab_offers_the_notebooks_in_both_languages_and_keeps_what_is_there(start, tmp_path):
    results = tmp_path / "results"
    program = f'exec {shlex.quote(sys.executable)} -m gluon_momentum "$@"'

    def lab():
        with start("lab", **{"gluon-momentum": program, "jupyter": 'echo "$@"'}) as ended:
            out, _ = ended.communicate(timeout=60)
        assert ended.returncode == 0
        assert out.splitlines()[-1].endswith("--no-browser --notebook-dir notebooks")
        paths = (results / "notebooks").rglob("*.ipynb")
        return {path.relative_to(results): path.read_bytes() for path in paths}

    committed = [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("notebooks/zh/*.ipynb")]
    offered = {path.relative_to(ROOT): path.read_bytes() for path in committed}
    assert len(offered) == 6
    assert lab() == offered
    # A folder from before there were Chinese ones gets them, and nothing else in it changes.
    shutil.rmtree(results / "notebooks/zh")
    (results / "notebooks/02_published_results.ipynb").write_bytes(b"mine")
    assert lab() == {**offered, Path("notebooks/02_published_results.ipynb"): b"mine"}
    (results / "notebooks/zh/01_momentum.ipynb").write_bytes(b"mine")
    assert lab()[Path("notebooks/zh/01_momentum.ipynb")] == b"mine"


def test_the_command_gets_the_signals(start):
    heeding = "signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))"
    waiting = f"import signal, sys; {heeding}; print('ready', flush=True); signal.pause()"
    program = f'exec {shlex.quote(sys.executable)} -c "{waiting}"'
    with start("reproduce", **{"gluon-momentum": program}) as started:
        assert started.stdout.readline() == "ready\n"
        started.send_signal(signal.SIGTERM)
        assert started.wait(30) == 3
