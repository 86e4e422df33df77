"""Each mistake is what it says, by a training loop of its own in float64."""

import random

import numpy as np
import pytest

from gluon_momentum.airfoil.data import find, standardised
from gluon_momentum.comparison.calls import from_notebook, from_values
from gluon_momentum.comparison.mistakes import mistakes
from gluon_momentum.comparison.spreads import Spreads
from gluon_momentum.notebook import Printed

NAMES = [
    "velocity lost",
    "learning rate outside the velocity",
    "no decay",
    "gradient not divided",
    "gradient divided twice",
    "dampened gradient",
    "Nesterov",
]
SEEDS = range(3, 6)


def of_2018(mom, num_epochs=3, batch_size=10, lr=0.2):
    return from_values("2018", lr, mom, batch_size, num_epochs, ("1.5", "2.5"), "3.5", None)


def of_2019(lr, mom, gluon):
    function = "train_gluon_ch7" if gluon else "train_ch7"
    one = Printed(1, "", function, "2019", lr, mom, 10, 2, (), None, "0.244321", ())
    return from_notebook([one])[0]


def train(design, labels, theta, call, name):
    """Return the last parameters and the last recorded loss of a run with a mistake, or None."""
    velocity, decays = np.zeros_like(theta), call.edition == "2018" and name != "no decay"
    count, loss = len(design), None
    for epoch in range(call.num_epochs):
        rate = call.lr * (0.1 ** max(0, epoch - 1) if decays else 1)
        order = list(range(count))
        random.shuffle(order)
        for first in range(0, count, call.batch_size):
            rows = order[first : first + call.batch_size]
            gradient = design[rows].T @ (design[rows] @ theta - labels[rows])
            mean = call.edition == "2019" and not call.gluon
            divisor = len(rows) if mean else call.batch_size
            if name == "gradient not divided":
                # A sum where the right program divides by 10; of 3 examples, ten thirds of it.
                divisor = divisor / call.batch_size
            elif name == "gradient divided twice":
                divisor = divisor * call.batch_size
            gradient = gradient / divisor
            if name == "dampened gradient":
                gradient = (1 - call.mom) * gradient
            if name == "learning rate outside the velocity":
                velocity = call.mom * velocity + gradient
                step = rate * velocity
            else:
                kept = np.zeros_like(velocity) if name == "velocity lost" else velocity
                velocity = call.mom * kept + rate * gradient
                step = velocity
                if name == "Nesterov":
                    step = call.mom * velocity + rate * gradient
            theta = theta - step
            seen = first + call.batch_size
            if call.edition == "2018" or seen % 100 == 0:
                loss = np.mean((design @ theta - labels) ** 2) / 2
    return theta, loss


def expected(data, start, call, name):
    features, labels = (np.asarray(array, np.float64) for array in data)
    design = np.column_stack([features, np.ones(len(features))])
    found = []
    for seed in SEEDS:
        random.seed(seed)
        theta, loss = train(design, labels, start, call, name)
        found.append(theta if len(call.printed) > 1 else [loss])
    return np.array(found)


def assert_close(found, expected):
    largest = np.abs(expected).max(axis=1, keepdims=True)
    # Of runs that converged, two programs with different mistakes lie 4e-6 apart or more.
    allowed = np.where(largest < 10, 2e-6, 3e-5 * largest)
    assert (np.abs(found - expected) < allowed).all()


@pytest.mark.parametrize("name", [None, *NAMES])
@pytest.mark.parametrize("mom", [0.9, 0.5])
def test_a_mistake_of_the_chapter_is_what_it_says(book_data, name, mom):
    call = of_2018(mom)
    spreads = Spreads([call], False, None)
    if name is None:
        found = spreads.own(call, SEEDS)
    else:
        listed = mistakes(call)
        assert [each.name for each in listed] == NAMES
        found = spreads.mistaken(call, listed, SEEDS)[NAMES.index(name)]
    data = [array.asnumpy() for array in book_data]
    assert_close(found, expected(data, spreads._start(call, 1), call, name))


@pytest.mark.usefixtures("airfoil_file")
@pytest.mark.parametrize("gluon", [False, True])
@pytest.mark.parametrize("name", [None, *NAMES[:1], *NAMES[3:]])
@pytest.mark.parametrize(("lr", "mom"), [(0.004, 0.9), (0.02, 0.5)])
def test_a_mistake_of_the_edition_of_2019_is_what_it_says(name, lr, mom, gluon):
    call = of_2019(lr, mom, gluon)
    spreads = Spreads([call], False, None)
    if name is None:
        found = spreads.own(call, SEEDS)
    else:
        listed = mistakes(call)
        assert [each.name for each in listed] == [NAMES[0], *NAMES[3:]]
        found = dict(zip(listed, spreads.mistaken(call, listed, SEEDS)))
        found = next(runs for each, runs in found.items() if each.name == name)
    array = standardised(find()).astype(np.float32)
    data = array[:, :-1], array[:, -1]
    assert_close(found, expected(data, spreads._start(call, 1), call, name))


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (of_2018(0), ["no decay", "gradient not divided", "gradient divided twice"]),
        (of_2018(1), [name for name in NAMES if name != "dampened gradient"]),
        (
            of_2018(0.9, num_epochs=2),
            [NAMES[0], *NAMES[3:]],
        ),
        (
            of_2018(0.9, batch_size=1),
            [*NAMES[:3], *NAMES[5:]],
        ),
        (of_2018(0.9, batch_size=2), NAMES),
        (of_2018(0, num_epochs=2, batch_size=1), []),
        (
            from_values("2019", 0.02, 0.9, None, 3, None, None, "0.24"),
            [NAMES[0], *NAMES[3:]],
        ),
    ],
)
def test_what_changes_nothing_is_no_mistake(call, names):
    assert [each.name for each in mistakes(call)] == names


def test_each_sentence_follows_where():
    for each in mistakes(of_2018(0.9)):
        assert each.sentence.startswith("the ")
        assert not each.sentence.endswith(".")
