"""The page in a real browser, without a screen: what a reader does, and what they then see."""

import json

import numpy as np
import pytest
from chromium import (
    click,
    contrast,
    curve,
    data_of,
    enter,
    press,
    run,
    settled,
    shown_at,
    text,
    touch,
    value,
)
from conftest import wait_until
from explore import SETTINGS, assert_same_runs

import gluon_momentum as gm

pytest.importorskip(
    "selenium.webdriver",
    reason="The page was not opened in a browser: pip install selenium, or use `make test`.",
)
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

pytestmark = pytest.mark.slow


def test_runs_are_those_of_optimize(opened, book_data):
    # All of SETTINGS are compared with a sweep in V8.
    runs = []
    for settings in SETTINGS[:16]:
        call = dict(settings)
        gm.seed(call.pop("seed"))
        runs.append(gm.optimize(*book_data, **call))
    risen = [run.losses[-1] > run.losses[0] for run in runs]
    assert 3 <= sum(risen) <= 13
    assert_same_runs([run(opened, settings) for settings in SETTINGS[:16]], runs)


def test_a_slider_moves_the_curve_to_another_run_and_a_number_its_slider(opened):
    before = curve(opened, "run")
    press(opened, "mom-slider", Keys.ARROW_LEFT * 20)
    after = curve(opened, "run")
    assert value(opened, "mom") == 0.8
    assert before[0] == after[0]
    assert before[1][1:] != after[1][1:]
    settings = {"mom": 0.8, "lr": 0.2, "batch_size": 10, "num_epochs": 3, "seed": 0}
    assert after[1] == run(opened, settings)["losses"]
    for id, times in (("lr", 3), ("batch_size", 1), ("num_epochs", 1), ("seed", 7)):
        press(opened, f"{id}-slider", Keys.ARROW_RIGHT * times)
    settings = {"mom": 0.8, "lr": value(opened, "lr"), "batch_size": 20, "num_epochs": 4, "seed": 7}
    assert settings["lr"] > 0.2
    assert curve(opened, "run")[1] == run(opened, settings)["losses"]
    enter(opened, "mom", "7")  # which is beyond its domain
    assert value(opened, "mom") == value(opened, "mom-slider") == 1
    enter(opened, "mom", "0.25")
    assert value(opened, "mom-slider") == 0.25
    opened.find_element("id", "mom").clear()  # nothing is no number: it goes back
    settled(opened)
    assert value(opened, "mom") == 0.25
    assert "mom=0.25" in text(opened, "python")


def test_a_book_experiment_shows_what_was_published(opened):
    for mom, sentences in ((0.99, 1), (0.9, 1), (0.5, 3)):
        press(opened, "mom-slider", Keys.HOME)
        assert curve(opened, "published") == [[], []]
        click(opened, f'[data-experiment="{mom}"]')
        x, y = curve(opened, "published")
        assert (x[0], x[-1]) == (0, 3)
        np.testing.assert_allclose(curve(opened, "run")[1][0], y[0], rtol=1e-6)
        said = opened.find_element("id", "verdict").text
        assert said.count("this shuffle") == sentences
        assert "True for" in said


def test_another_shuffle_leaves_the_one_before_in_a_band_of_shuffles(opened):
    first = curve(opened, "run")
    for _ in range(3):
        opened.find_element("id", "another").click()
    settled(opened)
    xs, ys = curve(opened, "earlier")
    assert (len(xs), ys[0]) == (3, first[1])
    assert curve(opened, "run")[1] not in ys
    assert value(opened, "seed") == 3
    click(opened, "#forget")
    assert curve(opened, "earlier") == [[], []]
    band, median = data_of(opened, "band"), data_of(opened, "median")
    losses = json.loads(opened.execute_script(
        "const {start} = page.data.experiments[1]; return JSON.stringify([...Array(500).keys()]"
        ".map((seed) => momentum.run({mom: 0.9, lr: 0.2, seed, start}).losses))"
    ))  # fmt: skip
    expected = np.quantile(losses, [0.005, 0.5, 0.995], axis=0)
    np.testing.assert_allclose([band["low"], median["y"], band["high"]], expected, rtol=1e-9)


def test_the_two_places_of_the_learning_rate_part_in_epoch_3(opened):
    click(opened, "#outside")
    (x, book), (_, outside) = curve(opened, "run"), curve(opened, "outside")
    ratio = np.abs(np.array(outside) / np.array(book) - 1)
    assert ratio[np.array(x) <= 2].max() < 1e-9
    assert ratio[np.array(x) > 2].max() > 0.01
    assert "2.01 epochs" in text(opened, "verdict")


