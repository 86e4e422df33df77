"""tools/matrix.py: the pages say what each build did, and how one failed."""

import json
import re

import matrix
import pytest

SAME = {"same_data": True, "stream": 0.0, "ratio": 0.0, "params": 0.0, "agrees": True}


@pytest.fixture
def folder(tmp_path):
    """Return the folder of a matrix, with a function that adds what a build's session wrote."""

    def add(name, **files):
        (tmp_path / name).mkdir()
        for file, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content)
            suffix = "" if file == "failed" else ".log" if isinstance(content, str) else ".json"
            (tmp_path / name / f"{file}{suffix}").write_text(text)
        return tmp_path

    add.path = tmp_path
    return add


def verified(*ids_that_fail):
    checks = [{"id": i, "holds": i not in ids_that_fail} for i in ("a.w", "a.b", "b.w")]
    return {"checks": checks}


def rows(text):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]


def test_a_build_that_holds_everything(folder):
    loop = [{"ratio": 1.0}, {"ratio": 1.7249}]
    old = {**SAME, "ratio": 1.642e-4}
    folder("book", here=SAME, old=old)
    path = folder("3.8-1.5.1.post0", verify=verified(), here=SAME, old=old, loop=loop)
    _, _, book, build, *_ = rows(matrix.builds_table(path))
    assert book == ["3.6", "1.2.1, the book's", "recorded again", "0", "1.6e-4", "1"]
    assert build == ["3.8", "1.5.1.post0", "3 of 3", "0", "1.6e-4", "1.72"]


def test_a_build_that_disagrees_says_how(folder):
    apart = {**SAME, "ratio": 0.02, "agrees": False}
    other = {**SAME, "ratio": 1e-6, "same_data": False}
    loop = [{"ratio": 1.0}, {"ratio": 0.5}]
    path = folder("3.11-1.9.1", verify=verified("a.b"), here=apart, old=other, loop=loop)
    build = rows(matrix.builds_table(path))[-1]
    assert build == [
        "3.11",
        "1.9.1",
        "2 of 3; not a.b",
        "2.0e-2, more than rounding",
        "1.0e-6; other bits in the data",
        "0.50",
    ]


def test_a_build_that_fails_says_at_what(folder):
    path = folder(
        "3.11-1.9.1", install="", mxnet="resolving\n  no such | version\n\n", failed="mxnet"
    )
    build = matrix.builds_table(path).splitlines()[-1]
    assert build == r"| 3.11 | 1.9.1 |  |  |  | it does not install: no such \| version |"


def test_what_holds_what_agrees_and_what_is_the_same_to_the_bit_is_counted(folder):
    folder("3.8-1.6.0", verify=verified(), here=SAME)
    folder("3.8-1.9.0", verify=verified("a.b"), here={**SAME, "ratio": 1e-6})
    folder("3.9-1.9.1", verify=verified(), here={**SAME, "ratio": 0.02, "agrees": False})
    path = folder("3.11-1.9.1", failed="install", install="")
    assert matrix.count(path) == (3, 2, 2, 1)


def test_the_verdict_says_how_many_builds_fail():
    counts = matrix.Counts(checks=65, hold=2, agree=9, same=1)
    assert matrix.verdict(counts) == (
        "All 65 checks hold on 2 of the 9 MXNet builds that we tried (MXNet 1.5.1.post0 to 1.9.1, "
        "Python 3.8 to 3.11). On each of the 9, `optimize` gives the losses that we recorded in "
        "the book's own environment (Python 3.6, mxnet 1.2.1); to the last bit on 1 of the 9."
    )
    assert matrix.verdict_in_chinese(counts) == (
        "我们试了 9 种 MXNet 与 Python 的组合（MXNet 1.5.1.post0 至 1.9.1，Python 3.8 至 3.11）。"
        "65 项检验在其中 2 种组合上均通过；`optimize` 在所有 9 种组合上给出的损失均与我们在书的"
        "原环境（Python 3.6，mxnet 1.2.1）中记录的一致，其中 1 种组合逐位相同。"
    )


def test_a_verify_that_breaks_off_is_no_empty_cell(folder):
    path = folder("3.11-1.9.1", verify="Traceback\nMXNetError: no such operator\n", here=SAME)
    build = rows(matrix.builds_table(path))[-1]
    assert build[2:4] == ["`verify` does not run: MXNetError: no such operator", "0"]


