"""The notebooks: run anew they show what is committed, and 01 holds the chapter's code."""

import base64
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

pytest.importorskip("mxnet")

import run_notebooks
from nbconvert.exporters import ScriptExporter

import gluon_momentum as gm
from gluon_momentum.chapter.experiments import CALLS
from gluon_momentum.editions.airfoil import VARIABLE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
NAMES = ["01_momentum", "02_published_results", "03_exercise"]
FIGURES = {"01_momentum": 6, "02_published_results": 6, "03_exercise": 5}
# Of the chapter's seven code cells, d2l for gluonbook, joined by an empty line.
DIGEST = "e8b77c90ab95e9fcfde100914682102264118ab46619d22a7d15ac6d49d9ea88"

NUMBER = re.compile(r"[-+]?\d+(?:,\d{3})*(?:\.\d*)?(?:[eE][-+]?\d+)?")


def path_of(name):
    return ROOT / f"notebooks/{name}.ipynb"


def committed(name):
    return nbformat.read(path_of(name), as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(cell):
    """Return the texts that a cell put out, in order."""
    found = []
    for output in cell.outputs:
        if output.output_type == "stream":
            found.append(output.text)
        else:
            kinds = ("text/markdown", "text/html", "text/plain")
            found.append(next(output.data[kind] for kind in kinds if kind in output.data))
    return found


def images(cell):
    return [
        base64.b64decode(output.data["image/png"])
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]


def split(text):
    """Return a text's numbers as printed, and the text around them without regard to spaces."""
    return NUMBER.findall(text), re.sub(r"\s+", "", NUMBER.sub("#", text))


def unit(printed):
    """Return one unit of the last printed place."""
    digits, _, exponent = printed.lower().partition("e")
    return 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))


def disagreements(ours, text):
    """Return the numbers of a text that are not those of the committed one, or what else differs.

    * A number without point or exponent is a count: equal.
    * Any other may differ by 1e-4, relative, by which the book's own two programs for one run
      bound what the order of float32 sums does to a loss (3e-5), or by a unit of its last printed
      place, since rounding may fall on either side. No absolute term: losses are as small as 5e-5.
    * Printed NDArrays are parameters. Rounding moves these by a share of how far they have been,
      2e-5 as for two programs on the same stream; how far is known by the largest of them.
    * Below 2e-5 on both sides a number is itself a rounding error, which another processor may make
      larger or smaller: no loss here is below 5.0e-5.
    """
    (numbers, around), (expected, expected_around) = split(ours), split(text)
    if around != expected_around:
        return [(around, expected_around)]
    values = [float(number.replace(",", "")) for number in expected]
    reach = max(map(abs, values), default=0.0) if "<NDArray" in text else 0.0
    wrong = []
    for mine, printed, value in zip(numbers, expected, values):
        found = float(mine.replace(",", ""))
        if mine == printed or re.fullmatch(r"[-+]?[\d,]+", printed):
            agree = mine == printed  # 2821e489 too, which is a commit
        elif "e" in printed and abs(value) < 2e-5:
            agree = abs(found) < 2e-5
        else:
            # 1e-9 for the difference of two decimals, which is not one itself.
            margin = max(1e-4 * abs(value), 2e-5 * reach, 0 if reach else unit(printed))
            agree = abs(found - value) <= margin * (1 + 1e-9)
        if not agree:
            wrong.append((mine, printed))
    return wrong


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """Return a function that gives a notebook as executed now; all of them are, at once."""
    folder = tmp_path_factory.mktemp("notebooks")
    # The second compares the edition of 2019 as well.
    names = [name for name in NAMES if os.environ.get(VARIABLE) or not name.startswith("02")]
    started = []
    for name in names:
        notebook = committed(name)
        for cell in code_cells(notebook):
            cell.update(outputs=[], execution_count=None)
        nbformat.write(notebook, folder / path_of(name).name)
        program = [sys.executable, run_notebooks.__file__, folder / path_of(name).name]
        started.append(subprocess.Popen(program, stdout=subprocess.DEVNULL))
    assert [process.wait(600) for process in started] == [0] * len(started)
    return lambda name: nbformat.read(folder / path_of(name).name, as_version=4)


@pytest.mark.parametrize("name", NAMES)
def test_run_anew_a_notebook_shows_what_is_committed(executed, name, request):
    if name.startswith("02"):
        request.getfixturevalue("airfoil_file")  # without which this is skipped
    mine, theirs = code_cells(executed(name)), code_cells(committed(name))
    counts = [cell.execution_count for cell in theirs if cell.source]
    assert counts == list(range(1, len(counts) + 1))
    assert len(mine) == len(theirs)
    for our, their in zip(mine, theirs):
        assert len(texts(our)) == len(texts(their)), our.source
        for ours, text in zip(texts(our), texts(their)):
            assert disagreements(ours, text) == []
        assert len(images(our)) == len(images(their)), our.source
        assert all(image.startswith(b"\x89PNG") and len(image) > 5000 for image in images(our))
    assert sum(len(images(cell)) for cell in theirs) == FIGURES[name]
    for notebook in (executed(name), committed(name)):
        assert_holds_nothing_of_one_execution(notebook)


