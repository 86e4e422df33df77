"""`reproduce`: numbers for strict JSON, figures, and one page that needs nothing else."""

import json
import os
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest

import gluon_momentum as gm
from gluon_momentum import reproduction
from gluon_momentum.chapter.experiments import (
    CALLS,
    DATA,
    MOMENTA,
    SENTENCES,
    Outcome,
    experiments,
)
from gluon_momentum.checks import suite
from gluon_momentum.files import write_json
from gluon_momentum.plots import Figure
from gluon_momentum.published import chapter
from gluon_momentum.reproduction import Claim, Experiment

nd = pytest.importorskip("mxnet").nd


def made_up_run(losses):
    losses = np.array(losses, np.float32)
    return gm.Run(nd.array([[1], [2]]), nd.array([3]), np.arange(len(losses)) / 1.0, losses)


def test_json_has_null_and_a_flag_for_what_overflowed(tmp_path):
    record = reproduction.run_record(CALLS[0], made_up_run([1, 2.5, np.inf, np.nan]))
    write_json(tmp_path / "run.json", record)
    read = json.loads((tmp_path / "run.json").read_text("utf8"))
    assert read == {
        "call": CALLS[0]._asdict(),
        "w": [1.0, 2.0],
        "b": 3.0,
        "epochs": [0.0, 1.0, 2.0, 3.0],
        "losses": [1.0, 2.5, None, None],
        "diverged": True,
    }
    assert not reproduction.run_record(CALLS[0], made_up_run([1, 2]))["diverged"]


def test_the_experiments_start_where_the_published_curves_start(book_data):
    # Published to eight digits in August 2018; the last may differ by the order of the sum.
    published = {0.99: 16.254301, 0.9: 16.306552, 0.5: 16.335843}
    done = list(reproduction.with_claims(experiments(*book_data)))
    assert tuple(each.call for each in done) == CALLS
    for each in done:
        assert float(each.run.losses[0]) == pytest.approx(published[each.call.mom], rel=1e-7, abs=0)
    # With mom 0.9 and 0.5 these hold for every order of the mini-batches.
    rises = done[0].run.losses[-1] > done[0].run.losses[0]
    assert [each.claim.held for each in done] == [rises, True, True]


OUTCOMES = {
    0.99: Outcome([16, 900], [9, 9], 9),
    0.9: Outcome([16, 1e-4, 1e-3, 5e-5], [2, -3.4], 4.2),
    0.5: Outcome([16, 1, 1e-2, 5e-5], [2, -3.4], 4.2),
}
BROKEN = [
    (0.99, {"losses": [16, 15]}),
    (0.9, {"losses": [16, 17]}),
    (0.5, {"losses": [16, 17]}),
    (0.5, {"losses": [16, 1e-4, 10, 5e-5]}),  # rough
    (0.5, {"w": [2, -3.41]}),
    (0.5, {"b": 4.3}),
]


@pytest.mark.parametrize(("mom", "changed"), [*((mom, {}) for mom in OUTCOMES), *BROKEN])
def test_a_claim_breaks_with_each_of_its_sentences(mom, changed):
    outcomes = {**OUTCOMES, mom: OUTCOMES[mom]._replace(**changed)}
    runs = [
        (call, gm.Run(nd.array(outcome.w), nd.array([outcome.b]), None, np.array(outcome.losses)))
        for call, outcome in zip(CALLS, outcomes.values())
    ]
    claims = {each.call.mom: each.claim for each in reproduction.with_claims(runs)}
    assert claims[mom].held is not bool(changed)
    said = [text for name, text in chapter()["sentences"].items() if f"mom-{mom}." in name]
    assert claims[mom].text.lower() == "; ".join(said).lower() + "."
    assert claims[mom].text[0].isupper()


def test_every_sentence_is_a_claim_of_any_number_of_shuffles():
    assert list(SENTENCES) == list(chapter()["sentences"])
    losses = np.array([[16, 900], [16, 15]])
    of = {0.99: Outcome(losses, np.zeros((2, 2)), np.zeros(2))}.__getitem__
    assert SENTENCES["mom-0.99.rises"](of).tolist() == [True, False]


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


def assert_needs_nothing_else(text):
    page = Page(text)
    assert not [tag for tag, _ in page.elements if tag in ("script", "link", "img")]
    references = re.findall(r'(?:src|href)="([^"]*)"|url\(([^)]*)\)', text)
    references = {"".join(reference) for reference in references}
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert references <= {f"#{each}" for each in ids}


