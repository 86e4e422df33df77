"""The page's fifth section in a real browser: a reader's own run, and what is said of it."""

import json

import numpy as np
import pytest
from chromium import enter, settled, shown_at, text
from conftest import wait_until
from explore import content

import gluon_momentum as gm
from gluon_momentum.editions.airfoil import VARIABLE
from gluon_momentum.explore.page import render, words

pytest.importorskip(
    "selenium.webdriver",
    reason="The page was not opened in a browser: pip install selenium, or use `make test`.",
)
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

pytestmark = pytest.mark.slow
PRINTED = (
    "w: \n[[ 1.9987]\n [-3.4112]]\n<NDArray 2x1 @cpu(0)> \nb: \n[4.2003]\n<NDArray 1 @cpu(0)> \n"
)


def begin(driver):
    """Scroll to the section, and wait for its first verdict."""
    driver.execute_script("document.getElementById('yours').scrollIntoView()")
    wait_until(lambda: driver.execute_script("return Boolean(yours.found)"))
    judged(driver)
    return driver


def judged(driver):
    wait_until(lambda: not driver.execute_script("return yours.working || page.waiting.size"))
    settled(driver)


def choose(driver, name, value):
    Select(driver.find_element("id", f"yours-{name}")).select_by_value(value)
    judged(driver)


def write(driver, name, number):
    enter(driver, f"yours-{name}", number)
    judged(driver)


def paste(driver, name, lines):
    driver.execute_script(
        "const data = new DataTransfer(); data.setData('text', arguments[1]);"
        "document.getElementById(arguments[0]).dispatchEvent(new ClipboardEvent('paste',"
        " {clipboardData: data, bubbles: true, cancelable: true}));",
        f"yours-{name}",
        lines,
    )
    judged(driver)


def field(driver, name):
    return driver.find_element("id", f"yours-{name}").get_property("value")


def shown(driver, source):
    return json.loads(driver.execute_script(
        "return JSON.stringify(page.models[arguments[0]].data, (_, each) =>"
        " (ArrayBuffer.isView(each) ? [...each] : each))",
        f"{source}-source",
    ))  # fmt: skip


def ask(driver, call):
    """Return what momentum.judge resolves to, or the message with which it is refused."""
    return driver.execute_async_script(
        "const done = arguments[1]; momentum.judge(arguments[0])"
        ".then(done, (error) => done(`${error.name}: ${error.message}`))",
        call,
    )


def test_judge_promises_what_compare_finds(opened):
    call = {"edition": "2018", "mom": 0.9, "lr": 0.2, "w": ["1.9987", "-3.4012"], "b": "4.2003"}
    found = ask(opened, {**call, "shuffles": 2000})
    theirs = gm.compare(**{**call, "w": tuple(call["w"])}, shuffles=2000).calls[0]
    assert set(found) == {"as_strange", "shuffles", "p", "verdict", "explained"}
    assert found["verdict"] == theirs.verdict == "ordinary"
    assert abs(found["as_strange"] - theirs.as_strange) <= 4
    wrong = ask(opened, {**call, "mom": 0.5, "w": ["1.9987", "-3.4112"]})
    assert wrong["verdict"] == "not a run of this program"
    assert [each["mistake"] for each in wrong["explained"]] == ["gradient not divided"]
    refused = ask(opened, {**call, "mom": 2})
    assert refused.startswith("RangeError: ")
    assert refused.endswith("not 2.")


def test_calls_are_judged_one_after_the_other(opened):
    found = opened.execute_async_script(
        "const done = arguments[0], call = {mom: 0.9, b: '4.2003', shuffles: 300};"
        "Promise.all(['-3.4012', '-3.5', '-3.4012'].map((w) =>"
        " momentum.judge({...call, w: ['1.9987', w]}))).then(done)"
    )
    first, second, third = (each["verdict"] for each in found)
    assert first == third != second


def test_a_readers_run_is_ranked_as_it_is_typed(opened):
    begin(opened)
    assert "ordinary" in text(opened, "yours-says")
    cloud = shown(opened, "cloud")
    assert 1900 < len(cloud["x"]) <= 2000
    example = content("data")["example"]
    assert shown(opened, "value") == {"x": [float(example["w"][0])], "y": [float(example["w"][1])]}
    write(opened, "w2", "-3.5")
    assert "not a run of this program" in text(opened, "yours-says")
    assert "outside the picture" in text(opened, "yours-says")
    assert text(opened, "yours-explained") == words()["yours-unexplained"]["en"]
    write(opened, "w2", "-3.4112")
    explained = opened.execute_script("return yours.found.explained.map((each) => each.mistake)")
    assert "no decay" in explained
    assert text(opened, "yours-explained").count("It would be ordinary") == len(explained)
    write(opened, "w2", "nan")  # which is nowhere in the picture
    assert shown(opened, "value") == {"x": [], "y": []}
    assert "outside the picture" not in text(opened, "yours-says")
    write(opened, "w2", "-3.4112")
    opened.find_element("css selector", "#yours-calls button").click()
    judged(opened)
    assert field(opened, "mom") == "0.99"
    assert shown(opened, "cloud") != cloud


