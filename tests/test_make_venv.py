"""tools/make-venv: when it makes .venv anew, and for whom it refuses; nothing is installed."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import wait_until

pytestmark = pytest.mark.slow

TOOLS = Path(__file__).parents[1] / "tools"
INPUTS = ("requirements.lock", "requirements-dev.lock", "setup.cfg", "setup.py", "pyproject.toml")
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
    """Return a function that makes a clone, with what make-venv reads and its Python."""
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
    return subprocess.Popen(
        [folder / "tools/make-venv"],
        env=env,
        stderr=subprocess.PIPE,
        encoding="utf8",
        start_new_session=True,
    )


def make(folder, **env):
    """Run make-venv: its exit status, what it said, and how many times it called pip."""
    asked = folder / "asked"
    before = asked.read_text("utf8").count("\n") if asked.exists() else 0
    with start(folder, **env) as made:
        _, said = made.communicate(timeout=60)
    after = asked.read_text("utf8").count("\n") if asked.exists() else 0
    return made.returncode, said, after - before


def test_it_is_made_once(clone):
    status, said, calls = make(clone)
    assert (status, calls) == (0, 3)
    assert said.startswith("Making .venv with Python 3.")
    assert make(clone) == (0, "", 0)
    assert make(clone, PYTHON="") == (0, "", 0)


def test_what_builds_comes_first_and_by_hash(clone):
    make(clone)
    first, locks, package = (clone / "asked").read_text("utf8").splitlines()
    assert first.endswith("--require-hashes -r .venv/setuptools.lock")
    assert (clone / ".venv/setuptools.lock").read_text() == "setuptools==84.2.1 \\\n    --hash=b\n"
    assert "--require-hashes --no-build-isolation" in locks
    assert package.endswith("--no-build-isolation -e .")


@pytest.mark.parametrize("name", [*INPUTS, "tools/make-venv"])
def test_it_is_made_anew_when_an_input_changes(clone, name):
    make(clone)
    later = (clone / ".venv/ready").stat().st_mtime + 10
    os.utime(clone / name, (later, later))
    assert make(clone)[2] == 3


def test_it_is_made_anew_for_another_python(clone):
    make(clone)
    ready = clone / ".venv/ready"
    ready.write_text(f"3.7.0\n{clone.resolve()}\n")
    assert make(clone, PYTHON="")[2] == 0
    assert make(clone)[2] == 3


@pytest.mark.parametrize("move", [shutil.copytree, shutil.move])
def test_it_is_made_anew_where_the_clone_was_taken_to(clone, move):
    make(clone)
    other = clone.parent / "other"
    move(clone, other)
    assert make(other)[2] == 3
    assert make(other)[2] == 0


def test_it_is_made_anew_when_its_python_is_gone(clone):
    make(clone)
    (clone / ".venv/bin/python").unlink()
    assert make(clone)[2] == 3


def test_a_second_make_waits_for_the_first(clone):
    (clone / "wait").touch()
    with start(clone) as first:
        wait_until((clone / "asked").exists)
        with start(clone) as second:
            assert second.stderr.readline() == "Another make is making .venv: waiting for it.\n"
            assert second.poll() is None
            (clone / "wait").unlink()
            assert second.communicate(timeout=60)[1] == ""
        first.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (0, 0)
    assert (clone / "asked").read_text("utf8").count("\n") == 3


@pytest.mark.parametrize("again", [False, True], ids=["new", "over an old one"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_killed_make_leaves_neither_a_venv_nor_a_lock(clone, number, again):
    if again:
        make(clone)
        (clone / ".venv/ready").write_text(f"3.7.0\n{clone.resolve()}\n")
        (clone / "asked").unlink()
    (clone / "wait").touch()
    with start(clone) as killed:
        wait_until((clone / "asked").exists)
        os.killpg(killed.pid, number)
        assert killed.wait(60) != 0
    (clone / "wait").unlink()
    assert not (clone / ".venv/ready").exists()
    assert make(clone)[::2] == (0, 3)


@pytest.mark.parametrize(
    ("system", "machine"),
    [("Darwin", "arm64"), ("MINGW64_NT-10.0-22631", "x86_64"), ("MSYS_NT-10.0", "x86_64"),
     ("CYGWIN_NT-10.0", "x86_64"), ("Linux", "armv7l")],
)  # fmt: skip
def test_a_system_without_mxnet_is_told_of_docker_before_anything_is_made(clone, system, machine):
    uname = clone.parent / "bin/uname"
    uname.write_text(f'#!/bin/sh\n[ "$1" = -s ] && echo {system} || echo {machine}\n')
    uname.chmod(0o755)
    status, said, calls = make(clone, PATH=f"{uname.parent}:{os.environ['PATH']}")
    assert (status, calls, said.count("\n")) == (2, 0, 1)
    assert f"no wheel for {system} on {machine}" in said
    assert "Docker" in said
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize("python", ["", "/bin/false"])
def test_without_a_suitable_python_it_names_docker(clone, python):
    # Folders of commands alone, so that no Python is found, and no pyenv.
    commands = clone.parent / "commands"
    commands.mkdir()
    for name in ("sh", "dirname", "uname", "ls", "cat", "find", "sed"):
        (commands / name).symlink_to(shutil.which(name))
    status, said, calls = make(clone, PYTHON=python, PATH=str(commands), HOME="/", PYENV_ROOT="/")
    assert (status, calls, said.count("\n")) == (2, 0, 1)
    assert "Docker" in said
