"""What an argument may be: the ends of each domain, and that whatever takes one asks for it."""

import math
from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
import xarray
from reference import CALL
from refused import refused

import gluon_momentum as gm
from gluon_momentum import arguments

nd = pytest.importorskip("mxnet").nd

LARGEST = float(np.finfo(np.float32).max)
TINY = 5e-324

# What is no number, and for each function: what it takes, its ends among them, and what it refuses.
NONE = [True, np.bool_(True), "1", None, 1j, Decimal(1), [1], math.nan, 10**400, -(10**400)]
NO_INTEGER = [True, np.bool_(True), 1.0, np.float64(2), "1", None]
DOMAINS = {
    "positive_int": ("it", [1, 2, np.int8(5), 10**30], [0, -1, *NO_INTEGER]),
    "positive_number": ("it", [TINY, 1, 1e308, Fraction(1, 4)], [0, -TINY, math.inf, *NONE]),
    "finite_number": ("it", [0, -1e308, Fraction(-1, 4), np.float32(2)], [-math.inf, *NONE]),
    "momentum": ("mom", [0, 1, 0.5, -0.0, np.int8(1), 1 - 1e-16], [-TINY, 1 + 1e-15, *NONE]),
    "decay": ("gamma", [0, 0.5, 1 - 1e-16, np.float32(0.5)], [1, -TINY, 2, *NONE]),
    "seed": ("seed", [0, 1, 2**31 - 1, np.int64(7)], [-1, 2**31, *NO_INTEGER]),
}


@pytest.mark.parametrize("function", DOMAINS)
def test_a_domain_holds_its_ends(function):
    name, taken, not_taken = DOMAINS[function]
    check = getattr(arguments, function)
    check = partial(check, name) if name == "it" else check
    for value in taken:
        assert check(value) == value
        assert type(check(value)) is (int if function in ("positive_int", "seed") else float)
    for value in not_taken:
        with refused(name) as error:
            check(value)
        assert arguments.shown(value) in str(error.value)


def test_a_batch_has_at_most_all_examples():
    assert arguments.batches(np.int8(5), 2, 3, 5) == (5, 2, 3)
    with refused("batch_size"):
        arguments.batches(6, 2, 3, 5)


def test_a_value_is_shown_on_one_line_and_not_for_long():
    class Long(int):
        def __repr__(self):  # as Python 3.11 does, of more than 4,300 digits
            raise ValueError

    assert arguments.shown("a\tb") == r"'a\tb'"
    assert arguments.shown(np.zeros((2, 2))) == "array([[0., 0.], [0., 0.]])"
    assert arguments.shown("x" * 58) == f"'{'x' * 58}'"
    assert arguments.shown("x" * 59) == f"'{'x' * 49}..."
    assert "3 bits" in arguments.shown(Long(5))


VALUES = [[1.0, 2.0], [3.0, 4.5]]
FORMS = {
    "NDArray": nd.array(VALUES),
    "float64 NDArray": nd.array(VALUES, dtype="float64"),
    "float16 NDArray": nd.array(VALUES, dtype="float16"),
    "array of mxnet.np": nd.array(VALUES).as_np_ndarray(),
    "numpy array": np.array(VALUES),
    "lists": VALUES,
    "tuples of numpy numbers": tuple(map(tuple, np.float32(VALUES))),
    "list of NDArrays": [nd.array(row) for row in VALUES],
    "list of arrays": list(np.array(VALUES)),
    "fractions": [[Fraction(value) for value in row] for row in VALUES],
    "DataArray": xarray.DataArray(VALUES),
}
NOT_NUMBERS = {
    "None": None,
    "None in a list": [[1.0, None], [2.0, 3.0]],
    "text": "1.0",
    "text in a list": [["1", "2"], [3, 4]],
    "array of text": np.array([["1", "2"]]),
    "masked": np.ma.masked_array(VALUES, [[0, 0], [0, 1]]),
    "masked in a list": [np.ma.masked_array([1.0, 2.0], [0, 1]), np.array([1.0, 2.0])],
    "complex": np.array(VALUES) + 1j,
    "complex in a list": [[1j, 2], [3, 4]],
    "dates": np.array([["2018-07-31"]], "datetime64[D]"),
    "spans of time": np.array([[1, 2]], "timedelta64[s]"),
    "booleans": np.array([[True, False]]),
    "a boolean in a list": [[1.0, True]],
    "rows of two lengths": [[1.0, 2.0], [3.0]],
    "arrays of two shapes": [np.zeros(2), np.zeros(3)],
    "a dictionary": {"features": 1},
    "a generator": (value for value in VALUES),
    "an object": object(),
}


