"""The traces of figures 7.2 and 7.3."""

import numpy as np

import gluon_momentum as gm


def test_gradient_descent_has_its_closed_form():
    trace = gm.gd_trace(lr=0.4)
    t = np.arange(21)[:, None]
    expected = [-5, -2] * (1 - 0.4 * np.array([0.2, 4.0])) ** t
    np.testing.assert_allclose(trace, expected, rtol=1e-12)
    assert gm.momentum_trace(0.4, 0).tolist() == trace.tolist()


def test_momentum_obeys_its_recursion_with_the_rate_inside_the_velocity():
    trace = gm.momentum_trace(0.3, 0.7, steps=5, start=(1, 2), a=0.5, c=1.5)
    x, v = np.array([1.0, 2.0]), np.zeros(2)
    assert len(trace) == 6
    for point in trace:
        np.testing.assert_allclose(point, x, rtol=1e-14)
        v = 0.7 * v + 0.3 * np.array([x[0], 3 * x[1]])
        x = x - v


def test_the_figures_show_what_the_chapter_says_of_them():
    slow, fast = gm.gd_trace(lr=0.45), gm.momentum_trace(lr=0.45, mom=0.5)
    # Figure 7.2: x2 changes its sign at every iteration, and x1 is far from 0 at the end.
    assert (slow[1:, 1] * slow[:-1, 1] < 0).all()
    assert slow[-1, 0] < -0.5
    # Figure 7.3: longer moves along x1, shorter ones along x2, and the end is near the optimum.
    moves, slow_moves = (np.abs(np.diff(trace, axis=0)) for trace in (fast, slow))
    assert (moves[1:6, 0] > slow_moves[1:6, 0]).all()
    assert (moves[1:8, 1] < slow_moves[1:8, 1]).all()
    assert np.hypot(*fast[-1]) < 0.1


def test_too_large_a_rate_overflows_without_a_warning():
    assert np.isinf(gm.gd_trace(lr=1e200, steps=10)).any()
