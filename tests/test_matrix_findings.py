"""tools/matrix/findings.py: what a row's folder says of it."""

import fake_rows
import pytest
from fake_rows import SAME

from tools.matrix import findings


@pytest.fixture
def row(tmp_path):
    """Return a function that makes the folder of a row."""
    return lambda **files: fake_rows.add(tmp_path, "row", **files) / "row"


def test_how_many_checks_hold(row):
    assert findings.held(row(verify=fake_rows.verified("a.b"))) == "2 of 3; not a.b"


def test_a_verify_that_breaks_off_is_no_empty_cell(row):
    folder = row(verify="Traceback\nMXNetError: no such operator\n", here=SAME)
    assert findings.held(folder) == "`verify` does not run: MXNetError: no such operator"


def test_where_verify_was_not_reached_the_failure_says_why(row):
    folder = row(mxnet="resolving\n  no such version\n\n", failed="mxnet")
    assert findings.held(folder) == ""
    assert findings.failure(folder) == "it does not install: no such version"


def test_a_row_that_was_not_tried_says_so(tmp_path):
    assert findings.failure(tmp_path / "absent") == "not tried"
    assert findings.printed(tmp_path, "2017-11") == findings.ran(tmp_path) == ""


def test_how_far_the_cells_get(tmp_path):
    all_run = fake_rows.add(tmp_path, "all", cells=fake_rows.ALL_CELLS) / "all"
    assert findings.ran(all_run) == "all 7 cells of the chapter run"
    stops = {"cells": 7, "ran": 3, "cell": "f()", "line": "x[:] = y", "error": "TypeError: no"}
    stopped = fake_rows.add(tmp_path, "some", cells=stops) / "some"
    assert findings.ran(stopped) == (
        "3 of the chapter's 7 cells run; the next stops at `x[:] = y`: TypeError: no"
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (SAME, "0"),
        ({**SAME, "ratio": 1.642e-4}, "1.6e-4"),
        ({**SAME, "ratio": 2.0, "agrees": False}, "2.0e0, more than rounding"),
        ({**SAME, "ratio": 1e-6, "same_data": False}, "1.0e-6; other bits in the data"),
        ({**SAME, "ratio": None, "agrees": False}, "a loss is not finite"),
    ],
)
def test_how_far_the_losses_are_apart(row, found, said):
    assert findings.apart(row(here=found) / "here.json") == said


def test_the_program_of_2017(row):
    folder = row(compare=fake_rows.compared())
    assert findings.printed(folder, "2017-11") == "12 of 12, a loss within 3.3e-5"
    assert findings.printed(folder, "2018-01") == "0 of 12"
    assert findings.normals(folder) == "99.68 %, others within 2.4e-7"
    assert findings.normals(folder, "with_system_logf") == "100.00 %"


def test_normals_of_another_stream(row):
    assert findings.normals(row(compare=fake_rows.compared(equal=0, largest=6.8))) == (
        "another stream"
    )


def test_a_line_of_output_loses_its_folders_and_its_length():
    assert findings.shortened("File '/a/b.c/lib.so': no") == "File 'lib.so': no"
    assert len(findings.shortened("x" * 500)) == findings.LONGEST
