"""The command ``compare``; what it finds is in test_comparison_compare.py."""

import json
import os
import re

import pytest
from comparison_forms import of_2018
from notebook_forms import code, notebook, text

from gluon_momentum.cli import tables
from gluon_momentum.published import unseeded_run

RUN = unseeded_run("2018-09").experiments
CALL = "optimize(batch_size=10, lr=0.2, mom={}, num_epochs=3, log_interval=10)"
FEW = ["--shuffles", "300"]
ONE = ["--mom", "0.9", "--w", "1.9987", "-3.4012", "--b", "4.2003", *FEW]


@pytest.mark.slow
def test_a_notebook_of_the_chapter_is_ordinary(command, tmp_path):
    path = of_2018(tmp_path, RUN)
    status, out, err = command("compare", str(path), "--json", "found/c.json", *FEW)
    assert (status, err) == (0, "")
    lines = [line.strip() for line in out.splitlines()]
    assert lines[1].split() == ["call", "printed", "shuffles", "as", "strange", "verdict"]
    first = re.fullmatch(
        r"code cell 1: optimize, mom 0.99, lr 0.2 .* (\d+) of 300 +ordinary", lines[3]
    )
    assert first
    assert re.search(
        r"All 3 calls together: ordinary\. Of sound notebooks with as many calls, \d+%", out
    )
    assert "code cell 3: what it printed cannot tell the right program from these mistakes: " in out
    with open("found/c.json", encoding="utf8") as file:
        record = json.load(file, parse_constant=lambda token: pytest.fail(f"{token} is no JSON"))
    assert record["verdict"] == "ordinary"
    assert record["shuffles"] == 300
    assert record["any_data"] is False
    assert record["environment"]["mxnet"]
    assert record["calls"][0]["as_strange"] == int(first[1])
    assert [call["printed"] for call in record["calls"]] == [[*one.w, one.b] for one in RUN]


def test_a_call_is_ordinary_and_its_negative_numbers_are_values(command):
    status, out, err = command("compare", *ONE)
    assert (status, err) == (0, "")
    assert re.search(r"mom 0.9, lr 0.2 +1.9987 -3.4012 4.2003 +\d+ of 300 +ordinary", out)
    assert "together" not in out


@pytest.mark.slow
def test_what_is_not_ordinary_gives_status_1_and_the_mistake(command):
    line = "--mom 0.99 --w 2.0001 -3.4002 --b 4.2001 --json c.json --out figures"
    status, out, err = command("compare", *line.split(), "--shuffles", "1000")
    assert (status, err) == (1, "")
    assert "not a run of this program" in out
    assert re.search(
        r"mom 0.99, lr 0.2: it would be ordinary, with p 0\.\d\d, where the velocity is lost", out
    )
    with open("c.json", encoding="utf8") as file:
        [call] = json.load(file)["calls"]
    assert "velocity lost" in [each["mistake"] for each in call["explained_by"]]
    assert sorted(os.listdir("figures")) == ["call_1.png", "call_1.svg"]


@pytest.mark.slow
@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_what_overflowed_is_compared_too(command, value):
    line = ["--mom", "0.5", "--w", value, value, "--b", value, "--out", "figures", *FEW]
    status, out, err = command("compare", *line)
    assert (status, err) == (1, "")
    assert "none of the mistakes that are known here would make it ordinary." in out
    assert len(os.listdir("figures")) == 2


@pytest.mark.slow
def test_any_data_are_another_spread(command):
    shares = [
        re.search(r"(\d+) of 300", command("compare", *ONE, *more)[1])[1]
        for more in ([], ["--any-data"])
    ]
    assert shares[0] != shares[1]


@pytest.mark.slow
@pytest.mark.usefixtures("airfoil_file")
def test_a_loss_of_the_edition_of_2019_is_compared(command):
    line = "--edition 2019 --lr 0.004 --mom 0.9 --loss 0.295256 --out figures"
    status, out, err = command("compare", *line.split(), *FEW)
    assert (status, err) == (1, "")
    assert "where the velocity is lost after each step" in out
    assert len(os.listdir("figures")) == 2


@pytest.mark.slow
def test_a_call_left_out_several_times_is_said_once(command, tmp_path):
    printed = "w[0]=2.00, w[1]=-3.40, b=4.20\n"
    loop = "for mom in (0.9, 0.5):\n    optimize(batch_size=10, lr=0.2, mom=mom, num_epochs=3)"
    path = notebook(tmp_path, text("Some text"), code(CALL.format(0.5), printed), code(loop))
    status, out, _ = command("compare", str(path), *FEW)
    assert status == 0
    said = [line for line in out.splitlines() if line.startswith("Left out")]
    assert said == [
        "Left out, code cell 2: optimize(batch_size=10, lr=0.2, mom=mom, num_epochs=3) (2 times): "
        "it printed no w and b, and no loss."
    ]
    assert "together" not in out


