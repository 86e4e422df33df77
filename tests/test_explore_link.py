"""The page's settings in its address: links, reloading, going back, and the button that copies."""

import functools
import http.server
import threading
from urllib.parse import parse_qs, urlsplit

import pytest
from chromium import click, curve, enter, press, run, settled, text, value
from conftest import wait_until

pytest.importorskip(
    "selenium",
    reason="The page was not opened in a browser: pip install selenium, or use `make test`.",
)
from selenium.webdriver.common.keys import Keys

pytestmark = pytest.mark.slow
CALL = {"mom": 0.95, "lr": 0.1, "batch_size": 20, "num_epochs": 4, "seed": 7}
ADDRESS = "#lang=zh&mom=0.95&lr=0.1&batch_size=20&num_epochs=4&seed=7"


def asked(driver):
    """Return what the address says after #, once it has been kept up to date."""
    return {
        name: values[-1] for name, values in parse_qs(urlsplit(driver.current_url).fragment).items()
    }


def assert_opened(driver):
    assert driver.execute_script("return document.documentElement.lang") == "zh-Hans"
    assert {name: value(driver, name) for name in CALL} == CALL
    assert value(driver, "mom-slider") == 0.95
    assert curve(driver, "run")[1] == run(driver, CALL)["losses"]


def test_a_link_opens_the_run_that_it_names(open_page):
    assert_opened(open_page(fragment=ADDRESS))


def test_the_address_follows_the_settings_and_opens_the_same_view(open_page, written):
    driver = open_page()
    assert "#" not in driver.current_url  # nothing was changed so far
    for id, number in CALL.items():
        enter(driver, id, str(number))
    click(driver, "#outside")
    click(driver, "#together")
    for id, number in [
        ("valley-lr", 0.6),
        ("valley-x1", -4),
        ("valley-step", 9),
        ("average-mom", 0.8),
    ]:
        enter(driver, id, str(number))
    click(driver, "[data-language=zh]")
    wait_until(lambda: asked(driver).get("lang") == "zh")
    link = asked(driver)
    assert {name: float(link[name]) for name in CALL} == CALL
    assert (link["outside"], link["together"]) == ("true", "true")

    def shown():
        names = ["run", "outside", "together-1", "moving", "velocity-says"]
        lines = [curve(driver, name) for name in names[:-1]]
        return [*lines, text(driver, "velocity-says"), text(driver, "average-says")]

    before = shown()

    def return_to_it():
        driver.get(f"{written}?another")
        driver.execute_script("delete document.documentElement.dataset.ready")
        driver.back()

    for leave in (driver.refresh, return_to_it):
        leave()
        wait_until(lambda: driver.execute_script("return document.documentElement.dataset.ready"))
        settled(driver)
        assert shown() == before
        assert asked(driver) == link


def test_another_fragment_is_followed_and_the_end_of_all_is_the_beginning(open_page):
    driver = open_page()
    first = curve(driver, "run")
    driver.execute_script("location.hash = arguments[0]", ADDRESS)
    wait_until(lambda: value(driver, "mom") == 0.95)
    settled(driver)
    assert_opened(driver)
    driver.execute_script("location.hash = ''")
    wait_until(lambda: value(driver, "mom") == 0.9)
    settled(driver)
    assert curve(driver, "run") == first


@pytest.mark.parametrize(
    ("fragment", "mom", "noted"),
    [("#mom=abc", 0.9, False), ("#mom=7", 1, True), ("#mom=&lang=xx&what=1", 0.9, False),
     ("#%E0%A4%A", 0.9, False), ("#mom=Infinity", 0.9, False)],
)  # fmt: skip
def test_a_link_with_a_mistake_still_opens(open_page, fragment, mom, noted):
    driver = open_page(fragment=fragment)
    assert value(driver, "mom") == mom
    assert bool(driver.find_element("id", "mom-note").text) == noted


def test_the_address_changes_no_faster_than_browsers_allow(opened):
    opened.execute_script(
        "window.times = 0; const replace = history.replaceState;"
        "history.replaceState = function (...all) { times++; return replace.apply(this, all); };"
    )
    press(opened, "mom-slider", *[Keys.ARROW_LEFT] * 60)
    wait_until(lambda: "mom" in asked(opened))
    assert opened.execute_script("return times") < 20  # Safari refuses more than 100 in 30 s


@pytest.fixture
def served(written):
    """Return the address of the page on a server of this machine, without encryption."""
    folder = urlsplit(written).path.rpartition("/")[0]

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=folder)
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/explore.html"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("clipboard", [True, False])
def test_from_a_server_too_a_link_is_copied_and_opens_the_same_view(
    driver, served, open_page, clipboard
):
    granted = {"origin": served.rpartition("/")[0], "permissions": ["clipboardReadWrite"]}
    driver.execute_cdp_cmd("Browser.grantPermissions", granted)
    assert_opened(open_page(address=served, fragment=ADDRESS))
    if not clipboard:
        # As where it came without encryption from another machine.
        driver.execute_script(
            "window.copied = ''; navigator.clipboard.writeText = () => Promise.reject(new Error());"
            "document.addEventListener('copy', () => {"
            " window.copied = document.activeElement.value; });"
        )
    enter(driver, "seed", "8")
    driver.find_element("id", "copy").click()
    wait_until(lambda: text(driver, "copied"))
    assert text(driver, "copied") == "已复制。"
    copied = driver.execute_async_script(
        "navigator.clipboard.readText().then(arguments[0]);" if clipboard
        else "arguments[0](window.copied);"
    )  # fmt: skip
    opened = driver.current_url.partition("#")[0]
    assert copied == opened + ADDRESS.replace("seed=7", "seed=8")
