"""What the tests in Chromium share: the browser, the page in it, and a reader's hands and eyes."""

import json
import re
from itertools import count

import numpy as np
import pytest
from conftest import wait_until
from explore import find_browser, page

# Keys, as WebDriver names them.
CONTROL, NULL, TAB = "\ue009", "\ue000", "\ue004"
# It asks no host of its own accord, and keeps nothing.
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-sync", "--disable-background-networking", "--disable-component-update"),
]

_OPENED = count()


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    """Start a browser."""
    webdriver = pytest.importorskip(
        "selenium.webdriver",
        reason="The page was not opened in a browser: pip install selenium, or use `make test`.",
    )
    browser, program = find_browser()
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in [*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(program))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the address of the page, in a file."""
    path = tmp_path_factory.mktemp("page") / "explore.html"
    path.write_text(page(), "utf8")
    return path.as_uri()


def emulate(driver, width, height=900, language="en", scheme="light", forced="none"):
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [
        {"name": "prefers-color-scheme", "value": scheme},
        {"name": "forced-colors", "value": forced},
    ]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    agent = driver.execute_script("return navigator.userAgent")
    override = {"userAgent": agent, "acceptLanguage": language}
    driver.execute_cdp_cmd("Emulation.setUserAgentOverride", override)


@pytest.fixture
def open_page(driver, written):
    """Open the page anew; at the end, neither an error in its console nor a request."""
    driver.get_log("performance")
    places = [written]

    def open_page(width=1400, address=written, fragment="", **emulated):
        emulate(driver, width, **emulated)
        places.append(address)
        # The same address with another fragment is not loaded anew, and Chromium now and then loses
        # what follows about:blank.
        driver.get(f"{address}?{next(_OPENED)}{fragment}")
        wait_until(lambda: driver.execute_script("return document.documentElement.dataset.ready"))
        settled(driver)
        return driver

    yield open_page
    log = driver.get_log("browser")
    assert [entry for entry in log if entry["level"] == "SEVERE"] == []
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]
    assert any(url.startswith(tuple(places)) for url in asked)  # the log does list requests
    # What begins with "chrome" is the browser's own page, of before.
    own = (*places, "data:", "blob:", "chrome")
    assert [url for url in asked if not url.startswith(own)] == []


@pytest.fixture
def opened(open_page):
    return open_page()


def settled(driver):
    """Wait until frame, band and map are drawn."""
    driver.execute_async_script(
        "const done = arguments[0];"
        "const look = () => document.querySelector('[aria-busy=true]') || page.waiting.size"
        " ? setTimeout(look, 20) : done(); setTimeout(look, 50);"
    )


def data_of(driver, name):
    """Return the columns that a part of a plot shows now."""
    return driver.execute_script(
        "const {data} = page.models[arguments[0]];"
        "return Object.fromEntries(Object.entries(data).map(([k, v]) => [k, Array.from(v)]));",
        f"{name}-source",
    )


def curve(driver, name):
    """Return what a line of the loss plot, or another plot, shows now."""
    data = data_of(driver, name)
    return [data["x"], data["y"]]


def press(driver, id, *keys):
    """Press keys on a control."""
    driver.find_element("id", id).send_keys(*keys)
    settled(driver)


def enter(driver, id, text):
    """Write a number over that in a field, and leave it."""
    press(driver, id, CONTROL, "a", NULL, text + TAB)


def click(driver, selector):
    driver.find_element("css selector", selector).click()
    settled(driver)


def value(driver, id):
    return float(driver.find_element("id", id).get_property("value"))


def text(driver, id):
    return " ".join(driver.find_element("id", id).get_property("textContent").split())


def run(driver, settings):
    """Return a run of the page as JSON would; Chromium's driver passes no infinity."""
    return json.loads(driver.execute_script(
        "return JSON.stringify(momentum.run(arguments[0]))", settings
    ))  # fmt: skip


def contrast(*colours):
    """Return WCAG's contrast of two colours."""
    channels = (
        np.array([[int(part) for part in re.findall(r"\d+", each)[:3]] for each in colours]) / 255
    )
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    dark, light = sorted(linear @ [0.2126, 0.7152, 0.0722] + 0.05)
    return light / dark


def touch(driver, x, y, *moves):
    """Touch the page as a finger does, from a point of the window on by such moves."""
    points = [(x, y), *((x + right, y + down) for right, down in moves)]
    touches = [*([{"x": x, "y": y}] for x, y in points), []]
    for kind, points in zip(["touchStart", *["touchMove"] * len(moves), "touchEnd"], touches):
        event = {"type": kind, "touchPoints": points}
        driver.execute_cdp_cmd("Input.dispatchTouchEvent", event)


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


@pytest.fixture
def touched(opened):
    """Let the page be that of a telephone."""
    emulate(opened, 390)
    opened.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    settled(opened)
    yield opened
    opened.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})
