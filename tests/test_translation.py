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
HAN = r"[\u4e00-\u9fff]"


def formulas(text):
    """Return the formulas of a text, in no order, without spaces and without words."""
    return {re.sub(r"\s|\\text\{[^}]*\}", "", found) for found in FORMULA.findall(text)}


def headings(text):
    return [len(marks) for marks in re.findall(r"^(#+) ", text, re.M)]


def test_every_notebook_is_translated():
    translated = [path.name for path in sorted((NOTEBOOKS / "zh").iterdir()) if path.is_file()]
    assert translated == [path.name for path in PATHS]
    assert len(PATHS) == 3


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_translation_differs_in_its_prose_alone(path):
    notebook, chinese = translation.pair(path)  # with one sentence where a cell is missing
    assert len(chinese.cells) == len(notebook.cells)
    for ours, theirs in zip(chinese.cells, notebook.cells):
        if ours.cell_type == "markdown":
            ours.source = theirs.source
    assert chinese == notebook  # sources, outputs, counts, tags and ids


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_translation_says_the_same_in_chinese_and_not_in_the_chapters_words(path):
    chapter = FORMULA.sub("", CHAPTER.read_text("utf8")) if CHAPTER.exists() else ""
    for pair in zip(*(notebook.cells for notebook in translation.pair(path))):
        if pair[0].cell_type != "markdown":
            continue
        english, chinese = (cell.source for cell in pair)
        assert formulas(chinese) == formulas(english)
        assert headings(chinese) == headings(english)
        for pattern in (CODE, NUMBER):
            assert not set(pattern.findall(english)) - set(pattern.findall(chinese)), chinese
        # What is beside the notebooks is a folder higher for a translation.
        links = LINK.findall(english)
        below = [f"../{link}" if link.startswith("../") else link for link in links]
        assert LINK.findall(chinese) == below
        for link in links:
            target = NOTEBOOKS / link.partition("#")[0]
            assert re.match("https?://", link) or target.is_file()
        text = LINK.sub("", CODE.sub("", FORMULA.sub("", chinese)))
        assert len(re.findall(HAN, text)) > len(re.findall(r"[A-Za-z]{2,}", text)), chinese
        assert chinese != english
        for clause in re.findall(f"{HAN}{{12,}}", text):
            assert not any(clause[at : at + 12] in chapter for at in range(len(clause) - 11))


def notebook(*cells):
    made = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    return nbformat.v4.new_notebook(cells=[made[kind](text, id=id) for kind, text, id in cells])


ENGLISH = [("markdown", "# One\n\ntwo", "a"), ("code", "1 + 1", "b"), ("markdown", "three", "c")]
CHINESE = [("markdown", "三", "c"), ("code", "1 + 0", "b"), ("markdown", "# 一\n\n二", "a")]


@pytest.mark.parametrize("prose", [CHINESE, CHINESE[::2]], ids=["whole", "without code"])
def test_translating_takes_the_prose_by_ids_and_the_rest_from_the_original(prose):
    original = notebook(*ENGLISH)
    original.cells[1].outputs = [nbformat.v4.new_output("stream", text="2\n")]
    translated = translation.translate(original, notebook(*prose))
    assert [each.source for each in translated.cells] == ["# 一\n\n二", "1 + 1", "三"]
    assert translated.cells[1] == original.cells[1]
    assert original.cells[0].source == ENGLISH[0][1]


@pytest.mark.parametrize(
    ("english", "chinese", "named"),
    [
        (ENGLISH, CHINESE[:2], 'lacks the markdown cell a ("# One")'),
        (ENGLISH[:2], CHINESE, 'has the markdown cell c ("三")'),
        (ENGLISH, [*CHINESE, ("code", "2\n3", "d")], 'has the code cell d ("2")'),
        ([("code", "1", "a")], [("markdown", "一", "a")], 'has the markdown cell a ("一")'),
        ([("markdown", "one", "a")], [("code", "1", "a")], 'lacks the markdown cell a ("one")'),
        (ENGLISH, None, "cannot be read"),
        (ENGLISH, "<<<<<<< HEAD\n", "is not a notebook"),
    ],
)
def test_what_only_one_has_or_cannot_be_read_is_named(tmp_path, english, chinese, named):
    path, other = tmp_path / "one.ipynb", tmp_path / "zh/one.ipynb"
    nbformat.write(notebook(*english), path)
    assert translation.path_of(path) is None
    assert translation.pair(path) == (notebook(*english), None)
    other.parent.mkdir()
    if isinstance(chinese, list):
        nbformat.write(notebook(*chinese), other)
    elif chinese:
        other.write_text(chinese)
    with pytest.raises((ValueError, OSError), match=f"^{re.escape(f'{other} {named}')}.*\\.$"):
        translation.pair(path)
