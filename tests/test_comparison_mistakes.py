"""Mistakes in the loss and in the gradient's memory: runs with them, and programs that make them.

The others are in test_comparison.py.
"""

import random
from functools import partial

import numpy as np
import pytest

import gluon_momentum as gm
from gluon_momentum.chapter.experiments import CALL
from gluon_momentum.comparison.calls import Call
from gluon_momentum.comparison.compare import compare
from gluon_momentum.comparison.judge import ORDINARY
from gluon_momentum.comparison.mistakes import mistakes
from gluon_momentum.comparison.spreads import Spreads
from gluon_momentum.editions import EDITIONS
from gluon_momentum.sweeps.distribute import compute
from gluon_momentum.sweeps.regression import regress
from gluon_momentum.sweeps.runs import plan, run_blocks
from gluon_momentum.sweeps.schedule import Records, Rule, Schedule

WHOLE, PRINTED = "loss without its half", "half in print alone"
PAIRS, BOTH = "labels broadcast", "labels broadcast, loss without its half"
ADDED = "gradients never zeroed"
NEW = [ADDED, WHOLE, PRINTED, PAIRS, BOTH]
SEEDS = range(3, 6)


def by_name(listed):
    return {each.name: each for each in listed}


def loss_of(design, theta, labels, pairs):
    """Return half the mean squared error, of all pairs of a prediction and a label if asked for."""
    residuals = design @ theta - (labels[:, None] if pairs else labels)
    return np.mean(residuals**2) / 2


def train(data, theta, settings, shuffle, rule, mean=False, times=1, recorded=None):
    """Return the last parameters and all losses of a run in float64, step by step.

    Args:
        data: features and labels.
        theta: the first weights and bias.
        settings: of the call.
        shuffle: of a list.
        rule: what differs; gradients stand in its words.
        mean: whether a smaller last mini-batch is divided by its own size.
        times: what the gradient is multiplied by.
        recorded: after which mini-batches, (num_epochs, mini-batches); each, if None.
    """
    features, labels = data
    design = np.column_stack([features, np.ones(len(features))])
    size, lr, mom, num_epochs, _ = settings
    velocity, total = np.zeros_like(theta), np.zeros_like(theta)
    losses = [loss_of(design, theta, labels, rule.broadcast)]
    for epoch in range(num_epochs):
        rate, order = lr * rule.decay ** max(0, epoch - 1), list(range(len(labels)))
        shuffle(order)
        for batch, first in enumerate(range(0, len(labels), size)):
            rows = order[first : first + size]
            x, y = design[rows], labels[rows]
            residuals = x @ theta - (y.mean() if rule.broadcast else y)
            gradient = times * x.T @ residuals / (len(rows) if mean else size)
            total = total + gradient if rule.added else gradient
            velocity = mom * velocity + (total if rule.outside else rate * total)
            theta = theta - (rate if rule.outside else 1) * velocity
            if recorded is None or recorded[epoch, batch]:
                losses.append(loss_of(design, theta, labels, rule.broadcast))
    return theta, np.array(losses)


RNG = np.random.default_rng(5)
X = RNG.normal(size=(45, 2))
DATA = X, X @ [2, -3.4] + 4.2 + RNG.normal(size=45)
START = np.array([0.3, -0.2, 0.0])
RULES = [
    Rule(added=True),
    Rule(added=True, outside=True, decay=0.3),
    Rule(broadcast=True),
    Rule(broadcast=True, nesterov=False, outside=True),
    Rule(broadcast=True, added=True, decay=1.0),
]


@pytest.mark.parametrize("runs", [2, 300])  # a narrow strip, and wide ones
@pytest.mark.parametrize("mean", [False, True])
@pytest.mark.parametrize("rule", RULES)
def test_the_kernel_takes_the_steps_of_each_rule(rule, mean, runs):
    schedule = Schedule(10, 3, 1, Records(), mean)
    lr, mom = np.linspace(0.005, 0.02, runs), np.linspace(0.5, 0.1, runs)
    given = regress(*DATA), schedule, SEEDS, START, lr, mom, rule
    [found] = compute([plan(*given, trace=True, dtype="float64")])
    for s, seed in enumerate(SEEDS):
        for run in (0, runs - 1):
            settings = CALL._replace(lr=lr[run], mom=mom[run])
            shuffle = random.Random(seed).shuffle
            theta, losses = train(DATA, START, settings, shuffle, rule, mean)
            np.testing.assert_allclose(found.losses[s, :, run], losses, rtol=1e-9)
            np.testing.assert_allclose(found.params[s, :, run], theta, rtol=1e-9)
            assert found.highest[s, run] == pytest.approx(losses.max(), rel=1e-9)


