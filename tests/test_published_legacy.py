"""The normals of MXNet 0.12 and 1.0."""

import math

import numpy as np
import pytest

import gluon_momentum as gm
from gluon_momentum.published import legacy_normal


def one_by_one(seed, shapes, library):
    """Draw the normals of MXNet 0.12 a pair at a time, as the C++ libraries do."""
    words = np.random.RandomState(127 * seed)
    arrays = []
    for shape in shapes:
        stream = np.random.RandomState(words.randint(0, 2**32, dtype=np.uint32))
        normals = []
        while len(normals) < np.prod(shape):
            u, v = (
                np.float32(2) * (np.float32(word) / np.float32(2**32)) - np.float32(1)
                for word in stream.randint(0, 2**32, size=2, dtype=np.uint32)
            )
            r = u * u + v * v
            if 0 < r <= 1:
                m = np.sqrt(np.float32(-2) * np.float32(math.log(r)) / r)
                normals += [v * m, u * m] if library == "libstdc++" else [u * m, v * m]
        arrays.append(np.array(normals[: np.prod(shape)]).reshape(shape))
    return arrays


@pytest.mark.parametrize("library", ["libstdc++", "libc++"])
def test_legacy_normals_are_those_of_the_libraries(library):
    shapes = [(100, 2), (101,), (1,), (2, 1)]
    ours = legacy_normal(3, shapes, library)
    for array, expected in zip(ours, one_by_one(3, shapes, library)):
        assert array.dtype == np.float32
        assert np.array_equal(array, expected)


def test_the_two_libraries_hand_out_a_pair_in_opposite_order():
    (linux,), (macos,) = (legacy_normal(1, [(50, 2)], name) for name in ("libstdc++", "libc++"))
    assert np.array_equal(linux, macos[:, ::-1])


def test_legacy_normals_are_standard_normal():
    (draws,) = legacy_normal(1, [(100_000,)], "libc++")
    # Five standard errors of the mean and of the standard deviation.
    assert abs(draws.mean()) < 5 / 100_000**0.5
    assert abs(draws.std() - 1) < 5 / 200_000**0.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, "glibc"), "library must be"),
        ((-1, "libc++"), "seed must be an integer from 0"),
        ((2**31 // 127 + 1, "libc++"), "seed must be an integer from 0"),
        ((0.5, "libc++"), "seed must be an integer from 0"),
        ((True, "libc++"), "seed must be an integer from 0"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    seed, library = arguments
    with pytest.raises(ValueError, match=message):
        legacy_normal(seed, [(1,)], library)


def test_an_empty_shape_is_refused():
    with pytest.raises(ValueError, match="every size in shape must be a positive integer"):
        legacy_normal(1, [(2, 0)], "libc++")


def test_a_numpy_integer_is_a_seed():
    (ours,), (theirs,) = (legacy_normal(seed, [(3,)], "libc++") for seed in (np.int64(1), 1))
    assert ours.tolist() == theirs.tolist()


def test_it_can_be_called_through_the_package():
    assert gm.published.legacy_normal is legacy_normal
