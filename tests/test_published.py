"""What was published, as it is read into one form."""

import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import gluon_momentum.published
from gluon_momentum.published import (
    GROUPS,
    Trace,
    chapter,
    executions,
    ports,
    source,
    traces,
)

# What was published is a fact: no value may ever be replaced by our own output.
DIGESTS = {
    "d2l-zh-2a529e1c.json": "cc933613efe176eeea2c47d473e2ae2fe4871cacf70a9cc773523e914687c6f1",
    "d2l-zh-43ffb943.json": "0da6f8ce82903fcea4ae7018e27df672782cc61ac2f93a968342a86c4645e995",
    "d2l-zh-7d1a13a6.json": "52feca12d782fa92aedb908bd449e2c77ae99e8c02c68ebc7ab78323803c9613",
    "d2l-zh-a8630b02.json": "4153ec1a19c617934a55c6dcd673889e26f5f00dc7e3cb2d7e60f659720911c6",
    "edition-2019.json": "4de81b96a6d41148e60485216fcf65bcdc01868d52ab045e4c4f92c872c5d250",
    "edition-2020.json": "ab4108bed3beceeea583619021793aefa13c48bde2877bb43e2de6aa75a4077a",
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
    "ports-2019.json": "78b90a88666b58c28f4dfd779c8b1822f3cf49d5ccecc346000918a8c5afe540",
    "ports.json": "7fcb3d1453260d67a41698f188e9e25b5da7b9322b29739b9f1415f6b3047678",
}
SEEDED = (10, 0.2, 0.9, 3, 10)
UNSEEDED = [(10, 0.2, mom, 3, 10) for mom in (0.99, 0.9, 0.5)]
AIRFOIL = [(10, lr, mom, 2, 100) for lr, mom in ((0.02, 0.5), (0.02, 0.9), (0.004, 0.9))]
AIRFOIL.append(AIRFOIL[-1])  # Gluon's
SCRATCH, GLUON, EARLY = "scratch", "gluon", "early "
# Of each execution up to 2018: group, seed, C++ library, programs and settings of its calls, the
# first and the last number that it printed, and whether its figures are there.
UP_TO_2018 = [
    ("2017-10", 1, "libc++", EARLY + SCRATCH, [SEEDED], "1.99991071", "5.0524e-05", False),
    ("2017-10", 1, "libc++", EARLY + GLUON, [SEEDED], "1.99991047", "5.0524e-05", False),
    ("2017-11", 1, "libstdc++", EARLY + SCRATCH, [SEEDED], None, "4.9267e-05", False),
    ("2017-11", 1, "libstdc++", EARLY + GLUON, [SEEDED], "2.00156975", None, False),
    ("2018-01", 1, None, EARLY + SCRATCH, [SEEDED], None, None, False),
    ("2018-01", 1, None, EARLY + GLUON, [SEEDED], None, None, False),
    ("2018-04", None, None, EARLY + SCRATCH, UNSEEDED, "12.91840458", None, False),
    ("2018-04", None, None, EARLY + GLUON, UNSEEDED, "-3.98897076", None, False),
    ("2018-08", None, None, SCRATCH, UNSEEDED, "-4.64", None, True),
    ("2018-09", None, None, SCRATCH, UNSEEDED, "7.72967291", None, False),
    ("2018-09", None, None, GLUON, UNSEEDED, "0.71310163", None, False),
]


def of(group):
    return [execution for execution in executions() if execution.group == group]


def test_published_files_are_unchanged():
    folder = Path(gluon_momentum.published.__file__).parent
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.json")
    }
    assert found == DIGESTS


def test_every_group_is_there_in_the_order_of_publication():
    counts = Counter(execution.group for execution in executions())
    later = {"edition-2019": 16, "edition-2020": 191, "ports-2019": 4}
    assert counts == {**Counter(row[0] for row in UP_TO_2018), **later}
    places = [GROUPS.index(execution.group) for execution in executions()]
    assert places == sorted(places)
    assert set(GROUPS) - set(counts) == {"2019-01", "chapter"}  # which have no executions


@pytest.mark.parametrize("row", range(len(UP_TO_2018)))
def test_the_executions_up_to_2018(row):
    group, seed, library, program, calls, first, last, drawn = UP_TO_2018[row]
    execution = executions()[row]
    assert (execution.group, execution.edition, execution.framework) == (group, "2018", "mxnet")
    assert (execution.seed, execution.library) == (seed, library)
    assert [result.program for result in execution.results] == [program] * len(calls)
    assert [result.settings for result in execution.results] == calls
    for result in execution.results:
        assert len(result.params) == 3
        assert len(result.losses) == (3 if seed else 0)
        assert (len(result.curve) > 0) == drawn
    if drawn:
        assert [len(result.curve) for result in execution.results] == [249, 208, 156]
        steps = 100 * np.concatenate([result.curve[:, 0] for result in execution.results])
        np.testing.assert_allclose(steps, steps.round(), rtol=0, atol=1e-6)
    result = execution.results[0]
    assert first in (None, result.params[0])
    if last:
        assert result.losses[-1] == last
    # The two programs stand in notebooks of their own.
    assert ("gluon" in execution.source.path.rpartition("/")[2]) == program.endswith(GLUON)


