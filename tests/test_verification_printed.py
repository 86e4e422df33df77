"""The rules for printed numbers: the margins, and the digits that agree."""

import math

import pytest

from gluon_momentum.verification.check import decide
from gluon_momentum.verification.printed import (
    Margin,
    as_printed,
    digits,
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
    assert not check.ranked
    inside, outside = decide(check, 4.1), decide(check, 4.3)
    assert inside[1:] == ("2.05", True, None, pytest.approx(-math.log10(0.025)))
    assert outside[1:] == ("2.15", False, None, pytest.approx(-math.log10(0.075)))
    assert inside.agreeing == "1.6"


def test_what_is_no_number_is_printed_as_it_is():
    assert as_printed("2.00", float("nan")) == "nan"
    assert as_printed("2.0E-3", float("inf")) == "inf"
    assert as_printed("100", 99.6) == "100"


@pytest.mark.parametrize(
    ("printed", "value", "expected"),
    [
        ("3.4819e-04", 3.4819e-4, 5),  # no more than were printed
        ("-1673.365109", -1673.365109, 10),
        ("2.00", 2.0000001, 3),  # nor by chance
        ("2.0013", 2.0033, -math.log10(0.002 / 2.0013)),
        ("-2.0", -2.2, 1),
        ("4.0", 3.96, 2),
        ("4.0", 400.0, 0),  # none, and not fewer than none
        ("4.0", -4.0, 0),
        ("0.0", 0.1, 0),
        ("0.0", 0.0, 1),  # Decimal counts the one digit of a zero
        ("4.0", float("nan"), 0),
        ("4.0", float("inf"), 0),
    ],
)
def test_the_digits_that_agree_are_the_log_relative_error(printed, value, expected):
    assert digits(printed, value) == pytest.approx(expected, abs=1e-9)
