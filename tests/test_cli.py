"""The command line through its real entry point."""

import json
import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest
from conftest import heeding_interrupts, wait_until

import gluon_momentum as gm
from gluon_momentum import environment
from gluon_momentum.cli import main
from gluon_momentum.experiments import CALL
from gluon_momentum.verification import suite as published

if sys.version_info >= (3, 10):
    from importlib.metadata import entry_points

    (ENTRY,) = entry_points(group="console_scripts", name="gluon-momentum")
else:
    from importlib.metadata import entry_points

    (ENTRY,) = {e for e in entry_points()["console_scripts"] if e.name == "gluon-momentum"}


def test_the_installed_command_is_the_one_tested_here():
    assert ENTRY.load() is main


def test_reproduce_writes_everything_and_prints_the_table(command, tmp_path):
    status, out, err = command("reproduce", "--out", "r")
    assert (status, err) == (0, "")
    for number in ("16.254301", "16.306553", "16.335844"):
        assert number in out
    assert out.count(" yes ") + out.count(" no ") == 3
    names = {"figure_7_2", "figure_7_3", "losses"} | {f"loss_mom_{m}" for m in (0.99, 0.9, 0.5)}
    figures = {f"{name}.{kind}" for name in names for kind in ("svg", "png")}
    assert set(os.listdir("r")) == {"metrics.json", "report.html", "figures"}
    assert set(os.listdir("r/figures")) == figures
    assert all((tmp_path / "r/figures" / name).stat().st_size > 5000 for name in figures)

    text = (tmp_path / "r/metrics.json").read_text("utf8")
    metrics = json.loads(text, parse_constant=lambda token: pytest.fail(f"{token} is no JSON"))
    assert metrics["seed"] == 0
    assert {"package", "python", "platform", "mxnet", "numpy", "d2l"} <= set(metrics["environment"])
    assert metrics["data"] == {
        "num_inputs": 2,
        "num_examples": 1000,
        "true_w": [2, -3.4],
        "true_b": 4.2,
    }
    gm.seed(0)
    features, labels = gm.generate_data()
    for mom, experiment in zip((0.99, 0.9, 0.5), metrics["experiments"]):
        run = gm.optimize(features, labels, mom=mom, **CALL)
        assert experiment["call"] == {**CALL, "mom": mom}
        assert experiment["losses"] == run.losses.tolist()
        assert experiment["epochs"] == run.epochs.tolist()
        assert experiment["w"] == run.w.asnumpy().ravel().tolist()
        assert experiment["b"] == run.b.asscalar()
        assert set(experiment["claim"]) == {"text", "held"}


def test_reproduce_can_compare_with_what_was_published(command, tmp_path, monkeypatch):
    checks = published.select(["chapter.limit", "2019-01"])
    monkeypatch.setattr(published, "select", lambda: checks)
    status, out, _ = command("reproduce", "--verify", "--out", ".")
    assert status == 0
    assert f"Checks: {len(checks)}; hold: {len(checks)}; do not hold: 0." in out
    page = (tmp_path / "report.html").read_text("utf8")
    assert f"{len(checks)} of {len(checks)} checks hold" in page
    assert "-1673.365109" in page


def test_run_prints_its_row_and_writes_what_optimize_gives(command, tmp_path):
    arguments = "--batch-size 7 --lr 0.1 --mom 0.8 --num-epochs 2 --log-interval 70 --seed 5"
    status, out, err = command("run", *arguments.split(), "--out", "here")
    assert (status, err) == (0, "")
    record = json.loads((tmp_path / "here/run.json").read_text("utf8"))
    gm.seed(5)
    run = gm.optimize(
        *gm.generate_data(), batch_size=7, lr=0.1, mom=0.8, num_epochs=2, log_interval=70
    )
    assert record["losses"] == run.losses.tolist()
    assert (record["seed"], record["diverged"]) == (5, False)
    assert f"{run.losses[0]:.6f}" in out
    assert "fallen" in out
    assert set(os.listdir("here")) == {"run.json", "loss.svg", "loss.png"}


