"""The page in small windows, under fingers, by keyboard, read out, printed, in forced colours."""

import os
from pathlib import Path

import pytest
from chromium import (
    contrast,
    curve,
    enter,
    press,
    settled,
    shown_at,
    touch,
    value,
)
from conftest import wait_until
from explore import page

pytest.importorskip(
    "selenium",
    reason="The page was not opened in a browser: pip install selenium, or use `make test`.",
)
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

pytestmark = pytest.mark.slow

COVERED = """
    const element = arguments[0] || document.activeElement;
    const {left, right, top, bottom} = element.getBoundingClientRect();
    const middle = (from, to, most) => (Math.max(from, 0) + Math.min(to, most)) / 2;
    const seen = document.elementFromPoint(middle(left, right, innerWidth),
      middle(top, bottom, innerHeight));
    return top < innerHeight && bottom > 0 && seen && element.contains(seen) ? "" :
      `${element.tagName} ${element.id}`;
"""
CONTROLS = "main input, main select, main button, header button, [tabindex='0'], summary"


@pytest.mark.parametrize(("width", "height"), [(320, 256), (640, 300)])
def test_in_a_low_window_every_control_can_be_seen(open_page, width, height):
    driver = open_page(width, height=height)
    covered = []
    for control in driver.find_elements("css selector", CONTROLS):
        driver.execute_script("arguments[0].scrollIntoView({block: 'nearest'})", control)
        if control.is_displayed():
            covered.append(driver.execute_script(COVERED, control))
    assert len(covered) > 25
    assert set(covered) == {""}


@pytest.mark.parametrize("height", [664, 844])
def test_the_plot_that_stays_covers_nothing_that_has_the_focus(open_page, height):
    # In Chinese, and with every curve, the keys are longest.
    driver = open_page(390, height=height, fragment="#lang=zh&together=true&outside=true")
    stays = driver.execute_script(
        "return getComputedStyle(page.element('loss-plot').closest('.stay')).position"
    )
    assert stays == "sticky"
    driver.execute_script("scrollTo(0, document.body.scrollHeight); page.element('python').focus()")
    covered, last = [], None
    for _ in range(80):
        ActionChains(driver).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
        focus = driver.switch_to.active_element
        if focus == last or focus.tag_name == "body":
            break
        covered.append(driver.execute_script(COVERED))
        last = focus
    assert len(covered) > 30
    assert [each for each in covered if each] == []


@pytest.fixture(scope="module")
def axe():
    """Return the script of axe-core, which looks for what keeps people out."""
    path = os.environ.get("GLUON_MOMENTUM_AXE")
    if not path:
        pytest.skip("axe-core is not here: set GLUON_MOMENTUM_AXE to its axe.min.js (see .ci/run).")
    return Path(path).read_text("utf8")


