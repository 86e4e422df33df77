"""What an argument that is one number may be: the ends of each domain."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from gluon_momentum.arguments import scalars

NUMBERS = [1, 0.5, np.float32(0.5), np.int8(1), Fraction(1, 2)]
NONE = [True, np.bool_(True), "1", None, 1j, Decimal(1), [1], math.nan]
TINY = 5e-324


@pytest.mark.parametrize("value", [0, -3, np.int64(2), np.uint8(7), 10**400])
def test_an_integer_is_one(value):
    assert scalars.is_integer(value)
    assert scalars.is_number(value)


@pytest.mark.parametrize("value", [True, np.bool_(True), 1.0, np.float64(2), "1", None])
def test_these_are_no_integers(value):
    assert not scalars.is_integer(value)


@pytest.mark.parametrize("value", NUMBERS)
def test_a_number_is_one_and_becomes_a_float(value):
    assert scalars.is_number(value)
    assert scalars.number(value) == value
    assert type(scalars.number(value)) is float


@pytest.mark.parametrize("value", NONE)
def test_these_are_no_numbers(value):
    assert math.isnan(scalars.number(value))


def test_what_is_beyond_float64_is_infinite():
    assert scalars.number(10**400) == math.inf
    assert scalars.number(-(10**400)) == -math.inf
    assert scalars.number(Fraction(-(10**400), 3)) == -math.inf


# Per function: what it takes, its ends among them; what it refuses; and what its sentence says.
DOMAINS = {
    "positive_int": (
        lambda value: scalars.positive_int("it", value),
        [1, 2, np.int8(5), 10**30],
        [0, -1, 1.0, True, "1", None],
        "it must be a positive integer, not {}.",
    ),
    "positive_number": (
        lambda value: scalars.positive_number("it", value),
        [TINY, 1, 1e308, Fraction(1, 4)],
        [0, -TINY, math.inf, 10**400, *NONE],
        "it must be a finite number above 0, not {}.",
    ),
    "finite_number": (
        lambda value: scalars.finite_number("it", value),
        [0, -1e308, Fraction(-1, 4), np.float32(2)],
        [math.inf, -math.inf, 10**400, *NONE],
        "it must be a finite number, not {}.",
    ),
    "momentum": (
        scalars.momentum,
        [0, 1, 0.5, -0.0, 1 - 1e-16],
        [-TINY, 1 + 1e-15, math.inf, *NONE],
        "mom must be a number from 0 to 1, both allowed, not {}.",
    ),
    "decay": (
        scalars.decay,
        [0, 0.5, 1 - 1e-16],
        [1, -TINY, 2, *NONE],
        "gamma must be a number from 0 to below 1, not {}.",
    ),
    "seed": (
        scalars.seed,
        [0, 1, 2**31 - 1, np.int64(7)],
        [-1, 2**31, 1.0, True, "1", None],
        "seed must be an integer from 0 to 2**31 - 1, not {}.",
    ),
}


@pytest.mark.parametrize("name", DOMAINS)
def test_a_domain_holds_its_ends(name):
    function, taken, refused, sentence = DOMAINS[name]
    for value in taken:
        found = function(value)
        assert found == value
        assert type(found) is (int if name in ("positive_int", "seed") else float)
    for value in refused:
        with pytest.raises(ValueError) as error:  # noqa: PT011 (the whole sentence is below)
            function(value)
        assert str(error.value) == sentence.format(scalars.shown(value))


def test_a_batch_has_at_most_all_examples():
    assert scalars.batches(np.int8(5), 2, 3, 5) == (5, 2, 3)
    with pytest.raises(
        ValueError, match=r"^batch_size must be at most the number of examples, 5, not 6\.$"
    ):
        scalars.batches(6, 2, 3, 5)


@pytest.mark.parametrize("name", ["batch_size", "num_epochs", "log_interval"])
def test_the_three_are_positive_integers(name):
    call = {"batch_size": 5, "num_epochs": 2, "log_interval": 3, name: 0}
    with pytest.raises(ValueError, match=rf"^{name} must be a positive integer, not 0\.$"):
        scalars.batches(**call, num_examples=5)


def test_a_value_is_shown_on_one_line_and_not_for_long():
    assert scalars.shown("a\tb") == r"'a\tb'"
    assert scalars.shown(np.zeros((2, 2))) == "array([[0., 0.], [0., 0.]])"
    assert scalars.shown("x" * 58) == f"'{'x' * 58}'"
    assert scalars.shown("x" * 59) == f"'{'x' * 49}..."


def test_an_integer_too_long_to_write_is_told_by_its_bits():
    class Long(int):
        def __repr__(self):  # as Python 3.11 does, of more than 4,300 digits
            raise ValueError

    assert scalars.shown(Long(5)) == "an integer of 3 bits"