@pytest.mark.parametrize("form", FORMS)
def test_numbers_are_taken_in_every_form(form):
    array = arguments.numbers("x", FORMS[form])
    assert (array.dtype, array.tolist()) == (np.float64, VALUES)


@pytest.mark.parametrize("form", NOT_NUMBERS)
def test_what_holds_no_numbers_is_refused(form):
    with refused("x"):
        arguments.numbers("x", NOT_NUMBERS[form])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        ([[]], [[]]),
        (np.zeros(0), []),
        (np.float32(3), 3),
        (np.array([[1, 2]], "int8"), [[1, 2]]),
        ([1, 10**400, -(10**400)], [1, math.inf, -math.inf]),
        ([[nd.array([1, 2])], [nd.array([3, 4])]], [[[1, 2]], [[3, 4]]]),
    ],
)
def test_numbers_become_float64_in_their_shape(values, expected):
    array = arguments.numbers("x", values)
    assert (array.dtype, array.tolist()) == (np.float64, expected)


def test_each_value_of_an_axis_is_as_its_check_returns_it():
    check = partial(arguments.positive_number, "lr")
    assert arguments.each("lr", [2, 1], check) == [2.0, 1.0]
    assert arguments.each("lr", nd.array([0.5]), check) == [0.5]
    for values in ([], 3, [[1, 2]], [1, 0], [0.5, 1, 0.5]):
        with refused("lr"):
            arguments.each("lr", values, check)


def test_features_are_a_matrix_and_labels_may_be_a_column():
    features, labels = arguments.data([[2]], [3])
    assert (features.tolist(), labels.tolist()) == ([[2.0]], [3.0])
    assert arguments.data(np.ones((3, 2)), np.ones((3, 1)))[1].shape == (3, 1)
    for x in (np.ones(3), np.ones((0, 2)), np.ones((3, 0)), np.ones((1, 2, 3)), 1):
        with refused("features"):
            arguments.data(x, np.ones(len(x) if np.ndim(x) else 1))
    for y in (np.ones(2), np.ones((1, 3)), np.ones((3, 2)), np.ones((3, 1, 1)), 1):
        with refused("labels"):
            arguments.data(np.ones((3, 2)), y)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("which", ["features", "labels"])
def test_data_are_finite_in_float32(which, sign):
    data = {"features": np.ones((3, 2)), "labels": np.ones(3)}
    data[which].flat[1] = sign * LARGEST
    assert arguments.data(**data)[which == "labels"].flat[1] == sign * LARGEST
    for value in (np.nextafter(LARGEST, np.inf), np.inf, np.nan):
        data[which].flat[1] = sign * value
        with refused(which):
            arguments.data(**data)


def test_seeds_are_whatever_holds_integers_none_of_them_twice():
    assert arguments.seeds([3, np.int64(1)]) == [3, 1]
    assert arguments.seeds(np.arange(3)) == [0, 1, 2]
    long = range(2**31)  # longer than memory
    assert arguments.seeds(long) is long
    assert arguments.seeds(range(5, 0, -2)) == range(5, 0, -2)
    ranges = [range(-1, 3), range(3, -2, -1), range(2**31 + 1), range(2**31, 5, -1), range(0)]
    for bad in ([3, 3], [0.5], *ranges):
        with refused("seeds?"):
            arguments.seeds(bad)


