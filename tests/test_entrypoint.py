"""tools/entrypoint: what the image runs, and what it says of results that nobody keeps."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
ENTRYPOINT = ROOT / "tools/entrypoint"
LINE = "612 598 254:1 {root} {at} rw,relatime master:1 - ext4 /dev/vda1 rw\n"
NAMELESS = "3f" * 32


@pytest.fixture
def entrypoint(tmp_path):
    """Return a function that runs the entrypoint with such mounts: (stdout, stderr)."""
    for name, prints in (("gluon-momentum", 'echo "$@"'), ("uname", "echo 0123456789ab")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{prints}\n")
        (tmp_path / name).chmod(0o755)
    mounts = tmp_path / "mounts"
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "MOUNTS": str(mounts)}

    def run(*arguments, root=None):
        mounted = LINE.format(root=root, at="/results") if root else ""
        mounts.write_text(LINE.format(root="/", at="/") + mounted)
        done = subprocess.run(
            [ENTRYPOINT, *arguments], env=env, capture_output=True, encoding="utf8", check=True
        )
        return done.stdout, done.stderr

    run.folder = tmp_path
    run.env = env
    return run


@pytest.mark.parametrize("root", [None, f"/docker/volumes/{NAMELESS}/_data", f"/a/{NAMELESS}"])
@pytest.mark.parametrize(
    "arguments", [["reproduce", "--out", "/results"], ["sweep"], ["explore"], ["verify", "--out=x"]]
)
def test_results_that_go_with_the_container_are_announced(entrypoint, arguments, root):
    printed, said = entrypoint(*arguments, root=root)
    assert printed.split() == arguments
    assert "docker cp 0123456789ab:/results ." in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "root", ["/", "/home/a/results", "/docker/volumes/results/_data", "/docker/volumes/3f/_data"]
)
def test_a_folder_or_a_volume_with_a_name_needs_no_word(entrypoint, root):
    assert entrypoint("reproduce", root=root) == ("reproduce\n", "")


@pytest.mark.parametrize(
    "arguments", [[], ["verify"], ["info"], ["run"], ["reproduce", "--help"], ["--help"]]
)
def test_a_command_that_writes_nothing_needs_no_word(entrypoint, arguments):
    assert entrypoint(*arguments) == (" ".join(arguments) + "\n", "")


def test_lab_offers_the_notebooks_in_both_languages_and_keeps_what_is_there(entrypoint):
    results = entrypoint.folder / "results"
    results.mkdir()
    program = f'exec {shlex.quote(sys.executable)} -m gluon_momentum "$@"'
    for name, does in (("gluon-momentum", program), ("jupyter", 'echo "$@"')):
        (entrypoint.folder / name).write_text(f"#!/bin/sh\n{does}\n")
        (entrypoint.folder / name).chmod(0o755)
    env = {**entrypoint.env, "PYTHONPATH": str(ROOT)}

    def lab():
        Path(env["MOUNTS"]).touch()
        done = subprocess.run([ENTRYPOINT, "lab"], env=env, cwd=results, capture_output=True)
        assert done.returncode == 0
        assert done.stdout.splitlines()[-1].endswith(b"--no-browser --notebook-dir notebooks")
        paths = sorted((results / "notebooks").rglob("*.ipynb"))
        return {path.relative_to(results): path.read_bytes() for path in paths}

    committed = [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("notebooks/zh/*.ipynb")]
    offered = {path.relative_to(ROOT): path.read_bytes() for path in committed}
    assert len(offered) == 6
    assert lab() == offered
    mine = results / "notebooks/zh/01_momentum.ipynb"
    mine.write_bytes(b"mine")
    assert lab() == {**offered, mine.relative_to(results): b"mine"}
    # A folder from before there were Chinese ones gets them, and nothing else in it changes.
    shutil.rmtree(mine.parent)
    (results / "notebooks/02_published_results.ipynb").write_bytes(b"mine")
    assert lab() == {**offered, Path("notebooks/02_published_results.ipynb"): b"mine"}


def test_the_command_gets_the_signals(entrypoint):
    (entrypoint.folder / "gluon-momentum").write_text(
        f"#!{sys.executable}\nimport signal\nprint('ready', flush=True)\nsignal.pause()\n"
    )
    Path(entrypoint.env["MOUNTS"]).touch()
    with subprocess.Popen(
        [ENTRYPOINT, "reproduce"],
        env=entrypoint.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as started:
        assert started.stdout.readline() == b"ready\n"
        started.send_signal(signal.SIGTERM)
        assert started.wait(30) == -signal.SIGTERM
