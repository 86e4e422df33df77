"""A comparison is worth what it refuses: each fault below, in the real functions, fails a check."""

import __future__

import inspect
import textwrap

import d2l
import pytest

from gluon_momentum import data, environment, optimizer, training
from gluon_momentum.airfoil import data as airfoil_data
from gluon_momentum.airfoil import program
from gluon_momentum.airfoil.sampler import PythonShuffle
from gluon_momentum.verification import edition, programs
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
        programs._legacy_normal,
        ("shapes, library)", 'shapes, "libstdc++")'),
        "2017-10.scratch.loss.1",
    ),
    "libc++ order for the Linux run": (
        programs._legacy_normal,
        ("shapes, library)", 'shapes, "libc++")'),
        "2017-11.scratch.loss.1",
    ),
    "libc++ order for the Linux run, gluon": (
        programs._legacy_normal,
        ("shapes, library)", 'shapes, "libc++")'),
        "2017-11.gluon.b",
    ),
    "v bound anew": (optimizer.sgd_momentum, ("v[:] =", "v ="), "2017-11.scratch.loss.1"),
    "v bound anew, without seeds": (
        optimizer.sgd_momentum,
        ("v[:] =", "v ="),
        "2018-08.mom-0.9.same-stream",
    ),
    "gluon without decay": (
        programs._with_trainer,
        ("epoch > 2", "False"),
        "2018-09-gluon.mom-0.5.same-stream",
    ),
    "gluon without momentum": (
        programs._with_trainer,
        ('"momentum": call.mom', '"momentum": 0.0'),
        "2018-09-gluon.mom-0.9.same-stream",
    ),
    "noise scale 0.1": (
        data.generate_data,
        ("scale=0.01", "scale=0.1"),
        "2018-01.scratch.loss.3",
    ),
    "w from scale 0.02": (data.init_params, None, "2018-08.mom-0.5.initial-loss"),
}

SCRATCH, GLUON = "edition-2019.scratch.lr-0.02.mom-0.9", "edition-2019.gluon.lr-0.004.mom-0.9"
# The same for the 2019 edition, whose programs take longer: in one run of all checks named here.
EDITION_MUTATIONS = {
    "v bound anew": (program.sgd_momentum, ("v[:] =", "v ="), f"{SCRATCH}.same-stream"),
    "dampened gradient": (
        program.sgd_momentum,
        ('+ hyperparams["lr"]', '+ (1 - hyperparams["momentum"]) * hyperparams["lr"]'),
        f"{SCRATCH}.same-stream",
    ),
    "last mini-batch divided by 10": (
        program.train_ch7,
        (
            "batch_loss = loss(x, y)",
            "batch_loss = loss(x, y) * len(y) / batch_size",
        ),
        f"{SCRATCH}.same-stream",
    ),
    "last mini-batch divided by 3, gluon": (
        program.train_gluon_ch7,
        ("trainer.step(batch_size)", "trainer.step(len(y))"),
        f"{GLUON}.same-stream",
    ),
    "decay": (
        program.sgd_momentum,
        ("param[:] -= v", "param[:] -= v * 0.999"),
        f"{SCRATCH}.same-stream",
    ),
    "gluon without momentum": (
        program.train_gluon_ch7,
        ("name, hyperparams)", 'name, {"learning_rate": hyperparams["learning_rate"]})'),
        f"{GLUON}.same-stream",
    ),
    "mini-batches not shuffled": (
        PythonShuffle.__iter__,
        ("random.shuffle(order)", "pass"),
        f"{SCRATCH}.same-stream",
    ),
    "w from scale 0.02": (
        program.train_ch7,
        ("normal(scale=SCALE", "normal(scale=2 * SCALE"),
        f"{SCRATCH}.initial-loss",
    ),
    "w from scale 0.02, gluon": (
        program.train_gluon_ch7,
        ("Normal(SCALE)", "Normal(2 * SCALE)"),
        f"{GLUON}.initial-loss",
    ),
    "one seed off, MXNet": (
        environment.seed,
        ("import_mxnet().random.seed(seed)", "import_mxnet().random.seed(seed + 1)"),
        f"{GLUON}.initial-loss",
    ),
    "columns not standardised alike": (
        airfoil_data.standardised,
        ("array.std(axis=0)", "array.std(axis=0, ddof=1)"),
        f"{SCRATCH}.initial-loss",
    ),
}
# Of the spread over shuffles: what the executions are compared with.
SPREAD_MUTATIONS = {
    "last mini-batch divided by 10": (
        edition.schedule,
        ("mean=not gluon", "mean=False"),
        f"{SCRATCH}.same-stream",
    ),
    "momentum 0.5 for 0.9": (
        edition.EditionMeasured.spread,
        ("run.lr, run.mom,", "run.lr, 0.5,"),
        f"{SCRATCH}.final-losses",
    ),
    "momentum 0.8 for 0.9": (
        edition.EditionMeasured.spread,
        ("run.lr, run.mom,", "run.lr, 0.8,"),
        f"{SCRATCH}.curves",
    ),
    "lr 0.0048 for 0.004": (
        edition.EditionMeasured.spread,
        ("run.lr, run.mom,", "run.lr * 1.2, run.mom,"),
        f"{GLUON}.curves",
    ),
    "every shuffle the same": (
        edition.EditionMeasured.spread,
        ("range(self.shuffles)", "[0] * self.shuffles"),
        f"{GLUON}.curves",
    ),
}


def failing(names, shuffles=300):
    findings = verify(select(names, "all"), Measured(shuffles))
    return {finding.check.id for finding in findings if not finding.holds}


def put(monkeypatch, function, old, new):
    """Give a function the code of its own source with one piece replaced, wherever it is used."""
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(old) == 1
    flags = __future__.annotations.compiler_flag
    code = compile(source.replace(old, new), "<mutation>", "exec", flags, dont_inherit=True)
    names = {}
    exec(code, function.__globals__, names)
    monkeypatch.setattr(function, "__code__", names[function.__name__].__code__)


@pytest.mark.parametrize("name", MUTATIONS)
def test_mutation_fails_a_check(name, monkeypatch):
    function, replacement, check = MUTATIONS[name]
    if replacement:
        put(monkeypatch, function, *replacement)
    else:
        monkeypatch.setattr(function, "__defaults__", (2, 0.02))
    assert failing([check]) == {check}


@pytest.mark.parametrize("name", EDITION_MUTATIONS)
def test_mutation_of_the_2019_edition_fails_a_check(name, monkeypatch, airfoil_file):
    function, replacement, check = EDITION_MUTATIONS[name]
    put(monkeypatch, function, *replacement)
    assert failing([check]) == {check}


@pytest.mark.parametrize("name", SPREAD_MUTATIONS)
def test_mutation_of_the_2019_editions_shuffles_fails_a_check(name, monkeypatch, airfoil_file):
    function, replacement, check = SPREAD_MUTATIONS[name]
    put(monkeypatch, function, *replacement)
    assert failing([check], shuffles=1000) == {check}


def test_without_a_mutation_these_checks_hold():
    assert failing([check for _, _, check in MUTATIONS.values()]) == set()


def test_without_a_mutation_these_checks_of_the_2019_edition_hold(airfoil_file):
    named = {**EDITION_MUTATIONS, **{("spread", k): v for k, v in SPREAD_MUTATIONS.items()}}
    assert failing([check for _, _, check in named.values()], shuffles=1000) == set()
