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
    "edition-2019.json": "4de81b96a6d41148e60485216fcf65bcdc01868d52ab045e4c4f92c872c5d250",
    "gluon_learning-93c4ce5-gluon.json": (
        "849cdb43a0c5ba48d35a80dd65bc4cde027944099f9ac249329d4462d6083489"
    ),
    "gluon_learning-93c4ce5.json": (
        "2035bc1d6bfadd0e466382a56e624d1183ab00130afd75171e91d56da23670ee"
    ),
    "gluon_tutorials-dac3460.json": (
        "0ae82cac4fb5af37505b849edf0b9102d3ad0a32da159723e05f7e276e2696c4"
    ),
    "gluon_tutorials_zh_git-715de14.json": (
        "daf7ec100d51cdeb2e32a898612dbf5fc4201477b760d22f0b207117c0438dfc"
    ),
    "learn-gluon-f2d9c2e.json": "3c58c2484440508fd10346f44963b6a025a4d74d4dfdda50363f711ea13098bd",
    "ports.json": "7fcb3d1453260d67a41698f188e9e25b5da7b9322b29739b9f1415f6b3047678",
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


def test_the_run_of_november_2017():
    run = seeded_run("2017-11")
    assert run.call == seeded_run("2017-10").call
    assert str(run.source) == (
        "kyoyo/gluon_tutorials_zh_git 715de14f, chapter_optimization/momentum-scratch.ipynb"
    )
    assert run.printed["scratch"].epoch_losses == ("5.5845e-04", "6.5758e-05", "4.9267e-05")
    assert run.printed["gluon"].w == ("2.00156975", "-3.39996433")


def test_the_runs_of_which_w_and_b_were_printed_by_both_programs():
    ends = {
        "2018-04": ("12.91840458", "-11.49427319", "8.69782162"),
        "2018-04-gluon": ("-3.98897076", "-9.45344257", "15.67157745"),
        "2018-09": ("7.72967291", "-7.8679986", "1.69647765"),
        "2018-09-gluon": ("0.71310163", "-11.57071781", "27.04002762"),
    }
    august = [each.call for each in unseeded_run("2018-08").experiments]
    for run, end in ends.items():
        found = unseeded_run(run)
        assert [each.call for each in found.experiments] == august
        assert (*found.experiments[0].w, found.experiments[0].b) == end
        assert found.source.path.endswith("momentum-gluon.ipynb" if "gluon" in run else ".ipynb")
        assert ("gluon" in found.source.path) == ("gluon" in run)
        assert found.source == source(run)


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
        (seeded_run, "2018-08", "run must be one of 2017-10, 2017-11, 2018-01, not '2018-08'"),
        (
            unseeded_run,
            "2017-10",
            "run must be one of 2018-04, 2018-04-gluon, 2018-08, 2018-09, 2018-09-gluon, not "
            "'2017-10'",
        ),
        (
            source,
            "2016",
            "run must be one of 2017-10, .*chapter, edition-2019, not '2016'",
        ),
    ],
)
def test_an_unknown_run_is_refused(read, run, message):
    with pytest.raises(ValueError, match=message):
        read(run)


def test_what_a_caller_does_with_it_changes_nothing():
    chapter()["windows"].clear()
    assert chapter()["windows"]["0.9"] == "10"
