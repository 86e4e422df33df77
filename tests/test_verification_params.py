"""The checks of where the three experiments of September 2018 ended."""

from types import SimpleNamespace

import numpy as np
import pytest

from gluon_momentum.published import unseeded_run
from gluon_momentum.verification import params
from gluon_momentum.verification.check import decide
from gluon_momentum.verification.spread import LEAST_P, Spread

RUN = unseeded_run("2018-09")


@pytest.fixture
def checks():
    return params.checks()


def measured(experiment, farther, shuffles=1000):
    """Return a stand-in whose shuffles end nearer the centre than the experiment, but for a few."""
    end = np.array([*experiment.w, experiment.b], float)
    steps = np.random.default_rng(0).normal(size=(shuffles, 3))
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    distances = np.where(np.arange(shuffles) < farther, 20.0, 0.1)
    centre = end + 4
    spread = Spread(None, None, centre + steps * distances[:, None])
    return SimpleNamespace(spread=lambda mom: {experiment.call.mom: spread}[mom])


def test_each_experiment_has_its_check(checks):
    assert [check.id for check in checks] == [f"2018-09.mom-{m}.params" for m in (0.99, 0.9, 0.5)]
    assert [check.published for check in checks] == [
        " ".join([*each.w, each.b]) for each in RUN.experiments
    ]
    for check in checks:
        assert check.source == str(RUN.source)
        assert check.rule.endswith(f"p, at least {LEAST_P:.4f}")
        assert "once in a hundred times" in check.reason
        assert "not the published run's" in check.hint


def test_the_least_p_holds(checks):
    for check, experiment in zip(checks, RUN.experiments):
        finding = decide(check, measured(experiment, farther=0, shuffles=299))
        assert finding[1:] == ("p = 0.0033", True)


@pytest.mark.parametrize(("farther", "holds"), [(3, True), (2, False)])
def test_three_shuffles_in_a_thousand_must_end_as_far_out(checks, farther, holds):
    for check, experiment in zip(checks, RUN.experiments):
        finding = decide(check, measured(experiment, farther))
        assert finding.measured == f"p = {(farther + 1) / 1001:.4f}"
        assert finding.holds == holds
