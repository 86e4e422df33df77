"""The page in a real browser, without a screen: what a reader does, and what they then see."""

import json
import time

import numpy as np
import pytest
from explore import SETTINGS, assert_same_runs, find_browser, optimized, page

webdriver = pytest.importorskip(
    "selenium.webdriver",
    reason="The page was not opened in a browser: pip install selenium, or use `make test`.",
)
from selenium.webdriver import ActionChains  # noqa: E402
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

pytestmark = pytest.mark.slow
# It asks no host of its own accord, and keeps nothing.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    """Start a browser, English and 1,400 pixels wide."""
    browser, program = find_browser()
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in [*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"]:
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"intl.accept_languages": "en"})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(program))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the address of the page, in a file."""
    path = tmp_path_factory.mktemp("page") / "explore.html"
    path.write_text(page(), "utf8")
    return path.as_uri()


def emulate(driver, width, language="en", scheme="light"):
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    agent = driver.execute_script("return navigator.userAgent")
    override = {"userAgent": agent, "acceptLanguage": language}
    driver.execute_cdp_cmd("Emulation.setUserAgentOverride", override)


def until(reached, seconds=60):
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def open_page(driver, written, width=1400, **emulated):
    emulate(driver, width, **emulated)
    driver.get(written)
    until(lambda: driver.execute_script("return document.documentElement.dataset.ready"))
    settled(driver)


@pytest.fixture
def opened(driver, written):
    """Open the page anew; at the end, neither an error in its console nor a request."""
    driver.get_log("performance")
    open_page(driver, written)
    yield driver
    log = driver.get_log("browser")
    assert [entry for entry in log if entry["level"] == "SEVERE"] == []
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]
    assert any(address.startswith(written) for address in asked)  # the log does list requests
    # What begins with "chrome" is the browser's own page, of before.
    assert [url for url in asked if not url.startswith((written, "data:", "blob:", "chrome"))] == []


def settled(driver):
    """Wait until frame, band and map are drawn."""
    driver.execute_async_script(
        "const done = arguments[0];"
        "const look = () => document.getElementById('final-surface').ariaBusy === 'false'"
        " && page.models['band-source'].data.x.length && !page.waiting.size"
        " ? done() : setTimeout(look, 20); setTimeout(look, 50);"
    )


def curve(driver, name):
    """Return what a line of the loss plot, or another plot, shows now."""
    return driver.execute_script(
        "const {x, y} = page.models[arguments[0]].data; return [Array.from(x), Array.from(y)];",
        f"{name}-source",
    )


def move(driver, id, keys):
    """Move a slider with the keyboard."""
    slider = driver.find_element("id", f"{id}-slider")
    slider.send_keys(keys)
    settled(driver)


def value(driver, id):
    return float(driver.find_element("id", id).get_property("value"))


def run(driver, settings):
    """Return a run of the page as JSON would; Chromium's driver passes no infinity."""
    return json.loads(driver.execute_script(
        "return JSON.stringify(momentum.run(arguments[0]))", settings
    ))  # fmt: skip


def test_runs_are_those_of_optimize(opened):
    assert_same_runs([run(opened, settings) for settings in SETTINGS], optimized())


def test_a_map_has_a_row_for_each_momentum(opened):
    call = {"lr": [0.05, 0.1, 0.2], "mom": [0.5, 0.9], "batch_size": 20, "num_epochs": 2, "seed": 4}
    rows = opened.execute_script("return momentum.map(arguments[0])", call)
    for mom, row in zip(call["mom"], rows):
        for lr, loss in zip(call["lr"], row):
            assert run(opened, {**call, "lr": lr, "mom": mom})["losses"][-1] == loss
    assert (len(rows), len(rows[0])) == (2, 3)


