import json

import numpy as np
import pytest
from explore import content

import gluon_momentum as gm
from gluon_momentum.experiments import DATA, MOMENTA
from gluon_momentum.published import unseeded_run

DATA_OF_THE_PAGE = content("data")


def test_the_data_are_the_books(book_data):
    features, labels = (array.asnumpy() for array in book_data)
    read = np.array(DATA_OF_THE_PAGE["features"], np.float32).reshape(features.shape)
    np.testing.assert_array_equal(read, features)
    np.testing.assert_array_equal(np.array(DATA_OF_THE_PAGE["labels"], np.float32), labels)


@pytest.mark.parametrize("seed", [0, 1, 57, 99])
def test_a_start_is_what_its_seed_draws_first(seed):
    gm.seed(seed)
    [w, b], _ = gm.init_params()
    start = np.array(DATA_OF_THE_PAGE["starts"][seed], np.float32)
    np.testing.assert_array_equal(start, w.asnumpy().ravel())
    assert b.asscalar() == 0
    assert len(DATA_OF_THE_PAGE["starts"]) == 100


def test_the_experiments_are_those_of_the_book(book):
    experiments = DATA_OF_THE_PAGE["experiments"]
    assert [each["call"]["mom"] for each in experiments] == list(MOMENTA)
    for ours, published in zip(experiments, unseeded_run("2018-08").experiments):
        assert ours["call"] == published.call._asdict()
        assert (tuple(ours["w"]), ours["b"]) == (published.w, published.b)
        np.testing.assert_array_equal(np.transpose(ours["curve"]), published.curve)
        w, _ = book.start.initial[published.call.mom]
        np.testing.assert_array_equal(np.array(ours["start"], np.float32), w.ravel())


def test_the_truth_is_that_of_the_labels():
    assert DATA_OF_THE_PAGE["truth"] == {"w": DATA["true_w"], "b": DATA["true_b"]}


def test_the_largest_eigenvalue_is_that_of_a_sweep(book_data):
    ds = gm.sweep(*book_data, lr=[0.1], mom=[0.5])
    assert DATA_OF_THE_PAGE["lambda_max"] == pytest.approx(ds.lambda_max, rel=1e-12)


def test_the_data_hold_no_number_that_json_lacks():
    json.dumps(DATA_OF_THE_PAGE, allow_nan=False)
