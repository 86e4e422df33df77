"""The calls that following a notebook's statements finds."""

import pytest

from gluon_momentum.notebook.follow import Follower
from gluon_momentum.notebook.source import statements
from gluon_momentum.notebook.values import Optimizer, Unread


def calls(*cells):
    """Return the calls of the last of some cells."""
    follower = Follower()
    return [follower.calls(statements(cell)) for cell in cells][-1]


def momenta(*cells):
    """Return the first argument of each call, None for one of which the turns are not known."""
    return [None if call.repeated else call.positional[0] for call in calls(*cells)]


@pytest.mark.parametrize(
    "function",
    ["optimize", "gb.optimize", "optimize_gluon", "train_ch7", "d2l.train_gluon_ch7",
     "train_pytorch_ch7", "train_tensorflow2_ch7", "train_nn_ch7"],
)  # fmt: skip
def test_functions_that_are_looked_for(function):
    (call,) = calls(f"x = [{function}(0.9, lr=0.2)]")
    assert (call.text, call.function) == (f"{function}(0.9, lr=0.2)", function.split(".")[-1])
    assert (call.positional, call.named, call.parameters) == ([0.9], {"lr": 0.2}, None)


@pytest.mark.parametrize(
    "source",
    ["train(net, 0.9)", "net.train()", "train_ch11(0.9)", "train_momentum(0.9)", "my_train_ch7(1)",
     "def run(mom):\n    optimize(mom)", "class A:\n    optimize(0.9)", "f = lambda: optimize(0.9)",
     "async def f():\n    optimize(0.9)", "# optimize(0.9)", "'optimize(0.9)'", "optimize"],
)  # fmt: skip
def test_what_is_no_call_of_them(source):
    assert calls(source) == []


def test_train_is_one_if_it_is_told_a_momentum():
    assert len(calls("train(10, 0.2, mom=0.9)")) == 1
    assert len(calls("def train(batch_size, lr, mom, epochs): pass", "train(10, 0.2, 0.9, 3)")) == 1
    assert calls("def train(net): pass", "train(net)") == []


def test_the_notebooks_own_function():
    own = "def optimize(size, /, lr, mom=0.5, *, num_epochs=n, last): pass"
    assert calls("n = 3", own, "optimize(10)")[0].parameters == {
        "size": Unread("size"),
        "lr": Unread("lr"),
        "mom": 0.5,
        "num_epochs": 3,
        "last": Unread("last"),
    }
    assert calls(own, "gb.optimize(10)")[0].parameters is None


@pytest.mark.parametrize(
    ("before", "value"),
    [
        ("m = 0.9", 0.9),
        ("m: float = 0.9", 0.9),
        ("a, m = 0.1, 0.9", 0.9),
        ("m = n = 0.9", 0.9),
        ("m = 1\nm -= 0.5", 0.5),
        ("if __name__ == '__main__':\n    m = 0.9", 0.9),
        ("if False:\n    m = 0.1\nelse:\n    m = 0.9", 0.9),
        ("with open('x') as f:\n    m = 0.9", 0.9),
        ("try:\n    m = 0.9\nexcept OSError:\n    m = 1", 0.9),
        ("m = 0.1\nm = net.momentum", Unread("net.momentum")),
        ("m = 0.1\nm += x", Unread("")),
        ("m = 0.1\na, m = 1, 2, 3", Unread("")),
        ("m = 0.1\nif x:\n    m = 0.2", Unread("m")),
        ("m = 0.1\nfor x in y:\n    m *= 2", Unread("m")),
        ("m = 0.1\nwhile m < 1:\n    m *= 2", Unread("m")),
        ("m = {}\nm['a'] = 2", Unread("m")),
        ("m = {}\nm['a'] += 2", Unread("m")),
        ("m = 0.1\nif x == 2:\n    m = 0.2", Unread("m")),
        ("m: float", Unread("m")),
    ],
)
def test_values_of_names(before, value):
    (found,) = momenta(before, "optimize(m)")
    assert found == value or (isinstance(value, Unread) and isinstance(found, Unread))


def test_the_rate_of_a_trainer_may_be_set():
    trainer = "t = gluon.Trainer(params, 'sgd', {'learning_rate': 0.2, 'momentum': 0.9})"
    expected = Optimizer("sgd", {"learning_rate": 0.02, "momentum": 0.9})
    assert momenta(trainer, "t.set_learning_rate(0.02)", "optimize(t)") == [expected]
    assert momenta("t = SGD(0.2, 0.9)\nt.set_learning_rate(0.02)\noptimize(t)") == [
        Optimizer("SGD", {"momentum": 0.9, "learning_rate": 0.02})
    ]
    assert momenta("t.set_learning_rate(0.02)\noptimize(1)") == [1]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("for m in (0.5, 0.9):\n    optimize(m)", [0.5, 0.9]),
        ("for m in ms:\n    optimize(m)\nelse:\n    optimize(1)", [0.1, 0.2, 1]),
        ("for n, m in enumerate(ms):\n    optimize(m)", [0.1, 0.2]),
        ("for a in (1, 2):\n    for b in (3, 4):\n        optimize(a * b)", [3, 4, 6, 8]),
        ("for m in ms:\n    if m == 0.2:\n        optimize(m)", [0.2]),
        ("for i in range(3):\n    optimize(i / 10)", [0.0, 0.1, 0.2]),
        ("for i in range(3):\n    x = i\noptimize(1)", [1]),
        ("for m in unknown:\n    optimize(m)", [None]),
        ("for i in range(10**9):\n    optimize(i)", [None]),
        ("while True:\n    optimize(0.9)", [None]),
        ("[optimize(m) for m in ms]", [None]),
        ("{m: optimize(m) for m in ms}", [None]),
    ],
)
def test_calls_in_loops(source, found):
    assert momenta("ms = [0.1, 0.2]", source) == found


@pytest.mark.slow
def test_loops_in_loops_end():
    loops = "for a in range(1000):\n for b in range(1000):\n  for c in range(1000):\n   "
    assert calls(loops + "if c == 5: optimize(0.9)")[-1].repeated
    assert calls(loops + "optimize(0.9)")[-1].repeated


def test_a_condition_that_is_not_known_may_hold():
    assert momenta("if x:\n    optimize(1)\nelse:\n    optimize(2)") == [1, 2]
    assert momenta("if 1 == 2 == 3:\n    optimize(1)") == [1]


def test_calls_within_a_statement_are_in_order():
    assert momenta("x = optimize(1), optimize(2)\nwith optimize(3): optimize(4)") == [1, 2, 3, 4]