def test_a_slider_moves_the_curve_to_another_run(opened):
    before = curve(opened, "run")
    move(opened, "mom", Keys.ARROW_LEFT * 20)
    after = curve(opened, "run")
    assert value(opened, "mom") == 0.8
    assert before[0] == after[0]
    assert before[1][1:] != after[1][1:]
    settings = {"mom": 0.8, "lr": 0.2, "batch_size": 10, "num_epochs": 3, "seed": 0}
    assert after[1] == run(opened, settings)["losses"]
    move(opened, "lr", Keys.ARROW_RIGHT * 3)
    move(opened, "batch_size", Keys.ARROW_RIGHT)
    move(opened, "num_epochs", Keys.ARROW_RIGHT)
    move(opened, "seed", Keys.ARROW_RIGHT * 7)
    settings = {"mom": 0.8, "lr": value(opened, "lr"), "batch_size": 20, "num_epochs": 4, "seed": 7}
    assert settings["lr"] > 0.2
    assert curve(opened, "run")[1] == run(opened, settings)["losses"]


def test_a_number_moves_its_slider_and_stays_in_its_domain(opened):
    field = opened.find_element("id", "mom")
    field.send_keys(Keys.CONTROL, "a", Keys.NULL, "7" + Keys.TAB)
    settled(opened)
    assert value(opened, "mom") == value(opened, "mom-slider") == 1
    field.send_keys(Keys.CONTROL, "a", Keys.NULL, "0.25" + Keys.TAB)
    settled(opened)
    assert value(opened, "mom-slider") == 0.25
    field.clear()  # nothing is no number: it goes back
    settled(opened)
    assert value(opened, "mom") == 0.25
    assert "mom=0.25" in opened.find_element("id", "python").get_property("textContent")


@pytest.mark.parametrize("mom", [0.99, 0.9, 0.5])
def test_a_book_experiment_shows_what_was_published(opened, mom):
    move(opened, "mom", Keys.HOME)
    assert curve(opened, "published") == [[], []]
    opened.find_element("css selector", f'[data-experiment="{mom}"]').click()
    settled(opened)
    x, y = curve(opened, "published")
    assert (x[0], x[-1]) == (0, 3)
    np.testing.assert_allclose(curve(opened, "run")[1][0], y[0], rtol=1e-6)
    said = opened.find_element("id", "verdict").text
    assert said.count("this shuffle") == {0.99: 1, 0.9: 1, 0.5: 3}[mom]
    assert "True for" in said


def test_another_shuffle_leaves_the_one_before(opened):
    first = curve(opened, "run")
    for _ in range(3):
        opened.find_element("id", "another").click()
    settled(opened)
    xs, ys = curve(opened, "earlier")
    assert (len(xs), ys[0]) == (3, first[1])
    assert curve(opened, "run")[1] not in ys
    assert value(opened, "seed") == 3
    opened.find_element("id", "forget").click()
    settled(opened)
    assert curve(opened, "earlier") == [[], []]


def test_the_band_is_that_of_shuffles(opened):
    low, median, high = opened.execute_script(
        "const {low, high} = page.models['band-source'].data;"
        "const {y} = page.models['median-source'].data;"
        "return [low, y, high].map((each) => Array.from(each))"
    )
    start = opened.execute_script("return page.data.experiments[1].start")
    losses = [
        run(opened, {"mom": 0.9, "lr": 0.2, "seed": seed, "start": start})["losses"]
        for seed in range(500)
    ]
    expected = np.quantile(losses, [0.005, 0.5, 0.995], axis=0)
    np.testing.assert_allclose([low, median, high], expected, rtol=1e-9)


def test_the_two_places_of_the_learning_rate_part_in_epoch_3(opened):
    opened.find_element("id", "outside").click()
    settled(opened)
    (x, book), (_, outside) = curve(opened, "run"), curve(opened, "outside")
    ratio = np.abs(np.array(outside) / np.array(book) - 1)
    assert ratio[np.array(x) <= 2].max() < 1e-9
    assert ratio[np.array(x) > 2].max() > 0.01
    assert "2.01 epochs" in opened.find_element("id", "verdict").text


