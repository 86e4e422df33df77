"""The notebooks in Chinese: the cells of the English ones, with the prose in another language."""

import re
from pathlib import Path

import nbformat
import pytest
import translation

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
CHAPTER = NOTEBOOKS.parents[1] / "shared/chapter/momentum.md"

FORMULA = re.compile(r"\$\$.*?\$\$|\$.*?\$", re.S)
CODE = re.compile(r"`[^`]+`")
LINK = re.compile(r"\]\(([^)]+)\)")
# Of two characters at least: what is smaller, one language may spell out.
NUMBER = re.compile(r"\d[\d.,]*\d")
HAN = re.compile(r"[\u4e00-\u9fff]")


def read_pair(path):
    """Return a notebook and its translation as they are committed, in that order."""
    return [nbformat.read(each, 4) for each in (path, translation.path_of(path))]


def cells_of(notebook, kind):
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def sources(path, kind="markdown"):
    """Return pairs of sources, the original's and the translation's."""
    return [
        [cell.source for cell in pair]
        for pair in zip(*(cells_of(notebook, kind) for notebook in read_pair(path)))
    ]


def formulas(text):
    """Return the formulas of a text, in no order, without spaces and without words."""
    return {re.sub(r"\s|\\text\{[^}]*\}", "", found) for found in FORMULA.findall(text)}


def headings(text):
    return [len(marks) for marks in re.findall(r"^(#+) ", text, re.M)]


def test_every_notebook_is_translated():
    assert len(PATHS) == 3
    assert [path.name for path in sorted((NOTEBOOKS / "zh").iterdir()) if path.is_file()] == [
        path.name for path in PATHS
    ]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_translation_differs_in_its_prose_alone(path):
    translation.pair(path)  # with one sentence where a cell is missing
    notebook, chinese = read_pair(path)
    assert len(chinese.cells) == len(notebook.cells)
    for ours, theirs in zip(chinese.cells, notebook.cells):
        if ours.cell_type == "markdown":
            ours.source = theirs.source
        assert ours == theirs  # sources, outputs, counts, tags and ids
    assert chinese == notebook


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_translation_says_the_same_formulas_numbers_code_and_links(path):
    for english, chinese in sources(path):
        assert formulas(chinese) == formulas(english)
        assert headings(chinese) == headings(english)
        assert LINK.findall(chinese) == [from_below(link) for link in LINK.findall(english)]
        for pattern in (CODE, NUMBER):
            assert not set(pattern.findall(english)) - set(pattern.findall(chinese)), chinese


def from_below(link):
    """Return the same target, seen from the folder of the translations."""
    return f"../{link}" if link.startswith("../") else link


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_links_lead_to_what_is_there(path):
    for texts in sources(path):
        for text, folder in zip(texts, (NOTEBOOKS, NOTEBOOKS / translation.FOLDER)):
            for link in LINK.findall(text):
                assert re.match("https?://", link) or (folder / link.partition("#")[0]).is_file()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_prose_is_chinese_and_not_the_chapters(path):
    chapter = ""
    if CHAPTER.exists():
        chapter = FORMULA.sub("", CHAPTER.read_text("utf8"))
    for english, chinese in sources(path):
        text = LINK.sub("", CODE.sub("", FORMULA.sub("", chinese)))
        assert len(HAN.findall(text)) > len(re.findall(r"[A-Za-z]{2,}", text)), chinese
        assert chinese != english
        for clause in re.findall(r"[\u4e00-\u9fff]{12,}", text):
            for start in range(len(clause) - 11):
                assert clause[start : start + 12] not in chapter


def cell(kind, source, name):
    made = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    return made[kind](source, id=name)


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=[cell(*each) for each in cells])


ENGLISH = [("markdown", "# One\n\ntwo", "a"), ("code", "1 + 1", "b"), ("markdown", "three", "c")]
CHINESE = [("markdown", "三", "c"), ("code", "1 + 0", "b"), ("markdown", "# 一\n\n二", "a")]


def test_translating_takes_the_prose_by_ids_and_the_rest_from_the_original():
    original = notebook(*ENGLISH)
    original.cells[1].outputs = [nbformat.v4.new_output("stream", text="2\n")]
    translated = translation.translate(original, notebook(*CHINESE))
    assert [each.source for each in translated.cells] == ["# 一\n\n二", "1 + 1", "三"]
    assert translated.cells[1] == original.cells[1]
    assert original.cells[0].source == ENGLISH[0][1]


def test_a_code_cell_need_not_be_in_the_translation():
    translated = translation.translate(notebook(*ENGLISH), notebook(CHINESE[0], CHINESE[2]))
    assert [each.source for each in translated.cells] == ["# 一\n\n二", "1 + 1", "三"]


@pytest.mark.parametrize(
    ("english", "chinese", "sentence"),
    [
        (
            ENGLISH,
            CHINESE[:2],
            'lacks the markdown cell a ("# One"): translate it there, under the same id.',
        ),
        (
            ENGLISH[:2],
            CHINESE,
            'has the markdown cell c ("三"), which the original lacks: remove it there.',
        ),
        (
            ENGLISH,
            [*CHINESE, ("code", "2\n3", "d")],
            'has the code cell d ("2"), which the original lacks: remove it there.',
        ),
        (
            [("code", "1", "a")],
            [("markdown", "一", "a")],
            'has the markdown cell a ("一"), which the original lacks: remove it there.',
        ),
        (
            [("markdown", "one", "a")],
            [("code", "1", "a")],
            'lacks the markdown cell a ("one"): translate it there, under the same id.',
        ),
    ],
)
def test_a_cell_that_only_one_has_is_named(tmp_path, english, chinese, sentence):
    path = tmp_path / "one.ipynb"
    nbformat.write(notebook(*english), path)
    assert translation.path_of(path) is None
    assert translation.pair(path) == (notebook(*english), None)
    (tmp_path / "zh").mkdir()
    nbformat.write(notebook(*chinese), tmp_path / "zh/one.ipynb")
    named = re.escape(f"{tmp_path / 'zh/one.ipynb'} {sentence}")
    with pytest.raises(ValueError, match=f"^{named}$"):
        translation.pair(path)


def test_a_missing_or_broken_file_is_named(tmp_path):
    path = tmp_path / "one.ipynb"
    nbformat.write(notebook(*ENGLISH), path)
    (tmp_path / "zh").mkdir()
    with pytest.raises(OSError, match=r"zh/one.ipynb cannot be read: No such file or directory.$"):
        translation.pair(path)
    (tmp_path / "zh/one.ipynb").write_text("<<<<<<< HEAD\n")
    with pytest.raises(ValueError, match=r"zh/one.ipynb is not a notebook in JSON.$"):
        translation.pair(path)