# A call of every function, and for each of its arguments what it refuses.
FEATURES, LABELS = np.array([[1.0], [2.0], [4.0]]), np.array([1.0, 0.0, 2.0])
RUN = {"batch_size": 2, "num_epochs": 1, "log_interval": 2}
DATA = {"features": FEATURES, "labels": LABELS, **RUN}
QUADRATIC = {"lr": 0.1, "steps": 1, "start": [1, 2], "a": 1, "c": 1}
GOOD = {
    "optimize": {**DATA, "lr": 0.1, "mom": 0.5},
    "sweep": {
        **DATA, "lr": [0.1], "mom": [0.5], "seeds": [0], "initial": ([0], [0]), "dtype": "float32",
        "executor": None,
    },
    "generate_data": {"num_inputs": 2, "num_examples": 3, "true_w": [1, 2], "true_b": 0},
    "init_params": {"num_inputs": 2, "scale": 1},
    "seed": {"seed": 0},
    "gd_trace": QUADRATIC,
    "momentum_trace": {**QUADRATIC, "mom": 0.5},
    "ewma": {"x": [1.0], "gamma": 0.5},
    "ewma_weights": {"gamma": 0.5, "n": 2},
    "effective_window": {"gamma": 0.5},
}  # fmt: skip
COUNT, NUMBER = [0, 1.5], [math.inf, "1"]
BAD = {
    "features": ["text", LABELS, [[np.nan]] * 3],
    "labels": ["text", LABELS[:2], [np.inf] * 3],
    "batch_size": [*COUNT, 4],
    "lr": [0, *NUMBER, []],
    "mom": [-0.1, 1.1, "1", []],
    "seeds": [-1, [], [1, 1], [-1]],
    "initial": [3, "ab", ([0],), ([0, 0], [0]), ([0], [0], [0]), ([0], [np.nan]), ("0", [0])],
    "dtype": ["float16"],
    "executor": [2],
    "true_w": [[1], [1, np.inf], "12"],
    "true_b": [*NUMBER, np.zeros(1000)],
    "scale": [0, *NUMBER],
    "seed": [-1, 2**31, 0.5],
    "start": ["ab", [1, 2, 3], [1, np.inf]],
    "a": [0, *NUMBER],
    "c": [0, *NUMBER],
    "x": ["text", 3.0],
    "gamma": [-0.1, 1, "0.9"],
    **dict.fromkeys(["num_epochs", "log_interval", "num_inputs", "num_examples", "steps"], COUNT),
    "n": COUNT,
}


@pytest.mark.parametrize(
    ("function", "name"), [(function, name) for function, call in GOOD.items() for name in call]
)
def test_every_argument_is_asked_for_what_it_may_be(function, name):
    call = getattr(gm, function)
    call(**GOOD[function])
    for value in BAD[name]:
        axis = function == "sweep" and name in ("lr", "mom") and value != []
        with refused("seeds?" if name == "seeds" else name):
            call(**{**GOOD[function], name: [value] if axis else value})


@pytest.mark.parametrize("axis", ["lr", "mom"])
def test_an_axis_of_a_sweep_holds_no_value_twice(axis):
    with refused(axis):
        gm.sweep(**{**GOOD["sweep"], axis: [0.5, 0.2, 0.5]})


@pytest.mark.parametrize(
    "convert",
    [
        lambda array: array.asnumpy().astype(np.float64),
        lambda array: array.asnumpy().tolist(),
        lambda array: array.astype("int32"),
        lambda array: array.as_np_ndarray(),
        lambda array: array.reshape((len(array), -1)),  # labels as a column
    ],
)
def test_optimize_gives_the_same_bits_for_data_in_any_form(convert):
    data = nd.array([[1, 0], [2, 5], [3, 4], [0, 1]]), nd.array([1, 0, 2, 3])
    runs = []
    for x, y in (data, map(convert, data)):
        gm.seed(3)
        runs.append(gm.optimize(x, y, **{**CALL, "batch_size": 2}, mom=0.9))
    assert runs[0].losses.tobytes() == runs[1].losses.tobytes()
    assert type(runs[1].w) is nd.NDArray


def test_numbers_of_other_types_count_as_floats(book_data):
    def optimized(lr, mom, batch_size, *two):
        gm.seed(2)
        return gm.optimize(*book_data, batch_size, lr, mom, *two).losses

    for call in (
        lambda lr, mom, *_: gm.momentum_trace(lr, mom, start=nd.array([-5, -2])),
        lambda lr, mom, *_: gm.ewma(nd.array([1, 2, 3]), mom),
        lambda lr, mom, *_: gm.sweep(*book_data, [lr], [mom], num_epochs=1).final_loss.values,
        optimized,
    ):
        ours = call(Fraction(1, 4), np.float32(0.5), np.int64(500), np.int8(1), np.uint16(10))
        theirs = call(0.25, 0.5, 500, 1, 10)
        assert ours.dtype == theirs.dtype != object
        assert ours.tolist() == theirs.tolist()