def test_a_touch_on_the_map_moves_the_sliders(opened):
    surface = opened.find_element("id", "final-surface")
    ActionChains(opened).move_to_element_with_offset(surface, -200, 90).click().perform()
    settled(opened)
    lr, mom = value(opened, "lr"), value(opened, "mom")
    assert lr < 0.1
    assert mom < 0.5
    assert value(opened, "mom-slider") == pytest.approx(mom, abs=0.0026)
    assert value(opened, "lr-slider") == pytest.approx(np.log10(lr), abs=0.0051)
    assert curve(opened, "chosen") == [[lr], [mom]]
    surface.send_keys(Keys.ARROW_UP)
    settled(opened)
    assert value(opened, "mom") == pytest.approx(mom + 0.01)
    settings = {"mom": value(opened, "mom"), "lr": value(opened, "lr")}
    assert curve(opened, "run")[1] == run(opened, settings)["losses"]


def test_the_map_on_the_page_holds_the_final_losses(opened):
    image, lr, mom = opened.execute_script(
        "return [Array.from(page.models['cells-source'].data.image[0], String), finalMap.LR,"
        " finalMap.MOM]"
    )
    image = np.array(image, np.float64).reshape(100, 120)
    assert np.isnan(image).sum() > 500
    for row, column in [(0, 0), (50, 80), (99, 20), (90, 100), (37, 61)]:
        call = {"lr": lr[column], "mom": mom[row]}
        assert image[row, column] == pytest.approx(run(opened, call)["losses"][-1], rel=1e-6)


def test_the_start_is_dragged(opened):
    before = curve(opened, "moving")
    surface = opened.find_element("id", "valley-surface")
    mouse = ActionChains(opened).move_to_element_with_offset(surface, -50, 60).click_and_hold()
    mouse.move_by_offset(90, -120).release().perform()
    settled(opened)
    x, y = curve(opened, "moving")
    assert (x[0], y[0]) == (value(opened, "valley-x1"), value(opened, "valley-x2"))
    assert x[0] != before[0][0]
    assert y[0] > 0 > before[1][0]


def test_the_steps_play(opened):
    move(opened, "valley-step", Keys.HOME)
    assert len(curve(opened, "moving")[0]) == 1
    opened.find_element("id", "valley-play").click()
    until(lambda: value(opened, "valley-step") >= 2)
    opened.find_element("id", "valley-play").click()
    step = value(opened, "valley-step")
    settled(opened)
    assert len(curve(opened, "moving")[0]) == step + 1
    assert opened.find_element("id", "valley-play").text == "Play"


def test_the_average_has_its_window(opened):
    field = opened.find_element("id", "average-mom")
    field.send_keys(Keys.CONTROL, "a", Keys.NULL, "0.9")
    settled(opened)
    shown = opened.execute_script("return Array.from(page.models['inside-source'].data.top)")
    np.testing.assert_allclose(shown, 0.1 * 0.9 ** np.arange(10))
    assert opened.find_element("id", "average-window").text == "10"
    assert "0.1 x(t) + 0.09 x(t−1) + 0.081 x(t−2)" in " ".join(
        opened.find_element("id", "average-expansion").text.split()
    )


@pytest.mark.parametrize(
    ("language", "title"),
    [("zh-CN", "动手试试动量法"), ("en", "Momentum, to try out"), ("de", "Momentum, to try out")],
)
def test_it_begins_in_the_browsers_language(driver, written, language, title):
    open_page(driver, written, language=language)
    assert driver.title == driver.find_element("tag name", "h1").text == title


