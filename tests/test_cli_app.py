"""How a command can end: pipes, full disks, bad input, too little memory."""

import os
import re
import resource
import signal
import subprocess
import sys

import pytest
from conftest import COMMAND, run_process

import gluon_momentum as gm
from gluon_momentum import environment
from gluon_momentum.cli import app

VERIFY = [*COMMAND, "verify", "--only", "chapter.limit"]


@pytest.mark.slow
def test_a_reader_that_has_gone_is_no_failed_check(tmp_path):
    program = f"'{sys.executable}' -m gluon_momentum verify --only 2019-01 --only chapter.limit"
    ended = run_process(["bash", "-c", f"{program} | head -c 1; echo ${{PIPESTATUS[0]}}"])
    assert (ended.stdout[1:], ended.stderr) in (("141\n", ""), ("0\n", ""))
    # Surely gone before the first word:
    ended = run_process(["bash", "-c", f"{program} | true; echo ${{PIPESTATUS[0]}}"])
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
    ended = run_process([*COMMAND, *arguments.split()], cwd=tmp_path, preexec_fn=limit_files)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert re.fullmatch(
        r"gluon-momentum: o/\S+ cannot be written: File too large\.\n", ended.stderr
    )
    assert [path.name for path in (tmp_path / "o").rglob("*")] == [kept]
    assert (tmp_path / "o" / kept).read_text() == "old"


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


def test_a_bug_is_not_hidden(command, monkeypatch):
    def bug():
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(environment, "describe", bug)
    monkeypatch.setattr(sys, "argv", ["gluon-momentum", "info"])
    with pytest.raises(ZeroDivisionError):
        app.run()


def test_sigpipe_is_not_taken_from_others():
    # dask's sockets need the error, not the signal.
    assert signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN


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


@pytest.mark.slow
def test_an_mxnet_that_cannot_be_imported_gets_one_sentence_and_status_2(tmp_path):
    (tmp_path / "mxnet.py").write_text(
        "raise OSError('libgomp.so.1: cannot open shared object file: No such file')"
    )
    ended = run_process([*COMMAND, "info"], env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "gluon-momentum: MXNet needs the system library libgomp.so.1, which is not on this "
        "machine: on Debian or Ubuntu, apt-get install libgomp1.\n"
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            FileNotFoundError(2, "No such file or directory", "a.nc"),
            "a.nc: No such file or directory.",
        ),
        (
            MemoryError("Unable to allocate 1. TiB"),
            "There is not enough memory for this: ask for less at a time.",
        ),
    ],
)
def test_an_error_of_the_system_is_told_in_words(command, monkeypatch, error, sentence):
    def describe():
        raise error

    monkeypatch.setattr(environment, "describe", describe)
    assert command("info") == (2, "", f"gluon-momentum: {sentence}\n")
