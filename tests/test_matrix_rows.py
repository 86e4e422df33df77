"""tools/matrix/rows.py: which wheels there are, and what runs on each."""

from tools.matrix.rows import CHAPTER, PACKAGE, PROGRAM_2017, ROWS, Row


def test_every_row_is_there_once():
    assert len({row.name for row in ROWS}) == len(ROWS) == 31
    assert Row("3.8", "mxnet", "1.5.1.post0") in ROWS
    assert [row.wheel for row in ROWS if row.python > "3.8" or row.python in ("3.10", "3.11")] == [
        "mxnet==1.9.1"
    ] * 3


def test_what_runs_and_the_oldest_python_that_runs_it():
    found = {row.wheel: (row.kind, row.python) for row in ROWS if row.python in ("3.6", "3.8")}
    assert found["mxnet==0.12.0"] == (PROGRAM_2017, "3.6")
    assert found["mxnet==1.0.0.post4"] == (PROGRAM_2017, "3.6")
    assert found["mxnet-mkl==1.1.0"] == (PACKAGE, "3.8")
    assert found["mxnet==1.2.0"] == (CHAPTER, "3.6")
    assert found["mxnet-native==1.8.0.post0"] == (PACKAGE, "3.8")
    assert found["mxnet==2.0.0b1"] == (CHAPTER, "3.8")


def test_one_row_is_the_books():
    assert [row.name for row in ROWS if row.books] == ["3.6-mxnet-1.2.1"]
