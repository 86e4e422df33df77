"""What was published, compared with this build; what the comparison refuses; how it is written."""

import json
import re
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest

mx = pytest.importorskip("mxnet")

from faults import faulty

import gluon_momentum as gm
from gluon_momentum.chapter import data, training
from gluon_momentum.chapter.experiments import Settings
from gluon_momentum.checks import check as rules
from gluon_momentum.checks import formats
from gluon_momentum.checks.check import (
    REFUSED,
    Check,
    Margin,
    Ranked,
    Statement,
    TwoPrograms,
    decide,
)
from gluon_momentum.checks.measured import Measured, Spread, chapter_case, published_cases
from gluon_momentum.checks.suite import ALL, all_checks, select, verify
from gluon_momentum.editions import EDITIONS, Edition, Program
from gluon_momentum.editions import training as programs
from gluon_momentum.published import GROUPS, Execution, Result, executions, source
from gluon_momentum.statistics import SHUFFLES
from gluon_momentum.statistics.curves import SAME_STREAM, curve_share
from gluon_momentum.statistics.ranks import rank
from gluon_momentum.statistics.samples import two_sample_p
from gluon_momentum.sweeps.schedule import SEEN, Records

CHECKS = {check.id: check for check in all_checks()}
RANKED = [check for check in CHECKS.values() if isinstance(check.rule, Ranked)]


def of_file(name):
    return EDITIONS[CHECKS[name].edition].truth is None


# The published values.


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] if of_file(name) else []) for name in CHECKS],
)
def test_published_value(name, request):
    if of_file(name):
        request.getfixturevalue("airfoil_file")
    finding = decide(CHECKS[name], request.getfixturevalue("book"), REFUSED / len(RANKED))
    assert finding.holds, finding.failure
    assert (finding.seen.p is not None) == isinstance(CHECKS[name].rule, (Ranked, TwoPrograms))
    assert (finding.seen.digits is not None) == isinstance(CHECKS[name].rule, Margin)


@pytest.mark.slow
@pytest.mark.usefixtures("airfoil_file")
def test_every_published_value_holds_over_all_shuffles():
    findings = list(verify(select(edition=ALL), Measured()))
    assert [finding.failure for finding in findings if not finding.holds] == []


def test_how_many_checks_there_are():
    assert len(CHECKS) == len(all_checks()) == 215
    assert [len(all_checks(name)) for name in EDITIONS] == [95, 28, 92]
    assert len(RANKED) == 121


FRAMEWORK = rf"({'|'.join({one.framework for one in EDITIONS['2020'].programs})})"
OF_IT = rf"{FRAMEWORK}\.(scratch|concise)(\.20\d\d-\d\d)?(\.nesterov)?"
CALL = rf"(scratch|gluon|concise|both|{OF_IT})(\.lr-[\d.]+)?(\.mom-[\d.]+)?"
WHAT = "(loss-[123]|w-[01]|b|first-loss|params|curves?|end|final-losses|rate|same-stream)"
TEXT = r"chapter\.(limit|power|weights|window-[\d.]+|mom-[\d.]+\.\w+)"
TRACE = r"2019-01\.(gd|momentum)\.lr-0\.[46]\.x[12]"


def test_every_check_says_everything_in_plain_text():
    for name, check in CHECKS.items():
        # Its id is group, program, call and what.
        assert re.fullmatch(rf"({'|'.join(GROUPS)})\.{CALL}\.{WHAT}|{TEXT}|{TRACE}", name)
        assert f"{check.group}.{check.name}" == name
        # A call is named by all in which it differs from others of its group.
        assert [other for other in CHECKS if f"{other}.".startswith(f"{name}.")] == [name]
        assert re.search(r"[0-9a-f]{7}", check.source), name
        there = {one.source.repository for one in executions() if one.group == check.group}
        assert check.source.split()[0] in (there or {source(check.group).repository})
        hint = check.hint or "none, for a question"
        assert (check.hint == "") == isinstance(check.rule, TwoPrograms)
        for text in (check.published, check.rule.text, check.rule.reason, hint):
            assert text.strip() == text != "", name
            # Pieces that fit together; and what is in capitals is a name.
            assert not re.search(r"  |None|; ;", text), name
            assert set(re.findall(r"\w*[A-Z]{2}\w*", text)) <= {"MXNet", "SVG", "macOS"}, name


def test_checks_are_selected_by_the_beginning_of_their_ids():
    assert [check.id for check in select(edition=ALL)] == list(CHECKS)
    by_edition = [check.id for name in EDITIONS for check in select(edition=name)]
    assert by_edition == list(CHECKS)
    assert [check.id for check in select(["chapter.limit"])] == ["chapter.limit"]
    assert len(select(["2018-08.scratch.mom-0.9"])) == 6
    assert len(select(["2019-01", "2018-09", "2019-01"])) == 17
    assert len(select(["edition-2019.scratch"])) == 12
    found = [check.id for check in select(["edition-2019.scratch", "chapter"])]
    assert found == [n for n in CHECKS if n.startswith(("edition-2019.scratch", "chapter"))]


