"""The command ``explore``; what is on the page is in test_explore_*.py."""

import os
import sys
import webbrowser

import pytest
from conftest import run_process
from explore import page

from gluon_momentum.explore import page as module


@pytest.fixture(autouse=True)
def rendered(monkeypatch):
    """Write the page once for all tests."""
    monkeypatch.setattr(module, "render", page)


@pytest.fixture
def shown(monkeypatch):
    """Return a list of what a browser would be shown."""
    addresses = []

    class Browser:
        open = staticmethod(addresses.append)

    monkeypatch.setattr(webbrowser, "get", Browser)
    return addresses


def test_the_page_is_written_and_said_so(command, tmp_path):
    status, out, err = command("explore")
    assert (status, err) == (0, "")
    size = len(page().encode()) / 1e6
    assert (
        out == f"Wrote explore.html ({size:.1f} MB): open it in a browser; it needs no network.\n"
    )
    assert (tmp_path / "explore.html").read_text("utf8") == page()
    assert os.listdir(tmp_path) == ["explore.html"]


def test_it_goes_where_it_is_told_and_replaces_what_is_there(command, tmp_path):
    assert command("explore", "--out", "new/page.html")[0] == 0
    (tmp_path / "new/page.html").write_text("old")
    assert command("explore", "--out", "new/page.html")[0] == 0
    assert (tmp_path / "new/page.html").read_text("utf8") == page()


def test_open_shows_it(command, shown, tmp_path):
    assert command("explore", "--open", "--out", "my page.html")[0] == 0
    assert shown == [(tmp_path / "my page.html").as_uri()]


def test_open_without_a_browser_gets_one_sentence_and_no_file(command, monkeypatch, tmp_path):
    def get():
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "get", get)
    status, out, err = command("explore", "--open")
    assert (status, out) == (2, "")
    assert err == (
        "gluon-momentum: --open found no browser on this machine: write the page without it, and "
        "open the file in a browser elsewhere.\n"
    )
    assert os.listdir(tmp_path) == []


def test_a_page_that_cannot_be_written_gets_one_sentence(command, monkeypatch, tmp_path):
    monkeypatch.setattr(module, "render", lambda: pytest.fail("it was not looked at first"))
    status, out, err = command("explore", "--out", str(tmp_path))
    assert (status, out) == (2, "")
    assert err == f"gluon-momentum: {tmp_path} cannot be written: it is a folder.\n"


@pytest.mark.slow
def test_no_other_command_imports_the_plots_of_bokeh():
    program = (
        "import sys; sys.argv = ['gluon-momentum', 'info']\n"
        "from gluon_momentum.cli import main\n"
        "try: main()\n"
        "finally: assert 'bokeh.models' not in sys.modules\n"
    )
    assert run_process([sys.executable, "-c", program]).returncode == 0
