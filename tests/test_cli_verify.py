"""The command ``verify``; what its checks find is in test_checks.py."""

import json
import os
import re
import sys
from xml.etree import ElementTree

import pytest
from conftest import COMMAND, run_process

from gluon_momentum.checks import text


@pytest.mark.usefixtures("mxnet")
def test_verify_prints_a_table_by_group_and_writes_what_it_found(command):
    arguments = "--only 2019-01.gd --only chapter.limit --json r/v.json --junit r/v.xml"
    status, out, err = command("verify", *arguments.split())
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert "2019-01: d2l-ai/d2l-zh 2a529e1c, chapter_optimization/momentum.ipynb" in lines
    row = next(line.split() for line in lines if line.split()[:1] == ["gd.lr-0.4.x1"])
    assert row == ["gd.lr-0.4.x1", "-0.943467", "-0.943467", "6.0", "digits", "holds"]
    assert "chapter: d2l-ai/d2l-zh a8630b02, chapter_optimization/momentum.md" in lines
    assert lines[-1] == "Checks: 5; hold: 5; do not hold: 0."
    with open("r/v.json", encoding="utf8") as file:
        record = json.load(file, parse_constant=lambda token: pytest.fail(f"{token} is no JSON"))
    assert record["all_hold"] is True
    assert record["shuffles"] == 20_000
    assert record["environment"]["mxnet"]
    names = [f"2019-01.gd.lr-{lr}.x{axis}" for lr in (0.4, 0.6) for axis in (1, 2)]
    digits = {check["id"]: check["digits"] for check in record["checks"]}
    assert set(digits) == {*names, "chapter.limit"}
    assert [digits[name] for name in names[:3]] == [6, 2, 6]
    assert ElementTree.parse("r/v.xml").getroot().get("tests") == "5"


@pytest.mark.slow
def test_verify_draws_the_curves_that_were_checked(command):
    arguments = "--only 2018-08.scratch.mom-0.5.curve --only 2018-09.scratch --out figures"
    assert command("verify", *arguments.split(), "--shuffles", "400")[0] == 0
    assert set(os.listdir("figures")) == {"published_mom_0.5.png", "published_mom_0.5.svg"}


@pytest.mark.slow
def test_without_an_edition_it_is_the_chapters_and_all_are_asked_for_by_name(command, airfoil_file):
    counts = []
    for given in ([], ["--edition", "all", "--data", str(airfoil_file)]):
        # So few shuffles that the first p-value is refused, once all are counted.
        status, _, err = command("verify", "--shuffles", "300", *given)
        assert status == 2
        counts.append(int(re.search(r"for (\d+) p-values", err)[1]))
    assert counts == [21, 121]


def test_a_check_that_does_not_hold_gives_its_sentence_and_status_1(command, monkeypatch):
    monkeypatch.setattr(text, "effective_window", lambda gamma: 99.0)
    status, out, err = command("verify", "--only", "chapter.window-0.99", "--json", "v.json")
    assert (status, err) == (1, "")
    said = re.sub(r"\s+", " ", out)
    assert "chapter.window-0.99: expected 100 " in said
    assert "found 99; " in said
    assert said.endswith("Checks: 1; hold: 0; do not hold: 1. ")
    with open("v.json", encoding="utf8") as file:
        assert json.load(file)["all_hold"] is False


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--only 2018-10", "There is no check '2018-10'; there are 2017-10, "),
        ("--only chapter.x", "There is no check 'chapter.x'; there are chapter."),
        ("--shuffles 20", "shuffles must be at least 300, not 20: "),
        ("--shuffles 2000", "shuffles must be at least 2100 for 21 p-values, not 2000: "),
        ("--edition 2021", "edition must be one of 2018, 2019, 2020, all, not '2021'."),
        (
            "--edition 2019 --only chapter",
            "There is no check 'chapter'; there are edition-2019, ports-2019.",
        ),
        ("--edition all --data nowhere.dat", "nowhere.dat: No such file or directory."),
        ("--edition 2019 --data file", "file is not the airfoil_self_noise.dat that the 2019 "),
        ("--shuffles many", "Invalid value for '--shuffles'"),
        ("--json file/v.json", "The folder file cannot be written: file is a file."),
        ("--json .", ". cannot be written: it is a folder."),
        ("--json v --junit ./v", "v is named for two outputs: each needs a file of its own."),
    ],
)
def test_bad_usage_gets_one_sentence_and_status_2(command, arguments, sentence, tmp_path):
    (tmp_path / "file").write_text("kept")
    status, out, err = command("verify", *arguments.split())
    assert (status, out) == (2, "")
    assert sentence in re.sub(r"\s+", " ", err)
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.slow
def test_an_mxnet_that_cannot_be_imported_gets_one_sentence_and_status_2(tmp_path):
    fault = "libquadmath.so.0: cannot open shared object file: No such file"
    (tmp_path / "mxnet.py").write_text(f"raise OSError({fault!r})")
    paths = os.pathsep.join([str(tmp_path), *sys.path])
    ended = run_process([*COMMAND, "verify"], env={**os.environ, "PYTHONPATH": paths})
    assert (ended.returncode, ended.stdout) == (2, "")
    assert re.match(r"gluon-momentum: .*libquadmath\.so\.0.*\n$", ended.stderr)