@pytest.mark.parametrize(
    ("only", "edition", "there"),
    [
        ("2016", ALL, ["2017-10", "chapter", "edition-2019"]),
        ("2018-09.mom", ALL, ["2018-09.scratch.mom-0.99.params", "2018-09.both.mom-0.5.params"]),
        ("2018-08.scratch.mom-0.9.x", "2018", ["2018-08.scratch.mom-0.5.end"]),
        ("chapter.limit", "2019", ["edition-2019"]),
        ("chapter", "2021", list(EDITIONS)),
    ],
)
def test_what_is_no_check_or_edition_is_refused_by_those_there_are(only, edition, there):
    with pytest.raises(ValueError, match=only if edition in (*EDITIONS, ALL) else edition) as said:
        select([only], edition)
    assert all(name in str(said.value) for name in there)
    assert ("edition-2019" in str(said.value)) == ("edition-2019" in there)


# Rules.


@pytest.mark.parametrize(
    ("margin", "printed", "inside", "outside"),
    [
        (Margin(""), "0.001202", 0.00120249, 0.0012026),
        (Margin("", rtol=1e-4), "5.0524e-05", 5.0529e-05, 5.0530e-05),
        (Margin("", atol=1e-6), "1.99991071", 1.99991170, 1.99991181),
        # Half a unit is allowed at any rate.
        (Margin("", atol=1e-6), "4.19865", 4.198654, 4.198656),
        (Margin("", rtol=1e-9), "-4.64", -4.6449, -4.6451),
        # Powers of two: the difference is exactly the margin.
        (Margin("", atol=0.5), "1.00", 1.5, 1.5000001),
        (Margin("", atol=0.5), "1.00", 0.5, float("nan")),
        (Margin("", rtol=0.25), "-2.00", -2.5, -2.5000001),
    ],
)
def test_a_margin_is_the_larger_of_its_own_and_half_a_printed_unit(
    margin, printed, inside, outside
):
    assert margin.allows(printed, inside)
    assert not margin.allows(printed, outside)
    for value, holds in ((inside, True), (outside, False)):
        seen = margin.judge(printed, value, 0)
        assert (seen.holds, seen.p) == (holds, None)
        assert len(seen.text) == len(printed) or value != value
        assert seen.digits is not None


def p_values(*values):
    """Return a check for each of these p-values."""
    rule = Ranked("the share")
    return [Check("a.b", "", "", rule, "", "", lambda _, p=p: ("{p}", p)) for p in values]


@pytest.mark.parametrize("count", [1, 2, 25])
def test_a_p_value_is_judged_by_how_many_there_are(count):
    least, other = 0.01 / count, CHECKS["chapter.limit"]
    measured = SimpleNamespace(shuffles=SHUFFLES)
    for p, holds in ((least, True), (least * (1 - 1e-9), False), (float("nan"), False)):
        found = list(verify([*p_values(p, *[1.0] * (count - 1)), other], measured))
        assert [finding.holds for finding in found] == [holds, *[True] * count]
        assert found[0].seen.text == f"p = {p:.4f}"
        assert found[0].seen.p is p


def test_so_few_shuffles_that_no_p_value_could_be_refused():
    with pytest.raises(ValueError, match="at least 400 for 4 p-values, not 399"):
        next(verify(p_values(*[1.0] * 4), SimpleNamespace(shuffles=399)))
    # With as many, the least p-value there is, of 401 that are as likely, is below 0.01 / 4.
    found = verify(p_values(1 / 401, 1.0, 1.0, 1.0), SimpleNamespace(shuffles=400))
    assert [finding.holds for finding in found] == [False, True, True, True]
    assert next(verify([CHECKS["chapter.limit"]], SimpleNamespace(shuffles=1))).holds


# What each check looks at, on made-up runs: just inside its margin, and just outside.


class Scalar(float):
    """A number as an NDArray gives it."""

    def asscalar(self):
        return float(self)


def published_calls():
    """Return the calls that were published, by what a check's id begins with."""
    found = {}
    for execution in executions():
        for case, result in zip(published_cases(execution), execution.results):
            _, lr, mom, *_ = case.settings
            own = case.program.name.split()
            if case.program.kind is None:
                own = own[-1:]
            elif case.program.framework not in own:
                own = [case.program.framework, *own]
            for by in (".".join(own), "both"):
                for call in (by, f"{by}.mom-{mom:g}", f"{by}.lr-{lr:g}.mom-{mom:g}"):
                    key = f"{execution.group}.{call}"
                    found.setdefault(key, []).append((execution, case, result))
    return found


CALLS = published_calls()


def of_calls(rule):
    """Return the checks with such a rule that are about published calls."""
    return [
        name
        for name, check in CHECKS.items()
        if isinstance(check.rule, rule) and name.rpartition(".")[0] in CALLS
    ]


