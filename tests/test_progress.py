"""The progress bar, and that it changes nothing."""

import xarray

import gluon_momentum as gm
from gluon_momentum.progress import progress_bar


def test_it_says_how_many_are_done_and_the_rate(monkeypatch, capsys):
    monkeypatch.setenv("TTY_COMPATIBLE", "1")  # rich then takes the captured stderr for a terminal
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress_bar(1000, "runs", visible=True) as advance:
        advance(400)
        advance(600)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "1,000 of 1,000 runs" in captured.err


def test_it_is_silent_unless_visible(capsys):
    with progress_bar(1000, "runs", visible=False) as advance:
        advance(1000)
    assert capsys.readouterr() == ("", "")


def test_a_sweep_with_a_bar_is_the_same(book_data):
    call = {"lr": [0.1, 0.2], "mom": [0.5], "num_epochs": 1}
    plain = gm.sweep(*book_data, **call)
    xarray.testing.assert_identical(gm.sweep(*book_data, **call, progress=True), plain)
