"""What expressions in a notebook are worth."""

import ast

import pytest

from gluon_momentum.notebook.source import statements
from gluon_momentum.notebook.values import LONGEST, Optimizer, Unread, value_of

NAMES = {"lr": 0.2, "rates": [0.1, 0.2], "big": 10**18, "table": {"lr": 0.5}}


def value(source):
    (statement,) = statements(source)
    return value_of(statement.value, NAMES)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("0.2", 0.2),
        ("-1", -1),
        ("+3", 3),
        ("2e-1", 0.2),
        ("1 / 5", 0.2),
        ("2 * lr - 1 + 1", 2 * 0.2 - 1 + 1),
        ("7 // 2", 3),
        ("7 % 4", 3),
        ("2**3", 8.0),
        ("'sgd'", "sgd"),
        ("None", None),
        ("lr", 0.2),
        ("(0.5, lr)", [0.5, 0.2]),
        ("{'lr': lr, 'momentum': 0.9}", {"lr": 0.2, "momentum": 0.9}),
        ("{**a, 'lr': 1}", {"lr": 1}),
        ("dict(lr=lr, momentum=0.9)", {"lr": 0.2, "momentum": 0.9}),
        ("dict(**table, momentum=0.9)", {"lr": 0.5, "momentum": 0.9}),
        ("range(3)", [0, 1, 2]),
        ("zip(rates, (3, 4))", [[0.1, 3], [0.2, 4]]),
        ("enumerate(rates)", [[0, 0.1], [1, 0.2]]),
    ],
)
def test_values_that_can_be_read(source, expected):
    assert value(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "unknown",
        "unknown + 1",
        "-'a'",
        "'a' * 10**9",
        "True + 1",
        "1 / 0",
        "9.0**9**9",
        "9**9**9",
        "big * 10",
        "big * 10 + 1",
        "lr @ lr",
        "~1",
        "not 1",
        "lr < 1",
        "rates[0]",
        "np.array([1])",
        f"range({LONGEST + 1})",
        "range(10**30)",
        "range('a')",
        "zip(1)",
        "{[]: 1}",
        "dict(rates)",
        "f'{lr}'",
        "lambda: 1",
    ],
)
def test_values_that_cannot_be_read(source):
    assert value(source) == Unread(source)


def test_a_part_that_cannot_be_read_spoils_no_other():
    assert value("{'lr': lr, 'momentum': m}") == {"lr": 0.2, "momentum": Unread("m")}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': lr, 'momentum': 0.9})",
            Optimizer("sgd", {"learning_rate": 0.2, "momentum": 0.9}),
        ),
        (
            "Trainer(params, optimizer='adam', optimizer_params={'learning_rate': lr})",
            Optimizer("adam", {"learning_rate": 0.2}),
        ),
        ("Trainer(params)", Optimizer("Trainer", {})),
        ("keras.optimizers.SGD(0.1, 0.9)", Optimizer("SGD", {"lr": 0.1, "momentum": 0.9})),
        ("SGD(learning_rate=lr)", Optimizer("SGD", {"learning_rate": 0.2})),
        (
            "torch.optim.SGD(net.parameters(), lr=lr, momentum=0.5)",
            Optimizer("SGD", {"lr": 0.2, "momentum": 0.5}),
        ),
        ("Trainer(params, SGD(0.1))", Optimizer("SGD", {"lr": 0.1})),
    ],
)
def test_optimizers(source, expected):
    assert value(source) == expected


def test_a_trainer_has_its_own_settings():
    names = {"table": {"learning_rate": 0.2}}
    (statement,) = statements("Trainer(params, 'sgd', table)")
    value_of(statement.value, names).settings["learning_rate"] = 5
    assert names == {"table": {"learning_rate": 0.2}}


def test_a_long_sum_is_read_or_not_but_ends():
    tree = ast.parse("+".join("1" * 300))
    assert value_of(tree.body[0].value, {}) == 300