@pytest.mark.parametrize("name", of_calls(Margin))
@pytest.mark.parametrize(("share", "holds"), [(0.99, True), (-0.99, True), (1.01, False)])
def test_a_number_may_be_off_by_its_margin_and_no_more(name, share, holds):
    call, _, what = name.rpartition(".")
    execution, case, result = CALLS[call][0]
    texts = dict(zip(("w-0", "w-1", "b"), result.params))
    texts.update((f"loss-{number}", text) for number, text in enumerate(result.losses, 1))
    if len(result.curve):
        texts["first-loss"] = str(result.curve[0, 1])
    text, seeded = texts[what], execution.seed is not None
    x, half = float(text), 0.5 * 10.0 ** -len(text.partition("e")[0].partition(".")[2])
    if "e-" in text:
        half *= 10.0 ** float(text.partition("e")[2])
    margins = {"loss": 1e-4 * x, "first": 3e-7 * x, "w": 1e-6 * seeded, "b": 1e-6 * seeded}
    numbers = np.full(301, np.nan)
    places = {"w-0": 0, "w-1": 1, "b": 2, "first-loss": 0, "loss-1": 100, "loss-2": 200}
    numbers[places.get(what, 300)] = x + share * max(half, margins[what.partition("-")[0]])
    w = SimpleNamespace(asnumpy=lambda: numbers[:2, None])
    run = SimpleNamespace(losses=numbers, w=w, b=Scalar(numbers[2]))
    known = {(case, execution.seed, execution.library): run}
    measured = SimpleNamespace(run=lambda *given: known[(*given, None, None)[:3]])
    assert CHECKS[name].published == text
    assert decide(CHECKS[name], measured).holds == holds


@pytest.mark.parametrize("name", of_calls(Ranked))
def test_what_is_ranked_is_ranked_among_the_shuffles_of_its_own_call(name):
    call, _, what = name.rpartition(".")
    case, results = CALLS[call][0][1], [result for _, _, result in CALLS[call]]
    if case.program.fixed:  # all executions of one order are one shuffle
        results = results[:1]
    draws = np.random.default_rng(0).normal(size=(400, 301))
    ends = [np.array(each.params, float) for each in results]
    drawn = [each.curve for each in results if len(each.curve)]
    curve = drawn[0] if drawn else np.ones((31, 2))
    steps = 301 if what == "curve" else len(curve)
    epochs = np.linspace(0, case.settings.num_epochs, steps)
    middle = np.interp(epochs, *curve.T) if what == "curve" else curve[:, 1]
    losses = middle * np.exp(0.1 + draws[:, :steps].cumsum(axis=1) / 20)
    params = ends[0] + draws[:, : len(ends[0])] + 1 if results[0].params else None
    spread = Spread(epochs, losses / case.program.factor, params)
    # Both programs of a group start alike, and are the first one's.
    measured = SimpleNamespace(spread=lambda asked: {case.alike: spread}[asked.alike])
    own = slice(1 if case.edition.records.before and not case.program.anew else 0, None)
    if what == "params":
        alone = len(ends) == 1
        p = rank(results[0].params, params).p if alone else two_sample_p(np.array(ends), params)
    elif what == "curve":
        # Without its start, and without vertices that are named twice.
        vertices = np.array(sorted({tuple(vertex) for vertex in curve[1:].tolist()}))
        p = curve_share(vertices, epochs, losses).p
    elif what == "curves":
        whole = np.array([each[own, 1] for each in drawn])
        texts = [str(value) for value in whole[0]]
        alone = len(whole) == 1
        p = rank(texts, losses[:, own]).p if alone else two_sample_p(whole, losses[:, own])
    else:
        texts = [each.losses[-1] for each in results]
        decimals = len(texts[0].partition(".")[2])
        ends = np.array(texts, float)[:, None], losses[:, -1:].round(decimals)
        p = rank(texts, losses[:, -1:]).p if len(texts) == 1 else two_sample_p(*ends)
    seen = decide(CHECKS[name], measured).seen
    assert seen.p == pytest.approx(p, rel=1e-12)
    assert f"p = {seen.p:.4f}" in seen.text


RATES = [name for name, check in CHECKS.items() if isinstance(check.rule, TwoPrograms)]


def test_it_is_asked_of_each_program_that_takes_twice_the_gradient():
    twice = {
        call
        for call, pairs in CALLS.items()
        for _, case, _ in pairs
        if case.program.gradient == 2 and "lr" in call and "both" not in call
    }
    assert {name.rpartition(".")[0] for name in RATES} == twice


