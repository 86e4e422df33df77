"""The checks of where the experiments of April and September 2018 ended, by both programs."""

from types import SimpleNamespace

import numpy as np
import pytest

from gluon_momentum.published import unseeded_run
from gluon_momentum.verification import params
from gluon_momentum.verification.check import FAMILY, decide
from gluon_momentum.verification.same_stream import SAME_STREAM
from gluon_momentum.verification.samples import two_sample_p
from gluon_momentum.verification.spread import Spread

RUNS = ("2018-04", "2018-04-gluon", "2018-09", "2018-09-gluon")
MOMENTA = (0.99, 0.9, 0.5)
ENDS = [(run, each) for run in RUNS for each in unseeded_run(run).experiments]
LEAST_P = 0.01 / 3


def identity(end):
    return f"{end[0]}, {end[1].call.mom:g}"


@pytest.fixture
def checks():
    return {check.id: check for check in params.checks()}


def printed(experiment):
    return np.array([*experiment.w, experiment.b], float)


def measured(run, experiment, farther, shuffles=1000):
    """Return a stand-in whose shuffles end nearer the centre than the experiment, but for a few."""
    end = printed(experiment)
    steps = np.random.default_rng(0).normal(size=(shuffles, 3))
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    distances = np.where(np.arange(shuffles) < farther, 200.0, 0.1)
    centre = end + 4
    spread = Spread(None, None, centre + steps * distances[:, None])
    return stand_in(run, experiment, spread)


def stand_in(run, experiment, spread):
    key = (experiment.call.mom, run)
    return SimpleNamespace(spread=lambda mom, run: {key: spread}[mom, run])


def test_each_experiment_of_each_run_has_its_check(checks):
    names = {run: [f"{run}.mom-{mom}.params" for mom in MOMENTA] for run in RUNS}
    together = {run: [f"{run}.mom-{mom}.together" for mom in MOMENTA] for run in RUNS}
    assert list(checks) == [
        *names["2018-04"],
        *names["2018-04-gluon"],
        *together["2018-04-gluon"],
        *names["2018-09"],
        *names["2018-09-gluon"],
        *[f"2018-09-gluon.mom-{mom}.same-stream" for mom in MOMENTA],
        *together["2018-09-gluon"],
    ]
    for run, experiment in ENDS:
        check = checks[f"{run}.mom-{experiment.call.mom:g}.params"]
        assert check.published == " ".join([*experiment.w, experiment.b])
        assert check.source == str(unseeded_run(run).source)
    for check in checks.values():
        assert ("not the published run's" in check.hint) == check.ranked
        assert check.rule.endswith(FAMILY) == check.ranked
        assert ("every p is uniform" in check.reason) == check.ranked
        assert check.ranked == (not check.id.endswith("same-stream"))


def test_both_programs_of_a_month_are_published_together(checks):
    for check in checks.values():
        if check.name.endswith("together"):
            month = check.run[: -len("-gluon")]
            assert check.published == f"w and b of {month} and {month}-gluon"
            assert f"{month}.{check.name.replace('together', 'params')}" in checks


@pytest.mark.parametrize(("farther", "holds"), [(3, True), (2, False)])
@pytest.mark.parametrize(("run", "experiment"), ENDS, ids=map(identity, ENDS))
def test_three_shuffles_in_a_thousand_must_end_as_far_out(checks, run, experiment, farther, holds):
    check = checks[f"{run}.mom-{experiment.call.mom:g}.params"]
    finding = decide(check, measured(run, experiment, farther), LEAST_P)
    assert finding.measured == f"{farther} of 1000 shuffles, p = {(farther + 1) / 1001:.4f}"
    assert finding.p == pytest.approx((farther + 1) / 1001, rel=1e-12)
    assert finding.holds == holds


def test_the_least_p_holds(checks):
    for run, experiment in ENDS:
        check = checks[f"{run}.mom-{experiment.call.mom:g}.params"]
        finding = decide(check, measured(run, experiment, farther=0, shuffles=299), LEAST_P)
        assert finding[1:3] == ("0 of 299 shuffles, p = 0.0033", True)


@pytest.mark.parametrize("run", ["2018-04-gluon", "2018-09-gluon"])
@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize(("shift", "holds"), [(0.0, True), (8.0, False)])
def test_both_programs_of_a_month_lie_among_the_shuffles(checks, run, place, shift, holds):
    pair = [unseeded_run(name).experiments[place] for name in (run[: -len("-gluon")], run)]
    ends = np.array([printed(experiment) for experiment in pair])
    scatter = np.abs(np.diff(ends, axis=0)) + 1e-4
    noise = np.random.default_rng(0).normal(size=(500, 3))
    spread = Spread(None, None, ends.mean(axis=0) + scatter * (noise + shift))
    check = checks[f"{run}.mom-{MOMENTA[place]}.together"]
    finding = decide(check, stand_in(run, pair[1], spread), LEAST_P)
    assert finding.holds == holds
    assert finding.measured == f"p = {finding.p:.4f}"
    assert finding.p == two_sample_p(ends, spread.params)


@pytest.mark.parametrize(("share", "holds"), [(0.99, True), (1.01, False)])
@pytest.mark.parametrize("epoch", [1, 2, 3])
def test_gluons_trainer_is_the_sweeps_shuffle_of_seed_0(checks, epoch, share, holds):
    # One loss an epoch, of ten that are recorded.
    swept = np.linspace(16, 4, 31)
    swept[1:] = 4.0
    losses = np.full(3, 4.0)
    losses[epoch - 1] += share * SAME_STREAM * np.sqrt(4 * 16)
    for mom in MOMENTA:
        only = Spread(None, np.array([swept, swept + 1]), None)
        stand_in = SimpleNamespace(
            gluon_runs={mom: SimpleNamespace(epoch_losses=losses)},
            spread=lambda asked, run, at=(mom, "2018-09-gluon"), only=only: {at: only}[asked, run],
        )
        finding = decide(checks[f"2018-09-gluon.mom-{mom}.same-stream"], stand_in)
        assert finding.holds == holds
        assert finding.measured == "2.0e-05"