@pytest.mark.slow
def test_reproduce_writes_numbers_figures_and_a_page(command, tmp_path):
    status, out, err = command("reproduce", "--out", "r")
    assert (status, err) == (0, "")
    names = {"figure_7_2", "figure_7_3", "losses"} | {f"loss_mom_{mom}" for mom in MOMENTA}
    figures = {f"{name}.{kind}" for name in names for kind in ("svg", "png")}
    assert set(os.listdir("r")) == {"metrics.json", "report.html", "figures"}
    assert set(os.listdir("r/figures")) == figures
    assert all((tmp_path / "r/figures" / name).stat().st_size > 5000 for name in figures)

    text = (tmp_path / "r/metrics.json").read_text("utf8")
    metrics = json.loads(text, parse_constant=lambda token: pytest.fail(f"{token} is no JSON"))
    assert metrics["seed"] == 0
    assert {"package", "python", "platform", "mxnet", "numpy", "d2l"} <= set(metrics["environment"])
    assert metrics["data"] == json.loads(json.dumps(DATA._asdict()))
    gm.seed(0)
    data = gm.generate_data()
    page = (tmp_path / "r/report.html").read_text("utf8")
    for call, experiment in zip(CALLS, metrics["experiments"]):
        run = gm.optimize(*data, *call)
        assert experiment["call"] == call._asdict()
        assert experiment["losses"] == run.losses.tolist()
        assert experiment["epochs"] == run.epochs.tolist()
        assert experiment["w"] == run.w.asnumpy().ravel().tolist()
        assert experiment["b"] == run.b.asscalar()
        assert set(experiment["claim"]) == {"text", "held"}
        for printed in (out, page):
            assert f"{run.losses[0]:.6f}" in printed
            assert f"{run.losses[-1]:.4e}" in printed
    assert out.count(" yes ") + out.count(" no ") == 3

    assert_needs_nothing_else(page)
    drawn = Page(page).all("svg")
    assert len(drawn) == len(Page(page).all("figcaption")) == 6
    assert all(svg["role"] == "img" and len(svg["aria-label"]) > 30 for svg in drawn)
    assert re.match(r"momentum 0\.99: from 16\.3 to ", drawn[0]["aria-label"])
    assert "Compared with what was published" not in page


@pytest.mark.slow
def test_reproduce_can_compare_with_what_was_published(command, tmp_path, monkeypatch):
    checks = suite.select(["chapter.limit", "2019-01"])
    monkeypatch.setattr(suite, "select", lambda **_: checks)
    status, out, _ = command("reproduce", "--verify", "--out", ".")
    assert status == 0
    assert f"Checks: {len(checks)}; hold: {len(checks)}; do not hold: 0." in out
    page = (tmp_path / "report.html").read_text("utf8")
    assert f"{len(checks)} of {len(checks)} checks hold" in page
    assert "-1673.365109" in page


def test_the_page_tells_what_failed_and_what_ran():
    done = [
        Experiment(call, made_up_run([16, 900]), Claim("It <fell>.", call.mom != 0.5))
        for call in CALLS
    ]
    figures = {
        name: Figure(None, 'A "curve".', 'rises, then "falls"', (1, 1))
        for name in ("one", "another")
    }
    svg = (
        '<?xml version="1.0"?><svg width="9pt"><g id="a"><use href="#a" clip="url(#a)"/></g></svg>'
    )
    findings = [
        SimpleNamespace(
            check=SimpleNamespace(id=f"a.{measured}", published="1.5"),
            seen=SimpleNamespace(text=measured),
            holds=measured == "1.4",
            failure=f"1.5, not {measured}",
        )
        for measured in ("1.4", "9")
    ]
    described = {"mxnet": "1.9.1", "blas": ["A", "B"], "threads": None}
    text = reproduction.render(done, figures, dict.fromkeys(figures, svg), described, 7, findings)
    assert_needs_nothing_else(text)
    assert [each["aria-label"] for each in Page(text).all("svg")] == ['rises, then "falls"'] * 2
    assert text.count("It &lt;fell&gt;.") == 3
    assert text.count('<span class="no">no</span>') == 2  # a claim, and a check
    for told in ("16.000000", "9.0000e+02", "1.0000, 2.0000", "seed 7", "A B", "not set"):
        assert told in text
    assert "1 of 2 checks hold" in text
    assert "<code>a.9</code>: 1.5, not 9." in text
