"""Every published run compared with this build, one test for each check of `verify`."""

import re

import pytest

from gluon_momentum.verification.check import REFUSED, Check, Seen, decide
from gluon_momentum.verification.measured import Measured
from gluon_momentum.verification.suite import EDITIONS, all_checks, select, verify

CHECKS = {check.id: check for check in all_checks()}
RANKED = [check for check in CHECKS.values() if check.ranked]
EARLY = [name for name in CHECKS if not name.startswith("edition-2019.")]


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in EARLY else pytest.mark.slow) for name in CHECKS],
)
def test_published_value(name, request):
    if name not in EARLY:
        request.getfixturevalue("airfoil_file")
    finding = decide(CHECKS[name], request.getfixturevalue("book"), REFUSED / len(RANKED))
    assert finding.holds, finding.failure
    assert (finding.p is not None) == CHECKS[name].ranked


@pytest.mark.slow
def test_every_published_value_holds_over_all_shuffles():
    findings = list(verify(select(), Measured()))
    assert [finding.failure for finding in findings if not finding.holds] == []


@pytest.mark.slow
def test_every_value_of_the_2019_edition_holds_over_all_shuffles(airfoil_file):
    findings = list(verify(select(edition="2019"), Measured(data=airfoil_file)))
    assert [finding.failure for finding in findings if not finding.holds] == []


def test_every_check_has_its_own_id_and_says_everything():
    assert len(CHECKS) == len(all_checks()) == 111
    assert len(all_checks("2018")) == 95
    assert len(all_checks("2019")) == 16
    assert len(RANKED) == 29
    for check in CHECKS.values():
        assert all(text.strip() for text in check[:6]), check.id
        assert ("divided by the number of p-values" in check.rule) == check.ranked


def test_what_every_check_says_is_plain_text():
    for check in all_checks():
        assert re.search(r"[0-9a-f]{7}", check.source), check.id
        for text in check[2:6]:
            # Pieces that fit together; and what is in capitals is a name.
            assert not re.search(r"  |None|; ;", text), check.id
            assert set(re.findall(r"\w*[A-Z]{2}\w*", text)) <= {"MXNet", "SVG", "macOS"}, check.id
            assert text == text.replace("gluon.trainer", "gluon.Trainer"), check.id


def test_the_editions():
    assert EDITIONS == ("2018", "2019", "all")
    assert [check.id for check in all_checks("2018")] == EARLY
    assert [check.id for check in (*all_checks("2018"), *all_checks("2019"))] == list(CHECKS)
    with pytest.raises(ValueError, match=r"^edition must be one of 2018, 2019, all, not '2020'\.$"):
        all_checks("2020")


def test_select():
    assert [check.id for check in select()] == EARLY
    assert [check.id for check in select(edition="all")] == list(CHECKS)
    assert [check.id for check in select(["chapter.limit"])] == ["chapter.limit"]
    assert {check.id[:16] for check in select(["2018-08.mom-0.9"])} == {"2018-08.mom-0.9."}
    assert {check.run for check in select(["2018-09"])} == {"2018-09"}
    assert len(select(["2019-01", "2018-09", "2019-01"])) == 11
    assert len(select(["edition-2019.scratch"], "all")) == 12


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ("2016", "2017-10, 2017-11, 2018-01, .*chapter"),
        ("2018-09.mom", "2018-09.mom-0.99.params, "),
        ("2018-08.mom-0.9.x", "2018-08.mom-0.99.initial-loss, .*2018-08.mom-0.5.end"),
    ],
)
def test_select_says_which_checks_there_are(wanted, there):
    with pytest.raises(ValueError, match=f"There is no check '{wanted}'; there are {there}"):
        select([wanted])


def test_verify_yields_each_finding_in_order(book):
    found = list(verify(select(["chapter.limit", "2019-01"]), book))
    assert [finding.check.id for finding in found] == [
        check.id for check in select(["chapter.limit", "2019-01"])
    ]


def p_values(*values):
    """Return a check for each of these p-values."""
    texts = ["a.b", "", "", "", "", ""]
    return [Check(*texts, lambda _, p=p: Seen("", p=p), ranked=True) for p in values]


@pytest.mark.parametrize("count", [1, 2, 25])
def test_a_p_value_is_judged_by_how_many_there_are(count):
    least = 0.01 / count
    checks = [*p_values(least, *[1.0] * (count - 1)), CHECKS["chapter.limit"]]
    assert all(finding.holds for finding in verify(checks, Measured()))
    checks[0] = p_values(least * (1 - 1e-9))[0]
    assert [f.holds for f in verify(checks, Measured())] == [False, *[True] * count]


def test_so_few_shuffles_that_no_p_value_could_be_refused():
    with pytest.raises(
        ValueError,
        match=r"^shuffles must be at least 400 for 4 p-values, not 399: with fewer, none of them "
        r"could be refused\.$",
    ):
        next(verify(p_values(*[1.0] * 4), Measured(399)))
    # With as many, the least p-value there is, of 401 that are as likely, is below 0.01 / 4.
    found = list(verify(p_values(1 / 401, 1.0, 1.0, 1.0), Measured(400)))
    assert [finding.holds for finding in found] == [False, True, True, True]
    assert next(verify(select(["chapter.limit"]), Measured(300))).holds


def test_a_loss_that_fails_names_what_it_may_mean():
    hint = CHECKS["2017-10.scratch.loss.3"].hint
    for cause in ("another random stream", "outside the velocity", "no decay", "float differences"):
        assert cause in hint
