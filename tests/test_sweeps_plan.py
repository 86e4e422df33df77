"""What a sweep computes, and its parts."""

from types import SimpleNamespace

import numpy as np
import pytest

from gluon_momentum.sweeps.plan import Plan
from gluon_momentum.sweeps.schedule import Schedule


@pytest.mark.parametrize(
    ("batch_size", "log_interval", "recorded"),
    [
        (10, 10, [True] * 5),
        (10, 20, [True, False, True, False, True]),
        (10, 15, [True, False, False, True, False]),  # what counts is the first example's number
        (10, 1000, [True, False, False, False, False]),
        (7, 14, [True, False, True, False, True, False, True]),
        (45, 1, [True]),
    ],
)
def test_losses_are_recorded_as_in_the_chapter(batch_size, log_interval, recorded):
    schedule = Schedule(batch_size, 3, log_interval)
    found = schedule.recorded(45)
    assert (found.dtype, found.tolist()) == (bool, recorded)
    assert schedule.num_losses(45) == 1 + 3 * sum(recorded)


def plan(**changed):
    """Return a plan of 3 seeds, 2 momenta and 4 learning rates."""
    regression, starts = SimpleNamespace(num_examples=45), np.arange(9.0).reshape(3, 3)
    lr, mom = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.5, 0.9])
    given = Plan(
        regression, Schedule(10, 3, 20), [7, 8, 9], starts, lr, mom, range(8), True, np.dtype("f4")
    )
    return given._replace(**changed)


def test_losses_are_kept_with_a_trace_alone():
    assert plan().num_kept == 1 + 3 * 3
    assert plan(trace=False).num_kept == 0


def test_a_part_has_some_seeds_with_their_starts_and_some_runs():
    part = plan().part(slice(1, 3), slice(2, 5))
    assert (part.seeds, part.runs) == ([8, 9], range(2, 5))
    assert part.starts.tolist() == [[3, 4, 5], [6, 7, 8]]
    assert part.lr.tolist() == plan().lr.tolist()
    assert part.part(slice(1, 2), slice(1, 2)).runs == range(3, 4)


@pytest.mark.parametrize(
    ("batch_size", "log_interval", "places"),
    [(10, 20, [1, 3]), (10, 100, []), (7, 14, [1, 3, 5]), (15, 45, [2])],
)
def test_losses_are_recorded_as_in_the_edition_of_2019(batch_size, log_interval, places):
    found = Schedule(batch_size, 3, log_interval, from_the_end=True).recorded(45)
    assert np.flatnonzero(found).tolist() == places
