"""Every published run against this build: the checks of `gluon-momentum verify`, one test each."""

import hashlib
import json
import random
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import gluon_momentum.published
from gluon_momentum.published import (
    formats,
    legacy_normal,
    measured,
    seeded_run,
    source,
    traces,
    unseeded_run,
)
from gluon_momentum.published.comparison import Finding, Margin, as_printed, decide, half_unit
from gluon_momentum.published.legacy import legacy_sampler
from gluon_momentum.published.spread import LEAST_P, Spread, curve_share, params_p_value, spread
from gluon_momentum.published.verify import all_checks, select, verify

CHECKS = {check.id: check for check in all_checks()}


@pytest.fixture(scope="session")
def book():
    """Return what all the checks look at, computed once."""
    state = random.getstate()
    yield measured.Measured()
    random.setstate(state)


@pytest.mark.parametrize("name", CHECKS)
def test_published_value(name, book):
    result = decide(CHECKS[name], book)
    assert result.holds, result.failure


def test_every_check_has_its_own_id_and_says_everything():
    assert len(CHECKS) == len(all_checks()) == 65
    for check in CHECKS.values():
        assert all(text.strip() for text in check[:6]), check.id


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


def one_by_one(seed, shapes, library):
    """Draw the normals of MXNet 0.12 a pair at a time, as the C++ libraries do."""
    words = np.random.RandomState(127 * seed)
    arrays = []
    for shape in shapes:
        stream = np.random.RandomState(words.randint(0, 2**32, dtype=np.uint32))
        normals = []
        while len(normals) < np.prod(shape):
            u, v = (
                np.float32(2) * (np.float32(word) / np.float32(2**32)) - np.float32(1)
                for word in stream.randint(0, 2**32, size=2, dtype=np.uint32)
            )
            r = u * u + v * v
            if 0 < r <= 1:
                m = np.sqrt(np.float32(-2) * np.log(r) / r)
                normals += [v * m, u * m] if library == "libstdc++" else [u * m, v * m]
        arrays.append(np.array(normals[: np.prod(shape)]).reshape(shape))
    return arrays


@pytest.mark.parametrize("library", ["libstdc++", "libc++"])
def test_legacy_normals_are_those_of_the_libraries(library):
    shapes = [(100, 2), (101,), (1,), (2, 1)]
    ours = legacy_normal(3, shapes, library)
    for array, expected in zip(ours, one_by_one(3, shapes, library)):
        assert array.dtype == np.float32
        # Vectorised float32 logarithms differ from scalar ones in the last bit.
        np.testing.assert_allclose(array, expected, rtol=1e-6)


def test_the_two_libraries_hand_out_a_pair_in_opposite_order():
    (linux,), (macos,) = (legacy_normal(1, [(50, 2)], name) for name in ("libstdc++", "libc++"))
    assert np.array_equal(linux, macos[:, ::-1])


def test_legacy_normals_are_standard_normal():
    (draws,) = legacy_normal(1, [(100_000,)], "libc++")
    # Five standard errors of the mean and of the standard deviation.
    assert abs(draws.mean()) < 5 / 100_000**0.5
    assert abs(draws.std() - 1) < 5 / 200_000**0.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, "glibc"), "library must be"),
        ((-1, "libc++"), "seed must be an integer from 0"),
        ((2**31 // 127 + 1, "libc++"), "seed must be an integer from 0"),
        ((0.5, "libc++"), "seed must be an integer from 0"),
    ],
)
def test_legacy_sampler_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        legacy_sampler(*arguments)


def test_legacy_sampler_refuses_an_empty_shape():
    with pytest.raises(ValueError, match="every size in shape must be a positive integer"):
        legacy_normal(1, [(2, 0)], "libc++")


def test_margins():
    assert half_unit("3.4819e-04") == 5e-9
    assert half_unit("100") == 0.5
    assert as_printed("3.4819e-04", 3.48194e-4) == "3.4819e-04"
    assert as_printed("2.00", 1.99972) == "2.00"
    loss = Margin("", rtol=1e-4)
    assert loss.allows("5.0524e-05", 5.0529e-05)
    assert not loss.allows("5.0524e-05", 5.0530e-05)
    assert not loss.allows("5.0524e-05", float("nan"))
    assert Margin("", atol=1e-6).allows("4.19865", 4.198654)
    assert not Margin("", atol=1e-6).allows("1.99991071", 1.99991181)
    assert not Margin("").allows("0.001202", 0.0012026)


def test_a_failure_says_what_was_expected_found_and_what_it_may_mean(book):
    check = CHECKS["2017-10.scratch.loss.3"]
    result = decide(check._replace(measure=lambda _: Finding("6.0000e-05", False)), book)
    assert result.failure is not None
    assert result.failure.startswith("expected 5.0524e-05 (within 0.0001 relative")
    assert "found 6.0000e-05; this may mean another random stream" in result.failure
    for cause in ("outside the velocity", "no decay", "float differences"):
        assert cause in result.failure
    assert decide(check, book).failure is None


