"""The page in Firefox and WebKit: the numbers of Chromium, to the last bit, and its controls."""

import json

import pytest
from conftest import wait_until
from engines import Firefox, WebKit
from explore import SETTINGS

pytestmark = pytest.mark.slow

LR, MOM = [0.01 * 1.3**place for place in range(24)], [0, 0.3, 0.5, 0.8, 0.9, 0.95, 0.99, 1]
# JSON has no infinity: as text, each loss keeps all its digits.
NUMBERS = [
    f"{json.dumps(SETTINGS)}.map((each) => momentum.run(each))"
    ".map(({losses, w, b}) => [losses.map(String), w.map(String), String(b)])",
    f"momentum.map({{lr: {LR}, mom: {MOM}, seed: 8}}).map((row) => row.map(String))",
    "[0, 1, 99, 2 ** 32 - 1].map((seed) => momentum.shuffled(seed, 1000))",
]


@pytest.fixture(scope="module", params=[Firefox, WebKit], ids=lambda engine: engine.__name__)
def engine(request, tmp_path_factory):
    """Start a browser."""
    with request.param.started(tmp_path_factory.mktemp("engine")) as browser:
        yield browser


def test_the_numbers_are_chromiums_to_the_last_bit(engine, written, open_page):
    engine.open(written)
    driver = open_page()
    for expression in NUMBERS:
        theirs = json.loads(driver.execute_script(f"return JSON.stringify({expression})"))
        assert engine.evaluate(expression) == theirs


CALLS = [
    {"mom": 0.9, "w": ["1.9987", "-3.4012"], "b": "4.2003"},
    {"mom": 0.99, "w": ["7.7297", "-7.8680"], "b": "1.6965"},
    {"mom": 0.5, "w": ["1.9987", "-3.4112"], "b": "4.2003", "framework": "other"},
]


def test_the_verdicts_are_chromiums_too(engine, written, open_page):
    assert_same_verdicts(CALLS, engine, written, open_page)


def test_the_verdicts_on_todays_edition_are_chromiums_too(engine, written, open_page, airfoil_file):
    call = {"edition": "2020", "framework": "tensorflow", "lr": 0.005, "mom": 0.9, "shuffles": 300}
    calls = [{**call, "loss": loss} for loss in ("0.243", "0.35")]
    assert_same_verdicts(calls, engine, written, open_page)


def assert_same_verdicts(calls, engine, written, open_page):
    engine.open(written)
    driver = open_page()
    for call in calls:
        judge = "momentum.judge(arguments[0]).then(arguments[1])"
        theirs = driver.execute_async_script(judge, call)
        assert engine.evaluate(f"momentum.judge({json.dumps(call)})") == theirs


SHOWN = """
    [page.element("mom").value, page.element("mom-slider").value, page.element("outside").checked,
     page.element("lr").value, Array.from(page.models["run-source"].data.y, String)]
"""


def test_what_was_set_is_still_there_when_the_reader_comes_back(engine, written):
    engine.open(written)
    engine.evaluate(
        """(() => {
            const slider = page.element("mom-slider");
            slider.value = 0.3;
            slider.dispatchEvent(new Event("input", {bubbles: true}));
            page.element("outside").click();
            const rate = page.element("lr");
            rate.value = "0.123";
            rate.dispatchEvent(new Event("input", {bubbles: true}));
            rate.dispatchEvent(new Event("change", {bubbles: true}));
        })()"""
    )
    wait_until(lambda: "lr=0.123" in engine.evaluate("location.hash"))
    before = engine.evaluate(SHOWN)
    assert before[:4] == ["0.3", "0.3", True, "0.123"]
    engine.go("about:blank")
    engine.back()
    engine.wait()
    # What a browser puts back by itself, it puts back a moment after it shows the page.
    engine.evaluate("new Promise((resolve) => setTimeout(resolve, 1000))")
    assert engine.evaluate(SHOWN) == before
    engine.reload()
    engine.evaluate("new Promise((resolve) => setTimeout(resolve, 1000))")
    assert engine.evaluate(SHOWN) == before
