"""The notebooks: run anew they show what is committed, and 01 holds the chapter's code."""

import ast
import base64
import hashlib
import re
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
import run_notebooks

import gluon_momentum as gm
from gluon_momentum import optimizer
from gluon_momentum.experiments import CALL, MOMENTA

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
NAMES = ["01_momentum", "02_published_results", "03_exercise"]
FIGURES = {"01_momentum": 6, "02_published_results": 4, "03_exercise": 5}
CHAPTER = ROOT.parent / "shared/chapter/momentum.md"
# Of the chapter's seven code cells, d2l for gluonbook, joined by an empty line.
DIGEST = "e8b77c90ab95e9fcfde100914682102264118ab46619d22a7d15ac6d49d9ea88"

NUMBER = re.compile(r"[-+]?\d+(?:,\d{3})*(?:\.\d*)?(?:[eE][-+]?\d+)?")


def committed(name):
    return nbformat.read(ROOT / f"notebooks/{name}.ipynb", as_version=4)


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
        if re.fullmatch(r"[-+]?[\d,]+", printed):
            agree = mine == printed
        elif "e" in printed and abs(value) < 2e-5:
            agree = abs(found) < 2e-5
        else:
            # 1e-9 for the difference of two decimals, which is not one itself.
            margin = max(1e-4 * abs(value), 2e-5 * reach, 0 if reach else unit(printed))
            agree = abs(found - value) <= margin * (1 + 1e-9)
        if not agree:
            wrong.append((mine, printed))
    return wrong


@pytest.fixture(scope="module", params=NAMES)
def pair(request):
    """Return a notebook's name, it as executed now, and as committed."""
    if request.param == "02_published_results":  # which compares the edition of 2019 as well
        request.getfixturevalue("airfoil_file")
    return request.param, run_notebooks.execute(committed(request.param)), committed(request.param)


def test_run_anew_a_notebook_says_what_is_committed(pair):
    _, executed, expected = pair
    for mine, theirs in zip(code_cells(executed), code_cells(expected)):
        assert len(texts(mine)) == len(texts(theirs)), mine.source
        for ours, text in zip(texts(mine), texts(theirs)):
            assert disagreements(ours, text) == []


def test_every_figure_is_drawn(pair):
    name, executed, expected = pair
    for mine, theirs in zip(code_cells(executed), code_cells(expected)):
        assert len(images(mine)) == len(images(theirs)), mine.source
        assert all(image.startswith(b"\x89PNG") and len(image) > 5000 for image in images(mine))
    assert sum(len(images(cell)) for cell in code_cells(expected)) == FIGURES[name]


def test_outputs_hold_nothing_of_one_execution(pair):
    _, executed, expected = pair
    for notebook in (executed, expected):
        assert set(notebook.metadata) == {"kernelspec", "language_info"}
        assert set(notebook.metadata.language_info) == {"name"}
        assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)
        for cell in code_cells(notebook):
            for output in cell.outputs:
                assert output.output_type in ("stream", "display_data", "execute_result")
                assert output.get("name") != "stderr"  # no warnings
                assert set(output.get("metadata", {})) <= {"image/png"}
            for text in texts(cell):
                assert not re.search(r"0x[0-9a-f]{6}|/home/|/tmp/|site-packages", text)


def test_committed_notebooks_are_executed_top_to_bottom():
    for name in NAMES:
        counts = [c.execution_count for c in code_cells(committed(name)) if c.source]
        assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize(
    ("ours", "text", "agree"),
    [
        ("301 losses, 5.0745e-05", "301 losses, 5.0745e-05", True),
        ("301 losses, 5.0748e-05", "301 losses, 5.0745e-05", True),
        ("301 losses, 5.0755e-05", "301 losses, 5.0745e-05", False),
        ("302 losses, 5.0745e-05", "301 losses, 5.0745e-05", False),
        ("301 rises, 5.0745e-05", "301 losses, 5.0745e-05", False),
        ("worst 1.4e-06 of", "worst 4.1e-07 of", True),
        ("worst 1.4e-04 of", "worst 4.1e-07 of", False),
        ("95.20% of 1000", "95.30% of 1000", False),
        ("95.31% of 1000", "95.30% of 1000", True),
        ("0.13 times", "0.12 times", True),
        ("[-28.2379   -3.7837]\n<NDArray 2>", "[-28.2378 -3.7833]\n<NDArray 2>", True),
        ("[ 1.9991 -3.3996]\n<NDArray 2>", "[ 1.9989 -3.3996]\n<NDArray 2>", False),
        ("nan", "1.5", False),
    ],
)
def test_the_comparison_refuses_what_it_should(ours, text, agree):
    assert (disagreements(ours, text) == []) is agree


def chapter_cells(notebook):
    return [cell for cell in code_cells(notebook) if "chapter" in cell.metadata.get("tags", [])]