def test_select():
    assert [check.id for check in select()] == list(CHECKS)
    assert [check.id for check in select(["chapter.limit"])] == ["chapter.limit"]
    assert {check.id[:16] for check in select(["2018-08.mom-0.9"])} == {"2018-08.mom-0.9."}
    assert len(select(["2019-01", "2018-09", "2019-01"])) == 11


@pytest.mark.parametrize(
    ("wanted", "there"),
    [("2016", "2017-10, 2018-01, .*chapter"), ("2018-09.mom", "2018-09.mom-0.99.params, ")],
)
def test_select_says_which_checks_there_are(wanted, there):
    with pytest.raises(ValueError, match=f"There is no check '{wanted}'; there are {there}"):
        select([wanted])


def test_nothing_is_computed_that_no_check_needs(monkeypatch):
    monkeypatch.setattr(measured, "spread", None)
    monkeypatch.setattr(measured.programs, "book_runs", None)
    checks = select(["2019-01", "chapter.limit", "2018-08.mom-0.99.end"])
    assert all(result.holds for result in verify(checks, measured.Measured()))


def test_too_few_shuffles_to_refuse_anything():
    with pytest.raises(ValueError, match="shuffles must be at least 300, not 299"):
        measured.Measured(299)


def test_p_values_are_uniform_under_exchangeability():
    generator = np.random.default_rng(0)
    walks = np.exp(generator.normal(size=(400, 50)).cumsum(axis=1))
    ends = generator.standard_cauchy(size=(400, 3))
    epochs = np.arange(50.0)
    curves, params = [], []
    for i in range(400):
        others = np.arange(400) != i
        rest = Spread(epochs, walks[others], ends[others])
        curves.append(curve_share(np.column_stack([epochs, walks[i]]), rest).p)
        params.append(params_p_value(ends[i], rest))
    for p in (curves, params):
        # At most a share q of p-values lies at or below q; curves tie, so fewer may.
        assert all(np.mean(np.array(p) <= q) <= q for q in (0.01, 0.05, 0.2, 0.5))
    assert np.mean(np.array(params) <= 0.2) == 0.2


def test_published_runs_are_refused_on_other_data(book):
    """The rules by rank have power: the runs do not belong to bands of slightly other data."""
    start, call = book.start(), book.calls[2]
    noise = np.random.default_rng(0).normal(scale=0.01, size=len(start.labels))

    def band(labels):
        return spread(start.features, labels, start.initial[2], call, range(300))

    august, september = (unseeded_run(run).experiments[2] for run in ("2018-08", "2018-09"))
    assert curve_share(august.curve[1:], band(start.labels + noise)).p < LEAST_P
    params = [float(text) for text in (*september.w, september.b)]
    assert params_p_value(params, band(start.labels + 0.005)) < LEAST_P


def test_formats(book):
    checks = select(["chapter.limit", "2019-01.momentum"])
    results = list(verify(checks, book))
    results[-1] = results[-1]._replace(holds=False, failure='expected "1" < 2 & found nan')
    text = json.dumps(formats.record(results, 2000, {"mxnet": "1.9.1"}), allow_nan=False)
    record = json.loads(text)
    assert record["all_hold"] is False
    assert record["checks"][0]["run"] == "2019-01"
    assert set(record["checks"][0]) == {"run", *results[0]._fields}
    root = ElementTree.fromstring(formats.junit(results))
    assert (root.get("tests"), root.get("failures")) == ("5", "1")
    assert [suite.get("name") for suite in root] == ["2019-01", "chapter"]
    (failure,) = root.iter("failure")
    assert failure.get("message") == 'expected "1" < 2 & found nan'
    assert formats.counts(results) == "Checks: 5; hold: 4; do not hold: 1."


def test_a_markdown_table_has_a_row_for_each_check(book):
    results = list(verify(select(["chapter.limit", "chapter.power", "2019-01.momentum"]), book))
    rule = "|a - b| at most 1"
    results[-1] = results[-1]._replace(holds=False, published="0.95**20", rule=rule)
    _, line, *rows = formats.markdown(results).splitlines()
    assert line == "| --- | --- | --- | --- | --- |"
    for row, result in zip(rows[:-1], results[:-1]):
        name, published, ours, _, verdict = (cell.strip() for cell in row.split("|")[1:-1])
        assert f"{result.run}.{name}" == result.id
        assert (published, ours, verdict) == (result.published, result.measured, "holds")
    assert rows[1].split(" | ")[3] == "as above"
    # As the characters themselves, not as the end of a cell and as emphasis.
    assert r"| 0.95\*\*20 | " in rows[-1]
    assert rows[-1].endswith(r" | \|a - b\| at most 1 | does not hold |")
