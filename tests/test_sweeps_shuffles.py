"""Python's shuffles, drawn in compiled code."""

import random

import numpy as np
import pytest

from gluon_momentum.sweeps.shuffles import seeded, shuffle

SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 1000, 1024]
SEEDS = [*range(2000), 12345, 2**16, 2**20 - 1, 2**31 - 2, 2**31 - 1]


def drawn(seed, sizes):
    """Return one shuffle after the other of a seed, by Python and by us."""
    generator, state = random.Random(seed), seeded(seed)
    for size in sizes:
        theirs, ours = list(range(size)), np.arange(size)
        generator.shuffle(theirs)
        shuffle(state, ours)
        yield theirs, ours.tolist()


@pytest.mark.parametrize("first", range(0, len(SEEDS), 500))
def test_thousands_of_seeds_shuffle_as_python_does(first):
    for seed in SEEDS[first : first + 500]:
        # Different sizes for each seed, powers of two and 1 among them.
        sizes = [SIZES[(seed + step) % len(SIZES)] for step in range(0, 15, 5)]
        for theirs, ours in drawn(seed, sizes):
            assert ours == theirs, (seed, sizes)


@pytest.mark.parametrize("size", SIZES)
def test_every_size_shuffles_as_python_does_again_and_again(size):
    for theirs, ours in drawn(size, [size] * 20):
        assert ours == theirs


def test_the_words_do_not_repeat_when_the_state_is_renewed():
    # 3,000 positions take more words than the state has, several times.
    for theirs, ours in drawn(7, [3000, 1, 3000]):
        assert ours == theirs
