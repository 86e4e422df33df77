"""The checks of August 2018 on made-up runs: just inside each margin, and just outside."""

from types import SimpleNamespace

import numpy as np
import pytest

from gluon_momentum.published import unseeded_run
from gluon_momentum.verification import curves
from gluon_momentum.verification.check import FAMILY, decide
from gluon_momentum.verification.same_stream import SAME_STREAM
from gluon_momentum.verification.spread import Spread

RUN = unseeded_run("2018-08")
BY_MOM = {each.call.mom: each for each in RUN.experiments}
CURVE_PARTS = ("initial-loss", "same-stream", "curve", "end")


@pytest.fixture
def checks():
    return {check.id.split(".", 1)[1]: check for check in curves.checks()}


def test_each_experiment_has_its_checks_in_order(checks):
    assert list(checks) == [
        *[f"mom-0.99.{part}" for part in CURVE_PARTS],
        *[
            f"mom-{mom}.{part}"
            for mom in (0.9, 0.5)
            for part in (*CURVE_PARTS[:2], "w.0", "w.1", "b", *CURVE_PARTS[2:])
        ],
    ]
    assert {check.id.split(".")[0] for check in curves.checks()} == {"2018-08"}
    assert {check.source for check in checks.values()} == {str(RUN.source)}


def test_what_was_published_is_said(checks):
    assert [checks[f"mom-{mom:g}.initial-loss"].published for mom in BY_MOM] == [
        "16.254301", "16.306552", "16.335843"
    ]  # fmt: skip
    for mom, experiment in BY_MOM.items():
        of = f"mom-{mom:g}"
        assert checks[f"{of}.same-stream"].published.startswith("(none: ")
        assert checks[f"{of}.curve"].published == f"{len(vertices(mom))} vertices"
        assert checks[f"{of}.end"].published == str(experiment.curve[-1, 1])
        if mom < 0.99:
            names = [f"{of}.w.0", f"{of}.w.1", f"{of}.b"]
            assert [checks[name].published for name in names] == [*experiment.w, experiment.b]


def test_the_rules_and_what_a_failure_may_mean_are_said(checks):
    check = checks["mom-0.5.initial-loss"]
    assert check.rule == "within 3e-07 relative, or half a unit of the last printed place where " \
        "that is more"  # fmt: skip
    assert check.hint.endswith("or another scale of w, or of the noise")
    assert "half a unit of the seventh in 16.3" in check.reason
    assert checks["mom-0.5.same-stream"].rule.endswith(f"at most {SAME_STREAM:g}")
    assert "in optimize that is not the book's" in checks["mom-0.5.same-stream"].hint
    assert "through its slope" in checks["mom-0.5.same-stream"].reason
    for name in ("mom-0.9.w.1", "mom-0.9.b"):
        assert checks[name].reason.endswith("end at the same two decimals")
        assert checks[name].rule == "within half a unit of the last printed place"
    assert checks["mom-0.9.curve"].rule.endswith(f"p, {FAMILY}")
    assert "every p is uniform" in checks["mom-0.9.curve"].reason
    assert [name for name in checks if checks[name].ranked] == [f"mom-{m:g}.curve" for m in BY_MOM]
    assert "among the losses" in checks["mom-0.9.end"].rule
    assert "the loss is convex" in checks["mom-0.9.end"].reason
    assert checks["mom-0.9.end"].hint == "data that are not the published run's"
    for name in ("mom-0.9.w.0", "mom-0.9.b", "mom-0.9.curve"):
        assert "another update rule than the book's" in checks[name].hint


def runs(mom, **parts):
    """Return a stand-in for Measured with one run, and none of another momentum."""
    return SimpleNamespace(runs={mom: SimpleNamespace(**parts)})