@pytest.mark.parametrize("name", RATES)
@pytest.mark.parametrize("is_coded", [True, False])
def test_the_printed_program_is_told_from_that_in_the_code(name, is_coded):
    pairs = CALLS[name.rpartition(".")[0]]
    case, draws = pairs[0][1], np.random.default_rng(0).normal(size=(4000, 30))
    drawn = [result.curve[:, 1] for _, _, result in pairs if len(result.curve)]
    finals = [float(result.losses[0]) for _, _, result in pairs]
    middle = np.mean(drawn, axis=0) if drawn else np.full(30, np.mean(finals))
    scatter = 0.01 * middle * draws[:, : len(middle)]
    if len(drawn) > 1:
        scatter = np.std(drawn, axis=0, ddof=1) * draws[:, : len(middle)]
    like, other = (
        Spread(None, (middle + at + scatter) / case.program.factor, None) for at in (0, 1)
    )
    coded, printed = (like, other) if is_coded else (other, like)
    measured = SimpleNamespace(
        spread=lambda asked: {2 * case.settings.lr: coded, case.settings.lr: printed}[asked.rate]
    )
    found = decide(CHECKS[name], measured)
    assert found.holds
    assert found.failure is None
    said = {True: "holds", False: "refused"}
    words = f"the printed program: {said[not is_coded]}; twice the gradient: {said[is_coded]}"
    small = len(finals) < 3 and not drawn  # so few that the strangest shuffle is not so strange
    assert found.verdict == words or small


def test_a_question_is_judged_among_questions():
    rule = TwoPrograms("twice the gradient")
    asked = [Check("a.b", "", "", rule, "", "", lambda _, p=p: p) for p in ((0.006, 1), (0.004, 1))]
    found = list(verify([*asked, *p_values(1.0, 1.0)], SimpleNamespace(shuffles=SHUFFLES)))
    assert [finding.verdict.count("refused") for finding in found] == [0, 1, 0, 0]
    assert [finding.seen.p for finding in found[:2]] == [0.006, 0.004]
    assert formats.counts(found) == "Checks: 4; hold: 4; do not hold: 0."


def test_what_is_said_of_what_is_ranked():
    published = [CHECKS[name].published for name in of_calls(Ranked)]
    assert {"247 vertices", "206 vertices", "154 vertices"} < set(published)
    assert sum(text == "w and b of 2 programs" for text in published) == 6
    assert "0.242843 to 0.250807, 16 executions" in published
    drawn = [check for check in CHECKS.values() if check.drawn]
    assert [check.name for check in drawn] == [f"scratch.mom-{m}.curve" for m in (0.99, 0.9, 0.5)]
    for check in drawn:
        [(_, case, result)] = CALLS[check.id.rpartition(".")[0]]
        assert check.drawn[0] == case
        assert check.drawn[1] is result.curve


@pytest.mark.parametrize("case", [case for each in EDITIONS.values() for case in each.cases()])
@pytest.mark.parametrize(("share", "holds"), [(0.99, True), (1.01, False)])
def test_a_program_is_the_first_shuffle_of_the_sweep(case, share, holds):
    losses = np.array([16.0, 1.0 + 4 * share * SAME_STREAM])
    run, spread = SimpleNamespace(losses=losses), Spread(None, np.array([[16.0, 1], [3, 3]]), None)
    measured = SimpleNamespace(run=lambda a: {case: run}[a], spread=lambda a: {case: spread}[a])
    own = [each for each in all_checks(case.edition.name) if each.name.endswith("same-stream")]
    check = own[list(case.edition.cases()).index(case)]
    assert isinstance(check.rule, rules.SameStream)
    finding = decide(check, measured)
    assert (finding.holds, finding.seen.text) == (holds, "2.0e-05")


AUGUST = [CALLS[f"2018-08.scratch.mom-{mom}"][0] for mom in (0.99, 0.9, 0.5)]
BY_MOM = pytest.mark.parametrize(("execution", "case", "result"), AUGUST, ids=["99", "9", "5"])


# Neither the features nor this noise is correlated with anything else: losses are plain sums.
FEATURES = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
NOISE = np.array([1.0, -1, -1, 1])
HALF = 0.005


def end_of(execution, case, result, shift, noise=0.0):
    """Decide on where the curve ends, for labels that lie so far from what was printed."""
    *w, b = map(float, result.params)
    labels = FEATURES @ w + b + shift + noise * NOISE
    measured = SimpleNamespace(data=lambda asked: {"2018": (FEATURES, labels)}[asked.name])
    return decide(CHECKS[f"2018-08.scratch.mom-{case.settings.mom:g}.end"], measured)


@BY_MOM
@pytest.mark.parametrize(("off", "holds"), [(1e-8, True), (-1e-8, False)])
def test_the_last_loss_is_one_that_parameters_printed_so_can_have(
    execution, case, result, off, holds
):
    # With labels so far off, half a unit in each parameter changes the loss to
    # ((shift + HALF)**2 + 2 * HALF**2) / 2 at most, and by as much in the other direction.
    loss = result.curve[-1, 1]
    at_most, at_least = 2 * loss * (1 + off), 2 * loss * (1 - off)
    call = execution, case, result
    assert end_of(*call, np.sqrt(at_most - 2 * HALF**2) - HALF).holds == holds
    assert end_of(*call, HALF + np.sqrt(4 * HALF**2 + at_least)).holds == holds
    # Nor is it below the least on these data.
    assert end_of(*call, 0, noise=np.sqrt(at_least)).holds == holds


