"""Every bad command line ends with status 2 and one sentence, and leaves nothing behind."""

import os
import random
from pathlib import Path

import pytest

NO_COUNT = ["0", "-3", "x", "1.5", "", "nan", "1e3"]
NO_SEED = ["-1", "2147483648", "x", "1.5", "", "9" * 30]
NO_RATE = ["0", "-1", "nan", "inf", "1e400", "x", ""]
NO_MOMENTUM = ["-0.1", "1.0001", "nan", "-inf", "x", ""]
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
NO_RANGE = [
    "x",
    "0:1",
    "0:1:0",
    "0:1:-2",
    "0:1:3:log",
    "1:2:3:lin",
    "",
    ",",
    "nan",
    "0.5,0.5",
    "1:1:2",
]
SWEEP = ["--mom", "0.5", "--lr", "0.1", "--seeds", "1", "--scheduler-timeout", "0.3"]
LOOP = {
    "--batch-size": [*NO_COUNT, "1001", "9" * 30],
    "--num-epochs": NO_COUNT,
    "--log-interval": NO_COUNT,
}
# Per command: what it needs not to take long where it is right, and what is wrong with an option.
COMMANDS = {
    "run": (["--num-epochs", "1"], {
        **LOOP, "--lr": NO_RATE, "--mom": NO_MOMENTUM, "--seed": NO_SEED, "--out": NO_FOLDER,
    }),
    "reproduce": ([], {"--seed": NO_SEED, "--out": NO_FOLDER}),
    "sweep": (SWEEP, {
        **LOOP,
        "--num-epochs": [*NO_COUNT, "9" * 15],
        "--mom": [*NO_RANGE, "-1,0.5", "0.5,2", "0:1:100000000"],
        "--lr": [*NO_RANGE, "0,1", "-1", "inf", "1:2:0:log"],
        "--seeds": ["0", "-1", "x", "1,1", "2147483648,1", "", ",", "1.5", "0:3"],
        "--out": NO_FOLDER,
        "--scheduler": ["", "nonsense://127.0.0.1:1", "tcp://127.0.0.1:1", "tcp://", "127.0.0.1:x"],
        "--scheduler-timeout": NO_RATE,
    }),
    "verify": (["--only", "chapter.limit"], {
        "--shuffles": [*NO_COUNT, "299", "9" * 15],
        "--only": ["x", "", "2018-10", "2018-08.", "chapter.x", "CHAPTER"],
        "--json": NO_FILE,
        "--junit": NO_FILE,
        "--out": NO_FOLDER,
    }),
    "explore": ([], {"--out": NO_FILE}),
    "compare": (["--mom", "0.9", "--loss", "0.01", "--shuffles", "300"], {
        "": ["no.ipynb", "file", "folder", "loop"],
        "--edition": ["", "2017", "2018 ", "all", "2019"],
        "--lr": NO_RATE,
        "--mom": NO_MOMENTUM,
        "--batch-size": [*NO_COUNT, "1001", "9" * 30],
        "--num-epochs": [*NO_COUNT, "9" * 12],
        "--w": ["1", "1 2"],
        "--b": ["4.2"],
        "--loss": ["", "x", "0x1", "1e999", "1e-999", "1,5"],
        "--shuffles": [*NO_COUNT, "299", "9" * 15],
        "--json": NO_FILE,
        "--out": NO_FOLDER,
    }),
    "notebooks": ([], {
        "": [folder for folder in NO_FOLDER if folder],
        "--lang": ["", "ZH", "zh_CN", "fr"],
    }),
    "info": ([], {}),
}  # fmt: skip
EVERYWHERE = [["--nag"], ["--nag=3"], ["a", "b", "c"], ["--out"], ["-x"], ["--help=1"]]


def bad_lines(count):
    """Yield bad command lines, the same ones each time; every bad value at least once."""
    rng = random.Random(2018)
    every = [
        [command, *right, *filter(None, [option]), value]
        for command, (right, wrong) in COMMANDS.items()
        for option, values in wrong.items()
        for value in values
    ]
    every += [[command, *extra] for command in COMMANDS for extra in EVERYWHERE]
    every += [["nag"], [""], ["--nag"], ["run", "sweep"], ["verify", "--json", "v", "--junit", "v"]]
    yield from every
    for _ in range(count):
        command = rng.choice(["run", "sweep", "verify", "compare", "reproduce"])
        right, wrong = COMMANDS[command]
        options = rng.sample(sorted(wrong), min(len(wrong), rng.randint(1, 3)))
        words = [word for option in options for word in (option, rng.choice(wrong[option]))]
        writes = ["--out", "new/deep"] if "--out" not in options else []
        yield [command, *right, *writes, *words]


def contents(folder):
    return {
        str(path): path.read_bytes() if path.is_file() else None for path in Path(folder).rglob("*")
    }


@pytest.mark.slow
def test_every_bad_command_line_is_refused_in_a_sentence(command, tmp_path):
    (tmp_path / "file").write_text("kept")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    before, lines = contents(tmp_path), list(bad_lines(120))
    assert len(lines) > 250
    for line in lines:
        status, out, err = command(*line)
        said = f"{line}: {status} {out!r} {err!r}"
        assert status == 2, said
        assert out == "", said
        assert err.startswith("gluon-momentum: "), said
        assert err.endswith(".\n"), said
        assert err.count("\n") == 1, said
        assert "Traceback" not in err, said
        assert "Errno" not in err, said
        assert contents(tmp_path) == before, said


@pytest.mark.parametrize("line", [["run", "--num-epochs", "1", "--out", "new"], ["info"]])
def test_a_good_command_line_is_not_refused(command, line):
    assert command(*line)[0] == 0
    assert os.path.isdir("new") == ("--out" in line)
