"""generate_data and init_params: the book's own draws, and shapes."""

import numpy as np
import pytest

import gluon_momentum as gm

nd = pytest.importorskip("mxnet").nd


def test_seed_0_is_the_stream_of_an_unseeded_mxnet(book_data):
    # Read from a fresh process of MXNet 1.9.1 that seeds nothing.
    features, labels = book_data
    assert features[0].asnumpy().tolist() == np.float32([2.2122064, 0.7740038]).tolist()
    assert (features.shape, labels.shape) == ((1000, 2), (1000,))


def test_the_chapters_expression_gives_the_same_bits(book_data):
    features, labels = book_data
    gm.seed(0)
    drawn = nd.random.normal(scale=1, shape=(1000, 2))
    noise = nd.random.normal(scale=0.01, shape=(1000,))
    expected = 2 * features[:, 0] + -3.4 * features[:, 1] + 4.2
    expected += noise
    assert features.asnumpy().tolist() == drawn.asnumpy().tolist()
    assert labels.asnumpy().tolist() == expected.asnumpy().tolist()


def test_other_sizes():
    for true_w in ([1, 2, 3], nd.array([-1])):
        features, labels = gm.generate_data(len(true_w), 20, true_w, 5)
        assert (features.shape, labels.shape) == ((20, len(true_w)), (20,))
        noise = labels - nd.dot(features, nd.array(true_w)) - 5
        assert 0 < noise.abs().max().asscalar() < 0.1


def test_initial_velocities_are_zero_and_gradients_attached():
    [w, b], vs = gm.init_params(num_inputs=3)
    assert b.asscalar() == 0
    for param, v, shape in zip((w, b), vs, ((3, 1), (1,))):
        assert param.shape == v.shape == param.grad.shape == shape
        assert not v.asnumpy().any()


def test_initial_weights_are_a_hundredth_of_normals_or_as_scale_says():
    gm.seed(5)
    drawn = nd.random.normal(shape=(2, 1)).asnumpy()
    for options, scale in (({}, 0.01), ({"scale": 3}, 3)):
        gm.seed(5)
        [w, _], _ = gm.init_params(**options)
        np.testing.assert_allclose(w.asnumpy(), scale * drawn, rtol=1e-6)
