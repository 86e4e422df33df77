"""What a check is, and the margins of printed digits."""

from gluon_momentum.verification.check import (
    Check,
    Margin,
    as_printed,
    decide,
    digits_check,
    half_unit,
)


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


def made_up(holds, failure="one thing; another"):
    """Return a check that finds 6.0000e-05."""
    return Check(
        "2017-10.scratch.loss.3", "5.0524e-05", "within 1e-4", "why", "where", failure,
        lambda measured: (f"{measured:.4e}", holds),
    )  # fmt: skip


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


def test_a_margin_is_said_in_words():
    half = "half a unit of the last printed place"
    assert Margin("").rule == f"within {half}"
    assert Margin("", rtol=1e-4).rule == f"within 0.0001 relative, or {half} where that is more"
    assert Margin("", atol=1e-6).rule == f"within 1e-06, or {half} where that is more"


def test_a_margin_holds_its_end():
    # Powers of two: the difference is exactly the margin.
    assert Margin("", atol=0.5).allows("1.00", 1.5)
    assert Margin("", atol=0.5).allows("1.00", 0.5)
    assert Margin("", rtol=0.25).allows("-2.00", -2.5)
    assert not Margin("", rtol=0.25).allows("-2.00", -2.5000001)


def test_a_check_of_digits_says_its_margin_and_looks_at_what_is_measured():
    margin = Margin("printing rounds", atol=0.1)
    check = digits_check("a.b", "2.00", margin, "where", "a fault", lambda measured: measured / 2)
    assert check[:6] == ("a.b", "2.00", margin.rule, "printing rounds", "where", "a fault")
    assert decide(check, 4.1)[1:] == ("2.05", True)
    assert decide(check, 4.3)[1:] == ("2.15", False)


def test_what_is_no_number_is_printed_as_it_is():
    assert as_printed("2.00", float("nan")) == "nan"
    assert as_printed("2.0E-3", float("inf")) == "inf"
    assert as_printed("100", 99.6) == "100"
