"""The command ``verify``; what its checks find is in test_verification_suite.py."""

import json
import os
import re
import sys
from xml.etree import ElementTree

import pytest
from conftest import COMMAND, run_process

from gluon_momentum.verification import chapter


def test_verify_prints_a_table_by_run_and_writes_what_it_found(command):
    arguments = "--only 2019-01.gd --only chapter.limit --json r/v.json --junit r/v.xml"
    status, out, err = command("verify", *arguments.split())
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("2019-01: d2l-ai/d2l-zh 2a529e1c, ")
    assert lines[1].split() == [
        "gd.lr-0.4.x1", "-0.943467", "-0.943467", "6.0", "digits", "holds"
    ]  # fmt: skip
    assert "chapter: d2l-ai/d2l-zh a8630b02, chapter_optimization/momentum.md" in lines
    assert lines[-1] == "Checks: 5; hold: 5; do not hold: 0."
    with open("r/v.json", encoding="utf8") as file:
        record = json.load(file, parse_constant=lambda token: pytest.fail(f"{token} is no JSON"))
    assert record["all_hold"] is True
    assert record["shuffles"] == 20_000
    assert record["environment"]["mxnet"]
    assert [check["id"] for check in record["checks"]][-1] == "chapter.limit"
    assert [check["digits"] for check in record["checks"]][:3] == [6, 2, 6]
    assert [check["p"] for check in record["checks"]] == [None] * 5
    assert ElementTree.parse("r/v.xml").getroot().get("tests") == "5"


@pytest.mark.slow
def test_verify_draws_the_curves_that_were_checked(command):
    arguments = "--only 2018-08.mom-0.5.curve --only 2018-09.mom-0.9 --shuffles 300 --out figures"
    assert command("verify", *arguments.split())[0] == 0
    assert set(os.listdir("figures")) == {"published_mom_0.5.png", "published_mom_0.5.svg"}


def test_a_check_that_does_not_hold_gives_its_sentence_and_status_1(command, monkeypatch):
    monkeypatch.setattr(chapter, "effective_window", lambda gamma: 99.0)
    status, out, err = command("verify", "--only", "chapter.window-0.99", "--json", "v.json")
    assert (status, err) == (1, "")
    assert re.sub(r"\s+", " ", out).endswith(
        "chapter.window-0.99: expected 100 (within 1e-12 relative), found 99; this may mean "
        "a fault in ewma_weights, ewma or effective_window. Checks: 1; hold: 0; do not hold: 1. "
    )
    with open("v.json", encoding="utf8") as file:
        assert json.load(file)["all_hold"] is False


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--only 2018-10", "There is no check '2018-10'; there are 2017-10, 2017-11, 2018-01, "),
        ("--only chapter.x", "There is no check 'chapter.x'; there are chapter.limit, "),
        ("--shuffles 20", "shuffles must be at least 300, not 20: with fewer, "),
        (
            "--shuffles 2000",
            "shuffles must be at least 2100 for 21 p-values, not 2000: ",
        ),
        ("--edition 2020", "edition must be one of 2018, 2019, all, not '2020'."),
        ("--edition 2019 --only chapter", "There is no check 'chapter'; there are edition-2019."),
        (
            "--edition all --data nowhere.dat",
            "nowhere.dat: No such file or directory.",
        ),
        ("--edition 2019 --data file", "file is not the airfoil_self_noise.dat that the 2019 "),
        ("--shuffles many", "Invalid value for '--shuffles'"),
        ("--json file/v.json", "The folder file cannot be written: file is a file."),
        ("--json .", ". cannot be written: it is a folder."),
    ],
)
def test_bad_usage_gets_one_sentence_and_status_2(command, arguments, sentence, tmp_path):
    (tmp_path / "file").write_text("kept")
    status, out, err = command("verify", *arguments.split())
    assert (status, out) == (2, "")
    assert sentence in re.sub(r"\s+", " ", err)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (
            "import numpy\nnumpy.__version__ = '1.26.4'\nraise AttributeError('no bool')",
            "MXNet reads names, numpy.bool for one, that NumPy 1.26.4 no longer has",
        ),
        (
            "raise OSError('libquadmath.so.0: cannot open shared object file: No such file')",
            "MXNet needs the system library libquadmath.so.0, which is not on this machine",
        ),
    ],
)
def test_an_mxnet_that_cannot_be_imported_gets_one_sentence_and_status_2(tmp_path, fault, sentence):
    (tmp_path / "mxnet.py").write_text(fault)
    paths = os.pathsep.join([str(tmp_path), *sys.path])
    ended = run_process([*COMMAND, "verify"], env={**os.environ, "PYTHONPATH": paths})
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"gluon-momentum: {sentence}")
    assert ended.stderr.count("\n") == 1


def test_two_outputs_need_two_files(command, tmp_path):
    status, out, err = command("verify", "--json", "v", "--junit", "./v")
    assert (status, out) == (2, "")
    assert err == "gluon-momentum: v is named for two outputs: each needs a file of its own.\n"
    assert os.listdir(tmp_path) == []


@pytest.mark.slow
def test_an_output_may_be_a_pipe(tmp_path):
    program = f"'{sys.executable}' -m gluon_momentum verify --only chapter.limit --json >(cat >got)"
    ended = run_process(["bash", "-c", f"{program}; wait $!"], cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert '"all_hold": true' in (tmp_path / "got").read_text("utf8")
