"""The progress bar, and that it changes nothing."""

import xarray

import gluon_momentum as gm
from gluon_momentum.progress import progress_bar


def test_it_says_how_many_are_done_and_the_rate(monkeypatch, capsys):
    monkeypatch.setenv("TTY_COMPATIBLE", "1")  # rich then takes the captured stderr for a terminal
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress_bar("runs of 1,000", 1000, visible=True) as bar:
        bar.advance(400)
        bar.advance(600)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "1,000 runs of 1,000, " in captured.err


def test_it_says_what_is_being_done(monkeypatch, capsys):
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress_bar("beginning", None, visible=True) as bar:
        bar.begin("training")
    assert "training" in capsys.readouterr().err


def test_it_is_silent_unless_visible(capsys):
    with progress_bar("runs of 1,000", 1000, visible=False) as bar:
        bar.advance(1000)
        bar.begin("nothing")
    assert capsys.readouterr() == ("", "")


def test_a_sweep_with_a_bar_is_the_same(book_data):
    call = {"lr": [0.1, 0.2], "mom": [0.5], "num_epochs": 1}
    plain = gm.sweep(*book_data, **call)
    xarray.testing.assert_identical(gm.sweep(*book_data, **call, progress=True), plain)
