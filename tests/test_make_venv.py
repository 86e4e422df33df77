"""tools/make-venv: when it makes .venv anew, and for whom it refuses; nothing is installed."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import posix, wait_until

pytestmark = [pytest.mark.slow, posix]

TOOLS = Path(__file__).parents[1] / "tools"
INPUTS = ("requirements.lock", "requirements-dev.lock", "setup.cfg", "pyproject.toml")
# A Python whose venv contains nothing else; its pip writes down what it was asked for, and takes
# until no file `wait` is there.
PYTHON = f"""#!/bin/sh
case "$*" in
    "-m venv --clear .venv") rm -rf .venv && mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
    "-m pip "*) echo "$*" >> asked; while [ -e wait ]; do sleep 0.02; done ;;
    *) exec {sys.executable} "$@" ;;
esac
"""


@pytest.fixture
def clone(tmp_path):
    """Return a clone with what make-venv reads, and its Python beside it."""
    folder = tmp_path / "clone"
    (folder / "tools").mkdir(parents=True)
    for name in ("make-venv", "find-python"):
        shutil.copy(TOOLS / name, folder / "tools")
    for name in INPUTS:
        (folder / name).touch()
    (folder / "requirements.lock").write_text(
        "psutil==7.2.2 \\\n    --hash=a\nsetuptools==84.2.1 \\\n    --hash=b\nsix==1.17.0 \\\n"
    )
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").write_text(PYTHON)
    (tmp_path / "bin/python").chmod(0o755)
    return folder


def start(folder, **env):
    """Start make-venv, by default with the clone's Python."""
    env = {**os.environ, "PYTHON": str(folder.parent / "bin/python"), **env}
    program = [folder / "tools/make-venv"]
    options = {"stderr": subprocess.PIPE, "encoding": "utf8", "start_new_session": True}
    return subprocess.Popen(program, env=env, **options)


def asked(folder):
    """Return what pip was asked for."""
    path = folder / "asked"
    return path.read_text("utf8").splitlines() if path.exists() else []


def make(folder, **env):
    """Run make-venv: its exit status, what it said, and how many times it called pip."""
    before = len(asked(folder))
    with start(folder, **env) as made:
        _, said = made.communicate(timeout=60)
    return made.returncode, said, len(asked(folder)) - before


def outdate(folder):
    """Let .venv be of an older Python."""
    (folder / ".venv/ready").write_text(f"3.7.0\n{folder.resolve()}\n")


def test_it_is_made_once_and_what_builds_comes_first_and_by_hash(clone):
    status, said, _ = make(clone)
    assert (status, said.count("\n")) == (0, 1)
    first, locks, package = asked(clone)
    assert first.endswith("--require-hashes -r .venv/setuptools.lock")
    assert (clone / ".venv/setuptools.lock").read_text() == "setuptools==84.2.1 \\\n    --hash=b\n"
    assert "--require-hashes --no-build-isolation" in locks
    assert package.endswith("--no-build-isolation -e .")
    assert make(clone) == make(clone, PYTHON="") == (0, "", 0)


def test_it_is_made_anew_when_an_input_changes_or_its_python_is_another_or_gone(clone):
    make(clone)
    for name in (*INPUTS, "tools/make-venv"):
        later = (clone / ".venv/ready").stat().st_mtime + 10
        os.utime(clone / name, (later, later))
        assert make(clone)[2] == 3, name
        os.utime(clone / name, (0, 0))
    outdate(clone)
    assert make(clone, PYTHON="")[2] == 0
    assert make(clone)[2] == 3
    (clone / ".venv/bin/python").unlink()
    assert make(clone)[2] == 3


@pytest.mark.parametrize("move", [shutil.copytree, shutil.move])
def test_it_is_made_anew_where_the_clone_was_taken_to(clone, move):
    make(clone)
    other = clone.parent / "other"
    move(clone, other)
    assert make(other)[2] == 3
    assert make(other)[2] == 0


def test_a_second_make_waits_for_the_first(clone):
    (clone / "wait").touch()
    with start(clone) as first:
        wait_until(lambda: asked(clone))
        with start(clone) as second:
            said, status = second.stderr.readline(), second.poll()
            (clone / "wait").unlink()
            assert second.communicate(timeout=60)[1] == ""
        first.communicate(timeout=60)
    assert "waiting" in said
    assert status is None
    assert (first.returncode, second.returncode, len(asked(clone))) == (0, 0, 3)


@pytest.mark.parametrize("again", [False, True], ids=["new", "over an old one"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_killed_make_leaves_neither_a_venv_nor_a_lock(clone, number, again):
    if again:
        make(clone)
        outdate(clone)
        (clone / "asked").unlink()
    (clone / "wait").touch()
    with start(clone) as killed:
        wait_until(lambda: asked(clone))
        os.killpg(killed.pid, number)
        assert killed.wait(60) != 0
    (clone / "wait").unlink()
    assert not (clone / ".venv/ready").exists()
    assert make(clone)[::2] == (0, 3)


def refused(ended, *told):
    """Assert that it ended with status 2 and one sentence, before anything was made."""
    status, said, calls = ended
    assert (status, calls, said.count("\n")) == (2, 0, 1)
    assert all(each in said for each in ("Docker", *told))


@pytest.mark.parametrize(
    ("system", "machine"),
    [("Darwin", "arm64"), ("MINGW64_NT-10.0-22631", "x86_64"), ("Linux", "armv7l")],
)
def test_a_system_without_mxnet_is_told_of_docker(clone, system, machine):
    uname = clone.parent / "bin/uname"
    uname.write_text(f'#!/bin/sh\n[ "$1" = -s ] && echo {system} || echo {machine}\n')
    uname.chmod(0o755)
    path = f"{uname.parent}:{os.environ['PATH']}"
    refused(make(clone, PATH=path), f"{system} on {machine}")
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize("python", ["", "/bin/false"])
def test_without_a_suitable_python_it_names_docker(clone, python):
    # Folders of commands alone, so that no Python is found, and no pyenv.
    commands = clone.parent / "commands"
    commands.mkdir()
    for name in ("sh", "dirname", "uname", "ls", "cat", "find", "sed"):
        (commands / name).symlink_to(shutil.which(name))
    refused(make(clone, PYTHON=python, PATH=str(commands), HOME="/", PYENV_ROOT="/"))
