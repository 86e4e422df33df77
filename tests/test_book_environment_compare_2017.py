"""The program of 2017 beside what was printed, and an MXNet's normals beside legacy_normal."""

import copy
import ctypes.util

import numpy as np
import pytest

from book_environment import compare_2017
from book_environment.program_2017 import SEEDS, SHAPES
from gluon_momentum.published import legacy_normal

# What the wheels of MXNet 0.12.0 and 0.12.1 for Linux compute under Python 3.6.
WHEEL = {
    "scratch": {
        "epoch_losses": [0.0005584316095337272, 6.575947190867737e-05, 4.926676774630323e-05],
        "w": [2.0015697479248047, -3.3999645709991455],
        "b": 4.199857234954834,
    },
    "gluon": {
        "epoch_losses": [0.0005584580358117819, 6.575989391421899e-05, 4.9266749556409195e-05],
        "w": [2.0015697479248047, -3.3999643325805664],
        "b": 4.199857234954834,
    },
}


@pytest.fixture
def draws():
    """Return what an MXNet would draw whose generator is legacy_normal."""
    return {
        f"{seed}_{call}": array
        for seed in SEEDS
        for call, array in enumerate(legacy_normal(seed, SHAPES, "libstdc++"))
    }


def test_the_wheel_gives_what_was_printed_in_november_2017():
    found = compare_2017.agreement(WHEEL, compare_2017.printed("2017-11"))
    assert (found["agree"], found["of"]) == (12, 12)
    assert found["ratio"] == pytest.approx(3.3e-5, rel=0.01)
    assert compare_2017.agreement(WHEEL, compare_2017.printed("2018-01"))["agree"] == 0


@pytest.mark.parametrize(
    ("program", "field", "place", "factor"),
    [("scratch", "epoch_losses", 2, 1.0002), ("gluon", "w", 1, 1 + 1e-6)],
)
def test_one_value_that_is_off_is_noticed(program, field, place, factor):
    found = copy.deepcopy(WHEEL)
    found[program][field][place] *= factor
    assert compare_2017.agreement(found, compare_2017.printed("2017-11"))["agree"] == 11


def test_normals_that_are_the_same(draws):
    found = compare_2017.normals(draws)
    assert found == {"count": 115015, "equal": 1.0, "largest": 0.0}


def test_one_number_that_is_off_is_noticed(draws):
    draws["3_0"][7, 1] = np.nextafter(draws["3_0"][7, 1], np.float32(9))
    found = compare_2017.normals(draws)
    assert found["equal"] == 1 - 1 / 115015
    assert 0 < found["largest"] < 1e-6


@pytest.mark.skipif(not ctypes.util.find_library("m"), reason="needs the C library's logf")
def test_the_systems_logf_is_nearly_ours(draws):
    found = compare_2017.compared(WHEEL, draws)
    assert found["normals"]["equal"] == 1
    assert 0.99 < found["with_system_logf"]["equal"] <= 1
    assert found["with_system_logf"]["largest"] < 1e-6
    assert found["published"]["2017-11"]["agree"] == 12
