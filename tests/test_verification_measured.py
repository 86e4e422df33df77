"""What the checks look at, computed when one asks for it."""

import pytest

from gluon_momentum.verification import measured
from gluon_momentum.verification.suite import select, verify


def test_nothing_is_computed_that_no_check_needs(monkeypatch):
    monkeypatch.setattr(measured, "spread", None)
    monkeypatch.setattr(measured.programs, "book_runs", None)
    checks = select(["2019-01", "chapter.limit", "2018-08.mom-0.99.end"])
    assert all(finding.holds for finding in verify(checks, measured.Measured()))


def test_too_few_shuffles_to_refuse_anything():
    with pytest.raises(ValueError, match="shuffles must be at least 300, not 299"):
        measured.Measured(299)


def test_each_part_is_computed_once(book):
    assert book.start is book.start
    assert book.runs is book.runs
    assert book.spread(0.5) is book.spread(0.5)
    assert book.seeded("2018-01", "scratch") is book.seeded("2018-01", "scratch")


def test_an_outcome_is_the_spreads(book):
    outcome, spread = book.outcome(0.5), book.spread(0.5)
    assert outcome.losses is spread.losses
    assert (outcome.w == spread.params[:, :2]).all()
    assert (outcome.b == spread.params[:, 2]).all()