def test_the_chapters_cells_stand_as_printed():
    cells = [cell.source for cell in chapter_cells(committed("01_momentum"))]
    assert len(cells) == 7
    assert hashlib.sha256("\n\n".join(cells).encode()).hexdigest() == DIGEST
    if CHAPTER.exists():
        blocks = re.findall(
            r"```\{\.python \.input[^}]*\}\n(.*?)\n```", CHAPTER.read_text("utf8"), re.S
        )
        printed = [block.replace("import gluonbook as gb", "import d2l as gb") for block in blocks]
        assert cells == printed


def test_among_the_chapters_cells_one_other_stands_that_seeds():
    cells = code_cells(committed("01_momentum"))
    chapter = chapter_cells(committed("01_momentum"))
    first, last = cells.index(chapter[0]), cells.index(chapter[-1])
    (other,) = [cell for cell in cells[first : last + 1] if cell not in chapter]
    assert [line for line in other.source.splitlines() if not line.startswith("#")] == [
        "gm.seed(0)  # mx.random.seed(0) and random.seed(0)"
    ]


def functions(source):
    """Return the functions of a source by name, without docstrings and annotations."""
    found = {n.name: n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)}
    for function in found.values():
        function.returns = None
        for node in ast.walk(function):
            if isinstance(node, ast.arg):
                node.annotation = None
        if ast.get_docstring(function):
            del function.body[0]
    return found


@pytest.fixture
def notebook_code(monkeypatch):
    """Return the chapter's own names, defined by its cells up to optimize, on seed 0."""
    monkeypatch.setattr(sys, "path", sys.path[:])
    names = {}
    gm.seed(0)
    for cell in chapter_cells(committed("01_momentum"))[:4]:
        exec(cell.source.replace("%matplotlib inline", ""), names)
    return names


def test_sgd_momentum_is_the_packages():
    cell = chapter_cells(committed("01_momentum"))[0].source
    package = Path(optimizer.__file__).read_text("utf8")
    same = [ast.dump(functions(source)["sgd_momentum"]) for source in (cell, package)]
    assert same[0] == same[1]


def test_init_params_does_what_the_packages_does(notebook_code):
    gm.seed(7)
    theirs, their_vs = notebook_code["init_params"]()
    gm.seed(7)
    ours, our_vs = gm.init_params(num_inputs=2)
    for a, b in zip([*theirs, *their_vs], [*ours, *our_vs]):
        assert a.shape == b.shape
        assert (a == b).asnumpy().all()
    assert all(param.grad is not None for param in theirs)


def test_optimize_does_what_the_packages_does_to_the_last_bit(notebook_code, monkeypatch, capsys):
    drawn = []
    monkeypatch.setattr(
        notebook_code["gb"], "semilogy", lambda es, ls, *labels: drawn.append((es, ls))
    )
    for mom in MOMENTA:
        notebook_code["optimize"](mom=mom, **CALL)
    printed = capsys.readouterr().out
    gm.seed(0)
    data = gm.generate_data()
    for mom, (es, ls) in zip(MOMENTA, drawn):
        run = gm.optimize(*data, mom=mom, **CALL)
        np.testing.assert_array_equal(run.epochs, es)
        np.testing.assert_array_equal(run.losses, np.concatenate(ls))
        assert f"w: {run.w} \nb: {run.b} \n" in printed


def test_executing_a_notebook_that_raises_leaves_it_as_it_was(tmp_path, capsys):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    path = tmp_path / "raises.ipynb"
    nbformat.write(notebook, path)
    before = path.read_bytes()
    assert run_notebooks.main([str(path)]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"{path} stopped at a cell that raised, and stays as it was.\n")
    assert "ZeroDivisionError" in err
    assert (list(tmp_path.iterdir()), path.read_bytes()) == ([path], before)


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


def test_nothing_is_executed_where_a_translation_lacks_a_cell(translated, capsys, monkeypatch):
    path, other = translated
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("two\nlines", id="new"))
    nbformat.write(notebook, path)
    before = [each.read_bytes() for each in translated]
    monkeypatch.setattr(run_notebooks, "execute", None)
    assert run_notebooks.main([str(path)]) == 2
    assert capsys.readouterr() == (
        "",
        f'{other} lacks the markdown cell new ("two"): translate it there, under the same id.\n',
    )
    assert [each.read_bytes() for each in translated] == before


def test_executing_without_a_kernel_or_notebook_gets_one_sentence(tmp_path, capsys, monkeypatch):
    path = tmp_path / "empty.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)
    execute = run_notebooks.execute
    monkeypatch.setattr(
        run_notebooks, "execute", lambda notebook: execute(notebook, "no-such-kernel")
    )
    assert run_notebooks.main([str(path)]) == 2
    assert capsys.readouterr().err == "The kernel python3 is missing: pip install ipykernel.\n"
    assert run_notebooks.main([str(tmp_path / "none.ipynb")]) == 2
    assert capsys.readouterr().err == (
        f"{tmp_path / 'none.ipynb'} cannot be read: No such file or directory.\n"
    )
