"""The chapter's three experiments."""

import pytest

from gluon_momentum import experiments as chapter


def test_the_experiments_start_where_the_published_curves_start(book_data):
    # Published to eight digits in August 2018; the last may differ by the order of the sum.
    published = {0.99: 16.254301, 0.9: 16.306552, 0.5: 16.335843}
    done = list(chapter.experiments(*book_data, [2, -3.4], 4.2))
    assert [each.call["mom"] for each in done] == list(published)
    for each in done:
        assert each.run.losses[0] == pytest.approx(published[each.call["mom"]], rel=1e-7, abs=0)
        assert each.call == {**chapter.CALL, "mom": each.call["mom"]}
        assert each.claim.text.startswith("The loss has ")
    # With mom 0.9 and 0.5 these hold for every order of the mini-batches.
    assert done[1].claim.held
    assert done[2].claim.held
    assert done[0].claim.held == (done[0].run.losses[-1] > done[0].run.losses[0])


def test_parameters_far_from_the_true_ones_break_the_last_claim(book_data):
    few = (array[:200] for array in book_data)
    *_, last = chapter.experiments(*few, [2, -3.4], 4.3)
    assert not last.claim.held