@pytest.mark.parametrize("width", [320, 390, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing(open_page, axe, language, scheme, width):
    fragment = f"#lang={language}&together=true&outside=true&mom=2"
    driver = open_page(width, scheme=scheme, fragment=fragment)
    driver.execute_script(axe)
    found = driver.execute_async_script("axe.run().then(arguments[0])")
    assert len(found["passes"]) > 20
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


def test_every_stop_of_the_tab_key_has_a_name_and_all_text_is_in_a_landmark(opened):
    stops = []
    opened.find_element("tag name", "body").click()
    for _ in range(80):
        opened.switch_to.active_element.send_keys(Keys.TAB)
        name = opened.execute_script(
            "const at = document.activeElement;"
            "return at === document.body ? null : at.ariaLabel || at.textContent ||"
            " at.labels && [...at.labels].map((each) => each.textContent).join() || '';"
        )
        if name is None:
            break
        stops.append(name)
    assert len(stops) > 30
    assert "" not in stops
    assert opened.execute_script(
        "return !!document.querySelector('main [data-text=intro], header [data-text=intro]')"
    )


def test_a_finger_that_scrolls_from_a_slider_leaves_its_value(touched):
    def scrolled():
        return touched.execute_script("return scrollY")

    def slide(slider, *moves):
        touch(touched, *shown_on(touched, slider), *moves)
        settled(touched)
        return value(touched, slider.replace("-slider", ""))

    sliders = touched.find_elements("css selector", "[type=range]")
    assert len(sliders) >= 10
    for slider in [each.get_attribute("id") for each in sliders]:
        before = value(touched, slider.replace("-slider", ""))
        shown_on(touched, slider)
        from_here = scrolled()
        assert slide(slider, *((0, -15 * step) for step in range(1, 9))) == before
        wait_until(lambda here=from_here: scrolled() > here + 30)
        assert value(touched, slider.replace("-slider", "")) == before
        assert slide(slider, *((4 * step, 0) for step in range(1, 9))) != before


def shown_on(driver, slider):
    """Scroll to a slider, and return a point of it far from where it stands."""
    left, top, width, height, share = driver.execute_script(
        "const slider = page.element(arguments[0]);"
        "slider.scrollIntoView({block: 'center'});"
        "const {left, top, width, height} = slider.getBoundingClientRect();"
        "const share = (slider.value - slider.min) / (slider.max - slider.min);"
        "return [left, top, width, height, share];",
        slider,
    )
    return left + (0.25 if share > 0.5 else 0.65) * width, top + height / 2


@pytest.mark.parametrize("name", ["valley", "average", "loss", "final", "yours"])
def test_two_fingers_enlarge_a_plot(touched, name):
    def scale():
        return touched.execute_script("return visualViewport.scale")

    x, y = shown_at(touched, name, 0.5, 0.5)
    settled(touched)
    assert scale() == 1
    for step in range(15):
        points = [{"x": x + side * (10 + 8 * step), "y": y, "id": side + 1} for side in (-1, 1)]
        event = {"type": "touchMove" if step else "touchStart", "touchPoints": points}
        touched.execute_cdp_cmd("Input.dispatchTouchEvent", event)
    touched.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    try:
        wait_until(lambda: scale() > 1.5, 20)
    finally:
        touched.execute_cdp_cmd("Emulation.setPageScaleFactor", {"pageScaleFactor": 1})


@pytest.mark.parametrize(
    ("id", "before", "after"),
    [
        ("mom", "0.9", 0.91),
        ("lr", "0.2", 0.21),
        ("lr", "0.003", 0.0031),
        ("lr", "3", 3.1),
        ("valley-lr", "0.45", 0.46),
        ("valley-mom", "0.5", 0.51),
        ("valley-x1", "-5", -4.95),
        ("valley-step", "7", 8),
        ("valley-x2", "-2", -1.95),
        ("average-mom", "0.95", 0.96),
        ("batch_size", "10", 11),
        ("num_epochs", "3", 4),
        ("seed", "5", 6),
    ],
)
def test_the_arrow_keys_step_a_number_by_what_suits_it(opened, id, before, after):
    enter(opened, id, before)
    press(opened, id, Keys.ARROW_UP)
    assert value(opened, id) == pytest.approx(after, rel=1e-12)
    press(opened, id, Keys.ARROW_DOWN)
    assert value(opened, id) == pytest.approx(float(before), rel=1e-12)


def test_an_emptied_number_keeps_its_value_and_one_that_is_not_allowed_says_so(opened):
    def note(id):
        return opened.find_element("id", f"{id}-note").text

    enter(opened, "lr", "0.1234567")
    before = curve(opened, "run")
    press(opened, "lr", Keys.CONTROL, "a", Keys.NULL, Keys.BACKSPACE)
    press(opened, "mom-slider", Keys.ARROW_LEFT, Keys.ARROW_RIGHT)
    assert curve(opened, "run") == before
    assert value(opened, "lr") == 0.1234567
    assert note("lr") == ""
    for id, written, taken in [
        ("mom", "3", 1), ("lr", "-1", 0.0001), ("seed", "0.00000001", 0), ("seed", "1e9", 99),
        ("valley-step", "0.00000001", 0), ("valley-x1", "-7", -6), ("num_epochs", "2.5", 3),
    ]:  # fmt: skip
        enter(opened, id, written)
        assert value(opened, id) == taken
        assert str(taken) in note(id)
        press(opened, f"{id}-slider", Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
        assert note(id) == ""


@pytest.mark.parametrize("lacking", ["ResizeObserver", "matchMedia", "DecompressionStream"])
def test_where_the_page_cannot_start_it_says_so(driver, written, lacking):
    source = f"window.{lacking} = undefined;"
    added = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": source})
    try:
        driver.get(f"{written}?{lacking}")
        wait_until(lambda: lacking in driver.find_element("tag name", "body").text, 20)
        said = driver.find_element("tag name", "body").text
    finally:
        driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)
        driver.get_log("browser")
    assert "could not start" in said
    assert "无法在这个浏览器中启动" in said


def test_a_browser_that_cannot_read_the_scripts_says_so(driver, tmp_path):
    path = tmp_path / "old.html"
    path.write_text(page().replace("window.momentum = {", "window.momentum = let {"), "utf8")
    driver.get(path.as_uri())
    wait_until(lambda: "could not start" in driver.find_element("tag name", "body").text)
    driver.get_log("browser")


WITHOUT = {
    "none": "delete window.Worker;",
    "refused": "window.Worker = class { constructor() { throw new Error('refused'); } };",
    "failing": "window.Worker = class { postMessage() { setTimeout(() => this.onerror()); } };",
}


@pytest.mark.parametrize("kind", WITHOUT)
def test_without_a_worker_the_rest_works_and_what_is_missing_says_so(driver, open_page, kind):
    added = driver.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument", {"source": WITHOUT[kind]}
    )
    try:
        opened = open_page()
        before = curve(opened, "run")
        press(opened, "mom-slider", Keys.ARROW_LEFT * 20)
        assert curve(opened, "run") != before
        missing = [each.text for each in opened.find_elements("css selector", ".alone")]
        assert len(missing) >= 2
        assert all("worker" in each for each in missing)
        enter(opened, "valley-step", "3")
        assert len(curve(opened, "moving")[0]) == 4
        # A run far below the curve that was published, and no band: that has room all the same.
        enter(opened, "mom", "0.99")
        enter(opened, "seed", "2")
        highest = max(curve(opened, "published")[1])
        assert 10 * max(curve(opened, "run")[1]) < highest
        assert highest <= opened.execute_script("return page.models.loss.y_range.end")
    finally:
        driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


def test_old_browsers_may_start_a_worker_too(opened):
    policy = opened.find_element("css selector", "[http-equiv]").get_attribute("content")
    assert "worker-src blob:" in policy
    assert "child-src blob:" in policy


@pytest.mark.parametrize("width", [390, 1400])
def test_printed_plots_fit_the_paper_each_on_one_page_and_are_light(open_page, width):
    driver = open_page(width, scheme="dark")
    driver.execute_script("dispatchEvent(new Event('beforeprint'))")
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 700, "height": 1000, "deviceScaleFactor": 1, "mobile": False},
    )
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        boxes, covers, styles = driver.execute_script(
            """
            const pictures = [...document.querySelectorAll(".printed")];
            const boxes = pictures.map((each) => each.getBoundingClientRect());
            const all = [...boxes, ...[...document.querySelectorAll("main p, main li, table")]
              .map((each) => each.getBoundingClientRect()).filter(({width}) => width > 2)];
            const covers = boxes.map((box) => all.filter((other) => other !== box
              && box.left < other.right - 1 && other.left < box.right - 1
              && box.top < other.bottom - 1 && other.top < box.bottom - 1).length);
            const styles = pictures.map((each) => getComputedStyle(each.parentElement).breakInside);
            return [boxes.map(({left, right, height}) => [left, right, height]), covers, styles];
            """
        )
        light = driver.execute_script(
            "return [...document.querySelectorAll('.printed')].map((each) =>"
            " each.getContext('2d').getImageData(2, 2, 1, 1).data[0])"
        )
        bars = driver.execute_script(
            "const {width, height} = page.element('average-plot')"
            ".nextElementSibling; const at = page.element('average-plot').nextElementSibling"
            ".getContext('2d').getImageData(0, 0, width, height).data;"
            "let count = 0; for (let i = 0; i < at.length; i += 4) {"
            " if (at[i] === 0x3b && at[i + 1] === 0x0f && at[i + 2] === 0x70) count += 1; }"
            "return count;"
        )
        kept = driver.execute_script("return getComputedStyle(page.element('valley-plot')).display")
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        driver.execute_script("dispatchEvent(new Event('afterprint'))")
    assert len(boxes) == len(driver.execute_script("return page.plots.names"))
    assert all(left >= 0 and right <= 700 for left, right, _ in boxes)
    assert max(height for *_, height in boxes) < 700  # of about 1,000 on A4
    assert set(covers) == {0}
    assert set(styles) == {"avoid"}
    assert min(light) > 240
    assert bars > 1000  # of the light theme's colour
    assert kept == "none"
    assert driver.find_elements("css selector", ".printed") == []


