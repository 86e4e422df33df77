"""The random numbers of the chapter's programs without MXNet, compared with MXNet's own."""

import random

import numpy as np
import pytest

import gluon_momentum as gm
from gluon_momentum.streams import BOOK_SEED, first_weights, mxnet_np_normal

mx = pytest.importorskip("mxnet")

# The last place of a float32 in which a logarithm of the C library may differ, of so many normals.
ONE_PLACE, AT_MOST = 1.2e-7, 0.01


def of_mxnet(seed, shapes):
    mx.random.seed(seed)
    return [mx.nd.random.normal(shape=shape).asnumpy() for shape in shapes]


def assert_alike(ours, theirs):
    for mine, expected in zip(ours, theirs):
        assert (mine.dtype, mine.shape) == (expected.dtype, expected.shape)
        np.testing.assert_allclose(mine, expected, rtol=3 * ONE_PLACE, atol=0)
    ours, theirs = (np.concatenate([np.ravel(one) for one in all_]) for all_ in (ours, theirs))
    assert (ours != theirs).mean() <= AT_MOST


@pytest.mark.parametrize("seed", [0, 1, 7, 2**24, 2**25 + 1, 2**31 - 1])
@pytest.mark.parametrize(
    "shapes",
    [
        [(1,), (2, 1), (1,)],
        [(1000, 2), (1000,), (2, 1), (2, 1)],
        # To the end of an engine, beyond it, and of no whole number of engines.
        [(64,), (65,), (128, 1), (3, 43), (1,)],
        [(1503, 5), (5, 1)],
    ],
    ids=["few", "the chapter", "engines", "airfoil"],
)
def test_normals_are_those_of_mxnet(seed, shapes):
    assert_alike(gm.mxnet_normal(seed, shapes), of_mxnet(seed, shapes))


def test_more_numbers_than_its_engines_hand_out_at_the_least():
    shapes = [(64 * 1024,), (64 * 1024 + 1,), (100, 1000), (3,)]
    assert_alike(gm.mxnet_normal(5, shapes), of_mxnet(5, shapes))


def test_a_seed_gives_the_same_each_time_and_another_seed_others():
    state = random.getstate(), np.random.get_state()[1].tolist()
    first, again, other = (gm.mxnet_normal(seed, [(3, 2), (4,)]) for seed in (1, 1, 2))
    for mine, same, different in zip(first, again, other):
        assert (mine == same).all()
        assert (mine != different).all()
    assert (random.getstate(), np.random.get_state()[1].tolist()) == state


@pytest.mark.parametrize("seed", [-1, 2**31, 1.5, "0", True, None])
def test_no_other_seed_is_taken(seed):
    with pytest.raises(ValueError, match="seed"):
        gm.mxnet_normal(seed, [(1,)])


@pytest.mark.parametrize("shape", [(0,), (2, -1), (1.5,)])
def test_no_other_size_is_taken(shape):
    with pytest.raises(ValueError, match="size"):
        gm.mxnet_normal(0, [shape])


@pytest.mark.parametrize("seed", [0, 3, 2**31 - 1])
def test_the_books_data_are_those_of_generate_data(seed):
    gm.seed(seed)
    expected = [array.asnumpy() for array in gm.generate_data()]
    features, labels = gm.book_data(seed)
    assert_alike([features], expected[:1])
    assert (labels.dtype, labels.shape) == (np.float32, (1000,))
    # Sums of numbers up to 20, in float32.
    np.testing.assert_allclose(labels, expected[1], rtol=0, atol=4e-6)
    assert (labels != expected[1]).mean() <= AT_MOST


def test_unless_told_otherwise_they_are_those_of_an_mxnet_that_nobody_seeded():
    for ours, expected in zip(gm.book_data(), gm.book_data(BOOK_SEED)):
        assert (ours == expected).all()
    assert BOOK_SEED == 0


@pytest.mark.parametrize("num_inputs", [1, 2, 64, 65])
def test_the_first_weights_are_those_of_init_params(num_inputs):
    seeds = [0, 3, 2**25 + 1, 2**31 - 1]
    found = first_weights(seeds, num_inputs, scale=0.5)
    for seed, ours in zip(seeds, found):
        gm.seed(seed)
        [w, _], _ = gm.init_params(num_inputs, scale=0.5)
        np.testing.assert_allclose(ours, w.asnumpy()[:, 0], rtol=3 * ONE_PLACE, atol=0)


def test_the_first_weights_of_many_seeds_are_those_of_each_alone():
    found = first_weights(range(5000), 1)  # of which some need many words
    alone = [first_weights([seed], 1)[0] for seed in range(5000)]
    drawn = [gm.mxnet_normal(seed, [(1,)])[0] for seed in range(5000)]
    assert (found == alone).all()
    assert (found == np.float32(0.01) * np.array(drawn)).all()


@pytest.mark.parametrize("seed", [0, 1, 2**31 - 1])
def test_the_normals_of_mx_np_are_those_of_mxnet(seed):
    shapes = [(5, 1), (5, 1), (3,), (2,), (64,), (65,), (1000, 2), (70_000,), (1,)]
    mx.random.seed(seed)
    theirs = [mx.np.random.normal(0, 1, shape).asnumpy() for shape in shapes]
    assert_alike(mxnet_np_normal(seed, shapes), theirs)
