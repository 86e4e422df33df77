"""What an argument of many numbers may be: the ends of each domain."""

from functools import partial

import numpy as np
import pytest
from mxnet import nd

from gluon_momentum.arguments import arrays, positive_number

LARGEST = float(np.finfo(np.float32).max)


@pytest.mark.parametrize("values", [[], (), np.zeros(0), [[]]])
def test_no_numbers_are_an_empty_array(values):
    array = arrays.numbers("x", values)
    assert (array.dtype, array.size) == (np.float64, 0)


def test_one_number_is_an_array_of_no_dimensions():
    for value in (3, np.float32(3), np.array(3)):
        assert arrays.numbers("x", value).shape == ()


@pytest.mark.parametrize("dtype", ["int8", "uint16", "float16", "float32", "float64"])
def test_every_type_of_real_numbers_becomes_float64(dtype):
    array = arrays.numbers("x", np.array([[1, 2]], dtype))
    assert (array.dtype, array.tolist()) == (np.float64, [[1, 2]])


def test_integers_beyond_float64_are_infinite():
    assert arrays.numbers("x", [1, 10**400]).tolist() == [1, np.inf]


def test_arrays_in_a_list_become_its_rows():
    rows = [nd.array([1, 2]), nd.array([3, 4])]
    assert arrays.numbers("x", rows).tolist() == [[1, 2], [3, 4]]
    assert arrays.numbers("x", [[rows[0]], [rows[1]]]).shape == (2, 1, 2)


def test_the_sentence_says_what_is_wanted_and_what_there_was():
    with pytest.raises(
        ValueError,
        match=r"^x must be real numbers in an NDArray, a numpy array or nested lists of one shape, "
        r"not \['a'\]\.$",
    ):
        arrays.numbers("x", ["a"])


def test_each_value_is_as_its_check_returns_it():
    check = partial(positive_number, "lr")
    assert arrays.each("lr", [2, 1], check) == [2.0, 1.0]
    assert arrays.each("lr", nd.array([0.5]), check) == [0.5]
    with pytest.raises(ValueError, match=r"^lr must be a finite number above 0, not 0\.$"):
        arrays.each("lr", [1, 0], check)


def test_an_axis_has_one_dimension_and_a_value():
    for values, shape in (([], r"\(0,\)"), (3, r"\(\)"), ([[1, 2]], r"\(1, 2\)")):
        sentence = (
            f"^lr must be a one-dimensional array of at least one value, not of shape {shape}"
        )
        with pytest.raises(ValueError, match=sentence):
            arrays.each("lr", values, float)


def test_a_value_given_twice_is_refused():
    with pytest.raises(
        ValueError, match=r"^mom must all differ: a repeated value repeats its runs\.$"
    ):
        arrays.each("mom", [0.5, 1, 0.5], float)


def test_labels_may_be_a_column_and_nothing_else():
    x = np.ones((3, 2))
    for y in (np.ones(3), np.ones((3, 1))):
        features, labels = arrays.data(x, y)
        assert (features.shape, labels.shape) == ((3, 2), y.shape)
    for y in (np.ones(2), np.ones((1, 3)), np.ones((3, 2)), np.ones((3, 1, 1)), 1):
        with pytest.raises(ValueError, match=r"^labels must have one value for each of the 3 rows"):
            arrays.data(x, y)


def test_one_example_with_one_input_is_enough_and_none_is_not():
    features, labels = arrays.data([[2]], [3])
    assert (features.tolist(), labels.tolist()) == ([[2.0]], [3.0])
    for x in (np.ones(3), np.ones((0, 2)), np.ones((3, 0)), np.ones((1, 2, 3)), 1):
        with pytest.raises(
            ValueError,
            match=r"^features must have the shape \(num_examples, num_inputs\), neither of them 0, "
            rf"not \({', '.join(map(str, np.shape(x)))},?\)\.$",
        ):
            arrays.data(x, np.ones(len(x) if np.ndim(x) else 1))


def test_the_largest_float32_is_finite_and_what_is_above_is_not():
    for sign in (1, -1):
        arrays.finite("x", np.array([0, sign * LARGEST]))
        for value in (np.nextafter(LARGEST, np.inf), np.inf, np.nan):
            sentence = r"^x must be finite numbers: some are nan or above 3\.4e\+38\.$"
            with pytest.raises(ValueError, match=sentence):
                arrays.finite("x", np.array([0, sign * value]))


@pytest.mark.parametrize("which", [0, 1])
def test_data_are_finite(which):
    data = [np.ones((3, 2)), np.ones(3)]
    data[which].flat[1] = 1e39
    with pytest.raises(ValueError, match=f"^{('features', 'labels')[which]} must be finite"):
        arrays.data(*data)


def test_seeds_are_whatever_holds_integers_none_of_them_twice():
    assert arrays.seeds([3, np.int64(1)]) == [3, 1]
    assert arrays.seeds(np.arange(3)) == [0, 1, 2]
    with pytest.raises(ValueError, match=r"^seeds must all differ"):
        arrays.seeds([3, 3])


def test_a_range_of_seeds_stays_one_and_may_be_longer_than_memory():
    seeds = range(2**31)
    assert arrays.seeds(seeds) is seeds
    assert arrays.seeds(range(5, 0, -2)) == range(5, 0, -2)
    for bad in (range(-1, 3), range(3, -2, -1), range(2**31 + 1), range(2**31, 5, -1)):
        with pytest.raises(ValueError, match=r"^seed must be an integer from 0"):
            arrays.seeds(bad)
    with pytest.raises(ValueError, match=r"^seeds must be a one-dimensional array of at least one"):
        arrays.seeds(range(0))
