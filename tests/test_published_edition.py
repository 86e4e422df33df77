"""The edition of 2019 and its ports, as they are read."""

import numpy as np
import pytest

from gluon_momentum.published import edition_2019, ports, source

RUNS = [
    ("scratch", 0.02, 0.5),
    ("scratch", 0.02, 0.9),
    ("scratch", 0.004, 0.9),
    ("gluon.Trainer", 0.004, 0.9),
]


@pytest.fixture(scope="module")
def edition():
    return edition_2019()


def test_there_are_sixteen_executions_of_four_runs(edition):
    assert list(edition.runs) == RUNS
    assert len(edition.executions) == 16
    assert edition.executions[0].printed == ("0.244321", "0.253310", "0.244320", "0.243769")
    for execution in edition.executions:
        assert len(execution.printed) == 4
        assert execution.curves.shape == (4, 31)
        assert np.isfinite(execution.curves).all()


def test_no_execution_is_there_twice(edition):
    assert len({execution.source.note for execution in edition.executions}) == 16
    assert len({execution.printed for execution in edition.executions}) == 16
    assert all(execution.source.note.startswith("blob ") for execution in edition.executions)


def test_the_end_of_each_curve_is_the_loss_that_was_printed(edition):
    for execution in edition.executions:
        for text, curve in zip(execution.printed, execution.curves):
            # Half a unit of the sixth decimal, and of the curve's own eighth digit.
            assert abs(curve[-1] - float(text)) <= 0.5e-6 + 0.5e-8


def test_all_executions_of_a_run_start_from_one_loss(edition):
    starts = np.array([execution.curves[:, 0] for execution in edition.executions])
    assert (starts == starts[0]).all()
    assert len(set(starts[0])) == 4


def test_where_it_was_published(edition):
    first = edition.executions[0].source
    assert str(first) == "d2l-ai/d2l-zh 2a529e1c, chapter_optimization/momentum.ipynb"
    assert str(source("edition-2019")) == f"{first} and 15 other executions"


def test_the_ports_of_this_edition_are_those_read():
    found = ports()
    assert [port.source.repository for port in found] == [
        "ShusenTang/Dive-into-DL-PyTorch",
        "ShusenTang/Dive-into-DL-PyTorch",
        "sangyx/d2l-torch",
        "TrickyGo/Dive-into-DL-TensorFlow2.0",
    ]
    assert [port.printed for port in found][::3] == [
        ("0.245518", "0.252046", "0.242905", "0.994468"),
        ("0.245740", "0.248168", "0.295256", "0.515107"),
    ]
    assert "the velocity is lost after each step" in found[3].source.note
    assert found[2].source.note == ""


def test_what_a_caller_does_with_it_changes_nothing(edition):
    edition_2019().executions[0].curves[:] = 0
    assert (edition_2019().executions[0].curves > 0.2).all()
