"""The mini-batches of a sweep are in the order that Python's own generator gives."""

import random

import numpy as np
import pytest

import gluon_momentum as gm

# Powers of two and their neighbours; 3,000 positions take more words than the generator's state
# has, several times.
SIZES = [
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    9,
    15,
    16,
    17,
    31,
    32,
    33,
    63,
    64,
    65,
    127,
    128,
    129,
    1000,
    1024,
    3000,
]
LARGE = [12345, 2**16, 2**20 - 1, 2**31 - 2, 2**31 - 1]


@pytest.mark.parametrize("size", SIZES)
def test_every_size_is_shuffled_as_python_does_epoch_after_epoch(size):
    first = 50 * SIZES.index(size)
    seeds = [*range(first, first + 50), *LARGE]
    examples = []
    for generator in map(random.Random, seeds):
        examples.append([])
        for _ in range(2):
            order = list(range(size))
            generator.shuffle(order)
            examples[-1] += order
    # Of features that are all 0, the bias alone is learned. It halves its distance from the label
    # of each example in turn, and so keeps their order in its digits.
    expected = np.zeros(len(seeds))
    for labels in np.array(examples).T:
        expected += (labels - expected) / 2
    call = {"batch_size": 1, "num_epochs": 2, "log_interval": size, "initial": ([0], 0)}
    ds = gm.sweep(np.zeros((size, 1)), np.arange(size), [0.5], [0], seeds, **call, dtype="float64")
    np.testing.assert_allclose(ds.b.values.ravel(), expected, rtol=1e-12, atol=1e-12)
