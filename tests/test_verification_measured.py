"""What the checks look at, computed when one asks for it."""

from types import SimpleNamespace

import pytest

from gluon_momentum.verification import SHUFFLES, measured
from gluon_momentum.verification.suite import select, verify


def test_nothing_is_computed_that_no_check_needs(monkeypatch):
    monkeypatch.setattr(measured, "spread", None)
    monkeypatch.setattr(measured.programs, "book_runs", None)
    checks = select(["2019-01", "chapter.limit", "2018-08.mom-0.99.end"])
    assert all(finding.holds for finding in verify(checks, measured.Measured()))


def test_too_few_shuffles_to_refuse_anything():
    with pytest.raises(
        ValueError,
        match=r"^shuffles must be at least 300, not 299: with fewer, no published run could lie "
        r"outside the band\.$",
    ):
        measured.Measured(299)
    assert measured.Measured(300).shuffles == 300
    assert measured.Measured().shuffles == SHUFFLES


def test_the_memory_for_the_losses_is_there_before_anything_is_computed(monkeypatch):
    asked = []
    monkeypatch.setattr(measured.memory, "check", lambda *arguments: asked.append(arguments))
    measured.Measured(1_000_000)
    [(needed, what, remedy)] = asked
    assert (what, remedy) == ("A comparison with 1,000,000 shuffles", "ask for fewer")
    # For each of three experiments every loss in float32; and of one of them three copies in
    # float64. What else a sweep needs is little.
    losses = 1_000_000 * 301
    assert losses * (3 * 4 + 3 * 8) < needed < 1.01 * losses * (3 * 4 + 3 * 8)


def test_a_spread_is_over_all_shuffles_from_the_books_start(monkeypatch):
    given = []
    monkeypatch.setattr(measured, "spread", lambda *arguments: given.append(arguments))
    start = SimpleNamespace(features="x", labels="y", initial={0.9: "w and b"})
    monkeypatch.setattr(measured.programs, "book_start", lambda momenta: start)
    assert measured.Measured(400).spread(0.9) is None
    call = {"batch_size": 10, "lr": 0.2, "mom": 0.9, "num_epochs": 3, "log_interval": 10}
    assert given == [("x", "y", "w and b", tuple(call.values()), range(400))]


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