def test_a_run_that_overflows_is_no_error(command, tmp_path):
    status, out, err = command("run", "--mom", "1", "--lr", "1e6", "--out", ".")
    assert (status, err) == (0, "")
    assert "diverged" in out
    record = json.loads((tmp_path / "run.json").read_text("utf8"))
    assert record["diverged"]
    assert record["losses"][-1] is None


def test_run_writes_nothing_unless_told_where(command, tmp_path):
    assert command("run", "--num-epochs", "1")[0] == 0
    assert os.listdir(tmp_path) == []


def test_info_tells_what_runs_here(command):
    status, out, _ = command("info")
    assert status == 0
    told = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert told["package"] == gm.__version__
    assert told["numpy"] == np.__version__
    assert told["omp_num_threads"]


def test_version_and_help(command):
    assert command("--version")[:2] == (0, f"gluon-momentum {gm.__version__}\n")
    status, out, _ = command("--help")
    assert status == 0
    for name in ("reproduce", "run", "info", "--version", "--install-completion"):
        assert name in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("run --mom 1.5", "mom must be a number from 0 to 1, both allowed, not 1.5."),
        ("run --mom nan", "mom must be a number from 0 to 1, both allowed, not nan."),
        ("run --lr 0", "lr must be a finite number above 0, not 0.0."),
        ("run --batch-size 2000", "batch_size must be at most the number of examples, 1000"),
        ("run --num-epochs 0", "num_epochs must be a positive integer, not 0."),
        ("run --log-interval x", "Invalid value for '--log-interval'"),
        ("run --seed -1", "seed must be an integer from 0 to 2**31 - 1, not -1."),
        ("reproduce --seed -1", "seed must be an integer from 0 to 2**31 - 1, not -1."),
        ("reproduce --out file/below", "The folder file/below cannot be written: file is a file."),
        ("run --out file", "The folder file cannot be written: file is a file."),
        ("nag", "No such command 'nag'"),
    ],
)
def test_bad_input_gets_one_sentence_and_status_2(command, arguments, sentence, tmp_path):
    (tmp_path / "file").write_text("kept")
    status, out, err = command(*arguments.split())
    assert (status, out) == (2, "")
    assert sentence in re.sub(r"\s+", " ", err)
    assert "Traceback" not in err
    assert (tmp_path / "file").read_text() == "kept"


def run_module(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "gluon_momentum", *arguments],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def test_an_mxnet_that_cannot_be_imported_gets_one_sentence_and_status_2(tmp_path):
    (tmp_path / "mxnet.py").write_text(
        "raise OSError('libgomp.so.1: cannot open shared object file: No such file')"
    )
    ended = run_module("info", env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "gluon-momentum: MXNet needs the system library libgomp.so.1, which is not on this "
        "machine: on Debian or Ubuntu, apt-get install libgomp1.\n"
    )


def test_help_imports_neither_mxnet_nor_matplotlib():
    program = (
        "import sys; sys.argv = ['gluon-momentum', '--help']\n"
        "from gluon_momentum.cli import main\n"
        "try: main()\n"
        "finally: assert not {'mxnet', 'matplotlib', 'd2l', 'rich'} & set(sys.modules)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
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


def test_an_interrupt_ends_the_command_even_if_the_handler_fails(tmp_path):
    program = INTERRUPTED.format(number=int(signal.SIGTERM), folder=str(tmp_path))
    program = program.replace("Deleted()\n", "pathlib.Path.unlink = None; Deleted()\n")
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (128 + signal.SIGTERM, b"", b"")
    assert list(tmp_path.glob(".gluon-momentum-*.tmp"))  # what it failed to remove


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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_no_partial_file_and_the_old_one(tmp_path, number):
    (tmp_path / "metrics.json").write_text("old")
    child = subprocess.Popen(
        [sys.executable, "-m", "gluon_momentum", "reproduce", "--out", str(tmp_path)],
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
