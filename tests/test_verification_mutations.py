"""A comparison is worth what it refuses: each fault below, in the real functions, fails a check."""

import __future__

import inspect
import textwrap

import d2l
import pytest

from gluon_momentum import data, environment, optimizer, training
from gluon_momentum.verification import programs
from gluon_momentum.verification.measured import Measured
from gluon_momentum.verification.suite import select, verify

# Each runs a published program; the faults that it makes fail fast tests as well.
pytestmark = pytest.mark.slow

GRADIENT = "lr * param.grad / batch_size"
# Name: function, a piece of its source and what stands there instead, a check that must fail.
MUTATIONS = {
    "lr outside the velocity": (
        optimizer.sgd_momentum,
        (
            f"+ {GRADIENT}\n        param[:] -= v",
            "+ param.grad / batch_size\n        param[:] -= lr * v",
        ),
        "2018-01.scratch.loss.3",
    ),
    "no decay": (training.optimize, ("epoch > 2", "False"), "2018-01.scratch.loss.3"),
    "decay from epoch 2": (training.optimize, ("epoch > 2", "epoch > 1"), "2018-01.scratch.loss.2"),
    "decay 0.5": (training.optimize, ("lr *= 0.1", "lr *= 0.5"), "2018-01.scratch.loss.3"),
    "velocity started at the first gradient": (
        optimizer.sgd_momentum,
        ("mom * v +", f"mom * (v if v.asnumpy().any() else {GRADIENT}) +"),
        "2018-01.scratch.loss.1",
    ),
    "gradient not divided by batch_size": (
        optimizer.sgd_momentum,
        (" / batch_size", ""),
        "2018-01.scratch.loss.1",
    ),
    "sign of v": (optimizer.sgd_momentum, ("param[:] -= v", "param[:] += v"), "2018-01.scratch.b"),
    "mini-batches not shuffled": (
        d2l.data_iter,
        ("random.shuffle(indices)", "pass"),
        "2018-01.scratch.loss.1",
    ),
    "one seed off, MXNet": (
        environment.seed,
        ("import_mxnet().random.seed(seed)", "import_mxnet().random.seed(seed + 1)"),
        "2018-08.mom-0.99.initial-loss",
    ),
    "one seed off, mini-batches": (
        environment.seed,
        ("\n    random.seed(seed)", "\n    random.seed(seed + 1)"),
        "2018-01.scratch.loss.1",
    ),
    "libstdc++ order for the macOS run": (
        programs._macos_normal,
        ('"libc++"', '"libstdc++"'),
        "2017-10.scratch.loss.1",
    ),
    "noise scale 0.1": (
        data.generate_data,
        ("scale=0.01", "scale=0.1"),
        "2018-01.scratch.loss.3",
    ),
    "w from scale 0.02": (data.init_params, None, "2018-08.mom-0.5.initial-loss"),
}


def failing(names):
    return {
        finding.check.id for finding in verify(select(names), Measured(300)) if not finding.holds
    }


def put(monkeypatch, function, old, new):
    """Give a function the code of its own source with one piece replaced, wherever it is used."""
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(old) == 1
    flags = __future__.annotations.compiler_flag
    code = compile(source.replace(old, new), "<mutation>", "exec", flags, dont_inherit=True)
    names = {}
    exec(code, function.__globals__, names)
    monkeypatch.setattr(function, "__code__", names[function.__name__].__code__)


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTATIONS)
def test_mutation_fails_a_check(name, monkeypatch):
    function, replacement, check = MUTATIONS[name]
    if replacement:
        put(monkeypatch, function, *replacement)
    else:
        monkeypatch.setattr(function, "__defaults__", (2, 0.02))
    assert failing([check]) == {check}


@pytest.mark.slow
def test_without_a_mutation_these_checks_hold():
    assert failing([check for _, _, check in MUTATIONS.values()]) == set()
