"""The checks of the 2019 edition: just inside each margin, and just outside."""

from types import SimpleNamespace

import numpy as np
import pytest

from gluon_momentum.published import edition_2019, source
from gluon_momentum.verification import executions
from gluon_momentum.verification.check import FAMILY, decide
from gluon_momentum.verification.same_stream import SAME_STREAM

EDITION = edition_2019()
NAMES = [
    "scratch.lr-0.02.mom-0.5",
    "scratch.lr-0.02.mom-0.9",
    "scratch.lr-0.004.mom-0.9",
    "gluon.lr-0.004.mom-0.9",
]
PARTS = ("initial-loss", "same-stream", "final-losses", "curves")
LEAST_P = 0.01 / 8
CURVES = np.array([execution.curves for execution in EDITION.executions])


@pytest.fixture
def checks():
    return {check.name: check for check in executions.checks()}


def test_each_run_has_its_checks_in_order(checks):
    assert list(checks) == [f"{name}.{part}" for name in NAMES for part in PARTS]
    for name, check in checks.items():
        assert check.run == "edition-2019"
        assert check.source == str(source("edition-2019"))
        assert check.ranked == name.endswith(("final-losses", "curves"))
        assert check.rule.endswith(FAMILY) == check.ranked
        if check.ranked:
            assert "every p is uniform" in check.reason


def test_what_was_published_is_said(checks):
    found = [checks[f"{name}.initial-loss"].published for name in NAMES]
    assert found == ["0.5172497", "0.48531002", "0.49124318", "0.50464052"]
    assert checks[f"{NAMES[0]}.final-losses"].published == "0.242843 to 0.250807, 16 executions"
    assert checks[f"{NAMES[3]}.curves"].published == "16 curves of 31 vertices"
    assert checks[f"{NAMES[3]}.same-stream"].published.startswith("(none: ")


def stand_in(index, losses=None, shuffles=None):
    """Return a Measured that has a run, and a spread, of this index alone."""
    spread = SimpleNamespace(losses=shuffles)
    edition = SimpleNamespace(
        run=lambda asked: {index: SimpleNamespace(losses=losses)}[asked],
        spread=lambda asked: {index: spread}[asked],
    )
    return SimpleNamespace(edition=edition)


@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize(("share", "holds"), [(0.99, True), (1.01, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_first_loss_may_be_off_in_the_seventh_digit(checks, index, sign, share, holds):
    first = CURVES[0, index, 0]
    loss = first * (1 + sign * share * 3e-7)
    finding = decide(checks[f"{NAMES[index]}.initial-loss"], stand_in(index, losses=[loss, 9.0]))
    assert finding.holds == holds
    assert finding.digits == pytest.approx(6.5, abs=0.1)


@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize(("share", "holds"), [(0.99, True), (1.01, False)])
def test_the_run_is_the_sweeps_shuffle_of_seed_0(checks, index, share, holds):
    swept = np.array([[0.64, 0.25], [3.0, 3.0]])
    losses = np.array([0.64, 0.25 + 0.4 * share * SAME_STREAM])
    finding = decide(checks[f"{NAMES[index]}.same-stream"], stand_in(index, losses, swept))
    assert finding.holds == holds
    assert finding.measured == "2.0e-05"


def shuffles(index, count=600):
    """Return curves that scatter as the published ones do, from the same start."""
    logs = np.log(CURVES[:, index, 1:])
    weights = np.random.default_rng(index).normal(size=(count, 16)) / 4
    noise = np.random.default_rng(9).normal(size=(count, 30)) * logs.std(axis=0)
    scattered = logs.mean(axis=0) + weights @ (logs - logs.mean(axis=0)) + 0.3 * noise
    return np.column_stack([np.full(count, CURVES[0, index, 0]), np.exp(scattered)])


@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize("part", ["final-losses", "curves"])
def test_the_executions_lie_among_the_shuffles(checks, index, part):
    ordinary, other = shuffles(index), shuffles(index)
    # As logarithms, three of their deviations away: in the last point alone for the final losses.
    places = slice(-1, None) if part == "final-losses" else slice(1, None)
    other[:, places] *= np.exp(3 * np.log(other[:, places]).std(axis=0))
    check = checks[f"{NAMES[index]}.{part}"]
    for given, holds in ((ordinary, True), (other, False)):
        finding = decide(check, stand_in(index, shuffles=given), LEAST_P)
        assert finding.holds == holds, finding.measured
        assert finding.measured.startswith(f"p = {finding.p:.4f}")


def test_the_rank_of_each_execution_is_said(checks):
    finding = decide(checks[f"{NAMES[1]}.final-losses"], stand_in(1, shuffles=shuffles(1)))
    _, _, alone = finding.measured.partition("; each alone ")
    least, _, most = alone.partition(" to ")
    assert 0 < float(least) < float(most) <= 1