@pytest.mark.parametrize("signs", [(1, -1, 1), (-1, 1, 1), (1, 1, -1), (-1, -1, -1)])
def test_every_corner_of_what_was_printed_counts(signs):
    # The loss is highest where each parameter is off in its own direction.
    shift = np.column_stack([FEATURES, np.ones(4)]) @ signs
    highest = 3 * (1 + HALF) ** 2 / 2
    found = end_of(*AUGUST[2], shift)
    assert found.seen.text == f"1.5 ({3 - highest:.5g} to {highest:.5g})"


@pytest.mark.parametrize(
    ("share", "name", "holds"),
    [
        (0.9, "mom-0.99.rises", True),
        (0.89, "mom-0.99.rises", False),
        (1.0, "mom-0.9.falls", True),
        (0.99, "mom-0.9.falls", False),
    ],
)
def test_a_sentence_of_the_chapter_holds_for_so_many_shuffles(share, name, holds):
    rises = np.arange(100) < 100 * share
    losses = np.column_stack([np.ones(100), np.where(rises == ("rises" in name), 2.0, 0.5)])
    outcome = SimpleNamespace(losses=losses)
    measured = SimpleNamespace(outcome=lambda mom: outcome, shuffles=100)
    finding = decide(CHECKS[f"chapter.{name}"], measured)
    assert finding.holds == holds
    assert finding.seen.text == f"{share:.2%} of 100 shuffles"
    assert isinstance(CHECKS[f"chapter.{name}"].rule, Statement)


TEXTS = [
    ("limit", "effective_window", lambda gamma: 0.999 / (1 - gamma)),
    ("power", "ewma_weights", lambda gamma, n: np.full(n, 0.9 / n)),
    ("weights", "ewma_weights", lambda gamma, n: 0.05 * (1 + 1e-10) * gamma ** np.arange(n)),
    ("weights", "ewma", lambda x, gamma: 0.05 * (1 - 1e-10) * gamma ** np.arange(len(x))),
    ("window-0.9", "effective_window", lambda gamma: 10 * (1 + 1e-10)),
    ("window-0.5", "effective_window", lambda gamma: 2 * (1 - 1e-10)),
]


@pytest.mark.parametrize(("name", "function", "faulty"), TEXTS)
def test_a_fault_in_the_averages_is_seen(monkeypatch, name, function, faulty):
    assert decide(CHECKS[f"chapter.{name}"], None).holds
    monkeypatch.setattr(f"gluon_momentum.checks.text.{function}", faulty)
    assert not decide(CHECKS[f"chapter.{name}"], None).holds


# What is measured, and when.


def test_nothing_is_computed_that_no_check_needs(monkeypatch, tmp_path):
    monkeypatch.setattr(training, "sgd_momentum", None)
    monkeypatch.setattr("gluon_momentum.checks.measured.compute", None)
    checks = select(["2019-01", "chapter.limit", "2018-08.scratch.mom-0.99.end"])
    # Nor is the file of the 2019 edition looked for.
    nowhere = Measured(300, tmp_path / "nowhere")
    assert all(finding.holds for finding in verify(checks, nowhere))
    with pytest.raises(OSError, match="nowhere"):
        nowhere.data(EDITIONS["2019"])


@pytest.mark.parametrize("shuffles", [299, 10**9])
def test_too_few_shuffles_and_more_than_memory_holds_are_refused(shuffles):
    with pytest.raises(ValueError, match=f"{shuffles:,}|not {shuffles}"):
        Measured(shuffles)
    assert (Measured(300).shuffles, Measured().shuffles) == (300, SHUFFLES)


def test_each_run_and_spread_is_made_once(book):
    case = chapter_case(0.5)
    assert book.run(case) is book.run(case)
    assert book.spread(case) is book.spread(case)
    gluon = next(each for each in EDITIONS["2018"].cases() if each.program.name == "gluon")
    assert book.spread(gluon) is book.spread(gluon.alike) is book.spread(chapter_case(0.99))
    assert book.spread(case).losses.shape == (book.shuffles, 301)
    outcome = book.outcome(0.5)
    assert (np.column_stack([outcome.w, outcome.b]) == book.spread(case).params).all()
    assert (outcome.losses == book.spread(case).losses).all()


# A comparison is worth what it refuses.


def in_step(name):
    return lambda patch: patch.setattr(training, "sgd_momentum", faulty(name))


def in_edition_step(name):
    return lambda patch: patch.setattr(programs, "sgd_momentum", faulty(name))


def in_stream(patch):
    patch.setattr("gluon_momentum.checks.measured.seed", lambda number: gm.seed(number + 1))


def in_order(patch):
    def data_iter(batch_size, features, labels):
        for first in range(0, len(labels), batch_size):
            yield features[first : first + batch_size], labels[first : first + batch_size]

    patch.setattr(training.d2l, "data_iter", data_iter)
    patch.setattr(programs, "data_iter", data_iter)


def in_scale(patch):
    init_params = data.init_params
    patch.setattr(data, "init_params", lambda n, scale, **given: init_params(n, 1.0, **given))


