"""The command ``compare``; what it finds is in test_comparison.py."""

import json
import os
import re

import pytest
from notebook_forms import animated, code, notebook, of_results, shown, text

from gluon_momentum import published
from gluon_momentum.environment import describe

RUN = next(one for one in published.executions() if one.group == "2018-09").results
CALL = "optimize(batch_size=10, lr=0.2, mom={}, num_epochs=3, log_interval=10)"
PRINTED = "w[0]=2.00, w[1]=-3.40, b=4.20\n"
FEW = ["--shuffles", "300"]
ONE = ["--mom", "0.9", "--w", "1.9987", "-3.4012", "--b", "4.2003", *FEW]
LOSS = ["--edition", "2019", "--lr", "1", "--mom", "0", "--loss", "1"]
few_runs = pytest.mark.usefixtures("few_runs_of_each_mistake")


def read_json(path):
    with open(path, encoding="utf8") as file:
        return json.load(file, parse_constant=lambda token: pytest.fail(f"{token} is no JSON"))


@few_runs
def test_a_notebook_of_the_chapter_is_ordinary(command, tmp_path):
    path = of_results(tmp_path, "2018", RUN)
    status, out, err = command("compare", str(path), "--json", "found/c.json", *FEW)
    assert (status, err) == (0, "")
    record = read_json("found/c.json")
    assert (record["verdict"], record["shuffles"], record["any_data"]) == ("ordinary", 300, False)
    assert record["environment"] == json.loads(json.dumps(describe()))
    assert [tuple(call["printed"]) for call in record["calls"]] == [one.params for one in RUN]
    rows = re.findall(r"(code cell \d+: optimize, mom [\d.]+, lr 0.2) .* (\d+) of 300 +(\w+)", out)
    assert rows == [(call["call"], str(call["as_strange"]), "ordinary") for call in record["calls"]]
    [together] = [line for line in out.splitlines() if line.startswith("All 3 calls together")]
    assert "ordinary" in together
    assert f"{record['p']:.0%}" in together
    for call in record["calls"]:
        told = call["call"].partition(":")[0] + ": what it printed"
        [line] = [line for line in out.splitlines() if line.startswith(told)] or [""]
        assert all(name in line for name in call["cannot_tell"])
        assert bool(line) == bool(call["cannot_tell"])


@few_runs
def test_a_call_is_ordinary_and_its_negative_numbers_are_values(command):
    status, out, err = command("compare", *ONE)
    assert (status, err) == (0, "")
    row = r"mom 0.9, lr 0.2 +1.9987 -3.4012 4.2003 +(\d+) of 300 +ordinary"
    assert "together" not in out
    _, other, _ = command("compare", *ONE, "--any-data")
    assert re.search(row, out)[1] != re.search(row, other)[1]


@few_runs
def test_what_is_not_ordinary_gives_status_1_and_the_mistake(command):
    line = "--mom 0.99 --w 2.0001 -3.4002 --b 4.2001 --json c.json --out figures"
    status, out, err = command("compare", *line.split(), "--shuffles", "1000")
    assert (status, err) == (1, "")
    assert "not a run of this program" in out
    [call] = read_json("c.json")["calls"]
    [lost] = [each["p"] for each in call["explained_by"] if each["mistake"] == "velocity lost"]
    [sentence] = [line for line in out.splitlines() if "velocity is lost" in line]
    assert f"{lost:.2f}" in sentence
    assert sorted(os.listdir("figures")) == ["call_1.png", "call_1.svg"]


@few_runs
@pytest.mark.usefixtures("airfoil_file")
@pytest.mark.parametrize(
    ("line", "mistake"),
    [("--edition 2019 --lr 0.004 --mom 0.9 --loss 0.295256", "the velocity is lost"),
     ("--mom 0.5 --w nan inf --b -inf", "none of the mistakes")],
)  # fmt: skip
def test_a_loss_of_2019_and_what_overflowed_are_drawn_too(command, line, mistake):
    status, out, err = command("compare", *line.split(), "--out", "figures", *FEW)
    assert (status, err) == (1, "")
    assert mistake in out
    assert len(os.listdir("figures")) == 2


