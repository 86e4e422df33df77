"""The traces of figures 7.2 and 7.3."""

import numpy as np
import pytest

import gluon_momentum as gm


def test_gradient_descent_has_its_closed_form():
    trace = gm.gd_trace(lr=0.4, steps=20)
    t = np.arange(21)
    np.testing.assert_allclose(trace[:, 0], -5 * (1 - 0.4 * 0.2) ** t, rtol=1e-12)
    np.testing.assert_allclose(trace[:, 1], -2 * (1 - 0.4 * 4.0) ** t, rtol=1e-12)


def test_momentum_obeys_its_recursion_with_the_rate_inside_the_velocity():
    trace = gm.momentum_trace(0.3, 0.7, steps=5, start=(1, 2), a=0.5, c=1.5)
    x, v = np.array([1.0, 2.0]), np.zeros(2)
    for t in range(6):
        np.testing.assert_allclose(trace[t], x, rtol=1e-14)
        v = 0.7 * v + 0.3 * np.array([x[0], 3 * x[1]])
        x = x - v


def test_without_momentum_it_is_gradient_descent():
    assert gm.momentum_trace(0.45, 0).tolist() == gm.gd_trace(0.45).tolist()


def test_the_figures_show_what_the_chapter_says_of_them():
    slow, fast = gm.gd_trace(lr=0.45), gm.momentum_trace(lr=0.45, mom=0.5)
    # Figure 7.2: x2 changes its sign at every iteration, and x1 is far from 0 at the end.
    assert (slow[1:, 1] * slow[:-1, 1] < 0).all()
    assert slow[-1, 0] < -0.5
    # Figure 7.3: the moves along x1 grow, those along x2 shrink, and the end is near the optimum.
    moves = np.abs(np.diff(fast, axis=0))
    assert (np.diff(moves[:3, 0]) > 0).all()
    assert (moves[1:, 0][:5] > np.abs(np.diff(slow[:, 0]))[1:6]).all()
    assert (moves[1:8, 1] < np.abs(np.diff(slow[:, 1]))[1:8]).all()
    assert np.hypot(*fast[-1]) < 0.1


def test_too_large_a_rate_overflows_without_a_warning():
    assert np.isinf(gm.gd_trace(lr=1e200, steps=10)).any()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: gm.gd_trace(0), "lr must be a finite number above 0, not 0"),
        (lambda: gm.momentum_trace(0.1, 2), "mom must be a number from 0 to 1"),
        (lambda: gm.gd_trace(0.1, steps=0), "steps must be a positive integer, not 0"),
        (lambda: gm.gd_trace(0.1, start=(1, 2, 3)), "start must be two finite numbers"),
        (lambda: gm.gd_trace(0.1, start=(1, float("inf"))), "start must be two finite numbers"),
        (lambda: gm.gd_trace(0.1, a=0), "a must be a finite number above 0"),
        (lambda: gm.gd_trace(0.1, c=-1), "c must be a finite number above 0"),
    ],
)
def test_bad_input_gets_one_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
