"""MXNet's view of NumPy: whole, with the names that it reads, and NumPy itself as it was."""

import subprocess
import sys
import textwrap

import numpy as np
import pytest

import gluon_momentum  # noqa: F401 (MXNet is imported by its leave)
from gluon_momentum.environment.numpy_names import names, numpy_for_mxnet

DATA = np.array([[3.0, 1.0], [2.0, 4.0]])


def run(program):
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True)


def test_it_has_all_that_numpy_has_and_its_names_in_front():
    assert vars(numpy_for_mxnet()).keys() == vars(np).keys() | names().keys()
    for name, value in vars(np).items():
        assert name in names() or vars(numpy_for_mxnet())[name] is value


def test_its_names_mean_what_they_meant():
    view = numpy_for_mxnet()
    assert (view.bool, view.int) == (bool, int)
    assert [view.Inf, view.PINF, view.NINF, view.PZERO] == [np.inf, np.inf, -np.inf, 0]
    assert np.signbit([view.NZERO, view.PZERO]).tolist() == [True, False]
    assert np.isnan([view.NaN, view.NAN]).all()
    assert [view.alltrue(DATA > 0), view.sometrue(DATA > 3), view.product(DATA)] == [True, True, 24]
    assert view.round_(1.256, 2) == 1.26
    assert view.trapz([1, 2, 4]) == 4.5
    assert view.in1d([[1, 2], [3, 4]], [2, 3], invert=True).tolist() == [True, False, False, True]
    assert view.msort(DATA).tolist() == [[2, 1], [3, 4]]
    with pytest.raises(AttributeError, match="numpy-financial"):
        view.npv(0.1, [1, 2])
    assert isinstance("mean", view.compat.basestring)


@pytest.mark.slow
def test_numpy_is_what_it_was_before_mxnet_was_imported(mxnet):
    run("""
        import gluon_momentum, sys
        assert "numpy" not in sys.modules
        import numpy
        before = dict(vars(numpy))
        from mxnet import autograd, nd
        import mxnet.test_utils
        after = vars(numpy)
        assert not {name for name in before if after[name] is not before[name]}
        # What is imported later: NumPy's own modules.
        assert {type(after[name]) for name in set(after) - set(before)} <= {type(sys)}
        assert mxnet.numpy.bool is bool
    """)


@pytest.mark.slow
def test_it_is_what_mxnet_computes_with(mxnet):
    run("""
        import gluon_momentum, numpy
        import mxnet as mx
        ones = mx.np.array([[1, 2], [3, 4]])
        assert mx.np.array(numpy.bool_(True)).item() == mx.np.array(True).item() == 1
        assert ones[mx.np.array([[True, False], [False, True]], dtype="bool")].tolist() == [1, 4]
        assert mx.np.pad(ones, ((1, 1), (0, 1)), mode="constant").shape == (4, 3)
        # NumPy's functions of MXNet's arrays, with a function of MXNet's and without.
        assert isinstance(numpy.prod(ones), mx.np.ndarray)
        assert numpy.median(ones) == 2.5
        assert mx.np.trapz(mx.np.array([1, 2, 4])) == 4.5
        assert mx.np.in1d(mx.np.array([1, 5]), mx.np.array([5])).tolist() == [False, True]
        counts = mx.test_utils.chi_square_check(
            lambda n: numpy.arange(n) % 2, [0, 1], [0.5, 0.5], nsamples=100
        )
        assert counts[1][0] == 50
    """)
