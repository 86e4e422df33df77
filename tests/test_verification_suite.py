"""Every published run compared with this build, one test for each check of `verify`."""

import pytest

from gluon_momentum.verification.check import decide
from gluon_momentum.verification.measured import Measured
from gluon_momentum.verification.suite import all_checks, select, verify

CHECKS = {check.id: check for check in all_checks()}


@pytest.mark.parametrize("name", CHECKS)
def test_published_value(name, book):
    finding = decide(CHECKS[name], book)
    assert finding.holds, finding.failure


@pytest.mark.slow
def test_every_published_value_holds_over_all_shuffles():
    findings = list(verify(select(), Measured()))
    assert [finding.failure for finding in findings if not finding.holds] == []


def test_every_check_has_its_own_id_and_says_everything():
    assert len(CHECKS) == len(all_checks()) == 65
    for check in CHECKS.values():
        assert all(text.strip() for text in check[:6]), check.id


def test_select():
    assert [check.id for check in select()] == list(CHECKS)
    assert [check.id for check in select(["chapter.limit"])] == ["chapter.limit"]
    assert {check.id[:16] for check in select(["2018-08.mom-0.9"])} == {"2018-08.mom-0.9."}
    assert len(select(["2019-01", "2018-09", "2019-01"])) == 11


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ("2016", "2017-10, 2018-01, .*chapter"),
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


def test_a_loss_that_fails_names_what_it_may_mean():
    hint = CHECKS["2017-10.scratch.loss.3"].hint
    for cause in ("another random stream", "outside the velocity", "no decay", "float differences"):
        assert cause in hint