def test_the_edition_of_2019():
    found = of("edition-2019")
    assert [result.losses for result in found[0].results] == [
        ("0.244321",), ("0.253310",), ("0.244320",), ("0.243769",),
    ]  # fmt: skip
    for execution in found:
        assert (execution.edition, execution.framework) == ("2019", "mxnet")
        assert (execution.seed, execution.library) == (None, None)
        assert [result.program for result in execution.results] == [*[SCRATCH] * 3, GLUON]
        assert [result.settings for result in execution.results] == AIRFOIL
        assert execution.source.note.startswith("blob ")
        for result in execution.results:
            np.testing.assert_allclose(result.curve[:, 0], np.arange(31) / 15, rtol=1e-14)
            # Half a unit of the sixth decimal, and of the curve's own eighth digit.
            assert abs(result.curve[-1, 1] - float(result.losses[0])) <= 0.5e-6 + 0.5e-8
            assert result.params == ()


def test_the_edition_of_2020():
    found = of("edition-2020")
    assert {execution.edition for execution in found} == {"2020"}
    assert {execution.framework for execution in found} == {
        "mxnet", "pytorch", "tensorflow", "paddle", "jax", "mindspore", "mlx", "djl",
    }  # fmt: skip
    results = [result for execution in found for result in execution.results]
    assert len(results) == 755
    drawn = [result for result in results if len(result.curve)]
    assert len(drawn) == 651
    assert sum(result.first_restored for result in drawn) == 68
    assert sum(result.nesterov for result in results) == 4
    for result in drawn:
        # Fifteen losses in two epochs, thirty in four, after every 200 of 1,500 examples.
        places = np.arange(1, 15 * result.settings.num_epochs // 2 + 1) * 200 / 1500
        np.testing.assert_allclose(result.curve[:, 0], places, atol=1e-6)
        # Half a unit of the third decimal, and of the curve's own eighth digit.
        assert abs(result.curve[-1, 1] - float(result.losses[0])) <= 0.5e-3 + 0.5e-8
    trained = Counter(result.trained for result in results if result.program == "concise")
    assert trained == {(1, 1): 120, (2, 1): 60, (2, 2): 6, None: 6}
    assert {result.trained for result in results if result.program == "scratch"} == {None}


def test_no_execution_of_2020_is_there_twice():
    results = [result for execution in of("edition-2020") for result in execution.results]
    drawn = [tuple(result.curve[:, 1]) for result in results if len(result.curve)]
    assert len(set(drawn)) == len(drawn)


def test_no_execution_of_2019_is_there_twice_and_all_start_alike():
    found = of("edition-2019")
    assert len({execution.source.note for execution in found}) == 16
    assert len({tuple(each.losses for each in execution.results) for execution in found}) == 16
    [start] = {tuple(result.curve[0, 1] for result in each.results) for each in found}
    assert len(set(start)) == 4


def test_the_ports():
    found = ports()[:4]  # the later ones are in test_comparison_rows.py
    assert [(port.framework, port.source.repository) for port in found] == [
        ("pytorch", "ShusenTang/Dive-into-DL-PyTorch"),
        ("pytorch", "ShusenTang/Dive-into-DL-PyTorch"),
        ("pytorch", "sangyx/d2l-torch"),
        ("tensorflow", "TrickyGo/Dive-into-DL-TensorFlow2.0"),
    ]
    assert [loss for result in found[0].results for loss in result.losses] == [
        "0.245518", "0.252046", "0.242905", "0.994468",
    ]  # fmt: skip
    for port in found:
        assert (port.group, port.edition, port.seed) == ("ports", "2019", None)
        assert [result.settings for result in port.results] == AIRFOIL
        assert [result.program for result in port.results] == ["port scratch"] * 3 + [
            "port concise"
        ]
        assert all(result.curve.shape == (0, 2) for result in port.results)
    assert "the velocity is lost after each step" in found[3].source.note
    assert found[2].source.note == ""


def test_what_a_seeded_call_of_2017_printed():
    scratch, gluon = of("2017-10")
    assert scratch.source.date == "2017-10-19"
    assert scratch.results[0].losses == ("3.4819e-04", "6.6014e-05", "5.0524e-05")
    assert gluon.results[0].params[:2] == ("1.99991047", "-3.39920712")
    # Gluon's program was published elsewhere, which its path says as well.
    assert gluon.source.path.startswith(scratch.source.path.partition(";")[0])
    assert "zackchase/mxnet-the-straight-dope" in gluon.source.path
    assert of("2017-11")[0].results[0].losses[0] == "5.5845e-04"


def test_where_a_group_was_published():
    first = of("edition-2019")[0].source
    assert str(first) == "d2l-ai/d2l-zh 2a529e1c, chapter_optimization/momentum.ipynb"
    assert str(source("edition-2019")) == f"{first} and 15 other executions"
    assert source("2018-08") == of("2018-08")[0].source
    assert str(source("chapter")) == "d2l-ai/d2l-zh a8630b02, chapter_optimization/momentum.md"
    scratch, gluon = (execution.source.path for execution in of("2018-04"))
    assert source("2018-04").path == f"{scratch} and {gluon}"


@pytest.mark.parametrize("unknown", ["2016", "ports", "../x", None])
def test_an_unknown_group_is_refused(unknown):
    with pytest.raises(ValueError, match=f"one of 2017-10, .*, ports-2019, not {unknown!r}"):
        source(unknown)


def test_the_traces():
    found = traces()
    assert found[0] == Trace(0.4, 0, "-0.943467", "-0.000073")
    assert [trace[:2] for trace in found] == [(0.4, 0), (0.6, 0), (0.4, 0.5), (0.6, 0.5)]


def test_what_a_caller_does_with_the_chapter_changes_nothing():
    chapter()["windows"].clear()
    assert chapter()["windows"]["0.9"] == "10"
