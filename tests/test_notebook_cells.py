"""The code cells of a notebook's file, and files that are none."""

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notebook_forms import ERROR, FIGURE, code, notebook, result, stream, text

from gluon_momentum.notebook.cells import Cell, code_cells


def test_code_cells_are_numbered_without_the_others(tmp_path):
    path = notebook(
        tmp_path,
        text("# Momentum"),
        code("x = 1\ny = 2"),
        text("optimize(...)"),
        code("print(x)", "1\n"),
    )
    assert code_cells(path) == [
        Cell(1, "x = 1\ny = 2", "", False),
        Cell(2, "print(x)", "1\n", False),
    ]


def test_what_a_cell_printed(tmp_path):
    warning = stream("loss: 5\n", name="stderr")
    outputs = ["w: ", stream("1\n", "b: 2\n"), warning, FIGURE, result("4.2"), ERROR]
    (cell,) = code_cells(notebook(tmp_path, code("f()", *outputs)))
    assert cell.printed == "w: 1\nb: 2\n\n<Figure size 252x180 with 1 Axes>\n\n4.2\n"
    assert cell.stopped


def test_text_may_be_one_string(tmp_path):
    output = {"output_type": "stream", "name": "stdout", "text": "a\nb\n"}
    cell = {"cell_type": "code", "source": "x = 1", "outputs": [output]}
    assert code_cells(notebook(tmp_path, cell)) == [Cell(1, "x = 1", "a\nb\n", False)]


def test_nbformat_3(tmp_path):
    outputs = [
        {"output_type": "stream", "stream": "stdout", "text": ["a\n"]},
        {"output_type": "stream", "stream": "stderr", "text": ["b\n"]},
        {"output_type": "pyout", "text": ["4.2"]},
        {"output_type": "pyerr"},
    ]
    sheet = {"cells": [{"cell_type": "code", "input": ["x = 1"], "outputs": outputs}]}
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps({"nbformat": 3, "worksheets": [sheet]}))
    assert code_cells(path) == [Cell(1, "x = 1", "a\n\n4.2\n", True)]


@pytest.mark.parametrize(
    "content", [b"", b"x = 1\n", b"\xff\xfe", b"[" * 100_000, b'{"cells": [', b"1" * 5000 + b"x"]
)
def test_what_is_no_json(tmp_path, content):
    path = tmp_path / "momentum.ipynb"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"momentum\.ipynb' is not a Jupyter notebook: it is not"):
        code_cells(path)


@pytest.mark.parametrize(
    "content", ["1", "null", "[]", "{}", '{"cells": []}', '{"cells": {"a": 1}}']
)
def test_json_that_is_no_notebook(tmp_path, content):
    path = tmp_path / "momentum.ipynb"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"is not a Jupyter notebook: it has no cells\.$"):
        code_cells(path)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(ValueError, match=r"^There is no file .*none\.ipynb\.$"):
        code_cells(tmp_path / "none.ipynb")
    with pytest.raises(ValueError, match=r"cannot be read: Is a directory\.$"):
        code_cells(tmp_path)
    with pytest.raises(ValueError, match="is not a Jupyter notebook"):
        code_cells("momentum\0.ipynb")


def test_a_byte_order_mark_is_passed_over(tmp_path):
    path = notebook(tmp_path, code("x = 1"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(code_cells(path)) == 1


WORDS = st.sampled_from(
    ["cells", "worksheets", "cell_type", "code", "source", "input", "outputs", "output_type",
     "stream", "execute_result", "text", "data", "text/plain", "name", "stdout"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES, part=st.sampled_from(["notebook", "cells", "outputs"]))
def test_any_json_gives_cells_or_a_value_error(tmp_path, value, part):
    if part == "cells":
        value = {"cells": value}
    elif part == "outputs":
        value = {"cells": [{"cell_type": "code", "source": "x", "outputs": value}]}
    path = tmp_path / "any.ipynb"
    path.write_text(json.dumps(value))
    cells = []
    with contextlib.suppress(ValueError):
        cells = code_cells(path)
    assert all(isinstance(cell.source + cell.printed, str) for cell in cells)
