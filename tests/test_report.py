"""The report is one page that needs nothing else."""

import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from test_reproduction import made_up_run

from gluon_momentum import report, reproduction
from gluon_momentum.claims import Claim
from gluon_momentum.experiments import Experiment
from gluon_momentum.files import together
from gluon_momentum.plots.figure import write_figures

# All look at one page, whose figures take over a second to draw.
pytestmark = pytest.mark.slow


class Page(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """Return the arguments of render for three made-up experiments, one of them failed."""
    runs = {0.99: made_up_run([16, 900]), 0.9: made_up_run([16, 1]), 0.5: made_up_run([16, 2])}
    figures = reproduction.chapter_figures(runs)
    with together() as files:
        svgs = write_figures(files, tmp_path_factory.mktemp("figures"), figures)
    done = [
        Experiment({"mom": mom}, run, Claim("It <fell>.", mom != 0.5)) for mom, run in runs.items()
    ]
    return done, figures, svgs, {"mxnet": "1.9.1", "blas": ["A", "B"], "threads": None}, 7


def test_every_figure_is_inline_and_told_in_words(parts):
    page = Page(report.render(*parts))
    drawn = page.all("svg")
    assert len(drawn) == 6
    assert all(svg["role"] == "img" and len(svg["aria-label"]) > 30 for svg in drawn)
    assert drawn[0]["aria-label"].startswith("momentum 0.99: from 16 to 900")
    assert len(page.all("figcaption")) == 6


def test_it_needs_no_network_and_no_script(parts):
    text = report.render(*parts)
    page = Page(text)
    assert not page.all("script")
    assert not page.all("link")
    assert not page.all("img")
    references = re.findall(r'(?:src|href)="([^"]*)"|url\(([^)]*)\)', text)
    assert all("".join(reference).startswith("#") for reference in references)


def test_no_id_stands_twice_and_every_reference_has_one(parts):
    text = report.render(*parts)
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="|url\()#([^")]*)', text)) <= set(ids)


def test_it_tells_the_numbers_the_claims_and_the_environment(parts):
    text = report.render(*parts)
    assert "It &lt;fell&gt;." in text
    assert '<span class="no">no</span>' in text
    for told in ("16.000000", "9.0000e+02", "1.0000, 2.0000", "seed 7", "A B", "not set"):
        assert told in text
    assert "Compared with what was published" not in text


def test_the_published_runs_are_compared_if_given(parts):
    findings = [
        SimpleNamespace(
            check=SimpleNamespace(id=f"a.{measured}", published="1.5"),
            measured=measured,
            holds=measured == "1.4",
            failure=f"1.5, not {measured}",
        )
        for measured in ("1.4", "9")
    ]
    text = report.render(*parts, findings)
    assert "1 of 2 checks hold" in text
    assert "<code>a.9</code>: 1.5, not 9." in text