def test_the_language_is_switched_everywhere(opened):
    def texts():
        return opened.execute_script(
            """
            const shown = document.getElementById("page").cloneNode(true);
            shown.querySelectorAll("pre, code, cite, [data-language]").forEach((e) => e.remove());
            const labels = [...document.querySelectorAll("[aria-label]")].map((e) => e.ariaLabel);
            const axes = page.plots.names.flatMap((name) =>
              [...page.models[name].below, ...page.models[name].left].map((e) => e.axis_label));
            return [document.title, shown.textContent, ...labels, ...axes].join(" ");
            """
        )

    english = texts()
    assert not any("\u3000" < letter < "\uffff" for letter in english)
    opened.find_element("css selector", "[data-language=zh]").click()
    settled(opened)
    chinese = texts()
    words = set(filter(lambda word: word.isascii() and word.isalpha() and len(word) > 2,
                       chinese.replace("(", " ").replace(")", " ").split()))  # fmt: skip
    assert words <= {"Python", "PyTorch", "MXNet", "exp", "max"}
    assert opened.execute_script("return document.documentElement.lang") == "zh-Hans"
    opened.find_element("css selector", "[data-language=en]").click()
    settled(opened)
    assert texts() == english


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [390, 1400])
def test_it_fits_and_can_be_read(driver, written, width, language, scheme):
    open_page(driver, written, width, language=language, scheme=scheme)
    driver.find_element("css selector", '[data-experiment="0.99"]').click()
    settled(driver)
    wide, narrow = driver.execute_script(
        "const root = document.documentElement; return [root.scrollWidth, root.clientWidth];"
    )
    assert wide <= narrow
    # WCAG's AA for text, of the colours that texts and lines have here.
    texts, frames = driver.execute_script(
        """
        const channel = (c) => (c <= 10 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4);
        const light = (name) => {
          const n = parseInt(page.colour(name).slice(1), 16);
          const [r, g, b] = [n >> 16, (n >> 8) & 255, n & 255].map(channel);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
        };
        const ratio = (name) => {
          const [p, q] = [light(name), light("paper")];
          return Math.max(p / q, q / p);
        };
        const texts = ["ink", "quiet", "no", "run", "other", "published"];
        return [texts.map(ratio), ["line"].map(ratio)];
        """
    )
    assert min(texts) >= 4.5
    assert min(frames) >= 3
    unnamed = driver.execute_script(
        "return [...document.querySelectorAll('input, button')].filter((each) => !each.ariaLabel"
        " && !each.textContent && !(each.labels && each.labels.length)).map((each) => each.id);"
    )
    assert unnamed == []


def test_without_javascript_it_says_so(driver, written):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        driver.get(written)
        said = driver.find_element("tag name", "body").text
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert "Switch JavaScript on" in said
    assert "请启用 JavaScript" in said


def touch(driver, kind, points):
    """Touch the page as a finger does, at points of the window."""
    touches = [{"x": x, "y": y} for x, y in points]
    driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def shown_at(driver, name, x, y):
    """Scroll to a plot, and return where in the window a share of its surface is."""
    left, top, width, height = driver.execute_script(
        "const surface = page.element(`${arguments[0]}-surface`);"
        "surface.scrollIntoView({block: 'center'});"
        "const {left, top, width, height} = surface.getBoundingClientRect();"
        "return [left, top, width, height];",
        name,
    )
    return left + x * width, top + y * height


def test_a_finger_drags_the_ring_and_taps_the_map(opened):
    emulate(opened, 390)
    opened.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    try:
        settled(opened)
        ring = opened.execute_script(
            "const {left, top} = page.plots, plot = page.models.valley;"
            "return [left + plot.inner_width / 9, top + plot.inner_height * 5 / 6];"
        )  # of (-5, -2) on axes from -6 to 3 and from -3 to 3
        left, top = shown_at(opened, "valley", 0, 0)
        x, y = left + ring[0], top + ring[1]
        scrolled = opened.execute_script("return scrollY")
        touch(opened, "touchStart", [(x, y)])
        for step in range(1, 9):
            touch(opened, "touchMove", [(x + 5 * step, y - 12 * step)])
        touch(opened, "touchEnd", [])
        settled(opened)
        assert opened.execute_script("return scrollY") == scrolled
        assert value(opened, "valley-x1") > -5
        assert value(opened, "valley-x2") > -1

        before = value(opened, "mom")
        x, y = shown_at(opened, "final", 0.4, 0.6)
        touch(opened, "touchStart", [(x, y)])
        touch(opened, "touchEnd", [])
        until(lambda: value(opened, "mom") != before)
        before = value(opened, "mom")
        x, y = shown_at(opened, "final", 0.4, 0.2)
        scrolled = opened.execute_script("return scrollY")
        touch(opened, "touchStart", [(x, y)])
        for step in range(1, 9):
            touch(opened, "touchMove", [(x, y - 12 * step)])
        touch(opened, "touchEnd", [])
        until(lambda: opened.execute_script("return scrollY") > scrolled)
        assert value(opened, "mom") == before
    finally:
        opened.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})
