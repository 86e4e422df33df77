"""generate_data and init_params: the book's own draws, shapes, and bad input."""

import numpy as np
import pytest

import gluon_momentum as gm


def test_seed_0_is_the_stream_of_an_unseeded_mxnet(book_data):
    # Read from a fresh process of MXNet 1.9.1 that seeds nothing.
    features, labels = book_data
    assert features[0].asnumpy().tolist() == np.float32([2.2122064, 0.7740038]).tolist()
    assert features.shape == (1000, 2)
    assert labels.shape == (1000,)


def test_labels_are_linear_but_for_the_noise(book_data):
    features, labels = (array.asnumpy().astype(np.float64) for array in book_data)
    noise = labels - features @ [2, -3.4] - 4.2
    assert 0.009 < noise.std() < 0.011
    assert abs(noise.mean()) < 0.001


def test_the_chapters_expression_gives_the_same_bits(book_data):
    features, labels = book_data
    gm.seed(0)
    from mxnet import nd

    nd.random.normal(scale=1, shape=(1000, 2))
    noise = nd.random.normal(scale=0.01, shape=(1000,))
    expected = 2 * features[:, 0] + -3.4 * features[:, 1] + 4.2
    expected += noise
    assert labels.asnumpy().tolist() == expected.asnumpy().tolist()


def test_other_sizes():
    features, labels = gm.generate_data(3, 20, true_w=(1, 2, 3), true_b=0)
    assert features.shape == (20, 3)
    assert labels.shape == (20,)
    features, labels = gm.generate_data(1, 1, true_w=[1], true_b=0)
    assert abs((labels - features[:, 0]).asscalar()) < 0.1


def test_initial_velocities_are_zero_and_gradients_attached():
    [w, b], vs = gm.init_params(num_inputs=3)
    assert w.shape == (3, 1)
    assert b.asnumpy().tolist() == [0.0]
    assert [v.asnumpy().any() for v in vs] == [False, False]
    assert [v.shape for v in vs] == [(3, 1), (1,)]
    assert w.grad.shape == w.shape
    assert b.grad.shape == b.shape


def test_scale_multiplies_the_same_draws():
    gm.seed(5)
    small = gm.init_params(scale=0.01)[0][0].asnumpy()
    gm.seed(5)
    large = gm.init_params(scale=1)[0][0].asnumpy()
    np.testing.assert_allclose(small, 0.01 * large, rtol=1e-6)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: gm.generate_data(0), "num_inputs must be a positive integer, not 0"),
        (lambda: gm.generate_data(2, 1.5), "num_examples must be a positive integer, not 1.5"),
        (lambda: gm.generate_data(3), "true_w must have num_inputs = 3 weights"),
        (lambda: gm.generate_data(2, true_w=[1, np.nan]), "^true_w must be finite numbers: "),
        (lambda: gm.init_params(True), "num_inputs must be a positive integer, not True"),
        (lambda: gm.init_params(2, scale=0), "scale must be a finite number above 0"),
    ],
)
def test_bad_input_gets_one_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
