"""The progress bar, and that it changes nothing."""

import xarray

import gluon_momentum as gm
from gluon_momentum.progress import progress_bar


def test_it_says_what_is_done_how_many_and_how_fast(monkeypatch, capsys):
    monkeypatch.setenv("TTY_COMPATIBLE", "1")  # rich then takes the captured stderr for a terminal
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress_bar("runs of 1,000", 1000, visible=True) as bar:
        bar.advance(400)
        bar.advance(600)
    with progress_bar("beginning", None, visible=True) as bar:
        bar.begin("training")
    out, err = capsys.readouterr()
    assert out == ""
    assert "1,000 runs of 1,000, " in err
    assert "training" in err


def test_it_is_silent_unless_visible_and_changes_no_sweep(capsys, book_data):
    with progress_bar("runs of 1,000", 1000, visible=False) as bar:
        bar.advance(1000)
        bar.begin("nothing")
    assert capsys.readouterr() == ("", "")
    call = {"lr": [0.1, 0.2], "mom": [0.5], "num_epochs": 1}
    plain = gm.sweep(*book_data, **call)
    xarray.testing.assert_identical(gm.sweep(*book_data, **call, progress=True), plain)
