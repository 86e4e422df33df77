"""The 2019 edition run again: starts, runs and spreads that belong together."""

import random
from types import SimpleNamespace

import mxnet as mx
import numpy as np
import pytest
import reference

from gluon_momentum.airfoil import program
from gluon_momentum.published import edition_2019
from gluon_momentum.verification import edition

RUNS = edition_2019().runs


@pytest.fixture
def small(monkeypatch):
    """Return the edition on few data, the path that these were loaded from, and the data."""
    generator = np.random.default_rng(0)
    features = generator.normal(size=(213, 5)).astype(np.float32)
    labels = generator.normal(size=213).astype(np.float32)
    paths = []

    def load(path):
        paths.append(path)
        return mx.nd.array(features), mx.nd.array(labels)

    monkeypatch.setattr(edition.data, "load", load)
    return SimpleNamespace(
        measured=edition.EditionMeasured(30, "a.dat"), paths=paths, data=(features, labels)
    )


def test_only_gluons_program_divides_the_last_mini_batch_by_ten():
    for run in RUNS:
        found = edition.schedule(run.program == edition.GLUON)
        assert found == (10, 2, 100, True, run.program == "scratch")


def test_the_runs_start_from_the_next_weights_of_one_stream():
    found = edition.starts(4, 5)
    mx.random.seed(0)
    for start in found:
        drawn = mx.nd.random.normal(scale=0.01, shape=(5, 1)).asnumpy().ravel()
        assert start.tolist() == [*drawn.tolist(), 0]


@pytest.mark.slow
def test_each_run_is_its_spreads_shuffle_of_seed_0(small):
    for index, run in enumerate(RUNS):
        swept = small.measured.spread(index)
        assert swept.losses.shape == (30, 5)
        np.testing.assert_allclose(swept.epochs, [0, 0.5, 1, 1.5, 2], rtol=1e-15)
        reference.assert_same_stream(small.measured.run(index).losses, swept.losses[0])
        for seed in (0, 29):
            _, _, losses = reference.train_2019(
                *small.data,
                small.measured.starts[index, :-1],
                random.Random(seed).shuffle,
                run.lr,
                run.mom,
                own_size=run.program == "scratch",
            )
            reference.assert_same_stream(swept.losses[seed], losses)


@pytest.mark.slow
def test_each_part_is_computed_once(small):
    measured = small.measured
    assert measured.run(0) is measured.run(0) is not measured.run(1)
    assert measured.starts is measured.starts
    assert measured.spread(1) is measured.spread(1) is not measured.spread(2)
    assert small.paths == ["a.dat"]


@pytest.mark.slow
def test_a_run_does_not_depend_on_those_before_it(small):
    last = small.measured.run(3)
    others = edition.EditionMeasured(30)
    assert [others.run(index).losses.tolist() for index in range(4)][3] == last.losses.tolist()


def test_a_spread_needs_no_run_and_leaves_pythons_generator(small, monkeypatch):
    monkeypatch.setattr(program, "train_ch7", None)
    monkeypatch.setattr(program, "train_gluon_ch7", None)
    small.measured.spread(3)
