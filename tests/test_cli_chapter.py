"""The commands ``reproduce``, ``run`` and ``info``."""

import json
import os

import numpy as np
import pytest

import gluon_momentum as gm
from gluon_momentum.experiments import CALL
from gluon_momentum.verification import suite


@pytest.mark.slow
def test_reproduce_writes_everything_and_prints_the_table(command, tmp_path):
    status, out, err = command("reproduce", "--out", "r")
    assert (status, err) == (0, "")
    for number in ("16.254301", "16.306553", "16.335844"):
        assert number in out
    assert out.count(" yes ") + out.count(" no ") == 3
    names = {"figure_7_2", "figure_7_3", "losses"} | {f"loss_mom_{m}" for m in (0.99, 0.9, 0.5)}
    figures = {f"{name}.{kind}" for name in names for kind in ("svg", "png")}
    assert set(os.listdir("r")) == {"metrics.json", "report.html", "figures"}
    assert set(os.listdir("r/figures")) == figures
    assert all((tmp_path / "r/figures" / name).stat().st_size > 5000 for name in figures)

    text = (tmp_path / "r/metrics.json").read_text("utf8")
    metrics = json.loads(text, parse_constant=lambda token: pytest.fail(f"{token} is no JSON"))
    assert metrics["seed"] == 0
    assert {"package", "python", "platform", "mxnet", "numpy", "d2l"} <= set(metrics["environment"])
    assert metrics["data"] == {
        "num_inputs": 2,
        "num_examples": 1000,
        "true_w": [2, -3.4],
        "true_b": 4.2,
    }
    gm.seed(0)
    features, labels = gm.generate_data()
    for mom, experiment in zip((0.99, 0.9, 0.5), metrics["experiments"]):
        run = gm.optimize(features, labels, mom=mom, **CALL)
        assert experiment["call"] == {**CALL, "mom": mom}
        assert experiment["losses"] == run.losses.tolist()
        assert experiment["epochs"] == run.epochs.tolist()
        assert experiment["w"] == run.w.asnumpy().ravel().tolist()
        assert experiment["b"] == run.b.asscalar()
        assert set(experiment["claim"]) == {"text", "held"}


@pytest.mark.slow
def test_reproduce_can_compare_with_what_was_published(command, tmp_path, monkeypatch):
    checks = suite.select(["chapter.limit", "2019-01"])
    monkeypatch.setattr(suite, "select", lambda: checks)
    status, out, _ = command("reproduce", "--verify", "--out", ".")
    assert status == 0
    assert f"Checks: {len(checks)}; hold: {len(checks)}; do not hold: 0." in out
    page = (tmp_path / "report.html").read_text("utf8")
    assert f"{len(checks)} of {len(checks)} checks hold" in page
    assert "-1673.365109" in page


@pytest.mark.slow
def test_run_prints_its_row_and_writes_what_optimize_gives(command, tmp_path):
    arguments = "--batch-size 7 --lr 0.1 --mom 0.8 --num-epochs 2 --log-interval 70 --seed 5"
    status, out, err = command("run", *arguments.split(), "--out", "here")
    assert (status, err) == (0, "")
    record = json.loads((tmp_path / "here/run.json").read_text("utf8"))
    gm.seed(5)
    run = gm.optimize(
        *gm.generate_data(), batch_size=7, lr=0.1, mom=0.8, num_epochs=2, log_interval=70
    )
    assert record["losses"] == run.losses.tolist()
    assert (record["seed"], record["diverged"]) == (5, False)
    assert f"{run.losses[0]:.6f}" in out
    assert "fallen" in out
    assert set(os.listdir("here")) == {"run.json", "loss.svg", "loss.png"}


def test_a_run_that_overflows_is_no_error(command, tmp_path):
    status, out, err = command(
        "run", "--mom", "1", "--lr", "1e6", "--num-epochs", "1", "--out", "."
    )
    assert (status, err) == (0, "")
    assert "diverged" in out
    record = json.loads((tmp_path / "run.json").read_text("utf8"))
    assert record["diverged"]
    assert record["losses"][-1] is None


def test_run_writes_nothing_unless_told_where(command, tmp_path):
    assert command("run", "--num-epochs", "1")[0] == 0
    assert os.listdir(tmp_path) == []


def test_info_tells_what_runs_here(command):
    status, out, _ = command("info")
    assert status == 0
    told = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert told["package"] == gm.__version__
    assert told["numpy"] == np.__version__
    assert told["omp_num_threads"]
