"""The command as the shell starts it: what it loads, what interrupts it, and how it can end."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import heeding_interrupts, posix, run_process

import gluon_momentum as gm
from gluon_momentum import environment
from gluon_momentum.cli import app

INSTALLED = Path(sys.executable).with_name("gluon-momentum")
VERIFY = "verify --only chapter.limit"
pytestmark = posix

NUMBERS = [getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")]


def run_python(program, *arguments, **options):
    """Run a program in a Python of its own, with these arguments of the command."""
    begin = f"import sys; sys.argv = {['gluon-momentum', *arguments]!r}\n"
    options = {"preexec_fn": heeding_interrupts, **options}
    return run_process([sys.executable, "-c", begin + program], **options)


@pytest.mark.slow
def test_nothing_is_loaded_before_it_is_needed():
    program = """
import contextlib, io
def loaded(*names): return set(names) & set(sys.modules)
from gluon_momentum.cli import main
assert not loaded("numpy", "typer", "rich", "mxnet", "asyncio", "tempfile")
def run(name):
    sys.argv[1:] = [name]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): main()
run("--help")
assert loaded("typer") and not loaded("mxnet", "matplotlib", "d2l", "rich")
run("info")
assert loaded("mxnet") and not loaded("bokeh.models")
"""
    ended = run_python(program)
    assert (ended.returncode, ended.stderr) == (0, "")


INTERRUPTED = """
import signal, shutil
from pathlib import Path
from gluon_momentum import cli

class Deleted:
    def __del__(self):  # where Python would print a KeyboardInterrupt and go on
        signal.raise_signal({number})

def copyfile(source, target):
    Path(target).write_text("half")
    {fault}
    Deleted()

shutil.copyfile = copyfile
cli.main()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "fault"), [*((n, "") for n in NUMBERS), (NUMBERS[1], "Path.unlink = None")]
)
def test_an_interrupt_in_the_middle_of_a_file_leaves_the_old_one(tmp_path, number, fault):
    old = tmp_path / "01_momentum.ipynb"
    old.write_text("old")
    program = INTERRUPTED.format(number=int(number), fault=fault)
    ended = run_python(program, "notebooks", ".", "--force", cwd=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (128 + number, "", "")
    assert old.read_text() == "old"
    # What cannot be removed must not keep the command from ending.
    assert (len(os.listdir(tmp_path)) == 1) is not bool(fault)


def test_an_interrupt_is_ignored_where_the_caller_ignores_it(command, monkeypatch):
    def describe():
        signal.raise_signal(signal.SIGINT)
        return {"mxnet": "1.9.1"}

    monkeypatch.setattr(environment, "describe", describe)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assert command("info")[::2] == (0, "")


@pytest.mark.slow
def test_an_interrupt_shows_the_terminal_its_cursor_again():
    program = """
import signal
from gluon_momentum import cli
from gluon_momentum.cli import app
from gluon_momentum.progress import progress_bar

def run():
    with progress_bar("runs", None, visible=True):
        signal.raise_signal(signal.SIGTERM)

app.run = run
cli.main()
"""
    terminal, end = os.openpty()
    ended = subprocess.run(
        [sys.executable, "-c", program],
        stderr=end,
        check=False,
        env={**os.environ, "TERM": "xterm"},
    )
    shown = os.read(terminal, 10_000)
    os.close(end)
    os.close(terminal)
    assert ended.returncode == 128 + signal.SIGTERM
    assert shown.rindex(b"\x1b[?25h") > shown.rindex(b"\x1b[?25l")


@pytest.mark.slow
@pytest.mark.parametrize("module", ["typer", "numpy", "gluon_momentum.cli.app"])
def test_an_interrupt_while_the_command_is_loaded_ends_it_quietly(module):
    program = f"""
import importlib.abc, signal

class Interrupting(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
from gluon_momentum.cli import main
main()
"""
    ended = run_python(program, "sweep", "--mom", "x")
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["1", "2", "0 1", "0 1 2"])
def test_a_closed_stream_changes_no_status(closed, tmp_path):
    closing = " ".join(f"{descriptor}>&-" for descriptor in closed.split())
    program = f"""
        '{sys.executable}' -m gluon_momentum {VERIFY} --json v.json {closing}; echo $? > good
        '{sys.executable}' -m gluon_momentum notebooks --lang x {closing}; echo $? > bad
    """
    ended = run_process(["sh", "-c", program], cwd=tmp_path)
    assert [(tmp_path / name).read_text() for name in ("good", "bad")] == ["0\n", "2\n"]
    # What is printed must not land in a file that took the closed stream's place.
    assert json.loads((tmp_path / "v.json").read_text("utf8"))["all_hold"]
    assert ("hold: 1" in ended.stdout) is ("1" not in closed)
    assert ended.stderr.count("gluon-momentum: ") == ended.stderr.count("\n") == ("2" not in closed)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", ["--help", VERIFY])
def test_a_reader_that_has_gone_is_no_failed_check(arguments):
    program = f"'{sys.executable}' -m gluon_momentum {arguments} | true; echo ${{PIPESTATUS[0]}}"
    ended = run_process(["bash", "-c", program])
    assert (ended.stdout, ended.stderr) == ("141\n", "")


@pytest.mark.slow
def test_an_output_that_cannot_be_written_gets_one_sentence():
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [INSTALLED, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ended.returncode == 2
    assert ended.stderr == "gluon-momentum: No space left on device.\n"


def test_a_path_of_any_bytes_is_printed(command, tmp_path):
    folder = os.fsencode(tmp_path) + b"/\xff\xe9"
    status, out, err = command("notebooks", os.fsdecode(folder))
    assert (status, err) == (0, "")
    assert r"\udcff\udce9" in out
    assert len(os.listdir(folder)) == 3


def test_help_is_whole(command):
    status, out, _ = command("--help")
    assert status == 0
    words = " ".join(out.split())
    for name, function in app.COMMANDS.items():
        assert f"{name} {function.__doc__.partition(chr(10))[0]}" in words  # not cut short
        assert command(name, "--help")[::2] == (0, "")
    assert "[[" not in command("notebooks", "--help")[1]
    assert command("--version") == (0, f"gluon-momentum {gm.__version__}\n", "")
    # dask's sockets need the error of a closed pipe, not the signal.
    assert signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN


def raising(error):
    """Return a function that raises an error."""

    def function():
        raise error

    return function


def test_a_bug_is_not_hidden(monkeypatch):
    monkeypatch.setattr(environment, "describe", raising(ZeroDivisionError("a bug")))
    monkeypatch.setattr(sys, "argv", ["gluon-momentum", "info"])
    with pytest.raises(ZeroDivisionError):
        app.run()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (FileNotFoundError(2, "No such file or directory", "a.nc"), "a.nc: No such file"),
        (MemoryError("Unable to allocate 1. TiB"), "not enough memory"),
        (ImportError("No libgomp\nhere"), "No libgomp here"),
    ],
)
def test_an_error_of_the_system_is_one_sentence_and_status_2(command, monkeypatch, error, told):
    monkeypatch.setattr(environment, "describe", raising(error))
    status, out, err = command("info")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("gluon-momentum: ")
    assert told in err