def test_rules_that_need_other_gradients_are_computed_with_the_others():
    given = regress(*DATA), Schedule(10, 3, 10), SEEDS, START, [0.02], [0.5]
    plans = [plan(*given, rule) for rule in (*RULES, Rule(), Rule(nesterov=True))]
    blocks = run_blocks(plans)
    for one, together in zip(plans, blocks):
        [alone] = run_blocks([one])
        assert all((a == b).all() for a, b in zip(together, alone))
    assert len({block.final.tobytes() for block in blocks}) == len(plans)


CASES = [
    ("2018", "scratch", CALL._replace(mom=0.5), True),
    ("2018", "scratch", CALL._replace(lr=0.1), False),
    *(
        ("2019", program, EDITIONS["2019"].usual._replace(lr=0.004, mom=0.9), False)
        for program in ("scratch", "gluon", "port concise")
    ),
]


@pytest.mark.usefixtures("airfoil_file")
@pytest.mark.parametrize(("edition", "program", "settings", "params"), CASES)
def test_a_mistake_is_what_it_says(edition, program, settings, params):
    of = EDITIONS[edition]
    case = of.case(program, settings, 1)
    call = Call("", case, ("1",) * (of.shape[1] + 1) if params else ("1",))
    listed, among = by_name(mistakes(call)), Spreads([call], False, None)
    expected = [name for name in NEW if not params or name != PRINTED]
    assert [name for name in listed if name in NEW] == expected
    data = [array.astype(np.float64) for array in case.data(of.load(None))]
    starts, recorded = case.starts(SEEDS.stop), case.schedule.recorded(case.rows)
    recorded.flat[: np.flatnonzero(recorded)[-1]] = False  # the last loss is the printed one
    for name in expected:
        found = among.mistaken(call, SEEDS)[listed[name]]
        rule = of.rule._replace(added=name == ADDED, broadcast=name in (PAIRS, BOTH))
        times = 2 if name in (WHOLE, PRINTED, BOTH) else 1
        printed = 2 if name in (WHOLE, BOTH) else 1
        for seed, one in zip(SEEDS, found):
            given = data, starts[seed], settings, random.Random(seed).shuffle, rule
            theta, losses = train(*given, case.program.mean, times, recorded)
            with np.errstate(over="ignore"):
                right = np.float32(theta if params else [printed * losses[-1]])
            # Sums of gradients swing far out, and so do their roundings.
            np.testing.assert_allclose(one, right, rtol=2e-3 if name == ADDED else 1e-4)


def test_what_changes_nothing_is_no_mistake():
    def listed(count, **settings):
        case = EDITIONS["2018"].case("scratch", CALL._replace(**settings), 0)
        return [name for name in by_name(mistakes(Call("", case, ("1",) * count))) if name in NEW]

    assert listed(3) == [ADDED, WHOLE, PAIRS, BOTH]
    assert listed(1) == NEW
    assert listed(3, batch_size=1) == [ADDED, WHOLE]
    assert listed(1, batch_size=1, mom=0) == NEW


def squared(y_hat, y, half, pairs):
    """Return a loss as somebody writes it: y_hat has the shape (n, 1), y (n,)."""
    distance = (y_hat if pairs else y_hat.reshape(-1)) - y
    return (distance**2).mean() / (2 if half else 1)