def test_a_build_that_was_not_tried_says_so(folder):
    build = rows(matrix.builds_table(folder.path))[-1]
    assert build == ["3.11", "1.9.1", "", "", "", "not tried"]


def test_the_table_of_times(folder):
    loop = [{"name": "one", "ratio": 1.0}, {"name": "other", "ratio": 0.0612}]
    assert rows(matrix.speed_table(folder("speed", loop=loop)))[2:] == [
        ["one", "1.00"],
        ["other", "0.06"],
    ]


def test_a_table_takes_the_place_of_the_old_one(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- t -->\n\nold\n\n<!-- end of t -->\nb\n")
    new = "a\n<!-- t -->\n\nnew\n\n<!-- end of t -->\nb\n"
    assert matrix.filled(page, "t", "new") == new
    page.write_text(new)
    assert matrix.filled(page, "t", "new") == new
    with pytest.raises(
        ValueError, match=r"page\.md lacks the comments <!-- u --> and <!-- end of u -->"
    ):
        matrix.filled(page, "u", "new")


PAGES = ("README", "CHINESE", "BUILDS_PAGE", "SPEED_PAGE")


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


def test_all_pages_are_written(folder, pages):
    folder("book", here=SAME, old=SAME)
    folder("3.8-1.6.0", verify=verified(), here=SAME)
    path = folder("speed", loop=[{"name": "one", "ratio": 1.0}])
    (path / "started").touch()
    matrix.main(path)
    texts = {name: page.read_text("utf8") for name, page in pages.items()}
    counts = matrix.Counts(3, 1, 1, 1)
    assert f"\n{matrix.verdict(counts)}\n" in texts["README"]
    assert f"\n{matrix.verdict_in_chinese(counts)}\n" in texts["CHINESE"]
    assert f"\n{matrix.verdict(counts)} Written by `make matrix` on " in texts["BUILDS_PAGE"]
    assert matrix.builds_table(path) in texts["BUILDS_PAGE"]
    assert matrix.speed_table(path) in texts["SPEED_PAGE"]


def test_where_one_page_lacks_its_comments_no_page_is_changed(folder, pages):
    path = folder("book", here=SAME, old=SAME)
    (path / "started").touch()
    pages["SPEED_PAGE"].write_text("no comments\n")
    before = {name: page.read_bytes() for name, page in pages.items()}
    with pytest.raises(ValueError, match=r"performance\.md lacks"):
        matrix.main(path)
    assert {name: page.read_bytes() for name, page in pages.items()} == before


def test_without_the_books_environment_no_page_is_changed(folder, pages):
    before = {name: page.read_bytes() for name, page in pages.items()}
    with pytest.raises(SystemExit, match=r"No page is changed"):
        matrix.main(folder("book", make="no Python 3.6", failed="make"))
    assert {name: page.read_bytes() for name, page in pages.items()} == before


def block(page):
    text = page.read_text("utf8")
    return text.partition("<!-- builds -->\n\n")[2].partition("\n\n<!-- end of builds -->")[0]


def test_the_table_tells_of_every_build():
    cells = rows(block(matrix.BUILDS_PAGE).partition("\n\n")[0])[2:]
    assert [tuple(row[:2]) for row in cells] == [("3.6", "1.2.1, the book's"), *matrix.BUILDS]
    assert all(row[5] for row in cells)


def test_the_readmes_say_what_the_table_does():
    sentence = block(matrix.README)
    assert f"\n\n{sentence} Written by `make matrix`" in block(matrix.BUILDS_PAGE)
    cells = rows(block(matrix.BUILDS_PAGE).partition("\n\n")[0])[3:]
    checks = int(cells[0][2].split()[-1])
    counts = matrix.Counts(
        checks,
        hold=sum(row[2] == f"{checks} of {checks}" for row in cells),
        agree=sum(bool(re.match(r"\d[^,]*$", row[3])) for row in cells),
        same=sum(row[3] == "0" for row in cells),
    )
    assert sentence == matrix.verdict(counts)
    assert block(matrix.CHINESE) == matrix.verdict_in_chinese(counts)
