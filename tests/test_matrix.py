"""tools/matrix.py: the tables say what each build did, and how one failed."""

import json

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


def test_the_verdict_counts_what_holds_what_agrees_and_what_is_the_same_to_the_bit(folder):
    folder("3.8-1.6.0", verify=verified(), here=SAME)
    folder("3.8-1.9.0", verify=verified("a.b"), here={**SAME, "ratio": 1e-6})
    folder("3.9-1.9.1", verify=verified(), here={**SAME, "ratio": 0.02, "agrees": False})
    path = folder("3.11-1.9.1", failed="install", install="")
    assert matrix.verdict(path) == (
        "Of 9 builds, 2 hold every published check and 2 agree with the recording, 1 of them to "
        "the last bit of every loss."
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


def test_a_table_takes_the_place_of_the_old_one():
    text = "a\n<!-- t -->\n\nold\n\n<!-- end of t -->\nb\n"
    new = matrix.replace(text, "t", "new")
    assert new == "a\n<!-- t -->\n\nnew\n\n<!-- end of t -->\nb\n"
    assert matrix.replace(new, "t", "new") == new
    with pytest.raises(ValueError, match="must have the comments <!-- u --> and <!-- end of u -->"):
        matrix.replace(text, "u", "new")


def test_without_the_books_environment_readme_stays(folder):
    before = matrix.README.read_bytes()
    with pytest.raises(SystemExit, match=r"README\.md stays"):
        matrix.main(folder("book", make="no Python 3.6", failed="make"))
    assert matrix.README.read_bytes() == before


def test_readme_tells_of_every_build():
    text = matrix.README.read_text("utf8")
    table = text.partition("<!-- matrix -->\n\n")[2].partition("\n\n")[0]
    cells = rows(table)[2:]
    assert [tuple(row[:2]) for row in cells] == [("3.6", "1.2.1, the book's"), *matrix.BUILDS]
    assert all(row[5] for row in cells)
