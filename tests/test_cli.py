"""The command line through its real entry point: what it loads, and how it is interrupted."""

import os
import signal
import subprocess
import sys

import pytest
from conftest import COMMAND, heeding_interrupts, run_process, wait_until

from gluon_momentum import environment
from gluon_momentum.cli import main

if sys.version_info >= (3, 10):
    from importlib.metadata import entry_points

    (ENTRY,) = entry_points(group="console_scripts", name="gluon-momentum")
else:
    from importlib.metadata import entry_points

    (ENTRY,) = {e for e in entry_points()["console_scripts"] if e.name == "gluon-momentum"}


def test_the_installed_command_is_the_one_tested_here():
    assert ENTRY.load() is main


@pytest.mark.slow
def test_help_imports_neither_mxnet_nor_matplotlib():
    program = (
        "import sys; sys.argv = ['gluon-momentum', '--help']\n"
        "from gluon_momentum.cli import main\n"
        "try: main()\n"
        "finally: assert not {'mxnet', 'matplotlib', 'd2l', 'rich'} & set(sys.modules)\n"
    )
    ended = run_process([sys.executable, "-c", program])
    assert (ended.returncode, ended.stderr) == (0, "")


INTERRUPTED = """
import pathlib, signal, sys
from gluon_momentum import cli

class Deleted:
    def __del__(self):  # where Python would print a KeyboardInterrupt and go on
        signal.raise_signal({number})

def write_text(path, text, encoding):
    path.write_bytes(text[:9].encode())
    Deleted()

pathlib.Path.write_text = write_text
sys.argv = ["gluon-momentum", "run", "--num-epochs", "1", "--out", {folder!r}]
cli.main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_in_the_middle_of_a_file_leaves_the_old_one(tmp_path, number):
    (tmp_path / "run.json").write_text("old")
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.format(number=int(number), folder=str(tmp_path))],
        capture_output=True,
        check=False,
        preexec_fn=heeding_interrupts,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (128 + number, b"", b"")
    assert os.listdir(tmp_path) == ["run.json"]
    assert (tmp_path / "run.json").read_text() == "old"


def test_an_interrupt_is_ignored_where_the_caller_ignores_it(command, monkeypatch):
    monkeypatch.setattr(environment, "describe", lambda: signal.raise_signal(signal.SIGINT) or {})
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assert command("info") == (0, "", "")


@pytest.mark.slow
def test_an_interrupt_ends_the_command_even_if_the_handler_fails(tmp_path):
    program = INTERRUPTED.format(number=int(signal.SIGTERM), folder=str(tmp_path))
    program = program.replace("Deleted()\n", "pathlib.Path.unlink = None; Deleted()\n")
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (128 + signal.SIGTERM, b"", b"")
    assert list(tmp_path.glob(".gluon-momentum-*.tmp"))  # what it failed to remove


@pytest.mark.slow
def test_an_interrupt_shows_the_terminal_its_cursor_again(tmp_path):
    program = (
        "import signal\n"
        "from gluon_momentum import cli\n"
        "from gluon_momentum.cli import app\n"
        "from gluon_momentum.progress import progress_bar\n"
        "def run():\n"
        "    with progress_bar('runs', None, visible=True):\n"
        "        signal.raise_signal(signal.SIGTERM)\n"
        "app.run = run\n"
        "cli.main()\n"
    )
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
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_no_partial_file_and_the_old_one(tmp_path, number):
    (tmp_path / "metrics.json").write_text("old")
    child = subprocess.Popen(
        [*COMMAND, "reproduce", "--out", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=heeding_interrupts,
    )
    wait_until(lambda: list(tmp_path.glob("figures/.*")))  # it is among its figures
    child.send_signal(number)
    _, err = child.communicate(timeout=120)
    assert (child.returncode, err) == (128 + number, b"")
    assert (tmp_path / "metrics.json").read_text() == "old"
    assert os.listdir(tmp_path) == ["metrics.json"]


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["1", "2", "0", "1 2", "0 1 2"])
@pytest.mark.parametrize("arguments", ["verify --only chapter.limit --json v.json", "run --mom 2"])
def test_a_closed_stream_changes_no_status(closed, arguments, tmp_path):
    closing = " ".join(f"{descriptor}>&-" for descriptor in closed.split())
    program = f"exec '{sys.executable}' -m gluon_momentum {arguments} {closing}"
    ended = run_process(["sh", "-c", program], cwd=tmp_path)
    assert ended.returncode == (0 if "verify" in arguments else 2)
    assert "Traceback" not in ended.stdout + ended.stderr
    if "verify" in arguments:
        assert '"all_hold": true' in (tmp_path / "v.json").read_text("utf8")
        assert ended.stderr == ""
    elif "2" not in closed:
        assert ended.stderr.startswith("gluon-momentum: mom must be ")


@pytest.mark.slow
@pytest.mark.parametrize("module", ["typer", "numpy", "gluon_momentum.cli.app"])
def test_an_interrupt_while_the_command_is_loaded_ends_it_quietly(module, tmp_path):
    program = f"""
import importlib.abc, signal, sys

class Interrupting(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
sys.argv = ["gluon-momentum", "sweep", "--mom", "x"]
from gluon_momentum.cli import main
main()
"""
    ended = run_process([sys.executable, "-c", program], preexec_fn=heeding_interrupts)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


@pytest.mark.slow
def test_importing_the_package_and_its_command_loads_nothing_of_weight():
    program = "import sys, gluon_momentum.cli; print(*sys.modules)"
    loaded = set(run_process([sys.executable, "-c", program]).stdout.split())
    assert "gluon_momentum.cli" in loaded
    assert not loaded & {"numpy", "typer", "rich", "mxnet", "asyncio", "tempfile"}


@pytest.mark.slow
def test_a_path_of_any_bytes_is_printed(tmp_path):
    folder = os.fsencode(tmp_path) + b"/\xff\xe9"
    ended = subprocess.run(
        [*COMMAND, "notebooks", folder], capture_output=True, check=False, env={**os.environ}
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert rb"\udcff\udce9" in ended.stdout
    assert len(os.listdir(folder)) == 3
