"""That a sound build is seldom refused; benchmarks/families.py measures how seldom."""

import numpy as np
import pytest

from benchmarks import families
from gluon_momentum.checks.check import REFUSED
from gluon_momentum.checks.measured import chapter_case
from gluon_momentum.statistics.curves import curve_share
from gluon_momentum.statistics.ranks import rank
from gluon_momentum.statistics.samples import two_sample_p


@pytest.mark.slow
@pytest.mark.parametrize("name", families.EDITIONS)
def test_a_sound_build_is_refused_at_most_once_in_a_hundred_times(name, book, airfoil_file):
    count = 1000
    share = families.refused(name, book, count)
    # Four standard deviations above what is allowed; and the rule does refuse some.
    assert 0 < share <= REFUSED + 4 * np.sqrt(REFUSED * (1 - REFUSED) / count)


def test_the_p_values_are_those_that_the_checks_find(book):
    spread = book.spread(chapter_case(0.9))
    rest = np.arange(book.shuffles) != 7
    params, losses = spread.params.round(8), spread.losses[:, 1::50]
    found = families.rank_values(params)[7]
    texts = [f"{value:.8f}" for value in params[7]]
    assert rank(texts, params[rest]).p == pytest.approx(found, rel=1e-3)
    epochs = spread.epochs[1::50]
    vertices = np.column_stack([epochs, losses[7]])
    found = families.curve_values(losses)[7]
    assert curve_share(vertices, epochs, losses[rest]).p == pytest.approx(found, rel=1e-3)
    [(block, chosen), *_] = families.draw(np.random.default_rng(0), book.shuffles, 3, 2)
    found = families.sample_values(params, [(block, chosen)])[0]
    one, others = params[block[chosen[0]]], params[np.delete(block, chosen[0])]
    assert two_sample_p(one, others) == pytest.approx(found, abs=0.02)
