"""The program of 2017 on the MXNet that is here, beside what was printed; and legacy_normal."""

import copy
import ctypes.util
import json
import sys

import numpy as np
import pytest

from book_environment import compare_2017, program_2017
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
        for seed in program_2017.SEEDS
        for call, array in enumerate(legacy_normal(seed, program_2017.SHAPES, "libstdc++"))
    }


def agreeing(found, run):
    return compare_2017.agreement(found, compare_2017.printed(run))["agree"]


def test_the_wheel_gives_what_was_printed_in_november_2017_and_one_value_that_is_off_is_noticed():
    found = compare_2017.agreement(WHEEL, compare_2017.printed("2017-11"))
    assert (found["agree"], found["of"]) == (12, 12)
    assert found["ratio"] == pytest.approx(3.3e-5, rel=0.01)
    assert agreeing(WHEEL, "2018-01") == 0
    for program, field, place, factor in (
        ("scratch", "epoch_losses", 2, 1.0002),
        ("gluon", "w", 1, 1 + 1e-6),
    ):
        off = copy.deepcopy(WHEEL)
        off[program][field][place] *= factor
        assert agreeing(off, "2017-11") == 11


@pytest.mark.slow
def test_here_it_gives_what_was_printed_in_january_2018(monkeypatch, tmp_path):
    files = {name: str(tmp_path / name) for name in ("program.json", "draws.npz", "out.json")}
    for module, paths in ((program_2017, [*files.values()][:2]), (compare_2017, files.values())):
        monkeypatch.setattr(sys, "argv", [module.__name__, *paths])
        module.main()
    found = json.loads((tmp_path / "out.json").read_text("utf8"))
    agree = {run: each["agree"] for run, each in found["published"].items()}
    assert agree == {"2017-11": 0, "2018-01": 12}
    assert found["normals"]["equal"] < 0.01  # 0.12 drew another stream


def test_one_normal_that_is_off_is_noticed(draws):
    assert compare_2017.normals(draws) == {"count": 115015, "equal": 1.0, "largest": 0.0}
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