def test_printed_lines_are_pasted_into_any_field(opened):
    begin(opened)
    paste(opened, "b", PRINTED)
    assert [field(opened, name) for name in ("w1", "w2", "b")] == ["1.9987", "-3.4112", "4.2003"]
    assert "not a run" in text(opened, "yours-says")
    assert 'w: ["1.9987", "-3.4112"]' in text(opened, "yours-code")
    code = opened.find_element("id", "yours-code").get_property("textContent")
    again = opened.execute_async_script(
        f"(async () => {code.replace('await ', '')})().then(arguments[0])"
    )
    assert again["verdict"] == "not a run of this program"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_cannot_be_judged_is_said_in_one_sentence(open_page, language):
    driver = begin(open_page(language=language))
    for name, value, key in [
        ("mom", "1.2", "bad-momentum"),
        ("lr", "fast", "bad-rate"),
        ("num_epochs", "0", "bad-whole"),
        ("w1", "about 2", "bad-printed"),
    ]:
        before = field(driver, name)
        write(driver, name, value)
        said = text(driver, "yours-note")
        start = words()[key][language].partition("{")[0]
        assert said.startswith(start)
        assert value in said
        assert text(driver, "yours-says") == words()["yours-refused"][language]
        write(driver, name, before)
        assert text(driver, "yours-note") == ""
    write(driver, "b", Keys.BACKSPACE)
    assert text(driver, "yours-says") == words()["yours-empty"][language]
    assert shown(driver, "cloud")["x"] == []


def test_todays_edition_has_its_programs_by_framework(opened, airfoil_file):
    begin(opened)
    choose(opened, "edition", "2020")
    assert not opened.find_element("id", "yours-w1").is_displayed()
    choose(opened, "framework", "pytorch")
    options = [option.text for option in Select(opened.find_element("id", "yours-program")).options]
    assert "concise, until December 2021" in options
    choose(opened, "program", "pytorch concise 2022-01")
    opened.find_element("css selector", "#yours-calls button:last-child").click()
    judged(opened)
    assert "0.005 acts as 0.01" in text(opened, "yours-about")
    assert field(opened, "num_epochs") == "4"
    paste(opened, "loss", "loss: 0.246, 0.045 sec/epoch")
    assert "ordinary" in text(opened, "yours-says")
    bars, line = shown(opened, "bars"), shown(opened, "value-line")
    assert 1900 < sum(bars["top"]) <= 2000
    assert line["x"] == [0.246, 0.246]
    assert bars["left"][0] < 0.246 < bars["right"][-1]
    for program in ("pytorch concise 2020-07", ""):
        choose(opened, "program", program)
        about = text(opened, "yours-about")
        assert "0.005 acts as 0.01" in about
        assert "concise, since January 2022" in about
        assert "until December 2021" not in about
    assert opened.execute_script("return yours.found.cases.length") == 4
    choose(opened, "program", "pytorch scratch")
    assert text(opened, "yours-about") == ""


def test_a_link_opens_the_same_run(opened, open_page, airfoil_file):
    begin(opened)
    choose(opened, "edition", "2020")
    choose(opened, "framework", "tensorflow")
    choose(opened, "program", "tensorflow concise 2022-01")
    write(opened, "loss", "0.251")
    fragment = opened.execute_script("return link.text()")
    said = text(opened, "yours-says")
    again = begin(open_page(fragment=f"#{fragment}"))
    assert text(again, "yours-says") == said
    assert field(again, "program") == "tensorflow concise 2022-01"
    assert again.execute_script("return link.text()") == fragment


def test_a_link_that_leaves_settings_out_has_those_of_its_program(open_page, airfoil_file):
    program = "pytorch concise 2022-01"
    link = f"#yours.edition=2020&yours.framework=pytorch&yours.program={program}&yours.loss=0.251"
    driver = begin(open_page(fragment=link))
    own = [field(driver, name) for name in ("program", "mom", "lr", "num_epochs", "loss")]
    assert own == [program, "0.5", "0.02", "4", "0.251"]
    write(driver, "num_epochs", "3")  # as the first edition has it
    again = begin(open_page(fragment=f"#{driver.execute_script('return link.text()')}"))
    assert field(again, "num_epochs") == "3"


def test_without_a_worker_the_page_judges_too(driver, open_page):
    source = {"source": "delete window.Worker"}
    script = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", source)
    try:
        begin(open_page())
        assert "ordinary" in text(driver, "yours-says")
    finally:
        driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)


def test_without_the_airfoil_data_2018_alone_is_judged(driver, tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = tmp_path / "explore.html"
    path.write_text(render(), "utf8")
    driver.get(path.as_uri())
    wait_until(lambda: driver.execute_script("return document.documentElement.dataset.ready"))
    begin(driver)
    assert "ordinary" in text(driver, "yours-says")
    editions = Select(driver.find_element("id", "yours-edition")).options
    assert [option.get_attribute("value") for option in editions] == ["2018"]
    assert "--data FILE" in text(driver, "yours")
    refused = ask(driver, {"edition": "2020", "mom": 0.5, "lr": 0.02, "loss": "0.245"})
    assert refused.startswith("RangeError: The edition of 2020")


def test_the_numbers_of_a_histogram_are_those_of_the_shuffles(opened, airfoil_file):
    begin(opened)
    choose(opened, "edition", "2019")
    write(opened, "loss", "0.244321")
    pool = np.array(opened.execute_script("return [...yours.found.pool[0]]"))
    bars = shown(opened, "bars")
    edges = [*bars["left"], bars["right"][-1]]
    highest = int(np.argmax(bars["top"]))
    x, y = shown_at(opened, "yours", 0.5, 0.5)
    frame = opened.execute_script(
        "const {min_border_left, inner_width} = page.models.yours;"
        "return [page.element('yours-surface').getBoundingClientRect().left + min_border_left,"
        " inner_width];"
    )
    x = frame[0] + frame[1] * (highest + 0.5) / len(bars["top"])
    event = {"type": "mouseMoved", "x": x, "y": y}
    opened.execute_cdp_cmd("Input.dispatchMouseEvent", event)
    assert text(opened, "yours-tip").endswith(f": {bars['top'][highest]} shuffles")
    np.testing.assert_allclose(bars["top"], np.histogram(pool, edges)[0], atol=2)
