"""The order of the examples from Python's generator."""

import random

import mxnet as mx

from gluon_momentum.airfoil.sampler import PythonShuffle


def test_each_epoch_has_the_order_that_random_shuffle_draws_next():
    sampler = PythonShuffle(11)
    assert len(sampler) == 11
    random.seed(3)
    found = [list(sampler), list(sampler)]
    other = random.Random(3)
    for order in found:
        expected = list(range(11))
        other.shuffle(expected)
        assert order == expected


def test_a_gluon_data_loader_takes_it():
    data = mx.gluon.data.ArrayDataset(mx.nd.arange(11), mx.nd.arange(11) * 2)
    random.seed(3)
    loader = mx.gluon.data.DataLoader(data, 4, sampler=PythonShuffle(11))
    batches = [(x.asnumpy().tolist(), y.asnumpy().tolist()) for x, y in loader]
    assert [len(x) for x, _ in batches] == [4, 4, 3]
    random.seed(3)
    assert [value for x, _ in batches for value in x] == list(PythonShuffle(11))
    assert all(y == [2 * value for value in x] for x, y in batches)
