"""The verdict on a value, and on several together."""

import numpy as np
import pytest

from gluon_momentum.comparison.calls import from_values
from gluon_momentum.comparison.judge import (
    EXCLUDED,
    ORDINARY,
    OTHER,
    RARE,
    REFUSED,
    joint,
    judge,
    strangeness,
    verdict,
)
from gluon_momentum.comparison.spreads import Spreads

pytestmark = pytest.mark.usefixtures("few_runs_of_each_mistake")


@pytest.mark.parametrize(
    ("p", "as_strange", "calls", "expected"),
    [
        (1.0, 20000, 1, ORDINARY),
        (0.0101, 200, 1, ORDINARY),
        (0.0099, 200, 1, RARE),
        (0.0099, 200, 3, ORDINARY),
        (0.0030, 60, 3, RARE),
        (0.0011, 22, 1, RARE),
        (0.0011, 2, 1, RARE),
        (0.0011, 1, 1, OTHER),
        (0.0009, 18, 1, OTHER),
        (0.0003, 6, 4, RARE),
        (0.0002, 4, 4, OTHER),
        (1 / 301, 0, 1, OTHER),  # fewer shuffles cannot say more
        (1 / 301, 0, 4, ORDINARY),
    ],
)
def test_the_verdict_goes_by_all_calls(p, as_strange, calls, expected):
    assert verdict(p, as_strange, calls) == expected


def test_of_many_sound_notebooks_the_least_p_is_refused_as_often_as_is_said():
    draws = np.random.default_rng(0).uniform(size=(200_000, 4)).min(axis=1)
    together = np.array([joint(p, 4) for p in draws[:20_000]])
    assert (together < REFUSED).mean() == pytest.approx(REFUSED, abs=0.003)
    assert joint(1.0, 3) == 1
    assert joint(0.2, 1) == pytest.approx(0.2)
    assert EXCLUDED < REFUSED


def judged(mom, w, b, shuffles=1000, **given):
    call = from_values("2018", None, mom, given.get("batch_size"), None, w, b, None)
    return judge(call, 1, Spreads([call], False, None), shuffles)


def test_a_value_of_our_own_is_ordinary_and_says_what_it_cannot_tell():
    call = from_values("2018", None, 0.9, None, None, ("1", "2"), "3", None)
    *w, b = Spreads([call], False, None).own(call, range(5000, 5001))[0]
    found = judged(0.9, tuple(f"{one:.4f}" for one in w), f"{b:.4f}")
    assert found.verdict == ORDINARY
    assert found.explained == ()
    assert "Nesterov" in [each.name for each in found.untold]
    assert "gradient not divided" not in [each.name for each in found.untold]
    assert found.p == (1 + found.as_strange) / 1001
    assert found.shuffles.shape == (1000, 3)


def test_velocity_lost_is_found_in_the_middle_of_all_other_shuffles():
    found = judged(0.99, ("2.0001", "-3.4002"), "4.2001")
    assert found.verdict == OTHER
    assert found.as_strange <= 1
    assert "velocity lost" in [each.name for each, _ in found.explained]
    assert found.untold == ()
    ps = [p for _, p in found.explained]
    assert ps == sorted(ps, reverse=True)
    assert min(ps) >= REFUSED


@pytest.mark.parametrize("w", [("nan", "nan"), ("1e300", "1e-300"), ("0", "-inf")])
@pytest.mark.filterwarnings("error")
def test_what_no_program_prints_is_explained_by_none(w):
    found = judged(0.5, w, "4.2", shuffles=300)
    assert found.verdict == OTHER
    assert found.explained == ()


@pytest.mark.slow
@pytest.mark.filterwarnings("error")
def test_where_every_shuffle_overflows_nan_is_ordinary():
    found = judged(0.9, ("nan", "nan"), "nan", shuffles=300, batch_size=1)
    assert (found.verdict, found.as_strange) == (ORDINARY, 300)
    assert judged(0.9, ("2.00", "-3.40"), "4.20", shuffles=300, batch_size=1).verdict == OTHER


def test_one_decimal_tells_little():
    # 34 tenths are not 3.4 to the last bit: the value is rounded as the shuffles are.
    found = judged(0.5, ("2.0", "-3.4"), "4.2", shuffles=300)
    assert (found.verdict, found.as_strange) == (ORDINARY, 300)
    assert {"velocity lost", "no decay", "Nesterov"} <= {each.name for each in found.untold}


@pytest.mark.parametrize(("count", "kind"), [(0, "explained"), (900, "untold")])
def test_mistakes_are_told_from_the_likeliest_to_the_least_likely(monkeypatch, count, kind):
    counts = [count, 20, 599, 0, 300, 5, 6, 100]
    monkeypatch.setattr("gluon_momentum.comparison.judge.strangeness", lambda *_: counts)
    found = judged(0.9, ("2.0", "-3.4"), "4.2")
    assert found.call.mom == 0.9
    assert found.p == (1 + count) / 1001
    told = getattr(found, kind)
    names = [each.name for each, _ in told] if kind == "explained" else [e.name for e in told]
    assert names == [
        "learning rate outside the velocity",
        "gradient not divided",
        "Nesterov",
        "velocity lost",
        "dampened gradient",
    ]
    if kind == "explained":
        assert [p for _, p in told] == [600 / 601, 301 / 601, 101 / 601, 21 / 601, 7 / 601]


def test_strangeness_counts_the_shuffles_of_each_program():
    numbers = np.linspace(0, 1, 101)[:, None]
    assert strangeness(["0.02"], [numbers, numbers + 0.02, numbers + 5]) == [7, 3, 1]