@pytest.mark.parametrize("mom", BY_MOM)
@pytest.mark.parametrize(("share", "holds"), [(0.99, True), (1.01, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_first_loss_may_be_off_in_the_seventh_digit(checks, mom, share, holds, sign):
    first = BY_MOM[mom].curve[0, 1]
    loss = first * (1 + sign * share * 3e-7)
    assert decide(checks[f"mom-{mom:g}.initial-loss"], runs(mom, losses=[loss, 0])).holds == holds


class Scalar(float):
    """A number as an NDArray gives it."""

    def asscalar(self):
        return float(self)


@pytest.mark.parametrize("mom", [0.9, 0.5])
@pytest.mark.parametrize(("share", "holds"), [(0.99, True), (1.01, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_last_parameters_have_two_decimals(checks, mom, share, holds, sign):
    w, b = BY_MOM[mom].w, BY_MOM[mom].b
    off = sign * share * 0.005
    stand_in = runs(mom, w=[Scalar(float(text) + off) for text in w], b=Scalar(float(b) + off))
    for name in ("w.0", "w.1", "b"):
        assert decide(checks[f"mom-{mom:g}.{name}"], stand_in).holds == holds


@pytest.mark.parametrize("mom", BY_MOM)
@pytest.mark.parametrize(("share", "holds"), [(0.99, True), (1.01, False)])
def test_the_run_is_the_sweeps_shuffle_of_seed_0(checks, mom, share, holds):
    swept = np.array([[16.0, 1.0], [3.0, 3.0]])
    difference = share * SAME_STREAM
    stand_in = runs(mom, losses=np.array([16.0, 1.0 + 4 * difference]))
    stand_in.spread = lambda asked: {mom: SimpleNamespace(losses=swept)}[asked]
    finding = decide(checks[f"mom-{mom:g}.same-stream"], stand_in)
    assert finding.holds == holds
    assert finding.measured == "2.0e-05"


def vertices(mom):
    """Return a published curve's vertices but the first, each of them once, in order."""
    seen = []
    for vertex in BY_MOM[mom].curve[1:].tolist():
        if vertex not in seen:
            seen.append(vertex)
    return np.array(sorted(seen))


LEAST_P = 0.01 / 3  # as in a comparison with the three curves alone


def curve_of(checks, mom, stranger, shuffles):
    """Decide on a curve that is the lowest but for some that are stranger; all others are alike."""
    epochs = np.linspace(0, 3, 301)
    losses = np.tile(np.interp(epochs, *BY_MOM[mom].curve.T), (shuffles, 1))
    losses *= 2
    losses[:stranger] /= 1000
    spread = Spread(epochs, losses, None)
    stand_in = SimpleNamespace(spread=lambda asked: {mom: spread}[asked])
    return decide(checks[f"mom-{mom:g}.curve"], stand_in, LEAST_P)


@pytest.mark.parametrize("mom", BY_MOM)
@pytest.mark.parametrize(("stranger", "holds"), [(3, True), (2, False)])
def test_three_shuffles_in_a_thousand_must_lie_outside_as_much(checks, mom, stranger, holds):
    finding = curve_of(checks, mom, stranger, shuffles=1000)
    assert finding.measured == f"100.0% outside the band, p = {(stranger + 1) / 1001:.4f}"
    assert finding.p == pytest.approx((stranger + 1) / 1001, rel=1e-12)
    assert finding.holds == holds


@pytest.mark.parametrize("mom", BY_MOM)
def test_the_least_p_holds(checks, mom):
    finding = curve_of(checks, mom, stranger=0, shuffles=299)
    assert finding[1:3] == ("100.0% outside the band, p = 0.0033", True)
    assert finding.p == pytest.approx(1 / 300, rel=1e-12)


# Neither the features nor this noise is correlated with anything else: losses are plain sums.
FEATURES = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
NOISE = np.array([1.0, -1, -1, 1])
HALF = 0.005


def end(checks, mom, shift, noise=0.0):
    """Decide on where the curve ends, for labels that lie so far from what was printed."""
    w, b = np.array(BY_MOM[mom].w, float), float(BY_MOM[mom].b)
    labels = FEATURES @ w + b + shift + noise * NOISE
    start = SimpleNamespace(features=FEATURES, labels=labels)
    return decide(checks[f"mom-{mom:g}.end"], SimpleNamespace(start=start))


@pytest.mark.parametrize("mom", BY_MOM)
@pytest.mark.parametrize(("off", "holds"), [(1e-8, True), (-1e-8, False)])
def test_the_last_loss_is_one_that_parameters_printed_so_can_have(checks, mom, off, holds):
    # With labels so far off, half a unit in each parameter changes the loss to
    # ((shift + HALF)**2 + 2 * HALF**2) / 2 at most, and by as much in the other direction.
    loss = BY_MOM[mom].curve[-1, 1]
    at_most, at_least = 2 * loss * (1 + off), 2 * loss * (1 - off)
    assert end(checks, mom, np.sqrt(at_most - 2 * HALF**2) - HALF).holds == holds
    assert end(checks, mom, HALF + np.sqrt(4 * HALF**2 + at_least)).holds == holds
    # Nor is it below the least on these data.
    assert end(checks, mom, 0, noise=np.sqrt(at_least)).holds == holds


def test_it_is_the_last_loss_of_the_curve_that_counts(monkeypatch):
    experiment = BY_MOM[0.5]
    other = experiment._replace(curve=np.vstack([experiment.curve, [3.0, 0.125]]))
    run = RUN._replace(experiments=[other])
    monkeypatch.setattr(curves, "unseeded_run", lambda name: run)
    check = curves.checks()[-1]
    assert (check.id, check.published) == ("2018-08.mom-0.5.end", "0.125")
    assert not end({"mom-0.5.end": check}, 0.5, 0.4).holds
    assert end({"mom-0.5.end": check}, 0.5, 0.5).holds


@pytest.mark.parametrize("signs", [(1, -1, 1), (-1, 1, 1), (1, 1, -1), (-1, -1, -1)])
def test_every_corner_of_what_was_printed_counts(checks, signs):
    # The loss is highest where each parameter is off in its own direction.
    design = np.column_stack([FEATURES, np.ones(4)])
    w, b = np.array(BY_MOM[0.5].w, float), float(BY_MOM[0.5].b)
    start = SimpleNamespace(features=FEATURES, labels=FEATURES @ w + b + design @ signs)
    finding = decide(checks["mom-0.5.end"], SimpleNamespace(start=start))
    highest = 3 * (1 + HALF) ** 2 / 2
    assert finding.measured == f"1.5 ({3 - highest:.5g} to {highest:.5g})"


def test_the_losses_that_it_can_have_are_said(checks):
    assert end(checks, 0.5, 1).measured == "0.5 (0.49496 to 0.50504)"
    assert end(checks, 0.5, 0, noise=1).measured == "0.5 (0.5 to 0.50004)"
