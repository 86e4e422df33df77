"""What the commands write and print: run, info, notebooks, explore; their ranges and tables.

`reproduce` is in test_reproduction.py, what the page and the notebooks show in theirs.
"""

import json
import os
import re
import shlex
import sys
import webbrowser
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from explore import page

import gluon_momentum as gm
from gluon_momentum import environment
from gluon_momentum.chapter.experiments import CALL
from gluon_momentum.cli import notebooks, sweep, tables
from gluon_momentum.explore import page as page_module

NAMES = ["01_momentum.ipynb", "02_published_results.ipynb", "03_exercise.ipynb"]
SOURCE = Path(__file__).parents[1] / "notebooks"


def refused(ended, *told):
    """Assert that a command ended with status 2 and one sentence, which tells what is wrong."""
    status, out, err = ended
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("gluon-momentum: ")
    assert all(each in err for each in told), err


@pytest.mark.slow
def test_run_prints_its_row_and_writes_what_optimize_gives(command, tmp_path):
    call = {"batch_size": 7, "lr": 0.1, "mom": 0.8, "num_epochs": 2, "log_interval": 70}
    options = [f"--{name.replace('_', '-')}={value}" for name, value in call.items()]
    status, out, err = command("run", *options, "--seed", "5", "--out", "here")
    assert (status, err) == (0, "")
    record = json.loads((tmp_path / "here/run.json").read_text("utf8"))
    gm.seed(5)
    run = gm.optimize(*gm.generate_data(), **call)
    assert record["losses"] == run.losses.tolist()
    assert (record["seed"], record["call"], record["diverged"]) == (5, call, False)
    assert f"{run.losses[0]:.6f}" in out
    assert "fallen" in out
    assert set(os.listdir("here")) == {"run.json", "loss.svg", "loss.png"}


