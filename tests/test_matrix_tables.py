"""tools/matrix/tables.py: every row is in a table, with what it found."""

import fake_rows
from fake_rows import SAME

from tools.matrix import tables
from tools.matrix.rows import PROGRAM_2017, ROWS

OLD = {**SAME, "ratio": 1.642e-4}
LOOP = [{"ratio": 1.0}, {"ratio": 1.7249}]


def named(table, wheel):
    (row,) = (row for row in fake_rows.cells(table) if row[1] == wheel)
    return row


def test_every_row_is_in_one_of_the_tables(tmp_path):
    new, old = (
        fake_rows.cells(table(tmp_path))[2:] for table in (tables.builds, tables.builds_of_2017)
    )
    assert len(new) + len(old) == len(ROWS)
    assert len(old) == sum(row.kind == PROGRAM_2017 for row in ROWS)
    assert sum(row[-1] == "not tried" for row in new + old) == len(ROWS) - 1  # the book's


def test_a_build_of_the_package(tmp_path):
    files = {"verify": fake_rows.verified(), "here": SAME, "old": OLD, "loop": LOOP}
    path = fake_rows.add(tmp_path, "3.8-mxnet-mkl-1.6.0", **files)
    assert named(tables.builds(path), "mxnet-mkl 1.6.0") == [
        "3.8", "mxnet-mkl 1.6.0", "3 of 3", "0", "1.6e-4", "1.72",
    ]  # fmt: skip


def test_the_books_own_and_another_that_runs_the_cells(tmp_path):
    fake_rows.add(tmp_path, "3.6-mxnet-1.2.1", here=SAME, old=OLD)
    files = {"cells": fake_rows.ALL_CELLS, "here": SAME, "old": OLD, "loop": LOOP}
    path = fake_rows.add(tmp_path, "3.6-mxnet-1.2.0", **files)
    table = tables.builds(path)
    assert named(table, "mxnet 1.2.1, the book's")[2:] == ["recorded again", "0", "1.6e-4", "1"]
    assert named(table, "mxnet 1.2.0")[2:] == [
        "all 7 cells of the chapter run", "0", "1.6e-4", "1.72",
    ]  # fmt: skip


def test_a_build_that_fails_says_at_what(tmp_path):
    path = fake_rows.add(tmp_path, "3.11-mxnet-1.9.1", mxnet="no such | version\n", failed="mxnet")
    last = tables.builds(path).splitlines()[-1]
    assert last == r"| 3.11 | mxnet 1.9.1 |  |  |  | it does not install: no such \| version |"


def test_a_build_of_2017(tmp_path):
    path = fake_rows.add(tmp_path, "3.6-mxnet-mkl-1.0.0", compare=fake_rows.compared())
    assert named(tables.builds_of_2017(path), "mxnet-mkl 1.0.0")[2:] == [
        "12 of 12, a loss within 3.3e-5", "0 of 12", "99.68 %, others within 2.4e-7", "100.00 %",
    ]  # fmt: skip


def test_a_build_of_2017_that_does_not_import(tmp_path):
    files = {"import": "Traceback\nOSError: /a/b/lib.so: cannot open\n", "failed": "import"}
    path = fake_rows.add(tmp_path, "3.6-mxnet-0.12.0", **files)
    assert named(tables.builds_of_2017(path), "mxnet 0.12.0")[2:] == [
        "", "", "", "it does not import: OSError: lib.so: cannot open",
    ]  # fmt: skip


def test_the_table_of_times(tmp_path):
    loop = [{"name": "one", "ratio": 1.0}, {"name": "other", "ratio": 0.0612}]
    assert fake_rows.cells(tables.speed(fake_rows.add(tmp_path, "speed", loop=loop)))[2:] == [
        ["one", "1.00"],
        ["other", "0.06"],
    ]
