"""What the checks look at, computed when one asks for it."""

from copy import copy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from gluon_momentum.verification import SHUFFLES, measured
from gluon_momentum.verification.spread import Spread
from gluon_momentum.verification.suite import select, verify


def test_nothing_is_computed_that_no_check_needs(monkeypatch):
    monkeypatch.setattr(measured, "spread", None)
    monkeypatch.setattr(measured.programs, "book_runs", None)
    checks = select(["2019-01", "chapter.limit", "2018-08.mom-0.99.end"])
    # Nor is the file of the 2019 edition looked for.
    nowhere = measured.Measured(data=Path("no/such/file"))
    assert all(finding.holds for finding in verify(checks, nowhere))


def test_too_few_shuffles_to_refuse_anything():
    with pytest.raises(
        ValueError,
        match=r"^shuffles must be at least 300, not 299: with fewer, the band would hang on "
        r"single shuffles\.$",
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
    # For each of three experiments, from two scales of the first weights, every loss in float32;
    # and of one of them three copies in float64. What else a sweep needs is little.
    losses = 1_000_000 * 301
    assert losses * (6 * 4 + 3 * 8) < needed < 1.01 * losses * (6 * 4 + 3 * 8)


@pytest.mark.parametrize(
    ("run", "scale"),
    [("2018-04", 1), ("2018-04-gluon", 1), ("2018-08", 0.01), ("2018-09-gluon", 0.01)],
)
def test_a_spread_is_over_all_shuffles_from_the_runs_start(monkeypatch, run, scale):
    given = []
    monkeypatch.setattr(measured, "spread", lambda *arguments: given.append(arguments))
    monkeypatch.setattr(measured, "regress", lambda *arguments: arguments)

    def book_start(momenta, scale):
        w = np.array([[3.0], [4.0]]) * scale
        initial = {0.99: None, 0.9: (w, np.zeros(1)), 0.5: None}
        assert list(momenta) == list(initial)
        return SimpleNamespace(features=np.ones((4, 2)), labels=np.ones(4), initial=initial)

    monkeypatch.setattr(measured.programs, "book_start", book_start)
    assert measured.Measured(400).spread(0.9, run) is None
    [((features, labels), schedule, start, *rest)] = given
    assert features.dtype == labels.dtype == np.float64  # or its regression would be float32's
    assert (features.shape, labels.shape) == ((4, 2), (4,))
    assert schedule == (10, 3, 10, False, False)
    assert start.tolist() == [3 * scale, 4 * scale, 0]
    assert rest == [0.2, 0.9, range(400)]


def test_each_part_is_computed_once(monkeypatch):
    for name in ("book_runs", "book_gluon_runs", "regenerate"):
        monkeypatch.setattr(measured.programs, name, lambda *_: object())
    initial = {mom: (np.zeros((2, 1)), np.zeros(1)) for mom in (0.5, 0.9)}
    start = SimpleNamespace(features=np.ones((3, 2)), labels=np.ones(3), initial=initial)
    monkeypatch.setattr(measured.programs, "book_start", lambda *_: copy(start))
    monkeypatch.setattr(measured, "spread", lambda *_: object())
    once = measured.Measured()
    assert once.start is once.start is not start
    assert once.runs is once.runs
    assert once.gluon_runs is once.gluon_runs is not once.runs
    assert once.spread(0.5) is once.spread(0.5)
    assert once.spread(0.9) is not once.spread(0.5)
    assert once.spread(0.5, "2018-09") is once.spread(0.5)
    assert once.spread(0.5, "2018-04") is once.spread(0.5, "2018-04-gluon") is not once.spread(0.5)
    assert once.seeded("2018-01", "scratch") is once.seeded("2018-01", "scratch")
    assert once.seeded("2018-01", "gluon") is not once.seeded("2018-01", "scratch")


def test_the_runs_are_those_of_august_2018_in_their_order(monkeypatch):
    monkeypatch.setattr(measured.programs, "book_runs", list)
    monkeypatch.setattr(measured.programs, "book_gluon_runs", list)
    monkeypatch.setattr(measured.programs, "book_start", lambda momenta, _: list(momenta))
    monkeypatch.setattr(measured.programs, "regenerate", lambda *names: names)
    once = measured.Measured()
    assert [call.mom for call in once.runs] == once.start == [0.99, 0.9, 0.5]
    assert once.gluon_runs == once.runs
    assert once.seeded("2018-01", "gluon") == ("2018-01", "gluon")


def test_an_outcome_is_the_spreads(monkeypatch):
    over = Spread(None, np.ones((4, 5)), np.arange(12.0).reshape(4, 3))
    monkeypatch.setattr(measured.Measured, "spread", lambda _, mom: {0.5: over}[mom])
    outcome = measured.Measured().outcome(0.5)
    assert outcome.losses is over.losses
    assert outcome.w.tolist() == over.params[:, :2].tolist()
    assert outcome.b.tolist() == over.params[:, 2].tolist()


def test_the_edition_of_2019_has_the_same_shuffles_and_the_given_file(monkeypatch):
    given = []
    monkeypatch.setattr(measured, "EditionMeasured", lambda *arguments: given.append(arguments))
    measured.Measured(400, Path("a.dat"))
    assert given == [(400, Path("a.dat"))]
