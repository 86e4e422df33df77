"""One problem over many shuffles, compared with the program step by step."""

import random

import numpy as np
import pytest
import reference

from gluon_momentum.sweeps.over_shuffles import Grid, over_shuffles
from gluon_momentum.sweeps.regression import regress
from gluon_momentum.sweeps.rule import CHAPTER, Rule
from gluon_momentum.sweeps.schedule import Schedule

RNG = np.random.default_rng(2)
FEATURES = RNG.normal(size=(40, 2))
LABELS = FEATURES @ [2, -3.4] + 4.2 + 0.01 * RNG.normal(size=40)
SEEDS = [4, 0, 11]
LR, MOM = [0.02, 0.05, 0.1], [0.5, 0.9]


def block(start, rule=CHAPTER, **options):
    grid = Grid(np.array(start), LR, MOM, rule)
    return blocks([grid], **options)[0]


def blocks(grids, **options):
    problem = regress(FEATURES, LABELS), Schedule(10, 3, 10), SEEDS
    return over_shuffles(*problem, grids, **options)


def runs():
    """Yield each run's place, and its learning rate and momentum."""
    for place, (mom, lr) in enumerate((mom, lr) for mom in MOM for lr in LR):
        yield place, lr, mom


@pytest.mark.parametrize("outside", [False, True])
def test_every_pair_is_run_for_every_seed(outside):
    found = block([0.3, -0.2, 0.0], trace=True, rule=Rule(outside=outside))
    assert found.losses.shape == (3, 13, 6)
    assert found.losses.dtype == np.float32
    for s, seed in enumerate(SEEDS):
        for place, lr, mom in runs():
            call = {"batch_size": 10, "lr": lr, "mom": mom, "num_epochs": 3, "log_interval": 10}
            shuffle = random.Random(seed).shuffle
            convention = "pytorch" if outside else "book"
            w, b, losses = reference.train(
                FEATURES, LABELS, [0.3, -0.2], shuffle, convention=convention, **call
            )
            reference.assert_same_stream(found.losses[s, :, place], losses)
            np.testing.assert_allclose(found.params[s, :, place], [*w, b], rtol=0, atol=1e-4)


def test_each_seed_may_have_its_own_start():
    starts = RNG.normal(size=(3, 3))
    each = block(starts, trace=True)
    for s, start in enumerate(starts):
        alone = block(start, trace=True)
        assert each.losses[s].tolist() == alone.losses[s].tolist()


def test_several_grids_at_once_are_each_as_alone():
    grids = [
        Grid(np.array([0.3, -0.2, 0.0]), LR, MOM),
        Grid(np.zeros(3), [0.1], [0.9, 0.99], Rule(decay=1.0)),
        Grid(RNG.normal(size=(3, 3)), [0.05], [0.5], Rule(nesterov=True)),
    ]
    together = blocks(grids, trace=True)
    for grid, found in zip(grids, together):
        [alone] = blocks([grid], trace=True)
        for one, other in zip(found, alone):
            assert one.tolist() == other.tolist()


def test_more_seeds_than_a_thread_takes_at_once_stay_in_order():
    problem = regress(FEATURES, LABELS), Schedule(10, 3, 10)
    grid = Grid(np.zeros(3), [0.1], [0.9])
    [many] = over_shuffles(*problem, range(150), [grid])
    for seed in (0, 63, 64, 149):
        [one] = over_shuffles(*problem, [seed], [grid])
        assert many.params[seed].tolist() == one.params[0].tolist()


def test_a_pair_has_the_number_of_its_run():
    grid = Grid(np.zeros(3), LR, MOM)
    assert [grid.number(lr, mom) for _, lr, mom in runs()] == list(range(6))


def test_traces_are_kept_only_if_asked_for():
    without, with_traces = block([0, 0, 0]), block([0, 0, 0], trace=True)
    assert without.losses.shape == (3, 0, 6)
    assert without.params.tolist() == with_traces.params.tolist()


def test_the_callers_generator_is_left_alone():
    state = random.getstate()
    block([0, 0, 0])
    assert random.getstate() == state
