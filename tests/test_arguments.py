"""One rule for what takes data, and one sentence for what is none."""

from fractions import Fraction

import numpy as np
import pytest
import xarray
from mxnet import nd

import gluon_momentum as gm
from gluon_momentum import arguments
from gluon_momentum.experiments import CALL
from gluon_momentum.sweeps import exercise

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
    assert array.dtype == np.float64
    assert array.tolist() == VALUES


@pytest.mark.parametrize("form", NOT_NUMBERS)
def test_everything_that_takes_data_refuses_what_holds_no_numbers(form, book_data):
    features, labels = book_data
    values = NOT_NUMBERS[form]
    calls = {
        "features": [
            lambda: gm.optimize(values, labels, mom=0.5, **CALL),
            lambda: gm.sweep(values, labels, [0.1], [0.5]),
        ],
        "labels": [
            lambda: gm.optimize(features, values, mom=0.5, **CALL),
            lambda: gm.sweep(features, values, [0.1], [0.5]),
        ],
        "lr": [lambda: gm.sweep(features, labels, values, [0.5])],
        "mom": [lambda: gm.sweep(features, labels, [0.1], values)],
        "seeds": [lambda: gm.sweep(features, labels, [0.1], [0.5], values)],
        "initial": [lambda: gm.sweep(features, labels, [0.1], [0.5], initial=(values, [0]))],
        "x": [lambda: gm.ewma(values, 0.5)],
        "start": [lambda: gm.gd_trace(0.1, start=values)],
        "true_w": [lambda: gm.generate_data(true_w=values)],
    }
    for name, attempts in calls.items():
        for attempt in attempts:
            with pytest.raises(
                ValueError, match=f"^{name} must be real numbers in .*\\.$"
            ) as error:
                attempt()
            assert "\n" not in str(error.value)
            assert len(str(error.value)) < 200


def same_runs(first, second):
    return first.losses.tobytes() == second.losses.tobytes()


@pytest.mark.parametrize(
    "convert",
    [
        lambda array: array.asnumpy(),
        lambda array: array.asnumpy().astype(np.float64),
        lambda array: array.asnumpy().tolist(),
        lambda array: array.astype("float64"),
        lambda array: array.as_np_ndarray(),
    ],
)
def test_optimize_gives_the_same_bits_for_data_in_any_form(book_data, convert):
    few = [array[:200] for array in book_data]
    gm.seed(3)
    expected = gm.optimize(*few, mom=0.9, **{**CALL, "num_epochs": 1})
    gm.seed(3)
    run = gm.optimize(*map(convert, few), mom=0.9, **{**CALL, "num_epochs": 1})
    assert same_runs(run, expected)
    assert type(run.w) is nd.NDArray


def test_integers_are_data_too():
    features, labels = np.arange(12).reshape(6, 2) % 5, np.arange(6)
    runs = []
    for x, y in [(features, labels), (nd.array(features, dtype="int32"), nd.array(labels))]:
        gm.seed(1)
        runs.append(gm.optimize(x, y, 2, 0.01, 0.5, 2, 2))
    assert same_runs(*runs)
    assert np.isfinite(runs[0].losses).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e39])
@pytest.mark.parametrize("which", ["features", "labels"])
def test_data_that_are_not_finite_in_float32_are_refused(book_data, value, which):
    data = dict(zip(("features", "labels"), (array.asnumpy().astype(float) for array in book_data)))
    data[which].flat[7] = value
    for attempt in (
        lambda: gm.optimize(**data, mom=0.5, **CALL),
        lambda: gm.sweep(**data, lr=[0.1], mom=[0.5]),
    ):
        with pytest.raises(ValueError, match=rf"^{which} must be finite numbers: some are nan"):
            attempt()


@pytest.mark.parametrize(
    "value",
    [True, 10**400, -(10**400), pytest.param(10**5000, id="huge"), "0.2", None, 0.1j, [0.2]],
)
def test_a_number_is_none_of_these(value, book_data):
    attempts = {
        "lr": lambda: gm.optimize(*book_data, mom=0.5, **{**CALL, "lr": value}),
        "a": lambda: gm.gd_trace(0.1, a=value),
        "scale": lambda: gm.init_params(scale=value),
        "true_b": lambda: gm.generate_data(true_b=value),
    }
    for name, attempt in attempts.items():
        with pytest.raises(ValueError, match=rf"^{name} must be ") as error:
            attempt()
        assert len(str(error.value)) < 200


def test_a_bias_for_every_example_is_refused():
    with pytest.raises(ValueError, match=r"^true_b must be a finite number, not array\(\[0\., 0\."):
        gm.generate_data(true_b=np.zeros(1000))


def test_numbers_of_other_types_count_as_floats(book_data):
    for attempt in (
        lambda lr, mom: gm.momentum_trace(lr, mom, start=nd.array([-5, -2])),
        lambda lr, mom: gm.ewma(nd.array([1, 2, 3]), mom),
        lambda lr, mom: gm.sweep(*book_data, [lr], [mom], num_epochs=1).final_loss.values,
    ):
        ours, theirs = attempt(Fraction(1, 4), np.float32(0.5)), attempt(0.25, 0.5)
        assert ours.dtype == theirs.dtype != object
        assert ours.tolist() == theirs.tolist()
    gm.seed(2)
    expected = gm.optimize(*book_data, 10, 0.25, 0.5, 1, 10)
    gm.seed(2)
    call = (np.int64(10), Fraction(1, 4), np.float32(0.5), np.int8(1), np.uint16(10))
    assert same_runs(gm.optimize(*book_data, *call), expected)


@pytest.mark.parametrize("name", ["lr", "mom", "seeds"])
def test_a_value_given_twice_is_refused(book_data, name):
    axes = {"lr": [0.1], "mom": [0.5], "seeds": [0]}
    axes[name] = [*axes[name], *axes[name]]
    with pytest.raises(ValueError, match=f"^{name} must all differ: a repeated value repeats its"):
        gm.sweep(*book_data, **axes)


@pytest.mark.parametrize("initial", [3, "ab", ([0, 0],), ([0, 0], [0], [0])])
def test_initial_is_a_pair(book_data, initial):
    with pytest.raises(ValueError, match=r"^initial must be "):
        gm.sweep(*book_data, [0.1], [0.5], initial=initial)


@pytest.mark.parametrize(
    ("initial", "there"),
    [(3, "3"), (([0, 0],), "2"), (([0, 0, 0], 1), "3 and 1"), (([0, 0], [0], []), "2 and 1 and 0")],
)
def test_what_there_was_for_initial_is_said(book_data, initial, there):
    sentence = (
        r"^initial must be \(w, b\) with 2 weights, one per feature, and one bias, "
        rf"not {there}\.$"
    )
    with pytest.raises(ValueError, match=sentence):
        gm.sweep(*book_data, [0.1], [0.5], initial=initial)


def test_an_executor_is_one(book_data):
    with pytest.raises(ValueError, match=r"futures\.Executor or None, not 2\.$"):
        gm.sweep(*book_data, [0.1], [0.5], executor=2)


def test_the_largest_stable_rate_takes_ndarrays():
    assert exercise.largest_stable_lr(nd.array([0.5]), 1.0).tolist() == [3.0]
