"""The checks of the chapter's own text: each holds just inside its margin and not just outside."""

from types import SimpleNamespace

import numpy as np
import pytest

from gluon_momentum.claims import Outcome
from gluon_momentum.published import source
from gluon_momentum.verification import chapter
from gluon_momentum.verification.check import decide

SENTENCES = {  # and the share of shuffles that each needs
    "mom-0.99.rises": ("the loss has risen after 3 epochs", 0.9),
    "mom-0.9.falls": ("the loss has fallen after 3 epochs", 1),
    "mom-0.5.falls": ("the loss has fallen after 3 epochs", 1),
    "mom-0.5.smoother": ("the curve is smoother", 1),
    "mom-0.5.close": ("the parameters end close to the true ones", 1),
}


@pytest.fixture
def checks():
    return {check.id.split(".", 1)[1]: check for check in chapter.checks()}


def test_what_is_checked_and_what_is_said_of_it(checks):
    assert {name: check.published for name, check in checks.items()} == {
        "limit": "0.3679",
        "power": "0.95**20 = exp(-1), about",
        "weights": "0.05 * 0.95**i, i < 20",
        "window-0.99": "100",
        "window-0.95": "20",
        "window-0.9": "10",
        "window-0.5": "2",
        **{name: text for name, (text, _) in SENTENCES.items()},
    }
    assert [check.id for check in chapter.checks()] == [f"chapter.{name}" for name in checks]
    assert {check.source for check in checks.values()} == {str(source("chapter"))}
    for name, check in checks.items():
        cause = "not the book's" if name in SENTENCES else "a fault in ewma_weights, ewma or"
        assert cause in check.hint
    for name, (_, share) in SENTENCES.items():
        assert checks[name].rule == f"holds for at least {share:.0%} of shuffles"
        assert ("nine readers in ten" in checks[name].reason) == (share < 1)
        assert ("boundary of stability" in checks[name].reason) == (share == 1)
    assert checks["power"].rule == "within 1/20 of exp(-1), relative"
    assert checks["power"].reason.startswith("0.95 is 1 - 1/20, and ")
    assert checks["window-0.9"].rule == "within 1e-12 relative"
    assert checks["weights"].rule.endswith("of ewma to an impulse within 1e-12 relative")
    assert checks["window-0.9"].reason == checks["weights"].reason
    assert "float64 roundings" in checks["weights"].reason


def test_all_hold_for_the_package(checks):
    for name, check in checks.items():
        if name not in SENTENCES:
            assert decide(check, None).holds, name
    assert decide(checks["power"], None).measured == "0.3585"
    assert decide(checks["window-0.95"], None).measured == "20"


@pytest.mark.parametrize(("limit", "holds"), [(0.36794, True), (0.36796, False), (0.36784, False)])
def test_the_limit_has_four_decimals(checks, monkeypatch, limit, holds):
    gamma = 1 - 1e-6
    monkeypatch.setattr(chapter, "effective_window", lambda at: np.log(limit) / np.log(gamma))
    assert decide(checks["limit"], None).holds == holds


def test_the_limit_is_the_limit(checks, monkeypatch):
    # To seven decimals, the power itself is the limit; with a shorter window it is another.
    seen = []
    monkeypatch.setattr(chapter, "effective_window", lambda at: seen.append(at) or 1 / (1 - at))
    check = checks["limit"]
    assert decide(check, None).measured == "0.3679"
    assert seen == [1 - 1e-6]


@pytest.mark.parametrize(("share", "holds"), [(0.9999, True), (1.0001, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_power_may_be_a_twentieth_off(checks, monkeypatch, sign, share, holds):
    left = np.exp(-1) * (1 + sign * share / 20)
    monkeypatch.setattr(chapter, "ewma_weights", lambda gamma, n: np.full(n, (1 - left) / n))
    finding = decide(checks["power"], None)
    assert finding.holds == holds
    assert finding.measured == f"{left:.4f}"


@pytest.mark.parametrize("function", ["ewma_weights", "ewma"])
@pytest.mark.parametrize(("share", "holds"), [(0.97, True), (1.1, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_no_weight_may_be_off_by_more_than_rounding(
    checks, monkeypatch, function, share, holds, sign
):
    exact = getattr(chapter, function)
    off = np.ones(20)
    off[7] += sign * share * 1e-12
    monkeypatch.setattr(chapter, function, lambda *arguments: exact(*arguments) * off)
    finding = decide(checks["weights"], None)
    assert finding.holds == holds
    assert finding.measured == "off by 1e-12 relative"


@pytest.mark.parametrize(("share", "holds"), [(0.9, True), (1.1, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_window_may_be_off_by_rounding_alone(checks, monkeypatch, share, holds, sign):
    windows = {0.99: 100, 0.95: 20, 0.9: 10, 0.5: 2}
    off = 1 + sign * share * 1e-12
    monkeypatch.setattr(chapter, "effective_window", lambda gamma: windows[gamma] * off)
    for gamma, window in windows.items():
        finding = decide(checks[f"window-{gamma}"], None)
        assert finding.holds == holds
        assert finding.measured == f"{window}"


def measured(unlike):
    """Return a stand-in of a thousand shuffles, so many of which are not as the chapter says."""
    odd = np.arange(1000) < unlike
    ends = np.where(odd[:, None], 4.0, [2.0, -3.4])

    def outcome(mom):
        up, down, rough = [16, 8, 90], [16, 8, 1], [16, 1e-9, 1]
        losses = {0.99: (down, up), 0.9: (up, down), 0.5: (up, down)}[mom]
        if mom == 0.9:  # rough as well, while half of 0.5's odd ones are rougher still
            losses = (up, rough)
        return Outcome(np.where(odd[:, None], *losses).astype(float), ends, np.full(1000, 4.2))

    return SimpleNamespace(shuffles=1000, outcome=outcome)


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_holds_for_its_share_of_the_shuffles(checks, name):
    _, share = SENTENCES[name]
    most = round(1000 * (1 - share))
    for unlike, holds in ((most, True), (most + 1, False)):
        finding = decide(checks[name], measured(unlike))
        assert finding.holds == holds
        assert finding.measured == f"{(1000 - unlike) / 10:.2f}% of 1000 shuffles"