def test_a_run_is_the_chapters_by_default_writes_where_it_is_told_and_may_overflow(
    command, book_data, tmp_path
):
    run = gm.optimize(*book_data, *CALL)
    status, out, _ = command("run")
    assert (status, f"{run.losses[-1]:.4e}" in out, os.listdir(tmp_path)) == (0, True, [])
    status, out, err = command("run", "--mom=1", "--lr=1e6", "--num-epochs=1", "--out=.")
    assert (status, err) == (0, "")
    assert "diverged" in out
    record = json.loads((tmp_path / "run.json").read_text("utf8"))
    assert (record["diverged"], record["losses"][-1]) == (True, None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        ("sweep --mom 0:0.9:60 --lr 0.01:1:60 --seeds 2 --num-epochs 1 --out o", "sweep.nc"),
        ("run --num-epochs 3 --out o", "run.json"),
        ("reproduce --out o", "metrics.json"),
    ],
)
def test_a_full_disk_gets_one_sentence_and_leaves_what_there_was(
    command, arguments, kept, tmp_path
):
    resource = pytest.importorskip("resource")
    if "sweep" in arguments:  # compiled before: numba writes files too
        assert command(*arguments.replace(" o", " before").split())[0] == 0
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / kept).write_text("old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        ended = command(*arguments.split())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    refused(ended, " o/", ": File too large.")
    assert [path.name for path in (tmp_path / "o").rglob("*")] == [kept]
    assert (tmp_path / "o" / kept).read_text() == "old"


@pytest.mark.usefixtures("mxnet")
@pytest.mark.parametrize("name", ["run", "reproduce"])
def test_a_folder_that_cannot_be_written_is_told_before_anything_runs(
    command, monkeypatch, tmp_path, name
):
    (tmp_path / "file").touch()
    monkeypatch.setattr(environment, "seed", lambda seed: pytest.fail("it began"))
    refused(command(name, "--out", "file"), "file")


def test_info_tells_what_runs_here(command):
    status, out, _ = command("info")
    assert status == 0
    told = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert (told["package"], told["numpy"]) == (gm.__version__, np.__version__)
    assert told["omp_num_threads"]


# The command notebooks.


@pytest.fixture
def started(monkeypatch):
    """Return a list that notes what would take this process's place, for a user who is not root."""
    calls = []
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(os, "execv", lambda *arguments: calls.append(arguments))
    return calls


def contents(folder):
    return {path.name: path.read_bytes() for path in Path(folder).iterdir() if path.is_file()}


@pytest.mark.parametrize(
    ("folder", "language"), [("momentum-notebooks", "en"), ("my books", "zh"), ("my books", "en")]
)
def test_the_notebooks_are_copied_in_a_language_and_no_other_ones_over_them(
    command, started, tmp_path, folder, language
):
    (tmp_path / "my books").mkdir()
    (tmp_path / "my books/notes.txt").write_text("kept")
    expected = contents(SOURCE / "zh" if language == "zh" else SOURCE)
    named = [] if folder == "momentum-notebooks" else [folder, "--lang", language]
    status, out, err = command("notebooks", *named)
    assert (status, err) == (0, "")
    if folder == "my books":
        expected["notes.txt"] = b"kept"
    assert contents(folder) == expected
    assert all(name in out for name in NAMES)
    assert shlex.split(out)[-3:] == ["jupyter", "lab", f"{folder}/01_momentum.ipynb"]
    assert started == []
    refused(command("notebooks", folder, "--lang", "zh" if language == "en" else "en"), *NAMES)
    assert contents(folder) == expected


def test_a_notebook_that_is_there_is_overwritten_with_force_alone(command, tmp_path):
    (tmp_path / NAMES[1]).write_text("my work")
    refused(command("notebooks", "."), f"jupyter lab {NAMES[1]}", "--force")
    assert contents(".") == {NAMES[1]: b"my work"}
    assert command("notebooks", ".", "--force")[0] == 0
    assert contents(".") == contents(SOURCE)
    (tmp_path / NAMES[0]).unlink()
    (tmp_path / NAMES[0]).mkdir()
    refused(command("notebooks", ".", "--force"), NAMES[0])
    assert os.path.isdir(NAMES[0])


def test_open_starts_jupyterlab_on_the_first(command, started):
    pytest.importorskip("jupyterlab")
    assert command("notebooks", "here", "--open")[0] == 0
    program = [sys.executable, "-m", "jupyterlab", "here/01_momentum.ipynb"]
    assert started == [(sys.executable, program)]


@pytest.mark.parametrize("missing", ["jupyterlab", "ipykernel", "another user"])
def test_open_without_what_it_needs_writes_nothing(
    command, started, monkeypatch, missing, tmp_path
):
    found = notebooks.find_spec
    monkeypatch.setattr(
        notebooks, "find_spec", lambda name: None if name == missing else found("json")
    )
    told = [f"pip install {missing}"]
    if missing == "another user":
        monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
        told = ["root", missing, "jupyter lab --allow-root 'my books/01_momentum.ipynb'"]
    refused(command("notebooks", "my books", "--open"), *told)
    assert (started, os.listdir(tmp_path)) == ([], [])


def test_an_installation_without_notebooks_says_so(command, monkeypatch, tmp_path):
    monkeypatch.setattr(Path, "glob", lambda path, pattern: iter(()))
    refused(command("notebooks"), "no notebooks")
    assert os.listdir(tmp_path) == []


# The command explore.


@pytest.fixture
def shown(monkeypatch):
    """Write the page once for all tests; return a list of what a browser would be shown."""
    addresses = []

    class Browser:
        open = staticmethod(addresses.append)

    monkeypatch.setattr(webbrowser, "get", Browser)
    monkeypatch.setattr(page_module, "render", lambda _: page())
    return addresses


@pytest.mark.parametrize("out", ["explore.html", "new/my page.html"])
def test_the_page_is_written_where_it_is_told_and_shown_on_demand(command, shown, out, tmp_path):
    options = [] if out == "explore.html" else ["--out", out]
    status, said, err = command("explore", *options)
    assert (status, err, shown) == (0, "", [])
    assert f"{out} ({len(page().encode()) / 1e6:.1f} MB)" in said
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / out]
    (tmp_path / out).write_text("old")
    assert command("explore", "--open", *options)[0] == 0
    assert (tmp_path / out).read_text("utf8") == page()
    assert shown == [(tmp_path / out).as_uri()]