def test_what_is_pressed_shows_in_forced_colours(open_page):
    driver = open_page(forced="active")
    pressed, other = (
        driver.execute_script(
            "const button = document.querySelector(arguments[0]), style = getComputedStyle(button);"
            "return [style.backgroundColor, style.color];",
            f'[data-experiment="{mom}"]',
        )
        for mom in ("0.9", "0.5")
    )
    assert pressed[0] != other[0]
    assert contrast(*pressed) >= 4.5


def test_what_a_section_shows_is_read_out_once_and_only_there(opened):
    opened.execute_script(
        "window.heard = [];"
        "for (const each of document.querySelectorAll('[aria-live], [role=status]')) {"
        " new MutationObserver(() => { if (each.textContent) heard.push(each.textContent); })"
        "  .observe(each, {childList: true, characterData: true, subtree: true}); }"
    )
    press(opened, "mom-slider", *[Keys.ARROW_LEFT] * 5)
    wait_until(lambda: opened.execute_script("return heard.length"))
    settled(opened)
    heard = opened.execute_script("return heard")
    assert len(heard) == 1
    assert heard[0] == opened.find_element("id", "loss-says").text
    assert opened.find_element("id", "final-says").text not in heard[0]
    press(opened, "final-surface", Keys.ARROW_RIGHT)
    wait_until(lambda: len(opened.execute_script("return heard")) == 2)
    assert opened.find_element("id", "final-says").text in opened.execute_script("return heard[1]")