def assert_holds_nothing_of_one_execution(notebook):
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert "version" not in notebook.metadata.language_info
    _, script = ScriptExporter().from_notebook_node(notebook)
    assert script["output_extension"] == ".py"
    assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert output.output_type in ("stream", "display_data", "execute_result")
            assert output.get("name") != "stderr"  # no warnings
            assert set(output.get("metadata", {})) <= {"image/png"}
        for text in texts(cell):
            assert not re.search(r"0x[0-9a-f]{6}|/home/|/tmp/|site-packages", text)


@pytest.mark.parametrize(
    ("ours", "text", "agree"),
    [
        ("301 losses, 5.0748e-05", "301 losses, 5.0745e-05", True),
        ("301 losses, 5.0755e-05", "301 losses, 5.0745e-05", False),
        ("302 losses, 5.0745e-05", "301 losses, 5.0745e-05", False),
        ("301 rises, 5.0745e-05", "301 losses, 5.0745e-05", False),
        ("worst 1.4e-06 of", "worst 4.1e-07 of", True),
        ("worst 1.4e-04 of", "worst 4.1e-07 of", False),
        ("95.20% of 1000", "95.30% of 1000", False),
        ("95.31% of 1000", "95.30% of 1000", True),
        ("[-28.2379   -3.7837]\n<NDArray 2>", "[-28.2378 -3.7833]\n<NDArray 2>", True),
        ("[ 1.9991 -3.3996]\n<NDArray 2>", "[ 1.9989 -3.3996]\n<NDArray 2>", False),
        ("nan", "1.5", False),
    ],
)
def test_the_comparison_refuses_what_it_should(ours, text, agree):
    assert (disagreements(ours, text) == []) is agree


def chapter_cells():
    cells = code_cells(committed("01_momentum"))
    return [cell.source for cell in cells if "chapter" in cell.metadata.get("tags", [])]


def test_the_chapters_cells_stand_as_printed():
    assert hashlib.sha256("\n\n".join(chapter_cells()).encode()).hexdigest() == DIGEST


def test_the_chapters_cells_do_what_the_package_does_to_the_last_bit(monkeypatch, capsys):
    drawn, chapter = [], {}
    monkeypatch.setattr(sys, "path", sys.path[:])
    gm.seed(0)
    for source in chapter_cells()[:4]:  # which define its names, up to optimize
        exec(source.replace("%matplotlib inline", ""), chapter)
    monkeypatch.setattr(chapter["gb"], "semilogy", lambda es, ls, *_: drawn.append((es, ls)))
    for call in CALLS:
        chapter["optimize"](*call)
    printed = capsys.readouterr().out
    gm.seed(0)
    data = gm.generate_data()
    for call, (es, ls) in zip(CALLS, drawn):
        run = gm.optimize(*data, *call)
        np.testing.assert_array_equal(run.epochs, es)
        np.testing.assert_array_equal(run.losses, np.concatenate(ls))
        assert f"w: {run.w} \nb: {run.b} \n" in printed


@pytest.fixture
def translated(tmp_path):
    """Return the paths of a small notebook and its translation."""
    (tmp_path / "zh").mkdir()
    paths = [tmp_path / "small.ipynb", tmp_path / "zh/small.ipynb"]
    for path, prose, code in zip(paths, ("one", "一"), ("1 + 1", "1 + 0")):
        cells = [nbformat.v4.new_markdown_cell(prose, id="prose")]
        cells.append(nbformat.v4.new_code_cell(code, id="code"))
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return paths


def test_a_translation_gets_the_code_and_outputs_of_the_one_execution(translated, capsys):
    assert run_notebooks.main([str(translated[0])]) == 0
    assert capsys.readouterr().out == "small.ipynb: changed\nzh/small.ipynb: changed\n"
    english, chinese = (nbformat.read(path, as_version=4) for path in translated)
    assert [cell.source for cell in english.cells] == ["one", "1 + 1"]
    assert english.cells[1].outputs[0].data == {"text/plain": "2"}
    assert [cell.source for cell in chinese.cells] == ["一", "1 + 1"]
    assert chinese.cells[1] == english.cells[1]
    written = [path.read_bytes() for path in translated]
    assert run_notebooks.main([str(translated[0])]) == 0
    assert capsys.readouterr().out == "small.ipynb: unchanged\nzh/small.ipynb: unchanged\n"
    assert [path.read_bytes() for path in translated] == written


@pytest.mark.parametrize(
    ("cell", "kernel", "told"),
    [
        (nbformat.v4.new_code_cell("1 / 0"), "python3", "ZeroDivisionError"),
        (nbformat.v4.new_code_cell("1"), "none", "pip install ipykernel"),
        # Before anything is executed:
        (nbformat.v4.new_markdown_cell("two", id="new"), None, "zh/small.ipynb lacks the markdown"),
        (None, None, "small.ipynb cannot be read"),
    ],
)
def test_what_cannot_be_executed_stays_as_it_was_and_is_told(
    translated, capsys, monkeypatch, cell, kernel, told
):
    path = translated[0]
    if cell:
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(cell)
        nbformat.write(notebook, path)
    else:
        path.unlink()
    execute = run_notebooks.execute
    fails = kernel and (lambda notebook: execute(notebook, kernel))
    monkeypatch.setattr(run_notebooks, "execute", fails)
    before = {each: each.read_bytes() for each in path.parent.rglob("*.ipynb")}
    assert run_notebooks.main([str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert err.count("\n") == 1 or "ZeroDivisionError" in told
    assert {each: each.read_bytes() for each in path.parent.rglob("*.ipynb")} == before
