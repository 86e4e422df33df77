"""What a call that is compared may be."""

import re

import numpy as np
import pytest

from gluon_momentum.comparison.calls import from_notebook, from_values
from gluon_momentum.notebook import Printed

W, B = ("1.9987", "-3.4012"), "4.2003"


def values(edition="2018", lr=None, mom=0.9, batch_size=None, num_epochs=None, w=W, b=B, loss=None):
    return from_values(edition, lr, mom, batch_size, num_epochs, w, b, loss)


def test_the_chapter_fills_in_what_is_not_given():
    call = values()
    assert call[1:7] == ("2018", 0.2, 0.9, 10, 3, False)
    assert call.printed == (*W, B)
    assert call.name == "mom 0.9, lr 0.2"
    assert call.schedule.num_epochs == 3
    assert call.rule.decay == 0.1

    call = values("2019", 0.02, w=None, b=None, loss=0.2443)
    assert call[1:7] == ("2019", 0.02, 0.9, 10, 2, False)
    assert call.printed == ("0.2443",)
    assert call.rule.decay == 1
    assert call.schedule.mean


@pytest.mark.parametrize(("mom", "place"), [(0.99, 0), (0.9, 1), (0.5, 2), (0.7, 0)])
def test_a_call_of_the_chapter_has_its_place_there(mom, place):
    assert values(mom=mom).place == place


@pytest.mark.parametrize(
    ("lr", "mom", "place"), [(0.02, 0.5, 0), (0.02, 0.9, 1), (0.004, 0.9, 2), (0.1, 0.9, 0)]
)
def test_a_call_of_the_edition_of_2019_has_its_place_there(lr, mom, place):
    assert values("2019", lr, mom, w=None, b=None, loss="0.24").place == place


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"edition": "2017"}, "edition must be one of 2018, 2019, not '2017'."),
        ({"mom": None}, "mom must be given, the momentum of the call that printed the values."),
        ({"b": None}, "Either w and b must be given, or the last loss."),
        ({"w": None}, "Either w and b must be given, or the last loss."),
        ({"loss": "0.1"}, "Either w and b must be given, or the last loss."),
        ({"w": None, "b": None}, "Either w and b must be given, or the last loss."),
        ({"w": ("1", "2", "3")}, "w must be a list of 2 weights, not ('1', '2', '3')."),
        ({"w": "12"}, "w must be a list of 2 weights, not '12'."),
        ({"w": 5}, "w must be a list of 2 weights, not 5."),
        ({"edition": "2019"}, "w must be a list of 5 weights, not ('1.9987', '-3.4012')."),
        (
            {"edition": "2019", "w": None, "b": None, "loss": "0.24"},
            "lr must be given: the edition of 2019 has runs with 0.02 and with 0.004.",
        ),
        ({"lr": 0}, "lr must be a finite number above 0, not 0."),
        ({"lr": float("inf")}, "lr must be a finite number above 0, not inf."),
        ({"mom": 1.5}, "mom must be a number from 0 to 1, both allowed, not 1.5."),
        ({"mom": "x"}, "mom must be a number from 0 to 1, both allowed, not 'x'."),
        (
            {"batch_size": 1001},
            "batch_size must be at most the number of examples, 1000, not 1001.",
        ),
        (
            {"edition": "2019", "lr": 1, "batch_size": 1504, "w": None, "b": None, "loss": "1"},
            "batch_size must be at most the number of examples, 1503, not 1504.",
        ),
        ({"batch_size": 2.5}, "batch_size must be a positive integer, not 2.5."),
        ({"num_epochs": 0}, "num_epochs must be a positive integer, not 0."),
        ({"b": "four"}, "mom 0.9, lr 0.2: 'four' is no number that was printed."),
        ({"b": ""}, "mom 0.9, lr 0.2: '' is no number that was printed."),
        ({"b": "1e400"}, "mom 0.9, lr 0.2: '1e400' is no number that was printed."),
        ({"b": "1e-400"}, "mom 0.9, lr 0.2: '1e-400' is no number that was printed."),
        ({"b": "-1e9999999999999999999"}, "is no number that was printed."),
        ({"w": (None, "2")}, "mom 0.9, lr 0.2: 'None' is no number that was printed."),
    ],
)
def test_what_can_be_no_run_is_refused_in_a_sentence(given, sentence):
    with pytest.raises(ValueError, match=f"{re.escape(sentence)}$"):
        values(**given)


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "-4.64", "3.4819e-04", "4.", ".5", "+1"])
def test_what_a_program_prints_is_a_number(text):
    assert values(b=text).printed == (*W, text)


def test_numbers_count_as_python_prints_them():
    assert values(w=[2.0, np.float32(-3.5)], b=4).printed == ("2.0", "-3.5", "4")


def test_the_calls_of_a_notebook_keep_their_order_among_those_of_their_edition():
    rates = 0.2, 0.9, 10, 3
    printed = [
        Printed(1, "optimize(...)", "optimize", "2018", *rates, W, B, None, ()),
        Printed(2, "train_ch7(...)", "train_ch7", "2019", 0.02, 0.5, 10, 2, (), None, "0.24", ()),
        Printed(4, "optimize(...)", "optimize", "2018", *rates, W, B, "1e-3", ()),
        Printed(5, "...", "d2l.train_gluon_ch7", "2019", 0.004, 0.9, 10, 2, (), None, "0.25", ()),
        Printed(6, "optimize(...)", "optimize", "2018", *rates, W, B, None, ()),
    ]
    calls = from_notebook(printed)
    assert [call.place for call in calls] == [0, 0, 1, 1, 2]
    assert [call.gluon for call in calls] == [False, False, False, True, False]
    assert [call.printed for call in calls] == [(*W, B), ("0.24",), (*W, B), ("0.25",), (*W, B)]
    assert calls[2].name == "code cell 4: optimize, mom 0.9, lr 0.2"
    assert not calls[3].schedule.mean  # Gluon divides the last mini-batch by batch_size