def test_a_page_that_cannot_be_written_or_shown_is_not_drawn(command, monkeypatch, tmp_path):
    def get():
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(page_module, "render", lambda _: pytest.fail("it was drawn"))
    monkeypatch.setattr(webbrowser, "get", get)
    refused(command("explore", "--open"), "no browser")
    refused(command("explore", "--out", str(tmp_path)), f"{tmp_path} cannot be written")
    assert os.listdir(tmp_path) == []


# Ranges and tables.


@pytest.mark.parametrize(
    ("parse", "text", "values"),
    [
        (sweep.parse_values, "0:0.999:200", np.linspace(0, 0.999, 200)),
        (sweep.parse_values, "0.001:3:200:log", np.geomspace(0.001, 3, 200)),
        (sweep.parse_values, "0.5:1:1:log", [0.5]),
        (sweep.parse_values, "0:1:1000000", np.linspace(0, 1, 10**6)),
        (sweep.parse_values, "0.9", [0.9]),
        (sweep.parse_values, "0.5,0.9,0.99", [0.5, 0.9, 0.99]),
        (sweep.parse_seeds, "1000000", range(10**6)),
        (sweep.parse_seeds, "1", [0]),
        (sweep.parse_seeds, "0,5,7", [0, 5, 7]),
        (sweep.parse_seeds, "5,", [5]),
    ],
)
def test_a_range_has_both_ends_seeds_are_counted_and_numbers_stand_for_themselves(
    parse, text, values
):
    np.testing.assert_allclose(parse(text), values, rtol=0)


@pytest.mark.parametrize(
    ("parse", "texts"),
    [
        (sweep.parse_values, " a 0:1 0:1:x 0:1:0 0:1:-3 0:1:2.5 0:1:5:log 1:2:5:lin 1:2:3:log:4"
         " 0.5, 1;2 0:1:1000001 0:inf:3 1:inf:3:log"),
        (sweep.parse_seeds, " 0 -1 x 1,x 2.5 0:5 1000001 ,"),
    ],
)  # fmt: skip
def test_another_range_or_count_is_named(parse, texts):
    for text in texts.split(" "):
        with pytest.raises(ValueError, match=f"^{re.escape(repr(text))} .*\\.$"):
            parse(text)


RUN_ROWS = [
    ("0.99", "-28.2378 -3.7833", "81.2437", "16.254301", "3.4684e+03", "It has risen.", "yes"),
    ("0.5", "2.0001 -3.3995", "4.2004", "16.335844", "5.0286e-05", "It fell, smoothly.", "no"),
]
CHECK_ROWS = [
    ("gd.lr-0.4.x1", "-0.943467", "-0.943467", "holds"),
    ("mom-0.99.rises", "模型参数在[迭代]后, the loss has risen", "96.55% of 2000", "does not hold"),
]


@pytest.mark.parametrize("width", [150, 100, *range(50, 84, 4), 30, 20])
@pytest.mark.parametrize("header", [True, False])
def test_a_table_loses_nothing_in_a_narrow_terminal(monkeypatch, capsys, width, header):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for name, value in (("TERM", "dumb"), ("COLUMNS", str(width)), ("LINES", "50")):
        monkeypatch.setenv(name, value)
    if header:
        rows = RUN_ROWS
        tables.show((*tables.RUN_COLUMNS, "the chapter says", "held"), rows)
    else:
        rows = CHECK_ROWS
        tables.show(("check", "published", "ours", "verdict"), rows, header=False, wide=True)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= width
    assert not Counter("".join(map("".join, rows)).replace(" ", "")) - Counter(shown)
    assert {row[-1].split()[-1] for row in rows} <= set(shown.split())  # the verdicts
    assert "held" in shown or not header
