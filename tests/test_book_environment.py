"""optimize in this build, compared with what the book's own environment recorded; its cells."""

import copy
import json
import os
import platform
import random
import sys

import numpy as np
import pytest
import reference
from conftest import run_process

from book_environment import cells, compare
from book_environment import record as recorder

d2l = pytest.importorskip("d2l")

RECORDING = compare.recording()
RUNS = RECORDING["runs"]
# Elsewhere the last bits of the normals are others, and OpenBLAS has other kernels.
SAME = {"same_data": True, "stream": 0, "ratio": 0, "params": 0, "agrees": True}
ON_X86_64 = platform.machine() == "x86_64"


@pytest.fixture
def main(monkeypatch, tmp_path):
    """Return a function that calls a module's main: the text of the last of the files named."""
    monkeypatch.setattr(d2l, "semilogy", d2l.semilogy)
    monkeypatch.setattr(sys, "path", sys.path[:])
    monkeypatch.setenv("MPLBACKEND", "agg")

    def main(module, *arguments):
        monkeypatch.setattr(sys, "argv", [module.__name__, *map(str, arguments)])
        module.main()
        return json.loads((tmp_path / arguments[-1]).read_text("utf8"))

    return main


# Of five, one is enough for an afternoon's loop.
@pytest.mark.parametrize(
    "recorded",
    [pytest.param(run, marks=[pytest.mark.slow] * bool(run["seed"])) for run in RUNS],
    ids=lambda run: f"seed{run['seed']}",
)
def test_data_losses_and_parameters_are_the_recorded_ones(recorded):
    # The largest difference seen is 0, the same bits, on an AMD EPYC. Where OpenBLAS knows no AVX2,
    # it adds in another order, and losses part by 5e-6 in this measure, 2e-4 as a plain ratio.
    found = compare.rerun(recorded)
    assert compare.same_data(recorded, found) or not ON_X86_64
    assert len(found["experiments"]) == 3
    for ours, theirs in zip(found["experiments"], recorded["experiments"]):
        assert len(ours["losses"]) == 301
        reference.assert_same_stream(ours["losses"], theirs["losses"])
    converging = [one for one in compare.differences(recorded, found) if one.converges]
    assert len(converging) == 2
    assert all(one.params <= compare.PARAMS for one in converging)


@pytest.mark.slow
@pytest.mark.skipif(not ON_X86_64, reason="of x86-64's bits")
def test_with_the_blas_kernels_of_an_older_processor():
    program = """
import json
from book_environment import compare
runs = compare.recording()["runs"][:1]
print(json.dumps(compare.largest(runs, [compare.rerun(runs[0])])))
"""
    # OpenBLAS takes this name for what it would find on a processor of 2008, without AVX.
    env = {**os.environ, "OPENBLAS_CORETYPE": "Nehalem"}
    root = compare.RECORDING.parents[1]
    found = json.loads(run_process([sys.executable, "-c", program], env=env, cwd=root).stdout)
    assert found["agrees"], found
    assert found["ratio"] > 0  # the variable does something


def test_a_recording_agrees_with_itself_alone(main, tmp_path):
    assert main(compare, "--recording", compare.RECORDING, tmp_path / "same.json") == SAME
    swapped = copy.deepcopy(RUNS)
    swapped[0]["experiments"][0]["losses"] = RUNS[1]["experiments"][0]["losses"]
    found = compare.largest(RUNS, swapped)
    assert not found["agrees"]
    assert found["ratio"] > 0.1
    swapped[0]["experiments"][0]["losses"] = [*RUNS[0]["experiments"][0]["losses"][:-1], np.nan]
    found = compare.largest(RUNS, swapped)
    assert found == {**SAME, "stream": None, "ratio": None, "agrees": False}


def test_another_recording_must_be_of_the_same_runs():
    short = copy.deepcopy(RUNS)
    short[3]["experiments"][2]["losses"].pop()
    for other in (RUNS[:-1], RUNS[::-1], short):
        with pytest.raises(ValueError, match="compare"):
            compare.largest(RUNS, other)


def test_the_recording_is_of_the_notebooks_cells_in_the_books_environment():
    assert RECORDING["program_sha256"] == recorder.Chapter("gluonbook").digest
    environment = RECORDING["environment"]
    versions = {name: environment[name] for name in ("python", "mxnet", "gluonbook")}
    assert versions == {"python": "3.6.15", "mxnet": "1.2.1", "gluonbook": "0.7.4"}
    assert [run["seed"] for run in RUNS] == [0, 1, 2, 3, 4]
    assert len({run["labels_sha256"] for run in RUNS}) == 5
    for run in RUNS:
        assert [e["call"]["mom"] for e in run["experiments"]] == [0.99, 0.9, 0.5]


@pytest.mark.slow
def test_the_recorder_notes_what_the_chapters_program_computes(main, monkeypatch, tmp_path):
    monkeypatch.setattr(recorder, "SEEDS", [0])
    found = main(recorder, "--elsewhere", tmp_path / "recording.json")
    expected = compare.rerun(RUNS[0])
    assert compare.largest(found["runs"], [expected]) == SAME
    assert found["environment"]["d2l"] == "0.8.7"
    assert found["environment"]["numpy"] == np.__version__
    assert os.listdir(tmp_path) == ["recording.json"]


def test_recording_elsewhere_unasked_gets_one_sentence(main, capsys, tmp_path):
    with pytest.raises(SystemExit, match=r"^2$"):
        main(recorder, tmp_path / "recording.json")
    err = capsys.readouterr().err
    assert "'gluonbook'" in err
    assert err.count("\n") == 1
    assert os.listdir(tmp_path) == []


def test_cells_share_their_names_and_the_first_that_fails_is_told_with_the_chapters_line():
    assert cells.run(["x = 1", "y = x + 1\nassert y == 2"]) == {"cells": 2, "ran": 2}
    function = "def f(x):\n    y = 1\n    raise ValueError(f'no {x}\\n  stack')"
    assert cells.run(["import json", function, "\nf('')\n", "1"]) == {
        "cells": 4,
        "ran": 2,
        "error": "ValueError: no ",
        "cell": "f('')",
        "line": r"raise ValueError(f'no {x}\n  stack')",
    }
    found = cells.run(["x = 1\ny = = 2"])
    assert (found["ran"], found["line"]) == (0, "y = = 2")
    assert found["error"].startswith("SyntaxError: ")
    assert cells.run(["raise ValueError"])["error"] == "ValueError: "


@pytest.mark.slow
def test_the_chapters_cells_run_here(main, tmp_path):
    state = random.getstate()
    assert main(cells, tmp_path / "cells.json") == {"cells": 7, "ran": 7}
    random.setstate(state)