@pytest.mark.slow
@pytest.mark.parametrize("width", [40, 80])
def test_in_a_narrow_terminal_every_value_stays_whole(command, tmp_path, monkeypatch, width):
    monkeypatch.setattr(tables, "_PIPE_WIDTH", width)
    out = command("compare", str(of_2018(tmp_path, RUN[:1])), *FEW)[1]
    table = out.partition("code cell 1: what")[0]
    assert max(map(len, table.splitlines())) <= width
    for value in (*RUN[0].w, RUN[0].b, "ordinary"):
        assert value in table


NO_CALL = "has no call of optimize(...), train(...) with mom, train_ch7(...)"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["none.ipynb"], "There is no file none.ipynb."),
        (["text.ipynb"], "'text.ipynb' is not a Jupyter notebook: it is not JSON."),
        (["empty.ipynb"], "empty.ipynb is not a Jupyter notebook: it has no cells."),
        (["other.ipynb"], NO_CALL),
        (["unrun.ipynb"], "unrun.ipynb has not been executed: its cells have printed nothing."),
        (["wrong.ipynb"], "mom must be a number from 0 to 1, both allowed, not 1.5."),
        ([], "mom must be given, the momentum of the call that printed the values."),
        (["--mom", "0.9"], "Either w and b must be given, or the last loss."),
        (["--mom", "0.9", "--w", "1", "2"], "Either w and b must be given, or the last loss."),
        (["--mom", "0.9", "--b", "2", "--w", "1"], "Option '--w' requires 2 arguments."),
        ([*ONE, "3"], "Either a notebook must be given, or a call: not both."),
        ([*ONE, "--loss", "1"], "Either w and b must be given, or the last loss."),
        ([*ONE, "other.ipynb"], "Either a notebook must be given, or a call: not both."),
        ([*ONE, "--edition", "2017"], "edition must be one of 2018, 2019, not '2017'."),
        ([*ONE, "--edition", "2019"], "w must be a list of 5 weights, not ('1.9987', '-3.4012')."),
        (
            ["--edition", "2019", "--mom", "0.9", "--loss", "0.2"],
            "lr must be given: the edition of 2019 has runs with 0.02 and with 0.004.",
        ),
        ([*ONE, "--lr", "0"], "lr must be a finite number above 0, not 0.0."),
        ([*ONE, "--mom", "1.5"], "mom must be a number from 0 to 1, both allowed, not 1.5."),
        ([*ONE, "--mom", "-1"], "mom must be a number from 0 to 1, both allowed, not -1.0."),
        ([*ONE, "--batch-size", "1001"], "at most the number of examples, 1000, not 1001."),
        ([*ONE, "--num-epochs", "0"], "num_epochs must be a positive integer, not 0."),
        ([*ONE, "--shuffles", "10"], "shuffles must be at least 300, not 10."),
        ([*ONE, "--b", "four"], "mom 0.9, lr 0.2: 'four' is no number that was printed."),
        ([*ONE, "--json", "text.ipynb/c.json"], "text.ipynb is a file."),
        ([*ONE, "--json", "/proc/here/c.json"], "cannot be written"),
        ([*ONE, "--out", "text.ipynb"], "text.ipynb"),
        (["good.ipynb", "--mom", "0.9"], "Either a notebook must be given, or a call: not both."),
        (["good.ipynb", "--loss", "0.9"], "Either a notebook must be given, or a call: not both."),
    ],
)
def test_bad_input_is_refused_in_one_sentence(command, tmp_path, arguments, sentence):
    printed = "w[0]=2.00, w[1]=-3.40, b=4.20\n"
    for name, cell in (
        ("other", code("print('loss')", "loss\n")),
        ("unrun", code(CALL.format(0.9))),
        ("wrong", code(CALL.format(1.5), printed)),
        ("good", code(CALL.format(0.9), printed)),
    ):
        notebook(tmp_path, cell).rename(tmp_path / f"{name}.ipynb")
    (tmp_path / "text.ipynb").write_text("no notebook")
    (tmp_path / "empty.ipynb").write_text('{"cells": []}')
    before = sorted(os.listdir())
    writes = [] if "--json" in arguments else ["--json", "new/c.json"]
    status, out, err = command("compare", *writes, *arguments)
    assert (status, out) == (2, "")
    assert sentence in err
    assert err.startswith("gluon-momentum: ")
    assert err.count("\n") == 1
    assert sorted(os.listdir()) == before


def test_data_that_are_no_copy_are_refused(command, tmp_path):
    (tmp_path / "other.dat").write_text("1 2 3\n")
    line = ["--edition", "2019", "--lr", "0.02", "--mom", "0.9", "--loss", "0.24", "--data"]
    for name, said in (
        ("other.dat", "is not the airfoil_self_noise.dat"),
        ("none", "none: No such"),
    ):
        status, out, err = command("compare", *line, name)
        assert (status, out) == (2, "")
        assert said in err
        assert err.count("\n") == 1
