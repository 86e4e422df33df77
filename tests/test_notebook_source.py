"""The statements of a cell, with the magics of IPython taken off."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gluon_momentum.notebook.source import segment, statements


def called(source):
    """Return the text of the calls of f in a cell."""
    found = []
    for statement in statements(source):
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "f":
                found.append(segment(node))
    return found


@pytest.mark.parametrize(
    "source",
    [
        "f(1)",
        "%matplotlib inline\nf(1)",
        "!pip install mxnet\nf(1)",
        "files = !ls\nf(1)",
        "f?\nf(1)",
        "%time f(1)",
        "%%time\nf(1)",
        "%%time\n%matplotlib inline\nf(1)",
        "%%capture out\nf(1)",
        "%time x = f(1)",
        "f(1);",
        "print('a %d'\n      % f(1))",
    ],
)
def test_magics_are_taken_off(source):
    assert called(source) == ["f(1)"]


@pytest.mark.parametrize(
    "source", ["%%bash\nf(1)", "%%html\nf(1)", "%%writefile a.py\nf(1)", "#f(1)"]
)
def test_what_other_magics_are_given_is_not_read(source):
    assert called(source) == []


def test_a_call_over_lines_is_one_line():
    assert called("f(1,\n  2)") == ["f(1, 2)"]
    assert called("%%time\nx = [f('动量',\n  2)]") == ["f('动量', 2)"]


@pytest.mark.parametrize(
    "source",
    ["print 'loss'", "double lr = 0.2;", "f(", "\0", "\ud800", "(" * 5000, "x" * 10 + "\n  y"],
)
def test_what_is_no_python_3(source):
    assert statements(source) is None


def test_backslashes_cause_no_warning():
    assert statements("print('$\\gamma$')") is not None


@given(st.text() | st.text(st.sampled_from("%!? \nxf(1)=time\"'\\:,;#")))
def test_any_text_is_statements_or_none(source):
    body = statements(source)
    assert body is None or all(isinstance(one, ast.stmt) for one in body)