@few_runs
def test_a_call_left_out_several_times_is_said_once(command, tmp_path):
    call = "optimize(batch_size=10, lr=0.2, mom=mom, num_epochs=3)"
    loop = f"for mom in (0.9, 0.5):\n    {call}"
    path = notebook(tmp_path, text("Some text"), code(CALL.format(0.5), PRINTED), code(loop))
    status, out, _ = command("compare", str(path), *FEW, "--json", "c.json")
    assert status == 0
    assert [(one["cell"], one["call"]) for one in read_json("c.json")["left_out"]] == [
        (2, call)
    ] * 2
    [said] = [line for line in out.splitlines() if line.startswith("Left out")]
    assert f"code cell 2: {call} (2 times)" in said
    assert "together" not in out


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["none.ipynb"], "none.ipynb"), (["text.ipynb"], "text.ipynb"),
        (["other.ipynb"], "optimize(...)"), (["unrun.ipynb"], "unrun.ipynb"),
        (["wrong.ipynb"], "mom must be"), ([], "mom must be"), ([*ONE, "--mom", "-1"], "mom must"),
        (["good.ipynb", "--loss", "0.9"], "not both"), ([*ONE, "3"], "not both"),
        (["--mom", "0.9", "--b", "2", "--w", "1"], "--w"), ([*ONE, "--b", "four"], "four"),
        (["--edition", "2019", "--mom", "0.9", "--loss", "0.2"], "lr must be"),
        ([*ONE, "--batch-size", "1001"], "batch_size must be"),
        ([*ONE, "--shuffles", "10"], "shuffles must be"),
        ([*ONE, "--json", "text.ipynb/c.json"], "text.ipynb"),
        ([*ONE, "--json", "/proc/here/c.json"], "/proc/here"),
        ([*ONE, "--out", "text.ipynb"], "text.ipynb"),
        ([*LOSS, "--data", "text.ipynb"], "text.ipynb"), ([*LOSS, "--data", "no"], "no: "),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_one_sentence(command, tmp_path, arguments, named):
    for name, cell in (
        ("other", code("print('loss')", "loss\n")),
        ("unrun", code(CALL.format(0.9))),
        ("wrong", code(CALL.format(1.5), PRINTED)),
        ("good", code(CALL.format(0.9), PRINTED)),
    ):
        notebook(tmp_path, cell).rename(tmp_path / f"{name}.ipynb")
    (tmp_path / "text.ipynb").write_text("no notebook")
    before = sorted(os.listdir())
    writes = [] if "--json" in arguments else ["--json", "new/c.json"]
    status, out, err = command("compare", *writes, *arguments)
    assert (status, out) == (2, "")
    assert named in err
    assert err.startswith("gluon-momentum: ")
    assert err.count("\n") == 1
    assert sorted(os.listdir()) == before


# Today's edition.

IMPORTS = "import torch\ndata_iter, feature_dim = d2l.get_data_ch11(batch_size=10)"
CONCISE = "d2l.train_concise_ch11(torch.optim.SGD, {'lr': 0.005, 'momentum': 0.9}, data_iter)"
EPOCHS = [count * 200 / 1500 for count in range(1, 31)]
LOSSES = [0.29 - 0.04 * (count % 2) for count in range(30)]


def said_of(out, name):
    """Return what is said of a call below the table."""
    return [line for line in out.splitlines() if line.startswith(f"{name}: ")]


@few_runs
@pytest.mark.usefixtures("airfoil_file")
def test_a_value_of_todays_edition_may_be_of_several_programs(command):
    line = "--edition 2020 --framework pytorch --lr 0.005 --mom 0.9 --loss 0.243"
    status, out, err = command("compare", *line.split(), *FEW)
    assert (status, err) == (0, "")
    which, *others = said_of(out, "mom 0.9, lr 0.005")
    assert "cannot be told" in which
    for program in ("scratch", "concise until 2021-12-08", "concise since 2022-01-16"):
        assert f'"{program}"' in which.partition("; not of")[0]
    assert "2021-12-08 to 2022-01-16" in which.partition("; not of")[2]
    assert "twice the learning rate" in which
    assert any("without a curve, " in one for one in others)
    line = line.replace("pytorch", "jax").replace("0.005", "0.01")
    _, out, _ = command("compare", *line.split(), *FEW)
    assert 'jax\'s program "scratch"' in out


@few_runs
@pytest.mark.usefixtures("airfoil_file")
def test_a_curve_is_compared_and_drawn(command, tmp_path):
    figure = shown(animated(EPOCHS, LOSSES, 4))
    printed = "loss: 0.250, 0.045 sec/epoch\n"
    cells = [code(IMPORTS), code(CONCISE, printed, figure), code(CONCISE, printed)]
    path = str(notebook(tmp_path, *cells))
    status, out, err = command("compare", path, "--out", "drawn", "--json", "c.json",
                               "--shuffles", "1000")  # fmt: skip
    assert (status, err) == (1, "")  # no run swings so
    assert sorted(name for name in os.listdir("drawn") if name.endswith("png")) == [
        "call_1_curve.png", "call_2.png"
    ]  # fmt: skip
    curves = [call["curve"] for call in read_json("c.json")["calls"]]
    assert curves[0] == pytest.approx(LOSSES, rel=1e-6)
    assert curves[1] == []
    drawn, alone = (said_of(out, f"code cell {number}") for number in (2, 3))
    assert not any("without a curve" in line for line in drawn)
    assert any("without a curve (its cell shows no figure), " in line for line in alone)
    told = read_json("c.json")["calls"][1]["tells"]
    half = sum(share >= 0.5 for share in told.values())
    assert any(f"{half} of the {len(told)} known mistakes" in line for line in alone)


@pytest.mark.parametrize(
    ("line", "named"),
    [("--edition 2020 --lr 0.005 --mom 0.9 --loss 0.2", "framework must be given"),
     ("--edition 2020 --framework theano --lr 0.1 --mom 0.9 --loss 0.2", "theano"),
     ("--edition 2019 --framework jax --lr 0.1 --mom 0.9 --loss 0.2", "must not be given"),
     ("--edition 2020 --framework jax --mom 0.9 --loss 0.2", "lr must"),
     ("--edition 2020 --framework jax --lr 0.1 --mom 0.9 --w 1 2 --b 3", "w must")],
)  # fmt: skip
def test_a_framework_that_is_none_is_refused_in_one_sentence(command, line, named):
    status, out, err = command("compare", *line.split())
    assert (status, out) == (2, "")
    assert named in err
    assert err.count("\n") == 1