def test_the_map_holds_final_losses_and_a_touch_on_it_moves_the_sliders(opened):
    image, lr, mom = opened.execute_script(
        "return [Array.from(page.models['cells-source'].data.image[0], String), finalMap.LR,"
        " finalMap.MOM]"
    )
    image = np.array(image, np.float64).reshape(100, 120)
    assert np.isnan(image).sum() > 500
    for row, column in [(0, 0), (50, 80), (99, 20), (90, 100), (37, 61)]:
        call = {"lr": lr[column], "mom": mom[row]}
        assert image[row, column] == pytest.approx(run(opened, call)["losses"][-1], rel=1e-6)
    surface = opened.find_element("id", "final-surface")
    ActionChains(opened).move_to_element_with_offset(surface, -200, 90).click().perform()
    settled(opened)
    lr, mom = value(opened, "lr"), value(opened, "mom")
    assert lr < 0.1
    assert mom < 0.5
    assert value(opened, "mom-slider") == pytest.approx(mom, abs=0.0026)
    assert value(opened, "lr-slider") == pytest.approx(np.log10(lr), abs=0.0051)
    assert curve(opened, "chosen") == [[lr], [mom]]
    press(opened, "final-surface", Keys.ARROW_UP)
    assert value(opened, "mom") == pytest.approx(mom + 0.01)
    settings = {"mom": value(opened, "mom"), "lr": value(opened, "lr")}
    assert curve(opened, "run")[1] == run(opened, settings)["losses"]


def test_in_the_valley_the_start_is_dragged_and_the_steps_play(opened):
    before = curve(opened, "moving")
    surface = opened.find_element("id", "valley-surface")
    mouse = ActionChains(opened).move_to_element_with_offset(surface, -50, 60).click_and_hold()
    mouse.move_by_offset(90, -120).release().perform()
    settled(opened)
    x, y = curve(opened, "moving")
    assert (x[0], y[0]) == (value(opened, "valley-x1"), value(opened, "valley-x2"))
    assert x[0] != before[0][0]
    assert y[0] > 0 > before[1][0]
    press(opened, "valley-step-slider", Keys.HOME)
    assert len(curve(opened, "moving")[0]) == 1
    play = opened.find_element("id", "valley-play")
    play.click()
    wait_until(lambda: value(opened, "valley-step") >= 2)
    play.click()
    settled(opened)
    assert len(curve(opened, "moving")[0]) == value(opened, "valley-step") + 1
    assert play.text == "Play"


def test_the_average_has_its_window(opened):
    enter(opened, "average-mom", "0.9")
    np.testing.assert_allclose(data_of(opened, "inside")["top"], 0.1 * 0.9 ** np.arange(10))
    assert text(opened, "average-window") == "10"
    assert "0.1 x(t) + 0.09 x(t−1) + 0.081 x(t−2)" in text(opened, "average-expansion")


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
    click(opened, "[data-language=zh]")
    chinese = texts()
    words = set(filter(lambda word: word.isascii() and word.isalpha() and len(word) > 2,
                       chinese.replace("(", " ").replace(")", " ").split()))  # fmt: skip
    assert words <= {"Python", "PyTorch", "MXNet", "exp", "max"}
    assert opened.execute_script("return document.documentElement.lang") == "zh-Hans"
    click(opened, "[data-language=en]")
    assert texts() == english


ENGLISH, CHINESE = "Momentum, to try out", "动手试试动量法"


@pytest.mark.parametrize(
    ("width", "language", "scheme", "title"),
    [(390, "zh-CN", "dark", CHINESE), (390, "en", "light", ENGLISH),
     (1400, "zh", "light", CHINESE), (1400, "de", "dark", ENGLISH)],
)  # fmt: skip
def test_it_begins_in_the_browsers_language_fits_and_can_be_read(
    open_page, width, language, scheme, title
):
    driver = open_page(width, language=language, scheme=scheme)
    assert driver.title == driver.find_element("tag name", "h1").text == title
    click(driver, '[data-experiment="0.99"]')
    wide, narrow = driver.execute_script(
        "const root = document.documentElement; return [root.scrollWidth, root.clientWidth];"
    )
    assert wide <= narrow
    texts, [paper, line] = driver.execute_script(
        "return [['ink', 'quiet', 'no', 'run', 'other', 'published'], ['paper', 'line']]"
        ".map((names) => names.map(page.colour))"
    )
    # WCAG's AA for text, of the colours that texts and lines have here.
    assert min(contrast(each, paper) for each in texts) >= 4.5
    assert contrast(line, paper) >= 3
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


def test_a_finger_drags_the_ring_taps_the_map_and_scrolls(touched):
    def scrolled():
        return touched.execute_script("return scrollY")

    right, down = touched.execute_script(
        "const plot = page.models.valley;"
        "return [plot.min_border_left + plot.inner_width / 9,"
        " plot.min_border_top + plot.inner_height * 5 / 6];"
    )  # of (-5, -2) on axes from -6 to 3 and from -3 to 3
    left, top = shown_at(touched, "valley", 0, 0)
    before = scrolled()
    touch(touched, left + right, top + down, *((5 * step, -12 * step) for step in range(1, 9)))
    settled(touched)
    assert scrolled() == before
    assert value(touched, "valley-x1") > -5
    assert value(touched, "valley-x2") > -1

    before = value(touched, "mom")
    touch(touched, *shown_at(touched, "final", 0.4, 0.6))
    wait_until(lambda: value(touched, "mom") != before)
    mom, at = value(touched, "mom"), shown_at(touched, "final", 0.4, 0.2)
    before = scrolled()
    touch(touched, *at, *((0, -12 * step) for step in range(1, 9)))
    wait_until(lambda: scrolled() > before)
    assert value(touched, "mom") == mom