def in_noise(patch):
    own = data.generate_data

    def generate_data(*given, **drawn):
        features, labels = own(*given, **drawn)
        return features, labels + 0.1

    patch.setattr(data, "generate_data", generate_data)


def in_libraries(patch):
    other = {"libc++": "libstdc++", "libstdc++": "libc++"}
    legacy_normal = gm.published.legacy_normal
    patch.setattr(
        "gluon_momentum.checks.measured.legacy_normal",
        lambda seed, shapes, library: legacy_normal(seed, shapes, other[library]),
    )


def in_np_order(patch):
    patch.setattr(programs.random, "shuffle", lambda order: None)


def in_rate(patch):
    own = programs.np_scratch

    def np_scratch(features, labels, case, normal):
        settings = case.settings._replace(lr=1.001 * case.settings.lr)
        return own(features, labels, case._replace(settings=settings), normal)

    patch.setattr(programs, "np_scratch", np_scratch)


def in_decay(patch):
    for name, edition in EDITIONS.items():
        patch.setitem(EDITIONS, name, edition._replace(decay=0.5))


LOSSES, PARAMS = ["loss-1", "loss-2", "loss-3"], ["w-0", "w-1", "b"]
OF_LAST = ["loss-3", *PARAMS]
CHAPTER_RUN = ["2018-08.scratch.mom-0.9", "chapter.scratch.mom-0.9"]
AUTUMN_2017, NEW_YEAR = "2017-11.scratch", "2018-01.scratch"
GLUON_RUN, NEW_GLUON = "chapter.gluon.mom-0.9", "2018-01.gluon"
STEP, GLUON_STEP = ["edition-2019.scratch.lr-0.02.mom-0.9"], ["edition-2019.gluon"]
# A fault, the groups that are carried out, and what fails of them.
FAULTS = {
    "velocity lost": (in_step("velocity lost"), CHAPTER_RUN, ["same-stream"]),
    "Nesterov": (in_step("Nesterov"), CHAPTER_RUN, ["same-stream"]),
    "dampened gradient": (in_step("dampened gradient"), CHAPTER_RUN, ["same-stream"]),
    "divided by 1": (in_step("gradient not divided"), CHAPTER_RUN, ["same-stream", *PARAMS]),
    "rate outside": (in_step("rate outside the velocity"), CHAPTER_RUN, ["same-stream"]),
    "stream": (in_stream, CHAPTER_RUN, ["same-stream", "first-loss"]),
    "order": (in_order, CHAPTER_RUN, ["same-stream"]),
    "scale": (in_scale, CHAPTER_RUN, ["same-stream", "first-loss"]),
    "data": (in_noise, CHAPTER_RUN, ["same-stream", "first-loss", "b"]),
    "rate outside, seeded": (in_step("rate outside the velocity"), [NEW_YEAR], OF_LAST),
    "velocity lost, seeded": (in_step("velocity lost"), [NEW_YEAR], [*LOSSES, *PARAMS]),
    "stream, seeded": (in_stream, [NEW_YEAR], [*LOSSES, *PARAMS]),
    "order, seeded": (in_order, [NEW_YEAR], [*LOSSES, *PARAMS]),
    "libraries": (in_libraries, [AUTUMN_2017], [*LOSSES, *PARAMS]),
    "decay, Gluon": (in_decay, [NEW_GLUON], OF_LAST),
    "order, Gluon": (in_order, [GLUON_RUN], ["same-stream"]),
}
OF_2019 = {
    "velocity lost": (in_edition_step("velocity lost"), STEP, ["same-stream"]),
    "Nesterov": (in_edition_step("Nesterov"), STEP, ["same-stream"]),
    "dampened gradient": (in_edition_step("dampened gradient"), STEP, ["same-stream"]),
    "order": (in_order, STEP, ["same-stream"]),
    "order, Gluon": (in_order, GLUON_STEP, ["same-stream"]),
    "stream": (in_stream, STEP, ["same-stream", "first-loss"]),
    "stream, Gluon": (in_stream, GLUON_STEP, ["same-stream", "first-loss"]),
    "the chapter's step, which is not theirs": (in_step("Nesterov"), STEP, []),
}


TODAY, TODAY_CONCISE = "edition-2020.mxnet.scratch.lr-0.02", "edition-2020.mxnet.concise.lr-0.005"
OF_2020 = {
    "order": (in_np_order, [f"{TODAY}.mom-0.5"], ["same-stream"]),
    "order, concise": (in_np_order, [f"{TODAY_CONCISE}.mom-0.9"], ["same-stream"]),
    "stream": (in_stream, [f"{TODAY}.mom-0.5"], ["same-stream"]),
    "stream, concise": (in_stream, [f"{TODAY_CONCISE}.mom-0.9"], ["same-stream"]),
    "rate": (in_rate, [f"{TODAY}.mom-0.5"], ["same-stream"]),
}


def failing(checks, measured):
    findings = verify(checks, measured)
    return sorted(each.check.id.rpartition(".")[2] for each in findings if not each.holds)


