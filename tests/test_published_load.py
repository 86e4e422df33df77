"""What was published, as it is read."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

import gluon_momentum.published
from gluon_momentum.published import chapter, seeded_run, source, traces, unseeded_run

# What was published is a fact: no value may ever be replaced by our own output.
DIGESTS = {
    "d2l-zh-2a529e1c.json": "cc933613efe176eeea2c47d473e2ae2fe4871cacf70a9cc773523e914687c6f1",
    "d2l-zh-43ffb943.json": "0da6f8ce82903fcea4ae7018e27df672782cc61ac2f93a968342a86c4645e995",
    "d2l-zh-7d1a13a6.json": "52feca12d782fa92aedb908bd449e2c77ae99e8c02c68ebc7ab78323803c9613",
    "d2l-zh-a8630b02.json": "4153ec1a19c617934a55c6dcd673889e26f5f00dc7e3cb2d7e60f659720911c6",
    "gluon_learning-93c4ce5.json": (
        "2035bc1d6bfadd0e466382a56e624d1183ab00130afd75171e91d56da23670ee"
    ),
    "gluon_tutorials-dac3460.json": (
        "0ae82cac4fb5af37505b849edf0b9102d3ad0a32da159723e05f7e276e2696c4"
    ),
}


def test_published_files_are_unchanged():
    folder = Path(gluon_momentum.published.__file__).parent
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.json")
    }
    assert found == DIGESTS


def test_records():
    run = seeded_run("2017-10")
    assert run.call == (10, 0.2, 0.9, 3, 10)
    assert run.source.date == "2017-10-19"
    assert run.printed["gluon"].w == ("1.99991047", "-3.39920712")
    assert "zackchase/mxnet-the-straight-dope" in run.printed["gluon"].source
    assert str(source("2019-01")) == "d2l-ai/d2l-zh 2a529e1c, chapter_optimization/momentum.ipynb"
    assert [(trace.lr, trace.mom) for trace in traces()] == [
        (0.4, 0), (0.6, 0), (0.4, 0.5), (0.6, 0.5),
    ]  # fmt: skip


def test_unseeded_records():
    august, september = unseeded_run("2018-08"), unseeded_run("2018-09")
    assert [e.call for e in august.experiments] == [e.call for e in september.experiments]
    assert [e.curve.shape for e in august.experiments] == [(249, 2), (208, 2), (156, 2)]
    assert [e.curve.shape for e in september.experiments] == [(0, 2)] * 3
    assert august.experiments[0].w == ("-4.64", "7.65")
    assert august.experiments[0].b == "-19.84"
    assert september.experiments[2].b == "4.1997757"
    for experiment in august.experiments:
        steps = experiment.curve[:, 0] * 100
        np.testing.assert_allclose(steps, steps.round(), rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("read", "run", "message"),
    [
        (seeded_run, "2018-08", "run must be one of 2017-10, 2018-01, not '2018-08'"),
        (unseeded_run, "2017-10", "run must be one of 2018-08, 2018-09, not '2017-10'"),
        (source, "2016", "run must be one of 2017-10, 2018-01, .*chapter, not '2016'"),
    ],
)
def test_an_unknown_run_is_refused(read, run, message):
    with pytest.raises(ValueError, match=message):
        read(run)


def test_what_a_caller_does_with_it_changes_nothing():
    chapter()["windows"].clear()
    assert chapter()["windows"]["0.9"] == "10"
