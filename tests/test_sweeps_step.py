"""A step in itself, for every rank and both widths."""

import numpy as np
import pytest

from gluon_momentum.sweeps.step import make_step, num_rows


@pytest.mark.parametrize("width", [16, 32])
@pytest.mark.parametrize("rank", [1, 2, 3, 6])
@pytest.mark.parametrize("nesterov", [False, True])
def test_a_step_is_the_recursion(rank, width, nesterov):
    rng = np.random.default_rng(rank)
    rows = rng.normal(size=(num_rows(rank), width))
    z, v, (rate, mom, _, high) = rows[:rank], rows[rank : 2 * rank], rows[2 * rank :]
    matrix, state = rng.normal(size=(rank, rank + 1)), rows.ravel().copy()
    step = make_step(rank, width, nesterov)
    for recorded in (True, False):
        step(state, matrix, recorded)
        gradient = rate * (matrix[:, :-1] @ z + matrix[:, -1:])
        v = mom * v + gradient
        z = z - (mom * v + gradient if nesterov else v)
        loss = (z * z).sum(axis=0)
        high = np.maximum(high, loss) if recorded else high
        np.testing.assert_allclose(
            state.reshape(rows.shape), [*z, *v, rate, mom, loss, high], rtol=1e-12, atol=1e-14
        )


def test_a_loss_that_is_no_number_is_not_the_highest():
    state = np.zeros(num_rows(1) * 16)
    state[0], state[5 * 16 :] = np.nan, 7.0
    make_step(1, 16)(state, np.zeros((1, 2)), True)
    assert np.isnan(state[4 * 16])
    assert state[5 * 16] == 7.0
