"""How a command can end: closed streams, pipes, full disks, signals before anything is loaded."""

import os
import re
import resource
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from conftest import heeding_interrupts

from gluon_momentum.cli import app, tables

COMMAND = [sys.executable, "-m", "gluon_momentum"]
VERIFY = [*COMMAND, "verify", "--only", "chapter.limit"]


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["1", "2", "0", "1 2", "0 1 2"])
@pytest.mark.parametrize("arguments", ["verify --only chapter.limit --json v.json", "run --mom 2"])
def test_a_closed_stream_changes_no_status(closed, arguments, tmp_path):
    closing = " ".join(f"{descriptor}>&-" for descriptor in closed.split())
    program = f"exec '{sys.executable}' -m gluon_momentum {arguments} {closing}"
    ended = run(["sh", "-c", program], cwd=tmp_path)
    assert ended.returncode == (0 if "verify" in arguments else 2)
    assert "Traceback" not in ended.stdout + ended.stderr
    if "verify" in arguments:
        assert '"all_hold": true' in (tmp_path / "v.json").read_text("utf8")
        assert ended.stderr == ""
    elif "2" not in closed:
        assert ended.stderr.startswith("gluon-momentum: mom must be ")


@pytest.mark.slow
def test_a_reader_that_has_gone_is_no_failed_check(tmp_path):
    program = f"'{sys.executable}' -m gluon_momentum verify --only 2019-01 --only chapter.limit"
    ended = run(["bash", "-c", f"{program} | head -c 1; echo ${{PIPESTATUS[0]}}"])
    assert (ended.stdout[1:], ended.stderr) in (("141\n", ""), ("0\n", ""))
    # Surely gone before the first word:
    ended = run(["bash", "-c", f"{program} | true; echo ${{PIPESTATUS[0]}}"])
    assert (ended.stdout, ended.stderr) == ("141\n", "")


@pytest.mark.slow
def test_an_output_that_cannot_be_written_gets_one_sentence():
    with open("/dev/full", "w") as full:
        ended = subprocess.run(VERIFY, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr == "gluon-momentum: No space left on device.\n"


def limit_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        ("sweep --mom 0:0.9:60 --lr 0.01:1:60 --seeds 2 --num-epochs 1 --out o", "sweep.nc"),
        ("run --num-epochs 3 --out o", "run.json"),
        ("reproduce --out o", "metrics.json"),
    ],
)
def test_a_full_disk_gets_one_sentence_and_leaves_what_there_was(arguments, kept, tmp_path):
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / kept).write_text("old")
    ended = run([*COMMAND, *arguments.split()], cwd=tmp_path, preexec_fn=limit_files)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert re.fullmatch(
        r"gluon-momentum: o/\S+ cannot be written: File too large\.\n", ended.stderr
    )
    assert [path.name for path in (tmp_path / "o").rglob("*")] == [kept]
    assert (tmp_path / "o" / kept).read_text() == "old"


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
    ended = run([sys.executable, "-c", program], preexec_fn=heeding_interrupts)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


@pytest.mark.slow
def test_importing_the_package_and_its_command_loads_nothing_of_weight():
    program = "import sys, gluon_momentum.cli; print(*sys.modules)"
    loaded = set(run([sys.executable, "-c", program]).stdout.split())
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


def test_help_is_whole_and_says_what_a_range_is(command):
    status, out, _ = command("--help")
    assert status == 0
    assert "..." not in out.partition("Commands:")[2]
    words = re.sub(r"\s+", " ", out)
    for function in app.COMMANDS.values():
        assert function.__doc__.partition("\n")[0] in words
    _, out, _ = command("sweep", "--help")
    words = re.sub(r"\s+", " ", out)
    assert "first:last:count:log" in words
    assert "values with commas between them" in words
    assert "[[" not in command("notebooks", "--help")[1]


RUN_ROWS = [
    ("0.99", "-28.2378 -3.7833", "81.2437", "16.254301", "3.4684e+03", "It has risen.", "yes"),
    ("0.5", "2.0001 -3.3995", "4.2004", "16.335844", "5.0286e-05", "It fell, smoothly.", "no"),
]
CHECK_ROWS = [
    ("gd.lr-0.4.x1", "-0.943467", "-0.943467", "holds"),
    ("mom-0.99.rises", "模型参数在[迭代]后, the loss has risen", "96.55% of 2000", "does not hold"),
]


@pytest.mark.parametrize("width", [150, 100, *range(50, 84, 2), 40, 30, 20])
@pytest.mark.parametrize(
    ("names", "rows", "options"),
    [
        ((*tables.RUN_COLUMNS, "the chapter says", "held"), RUN_ROWS, {}),
        (("check", "published", "ours", "verdict"), CHECK_ROWS, {"header": False, "wide": True}),
    ],
)
def test_a_table_loses_nothing_in_a_narrow_terminal(
    monkeypatch, capsys, width, names, rows, options
):
    monkeypatch.setattr(tables, "_PIPE_WIDTH", width)
    tables.show(names, rows, **options)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= width
    assert "…" not in shown
    assert not Counter("".join(map("".join, rows)).replace(" ", "")) - Counter(shown)
    words = shown.split()
    for row in rows:
        assert row[-1].split()[-1] in words  # its verdict
    if options.get("header", True):
        assert "held" in shown


def test_two_outputs_need_two_files(command, tmp_path):
    status, out, err = command("verify", "--json", "v", "--junit", "./v")
    assert (status, out) == (2, "")
    assert err == "gluon-momentum: v is named for two outputs: each needs a file of its own.\n"
    assert os.listdir(tmp_path) == []


@pytest.mark.slow
def test_an_output_may_be_a_pipe(tmp_path):
    program = f"'{sys.executable}' -m gluon_momentum verify --only chapter.limit --json >(cat >got)"
    ended = run(["bash", "-c", f"{program}; wait $!"], cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert '"all_hold": true' in (tmp_path / "got").read_text("utf8")


def test_a_bug_is_not_hidden(command, monkeypatch):
    from gluon_momentum import environment

    def bug():
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(environment, "describe", bug)
    monkeypatch.setattr(sys, "argv", ["gluon-momentum", "info"])
    with pytest.raises(ZeroDivisionError):
        app.run()


@pytest.mark.parametrize("error", [FileNotFoundError(2, "No such file or directory", "a.nc")])
def test_an_errno_is_told_in_words(command, monkeypatch, error):
    from gluon_momentum import environment

    monkeypatch.setattr(environment, "describe", lambda: (_ for _ in ()).throw(error))
    assert command("info")[2] == "gluon-momentum: a.nc: No such file or directory.\n"


def test_a_sweep_refused_for_memory_leaves_nothing(command, tmp_path):
    status, _, err = command("sweep", "--mom", "0:1:100000", "--lr", "1:2:100000")
    assert status == 2
    assert re.match(r"gluon-momentum: A sweep of 200,000,000,000 runs, with its file and", err)
    assert list(Path(tmp_path).iterdir()) == []


def test_sigpipe_is_not_taken_from_others():
    # dask's sockets need the error, not the signal.
    assert signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN
