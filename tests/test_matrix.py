"""tools/matrix: the pages are written together, and say what the tables do."""

import re

import fake_rows
import pytest
from fake_rows import SAME

from tools.matrix import __main__ as matrix
from tools.matrix import tables, verdict
from tools.matrix.rows import CHAPTER, PACKAGE, ROWS

PAGES = ("README", "CHINESE", "BUILDS_PAGE", "SPEED_PAGE")
BOOK = "3.6-mxnet-1.2.1"


def test_a_table_takes_the_place_of_the_old_one():
    text = "a\n<!-- t -->\n\nold\n\n<!-- end of t -->\nb\n"
    new = "a\n<!-- t -->\n\nnew\n\n<!-- end of t -->\nb\n"
    assert matrix.filled(text, "t", "new", "page.md") == new
    assert matrix.filled(new, "t", "new", "page.md") == new
    with pytest.raises(
        ValueError, match=r"page\.md lacks the comments <!-- u --> and <!-- end of u -->"
    ):
        matrix.filled(text, "u", "new", "page.md")


@pytest.fixture
def pages(tmp_path, monkeypatch):
    """Return copies of the pages, which main then writes instead."""
    copies = {}
    for name in PAGES:
        page = getattr(matrix, name)
        copies[name] = tmp_path / page.name
        copies[name].write_bytes(page.read_bytes())
        monkeypatch.setattr(matrix, name, copies[name])
    return copies


def test_all_pages_are_written(tmp_path, pages):
    fake_rows.add(tmp_path, BOOK, here=SAME, old=SAME, stamp=fake_rows.STAMP)
    fake_rows.add(tmp_path, "3.8-mxnet-1.6.0", verify=fake_rows.verified(), here=SAME)
    fake_rows.add(tmp_path, "speed", loop=[{"name": "one", "ratio": 1.0}])
    matrix.main(tmp_path)
    texts = {name: page.read_text("utf8") for name, page in pages.items()}
    counts = verdict.count(tmp_path)
    assert counts.hold == 1
    assert f"\n{verdict.english(counts)}\n" in texts["README"]
    assert f"\n{verdict.chinese(counts)}\n" in texts["CHINESE"]
    assert f"\n{verdict.english(counts)}\n\nWritten by `make matrix`" in texts["BUILDS_PAGE"]
    assert tables.builds(tmp_path) in texts["BUILDS_PAGE"]
    assert tables.builds_of_2017(tmp_path) in texts["BUILDS_PAGE"]
    assert tables.speed(tmp_path) in texts["SPEED_PAGE"]


def test_where_one_page_lacks_its_comments_no_page_is_changed(tmp_path, pages):
    fake_rows.add(tmp_path, BOOK, here=SAME, old=SAME, stamp=fake_rows.STAMP)
    pages["SPEED_PAGE"].write_text("no comments\n")
    before = {name: page.read_bytes() for name, page in pages.items()}
    with pytest.raises(ValueError, match=r"performance\.md lacks"):
        matrix.main(tmp_path)
    assert {name: page.read_bytes() for name, page in pages.items()} == before


def test_without_the_books_environment_no_page_is_changed(tmp_path, pages):
    fake_rows.add(tmp_path, BOOK, install="no Python 3.6", failed="install")
    before = {name: page.read_bytes() for name, page in pages.items()}
    with pytest.raises(SystemExit, match=r"No page is changed"):
        matrix.main(tmp_path)
    assert {name: page.read_bytes() for name, page in pages.items()} == before


def block(page, name="builds"):
    text = page.read_text("utf8")
    return text.partition(f"<!-- {name} -->\n\n")[2].partition(f"\n\n<!-- end of {name} -->")[0]


def committed():
    """Return the cells of each row of docs/builds.md, by the row."""
    text = block(matrix.BUILDS_PAGE).split("\n\n")[-1] + "\n"
    text += "\n".join(block(matrix.BUILDS_PAGE, "builds of 2017").split("\n")[2:])
    found = {}
    for cells in fake_rows.cells(text)[2:]:
        (row,) = (
            row
            for row in ROWS
            if [row.python, f"{row.project} {row.version}"] == [cells[0], cells[1].split(",")[0]]
        )
        found[row] = cells[2:]
    return found


def test_the_tables_tell_of_every_build():
    found = committed()
    assert set(found) == set(ROWS)
    assert all(cells[-1] for cells in found.values())


def test_the_readmes_say_what_the_tables_do():
    sentence = block(matrix.README)
    assert block(matrix.BUILDS_PAGE).startswith(f"{sentence}\n\nWritten by `make matrix`")
    found = committed()
    package, chapter, old = (
        [cells for row, cells in found.items() if row.kind == kind and not row.books]
        for kind in (PACKAGE, CHAPTER, "2017")
    )
    checks = max(int(cells[0].split()[2].strip(";")) for cells in package if cells[0])
    agrees = re.compile(r"\d[^,]*$")
    counts = verdict.Counts(
        checks,
        hold=sum(cells[0] == f"{checks} of {checks}" for cells in package),
        agree=sum(bool(agrees.match(cells[1])) for cells in package),
        same=sum(cells[1] == "0" for cells in package),
        cells=sum(bool(agrees.match(cells[1])) for cells in chapter),
        printed=sum(any(cell.startswith("12 of 12") for cell in cells) for cells in old),
    )
    assert sentence == verdict.english(counts)
    assert block(matrix.CHINESE) == verdict.chinese(counts)
