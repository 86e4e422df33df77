"""Reading the files of what was published."""

from pathlib import Path

import pytest

import gluon_momentum.published
from gluon_momentum.published.store import EDITION, FILES, parsed, read


def test_every_run_has_its_file_and_every_file_is_read():
    folder = Path(gluon_momentum.published.__file__).parent
    assert {*FILES.values(), "ports.json"} == {path.name for path in folder.glob("*.json")}
    for run in FILES:
        assert read(run), run


def test_a_file_is_read_once():
    assert read("2018-04") is read("2018-04-gluon") is parsed("learn-gluon-f2d9c2e.json")


def test_a_run_that_is_not_among_those_asked_for_is_refused():
    assert read(EDITION, among=[EDITION])["runs"]
    with pytest.raises(ValueError, match=r"^run must be one of 2017-10, chapter, not '2018-08'\.$"):
        read("2018-08", among=("2017-10", "chapter"))
    with pytest.raises(ValueError, match=r"^run must be one of 2017-10, .*, not '../x'\.$"):
        read("../x")