@pytest.mark.parametrize(
    ("fault", "groups", "fail"),
    [
        *FAULTS.values(),
        *(pytest.param(*row, marks=pytest.mark.slow) for row in OF_2019.values()),
        *(pytest.param(*row, marks=pytest.mark.slow) for row in OF_2020.values()),
    ],
    ids=[
        *FAULTS,
        *(f"2019, {name}" for name in OF_2019),
        *(f"2020, {name}" for name in OF_2020),
    ],
)
def test_a_fault_in_a_program_fails_its_checks(fault, groups, fail, monkeypatch, book, request):
    if groups[0].startswith("edition"):
        request.getfixturevalue("airfoil_file")
    fault(monkeypatch)
    measured = Measured(book.shuffles)
    # Among the sound shuffles.
    monkeypatch.setattr(measured, "spread", book.spread)
    assert failing(select(groups), measured) == sorted(fail)


@pytest.mark.slow
@pytest.mark.usefixtures("airfoil_file")
@pytest.mark.parametrize(
    ("change", "group", "fail"),
    [
        ({}, "edition-2019.scratch.lr-0.02.mom-0.9", []),
        ({"mom": 0.5}, "edition-2019.scratch.lr-0.02.mom-0.9", ["curves", "final-losses"]),
        ({"mom": 0.8}, "edition-2019.scratch.lr-0.02.mom-0.9", ["curves", "final-losses"]),
        ({"lr": 0.0048}, "edition-2019.gluon.lr-0.004.mom-0.9", ["curves"]),
        ({}, "edition-2020.tensorflow.scratch.lr-0.01.mom-0.9", []),
        ({"lr": 0.006}, "edition-2020.pytorch.scratch.lr-0.005.mom-0.9", ["curves"]),
        ({"mom": 0.5}, "edition-2020.mxnet.scratch.lr-0.01.mom-0.9", ["curves", "final-losses"]),
        ({"mom": 0.88}, "edition-2020.tensorflow.scratch.lr-0.005.mom-0.9", ["curves"]),
        ({"mom": 0.9}, "2018-08.scratch.mom-0.5", ["curve"]),
        ({"lr": 0.1}, "2018-08.scratch.mom-0.5", ["curve"]),
        ({"lr": 0.002}, "2018-09.scratch.mom-0.9", ["params"]),
        ({"mom": 0.9}, "2018-09.both.mom-0.99", ["params"]),
    ],
)
def test_shuffles_of_another_run_fail_what_is_ranked(change, group, fail, monkeypatch, book):
    def other(case, spread=book.spread):
        return spread(case._replace(settings=case.settings._replace(**change)))

    monkeypatch.setattr(book, "spread", other)
    checks = [check for check in select([group]) if not check.id.endswith("same-stream")]
    assert failing(checks, book) == fail


# An edition that is only here.

ROWS = 45, 3
NEW = Edition(
    name="new",
    group="chapter",
    about="few data",
    shape=ROWS,
    load=lambda _: new_data(),
    make=lambda *_: tuple(map(mx.nd.array, new_data())),
    drawn=(),
    truth=None,
    programs=(
        Program("scratch", (), programs.scratch, mean=True),
        Program("gluon", (), programs.gluon),
    ),
    notebooks=tuple(
        tuple((program, Settings(6, lr, mom, 4, 9)) for lr, mom in ((0.05, 0.5), (0.02, 0.9)))
        for program in ("scratch", "gluon")
    ),
    decay=0.5,
    interval=9,
    # Counted over the whole run, and not before it.
    records=Records(counted=SEEN, before=False),
)


def new_data():
    draws = np.random.default_rng(2).normal(size=(ROWS[0], ROWS[1] + 1)).astype(np.float32)
    return draws[:, :-1], draws[:, :-1] @ np.float32([1, -2, 0.5]) + draws[:, -1]


@pytest.fixture
def new_edition(monkeypatch):
    monkeypatch.setitem(EDITIONS, "new", NEW)


@pytest.mark.usefixtures("new_edition")
def test_an_edition_is_verified_by_being_there(monkeypatch):
    checks = select(edition="new")
    assert [check.name for check in checks] == [
        f"{program}.lr-{lr}.mom-{mom}.same-stream"
        for program in ("scratch", "gluon")
        for lr, mom in ((0.05, 0.5), (0.02, 0.9))
    ]
    assert len(all_checks()) == len(CHECKS) + 4
    assert all(finding.holds for finding in verify(checks, Measured(300)))
    monkeypatch.setattr(programs, "sgd_momentum", faulty("velocity lost"))
    found = list(verify(checks, Measured(300)))
    assert [finding.holds for finding in found] == [False, False, True, True]


