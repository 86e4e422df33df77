"""The normals of MXNet 0.12 and 1.0."""

import math

import numpy as np
import pytest
from refused import refused

import gluon_momentum as gm

legacy_normal = gm.published.legacy_normal


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


@pytest.mark.parametrize("seed", [0, np.int64(3), (2**31 - 1) // 127])
@pytest.mark.parametrize("library", ["libstdc++", "libc++"])
def test_legacy_normals_are_those_of_the_libraries(library, seed):
    shapes = [(100, 2), (101,), (1,), (2, 1)]
    ours = legacy_normal(seed, shapes, library)
    for array, expected in zip(ours, one_by_one(seed, shapes, library)):
        assert array.dtype == np.float32
        assert np.array_equal(array, expected)


def test_bad_arguments_are_refused():
    for seed in (-1, (2**31 - 1) // 127 + 1, 0.5, True):
        with refused("seed"):
            legacy_normal(seed, [(1,)], "libc++")
    with refused("library"):
        legacy_normal(1, [(1,)], "glibc")
    with refused("every size in shape"):
        legacy_normal(1, [(2, 0)], "libc++")
