"""What a check is, and when what it saw holds."""

import pytest

from gluon_momentum.verification.check import FAMILY, REFUSED, UNIFORM, Check, Seen, decide


def made_up(holds, failure="one thing; another"):
    """Return a check that finds 6.0000e-05."""
    return Check(
        "2017-10.scratch.loss.3", "5.0524e-05", "within 1e-4", "why", "where", failure,
        lambda measured: Seen(f"{measured:.4e}", holds, digits=0.7),
    )  # fmt: skip


def ranked(p):
    """Return a check that finds this p-value."""
    return made_up(True)._replace(measure=lambda _: Seen(f"p = {p:.4f}", p=p), ranked=True)


def test_a_failure_says_what_was_expected_found_and_what_it_may_mean():
    finding = decide(made_up(False), 6e-5)
    assert finding.failure == (
        "expected 5.0524e-05 (within 1e-4), found 6.0000e-05; this may mean one thing; another"
    )
    assert finding.verdict == "does not hold"
    finding = decide(made_up(True), 6e-5)
    assert (finding.failure, finding.verdict) == (None, "holds")


def test_a_check_has_a_run_and_a_name():
    assert made_up(True).run == "2017-10"
    assert made_up(True).name == "scratch.loss.3"


def test_a_check_without_a_p_value_is_judged_by_its_own_rule():
    for least_p in (0.0, 0.01, 1.0):
        assert decide(made_up(True), 6e-5, least_p).holds
        assert not decide(made_up(False), 6e-5, least_p).holds


@pytest.mark.parametrize(("p", "holds"), [(0.0005, True), (0.000499, False), (1.0, True)])
def test_a_p_value_holds_if_it_is_not_below_the_least(p, holds):
    finding = decide(ranked(p), None, 0.01 / 20)
    assert (finding.holds, finding.p) == (holds, p)


def test_a_single_p_value_is_refused_once_in_a_hundred_times():
    assert REFUSED == 0.01
    assert decide(ranked(0.01), None).holds
    assert not decide(ranked(0.00999), None).holds
    assert "0.01 divided by the number of p-values" in FAMILY
    assert "once in a hundred times" in UNIFORM


def test_a_nan_for_a_p_value_does_not_hold():
    assert not decide(ranked(float("nan")), None, 0.0).holds


def test_the_digits_that_agree_are_said_where_there_are_any():
    assert decide(made_up(True), 6e-5).agreeing == "0.7"
    assert decide(ranked(0.5), None).agreeing == ""
