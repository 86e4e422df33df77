"""Every bad command line ends with status 2 and one sentence, and leaves nothing behind.

Which values an argument may have is tested where that is decided; here, that each option of each
command comes there. Options that need care of their own have all kinds of faults.
"""

import re
from pathlib import Path

import pytest
from conftest import posix

pytestmark = posix

NO_FOLDER = [
    "",
    "file",
    "file/below",
    "/proc/here",
    "/dev/null/below",
    "n" * 300,
    "new/" + "n" * 300,
]
NO_FILE = ["", ".", "folder", "file/below", "/proc/here", "n" * 300, "loop", "/dev/full/below"]
LOOP = {
    "--batch-size": ["0", "1001", "9" * 30],
    "--num-epochs": ["-3", "1.5"],
    "--log-interval": ["x", ""],
}
CALL = {"--lr": ["0", "1e400", "x"], "--mom": ["1.0001", "nan", ""]}
# Per command: what it needs not to take long where it is right, and what is wrong with an option.
COMMANDS = {
    "run": ("--num-epochs 1 --out new/deep", {
        **LOOP, **CALL, "--seed": ["-1", "2147483648", "x"], "--out": NO_FOLDER,
    }),
    "reproduce": ("", {"--seed": ["-1", "9" * 30], "--out": NO_FOLDER}),
    "sweep": ("--mom 0.5 --lr 0.1 --seeds 1 --scheduler-timeout 0.3 --out new/deep", {
        **LOOP,
        "--num-epochs": ["0", "9" * 15],
        "--mom": ["x", "0:1", "nan", "0.5,0.5", "1:1:2", "-1,0.5", "0.5,2", "0:1:100000000"],
        "--lr": ["", "0:1:3:log", "0,1", "-1", "inf", "1:2:0:log"],
        "--seeds": ["0", "x", "1,1", "2147483648,1", ""],
        "--out": NO_FOLDER,
        "--scheduler": ["", "nonsense://127.0.0.1:1", "tcp://127.0.0.1:1", "tcp://", "127.0.0.1:x"],
        "--scheduler-timeout": ["0", "nan", "inf", "x"],
    }),
    "verify": ("--only chapter.limit --json new/v --out new/deep", {
        "--shuffles": ["x", "299", "9" * 15],
        "--only": ["x", "", "2018-10", "2018-08.", "chapter.x", "CHAPTER"],
        "--json": NO_FILE,
        "--junit": NO_FILE,
        "--out": NO_FOLDER,
    }),
    "explore": ("", {"--out": NO_FILE}),
    "compare": ("--mom 0.9 --loss 0.01 --shuffles 300 --json new/c --out new/deep", {
        "": ["no.ipynb", "file", "folder", "loop"],
        **CALL,
        "--edition": ["", "2017", "2018 ", "all", "2019"],
        "--batch-size": ["0", "1001", "9" * 30],
        "--num-epochs": ["x", "9" * 12],
        "--w": ["1", "1 2"],
        "--b": ["4.2"],
        "--loss": ["", "x", "0x1", "1e999", "1e-999", "1,5"],
        "--shuffles": ["x", "299", "9" * 15],
        "--json": NO_FILE,
        "--out": NO_FOLDER,
    }),
    "notebooks": ("", {"": NO_FOLDER[1:], "--lang": ["", "ZH", "fr"]}),
    "info": ("", {}),
}  # fmt: skip
EVERYWHERE = [["--nag"], ["--nag=3"], ["a", "b", "c"], ["--out"], ["-x"], ["--help=1"]]


def bad_lines():
    """Yield bad command lines, each with one fault."""
    for command, (right, wrong) in COMMANDS.items():
        for option, values in wrong.items():
            yield from ([command, *right.split(), *option.split(), value] for value in values)
        yield from ([command, *extra] for extra in EVERYWHERE)
    yield from [["nag"], [""], ["--nag"], ["run", "sweep"], ["verify", "--json=v", "--junit=v"]]


def contents(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.slow
def test_every_bad_command_line_is_refused_in_a_sentence(command, tmp_path):
    (tmp_path / "file").write_text("kept")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    before, lines = contents(tmp_path), list(bad_lines())
    assert len(lines) > 150
    for line in lines:
        status, out, err = command(*line)
        assert (status, out, contents(tmp_path)) == (2, "", before), (line, err)
        assert re.fullmatch(r"gluon-momentum: [^\n]+\.\n", err), (line, err)
        assert not re.search("Traceback|Errno", err), (line, err)


@pytest.mark.usefixtures("mxnet")
def test_the_sentence_names_what_is_wrong(command):
    right, wrong = COMMANDS["run"]
    for option in ("--batch-size", "--lr", "--mom", "--num-epochs", "--log-interval", "--seed"):
        _, _, err = command("run", *right.split(), option, wrong[option][0])
        assert option.strip("-").replace("-", "_") in err.replace("-", "_")


@pytest.mark.parametrize("line", ["run --num-epochs 1 --out new", "info"])
def test_a_good_command_line_is_not_refused(command, line, request):
    if line != "info":
        request.getfixturevalue("mxnet")
    assert command(*line.split())[0] == 0
    assert Path("new").is_dir() == ("--out" in line)