def train_2019(mx, data, lr, mom, name, seed):
    """Return the last loss that a program with a mistake prints: mxnet.np, with its autograd."""
    random.seed(seed)
    mx.random.seed(seed)
    features, labels = data
    w, b = mx.np.random.normal(0, 0.01, size=(5, 1)), mx.np.zeros(1)
    vs = [mx.np.zeros((5, 1)), mx.np.zeros(1)]
    for param in (w, b):
        param.attach_grad("add" if name == ADDED else "write")
    pairs = name in (PAIRS, BOTH)
    trained = partial(squared, half=name not in (WHOLE, PRINTED, BOTH), pairs=pairs)
    shown = partial(squared, half=name not in (WHOLE, BOTH), pairs=pairs)
    for _ in range(2):
        order = list(range(len(labels)))
        random.shuffle(order)
        for first in range(0, len(labels), 10):
            X, y = (mx.np.array(array[order[first : first + 10]]) for array in data)
            with mx.autograd.record():
                loss = trained(mx.np.dot(X, w) + b, y)
            loss.backward()
            for param, v in zip((w, b), vs):
                v[:] = mom * v + lr * param.grad
                param[:] = param - v
    return f"{float(shown(mx.np.dot(mx.np.array(features), w) + b, mx.np.array(labels))):.6f}"


@pytest.mark.usefixtures("airfoil_file", "few_runs_of_each_mistake")
@pytest.mark.parametrize("name", [None, *NEW])
def test_a_program_of_2019_that_makes_a_mistake_is_told(name, mxnet):
    edition = EDITIONS["2019"]
    case = edition.case("port scratch", edition.usual, 0)
    loss = mxnet.util.use_np(train_2019)(mxnet, case.data(edition.load(None)), 0.02, 0.9, name, 1)
    asked = {"lr": 0.02, "mom": 0.9, "rows": 1500, "any_data": True}
    found = compare(edition="2019", loss=loss, shuffles=2000, **asked)
    [call] = found.calls
    named = [mistake.name for mistake, _ in call.explained]
    if name in (None, PRINTED):  # with this momentum, a run at twice the rate arrives as well
        assert found.ordinary
        assert name is None or PRINTED in [mistake.name for mistake in call.untold]
    else:
        assert not found.ordinary
        assert name in named


@pytest.mark.usefixtures("few_runs_of_each_mistake")
def test_the_chapters_program_with_grad_req_add_is_told(book_data):
    def init_params(num_inputs):
        params, vs = gm.init_params(num_inputs)
        for param in params:
            param.attach_grad("add")
        return params, vs

    random.seed(4)
    run = gm.optimize(*book_data, *CALL._replace(mom=0.5), init_params=init_params)
    w, b = [f"{one:.6g}" for one in run.w.asnumpy().ravel()], f"{run.b.asscalar():.6g}"
    [call] = compare(mom=0.5, w=w, b=b, shuffles=1000).calls
    assert call.verdict != ORDINARY
    assert ADDED in [mistake.name for mistake, _ in call.explained]


@pytest.mark.usefixtures("airfoil_file", "few_runs_of_each_mistake")
@pytest.mark.parametrize(
    ("loss", "name"),
    [("0.994468", BOTH), ("0.515107", WHOLE), ("0.253280", PRINTED)],
)
def test_published_losses_that_are_strange_have_their_mistake_named(loss, name):
    asked = {"edition": "2019", "lr": 0.004, "mom": 0.9, "any_data": True, "rows": 1500}
    [call] = compare(loss=loss, shuffles=5000, **asked).calls
    assert call.verdict != ORDINARY
    assert name in [mistake.name for mistake, _ in call.explained]


@pytest.mark.usefixtures("few_runs_of_each_mistake")
@pytest.mark.parametrize(
    ("mom", "name", "told"),
    [(0.99, PAIRS, False), (0.9, PAIRS, True), (0.5, BOTH, True), (0.9, ADDED, True)],
)
def test_a_mistake_that_does_not_show_is_said_not_to_be_told(mom, name, told):
    case = EDITIONS["2018"].case("scratch", CALL._replace(mom=mom), 1)
    call = Call("", case, ("1",) * 3)
    wrong = by_name(mistakes(call))[name]
    [values] = Spreads([call], False, None).mistaken(call, range(10**6, 10**6 + 1))[wrong]
    *w, b = (f"{value:.5f}" for value in values)
    [found] = compare(mom=mom, w=w, b=b, shuffles=1000).calls
    assert (found.verdict != ORDINARY) == told
    named = [mistake.name for mistake, _ in found.explained] if told else [
        mistake.name for mistake in found.untold
    ]  # fmt: skip
    assert name in named
