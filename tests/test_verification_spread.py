"""Where a published run lies among shuffles."""

import numpy as np

from gluon_momentum.published import unseeded_run
from gluon_momentum.verification.spread import (
    LEAST_P,
    Spread,
    curve_share,
    params_p_value,
    spread,
)


def test_p_values_are_uniform_under_exchangeability():
    generator = np.random.default_rng(0)
    walks = np.exp(generator.normal(size=(400, 50)).cumsum(axis=1))
    ends = generator.standard_cauchy(size=(400, 3))
    epochs = np.arange(50.0)
    curves, params = [], []
    for i in range(400):
        others = np.arange(400) != i
        rest = Spread(epochs, walks[others], ends[others])
        curves.append(curve_share(np.column_stack([epochs, walks[i]]), rest).p)
        params.append(params_p_value(ends[i], rest))
    for p in (curves, params):
        # At most a share q of p-values lies at or below q; curves tie, so fewer may.
        assert all(np.mean(np.array(p) <= q) <= q for q in (0.01, 0.05, 0.2, 0.5))
    assert np.mean(np.array(params) <= 0.2) == 0.2


def test_published_runs_are_refused_on_other_data(book):
    """The rules by rank have power: the runs do not belong to bands of slightly other data."""
    start, august = book.start, unseeded_run("2018-08").experiments[2]
    noise = np.random.default_rng(0).normal(scale=0.01, size=len(start.labels))

    def band(labels):
        return spread(start.features, labels, start.initial[0.5], august.call, range(300))

    september = unseeded_run("2018-09").experiments[2]
    assert curve_share(august.curve[1:], band(start.labels + noise)).p < LEAST_P
    params = [float(text) for text in (*september.w, september.b)]
    assert params_p_value(params, band(start.labels + 0.005)) < LEAST_P