def test_every_plot_is_described_by_a_sentence_with_its_values(opened):
    described = opened.execute_script(
        "return page.plots.names.map((name) => {"
        " const plot = page.element(`${name}-surface`).parentElement;"
        " const told = plot.querySelector('[aria-describedby]') || plot;"
        " return page.element(told.getAttribute('aria-describedby')).textContent; })"
    )
    assert all(any(letter.isdigit() for letter in each) for each in described)
    assert len(set(described)) == len(described)


def test_plots_are_written_in_the_font_and_size_of_the_page(opened):
    opened.execute_cdp_cmd("Page.enable", {})
    opened.execute_cdp_cmd("Page.setFontSizes", {"fontSizes": {"standard": 24, "fixed": 20}})
    try:
        opened.refresh()
        wait_until(lambda: opened.execute_script("return document.documentElement.dataset.ready"))
        settled(opened)
        written, font = opened.execute_script(
            "const axes = page.plots.names.flatMap((name) =>"
            " [...page.models[name].below, ...page.models[name].left]);"
            "return [[page.models.bar, ...axes].flatMap((each) => ['title', 'axis_label',"
            " 'major_label'].map((text) => [each[`${text}_text_font`],"
            " each[`${text}_text_font_size`]])).filter(([font]) => font),"
            " getComputedStyle(document.body).fontFamily];"
        )
        assert len(written) > 25
        assert {each for each, _ in written} == {font}
        assert min(float(size.replace("px", "")) for _, size in written) > 16
        # The places of the plots are still found.
        surface = opened.find_element("id", "final-surface")
        x, y = opened.execute_script(
            "const plot = page.models.final, share = finalMapShare(0.5);"
            "return [plot.min_border_left + share * plot.inner_width,"
            " plot.min_border_top + (1 - 0.525 / 1.05) * plot.inner_height];"
        )
        half = surface.size["width"] / 2, surface.size["height"] / 2
        ActionChains(opened).move_to_element_with_offset(
            surface, x - half[0], y - half[1]
        ).click().perform()
        settled(opened)
        assert value(opened, "lr") == pytest.approx(0.5, rel=0.05)
        assert value(opened, "mom") == pytest.approx(0.5, abs=0.02)
    finally:
        opened.execute_cdp_cmd("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