@pytest.mark.usefixtures("new_edition", "few_runs_of_each_mistake")
def test_an_edition_is_compared_by_being_there():
    case = list(NEW.cases())[1]
    for mom, ordinary in ((0.9, True), (0.99, False)):
        run = Measured(300).run(case._replace(settings=case.settings._replace(mom=mom)))
        assert len(run.losses) == 12
        found = gm.compare(
            edition="new", lr=0.02, mom=0.9, loss=f"{run.losses[-1]:.6f}", shuffles=300
        )
        assert found.ordinary == ordinary
        assert found.calls[0].call.case == case


def published(case, curve):
    """Return an execution with one curve, and its end as printed."""
    result = Result("scratch", case.settings, losses=(f"{curve[-1, 1]:.6f}",), curve=curve)
    return Execution("chapter", "new", "mxnet", source("chapter"), (result,))


@pytest.mark.usefixtures("new_edition")
def test_what_was_published_of_an_edition_is_verified_by_being_there(monkeypatch):
    case = next(NEW.cases())
    spread = Measured(300).spread(case)
    curves = [np.column_stack([spread.epochs, losses]) for losses in spread.losses[[7, 50, 90]]]
    ran = [published(case, curve) for curve in curves]
    for module in ("derived", "measured"):
        monkeypatch.setattr(f"gluon_momentum.checks.{module}.executions", lambda: tuple(ran))
    checks = [check for check in select(edition="new") if isinstance(check.rule, Ranked)]
    # Nothing is recorded before training that all runs could share.
    assert [check.name for check in checks] == ["scratch.final-losses", "scratch.curves"]
    assert all(finding.holds for finding in verify(checks, Measured(300)))
    ran[:] = [published(case, curve * [1, share]) for curve, share in zip(curves, (3, 0.2, 5))]
    found = list(verify(select(["chapter.scratch.curves"], "new"), Measured(300)))
    assert [finding.holds for finding in found] == [False]


# How findings are written.


def made_up(id, holds, rule="within 1", **seen):
    check = Check(id, "2018", "2.0", Statement(rule, "why"), "where", "a fault", None)
    return rules.Finding(check, rules.Seen("2.5", holds, **seen))


FINDINGS = [
    made_up("2018-08.end", True, digits=0.625),
    made_up("2018-08.curve", False, rule="|a - b| < 1 & *", p=0.001),
    made_up("chapter.limit", True, rule="|a - b| < 1 & *"),
]


def test_a_record_says_everything():
    record = formats.record(FINDINGS, 300, {"mxnet": "1.9.1"})
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert (record["environment"], record["shuffles"]) == ({"mxnet": "1.9.1"}, 300)
    assert record["all_hold"] is False
    assert formats.record(FINDINGS[:1], 300, {})["all_hold"] is True
    first, second, third = record["checks"]
    assert first.pop("id") == "2018-08.end"
    assert list(first.values()) == [
        "2018-08", "2.0", "2.5", 0.625, None, "within 1", "why", "where", True, None,
    ]  # fmt: skip
    assert " ".join(first) == "run published measured digits p rule reason source holds failure"
    assert (second["p"], second["holds"], third["run"]) == (0.001, False, "chapter")
    for part in ("2.0", "2.5", "|a - b| < 1 & *", "a fault"):
        assert part in second["failure"]


def test_junit_has_a_suite_for_each_group_and_a_case_for_each_check():
    root = ElementTree.fromstring(formats.junit(FINDINGS))
    totals = [
        (each.get("name"), each.get("tests"), each.get("failures"), each.get("errors"))
        for each in (root, *root)
    ]
    assert [root.tag, *(each.tag for each in root)] == ["testsuites", "testsuite", "testsuite"]
    assert totals == [
        (None, "3", "1", "0"), ("2018-08", "2", "1", "0"), ("chapter", "1", "0", "0"),
    ]  # fmt: skip
    cases = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert cases == [(each.check.group, each.check.id) for each in FINDINGS]
    [failure] = root.iter("failure")
    assert failure.get("message") == FINDINGS[1].failure
    said = [each.findtext("system-out") for each in root.iter("testcase")]
    assert all("2.0" in text and "2.5" in text for text in said)
    assert formats.junit(FINDINGS).startswith("<?xml ")


def test_a_markdown_table_has_a_row_for_each_check():
    assert formats.markdown(FINDINGS).splitlines() == [
        "| check | published | ours | digits | what must hold | verdict |",
        "| --- | --- | --- | --- | --- | --- |",
        "| 2018-08.end | 2.0 | 2.5 | 0.6 | within 1 | holds |",
        r"| 2018-08.curve | 2.0 | 2.5 |  | \|a - b\| < 1 & \* | does not hold |",
        "| chapter.limit | 2.0 | 2.5 |  | as above | holds |",
    ]
    # That of one group does not repeat its name.
    rows = formats.markdown(FINDINGS[:2]).splitlines()[2:]
    assert [row.split()[1] for row in rows] == ["end", "curve"]


def test_findings_are_counted():
    assert formats.counts(FINDINGS) == "Checks: 3; hold: 2; do not hold: 1."
    assert [(name, len(group)) for name, group in formats.by_group(FINDINGS)] == [
        ("2018-08", 2), ("chapter", 1),
    ]  # fmt: skip
