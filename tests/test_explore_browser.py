"""The page in a real browser, without a screen: what a reader does, and what they then see."""

import json
import re

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
            shown.querySelectorAll("pre, code, cite, .credit, [data-language]")
              .forEach((e) => e.remove());
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
    assert words <= {"Python", "PyTorch", "MXNet", "Gluon", "Nesterov", "exp", "max"}
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


def test_the_loss_axis_has_room_for_all_that_is_drawn(opened):
    click(opened, '[data-experiment="0.99"]')
    for seed in (0, 1, 2):
        enter(opened, "seed", str(seed))
        top = opened.execute_script("return page.models.loss.y_range.end")
        shown = [*data_of(opened, "band")["high"], *curve(opened, "published")[1]]
        assert max(curve(opened, "run")[1]) < max(shown) <= top


def test_while_band_and_map_are_those_of_before_the_page_says_so(opened):
    # What the page shows at the moments at which it takes either for old, and for new.
    opened.execute_script(
        """
        window.shown = [];
        for (const [name, alpha] of [["loss", () => page.models.band.glyph.fill_alpha],
          ["final", () => page.models.cells.glyph.global_alpha]]) {
          const plot = page.element(`${name}-plot`).parentElement;
          const said = plot.querySelector(".waiting");
          new MutationObserver(() => window.shown.push([name, plot.ariaBusy, alpha().value < 1,
            getComputedStyle(said).display !== "none" && said.textContent.includes("before")]))
            .observe(plot, {attributeFilter: ["aria-busy", "class"]});
        }
        """
    )
    press(opened, "batch_size-slider", Keys.HOME)  # 1: it takes long
    shown = opened.execute_script("return shown")
    for name in ("loss", "final"):
        assert [name, "true", True, True] in shown
        assert [each for each in shown if each[0] == name][-1] == [name, "false", False, False]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_drawn_stands_out(open_page, scheme):
    driver = open_page(scheme=scheme)
    drawn = driver.execute_script(
        "const of = (kind, names) => names.map((name) =>"
        " [name, page.models[name].glyph[`${kind}_color`].value]);"
        "return Object.fromEntries([...of('fill', ['inside', 'bars', 'cloud']), ...of('line',"
        " ['contours', 'band-low', 'band-high', 'earlier', 'median', 'published', 'run', 'outside',"
        " 'together-0', 'together-1', 'together-2', 'moving-line', 'descent-line', 'value',"
        " 'value-line'])])"
    )
    paper = driver.execute_script("return page.models.loss.background_fill_color")
    # WCAG's for what is needed to understand a picture.
    assert {name: contrast(each, paper) for name, each in drawn.items()
            if contrast(each, paper) < 3} == {}  # fmt: skip


def test_of_a_diverged_run_no_number_is_beyond_float32(opened):
    enter(opened, "lr", "100")
    assert "diverged" in text(opened, "verdict")
    assert not re.search(r"e\d\d", text(opened, "results"))
    assert "none" in text(opened, "results")
    assert text(opened, "loss-says").endswith("Nearly all of 500 shuffles diverge.")
    assert "the run diverges" in text(opened, "final-says")


def test_a_cell_of_the_map_is_the_run_that_it_gives_and_the_keys_end_at_its_edge(opened):
    for mom in ("0.99", "0.9", "0.5"):
        click(opened, f'[data-experiment="{mom}"]')
        cell = opened.execute_script(
            "const [row, column] = finalMap.cell(run.settings());"
            "return finalMap.losses[row][column]"
        )
        assert cell == curve(opened, "run")[1][-1]
    for keys, id, edge in [
        (Keys.ARROW_RIGHT * 60, "lr", "x"), (Keys.ARROW_LEFT * 125, "lr", "x"),
        (Keys.ARROW_UP * 55, "mom", "y"), (Keys.ARROW_DOWN * 105, "mom", "y"),
    ]:  # fmt: skip
        press(opened, "final-surface", keys)
        before = value(opened, id)
        press(opened, "final-surface", keys[-1])
        assert value(opened, id) == before
        low, high = opened.execute_script(
            "const {start, end} = page.models.final[`${arguments[0]}_range`]; return [start, end]",
            edge,
        )
        assert low < before < high
    press(opened, "final-surface", Keys.ARROW_UP, Keys.ARROW_RIGHT)
    assert (value(opened, "mom"), value(opened, "lr")) == (0.01, pytest.approx(0.00220, rel=0.01))


def test_only_what_is_in_sight_is_painted_while_a_slider_moves(opened):
    opened.execute_script(
        "window.painted = {};"
        "for (const name of page.plots.names) {"
        " const view = Bokeh.index[page.models[name].id], paint = view._actual_paint.bind(view);"
        " painted[name] = 0; view._actual_paint = () => { painted[name] += 1; paint(); }; }"
        "document.getElementById('valley-title').scrollIntoView();"
    )
    frames = (
        "const done = arguments[0]; let left = 10; window.at_first = {...painted};"
        "const slider = page.element('valley-mom-slider');"
        "const step = () => { if (!left--) return done(painted); slider.stepUp();"
        " slider.dispatchEvent(new Event('input')); page.element('mom-slider').stepDown();"
        " page.element('mom-slider').dispatchEvent(new Event('input'));"
        " requestAnimationFrame(() => setTimeout(step, 20)); };"
        "setTimeout(step, 1500);"
    )
    during = opened.execute_async_script(frames)
    at_first = opened.execute_script("return at_first")
    assert during["valley"] >= at_first["valley"] + 5
    assert during["final"] == at_first["final"]
    assert during["loss"] == at_first["loss"]
    wait_until(lambda: opened.execute_script("return painted.loss") > at_first["loss"], 10)
    settled(opened)


def test_the_three_momenta_stand_together(opened):
    assert [curve(opened, f"together-{place}") for place in range(3)] == [[[], []]] * 3
    click(opened, "#together")
    for place, mom in enumerate((0.99, 0.9, 0.5)):
        ours = curve(opened, f"together-{place}")
        click(opened, f'[data-experiment="{mom}"]')
        assert curve(opened, "run") == ours
    shown = [each.text for each in opened.find_elements("css selector", ".together-key")]
    assert shown == ["γ = 0.99", "γ = 0.9", "γ = 0.5"]


def test_the_best_cell_and_the_border_of_learning_are_those_of_the_map(opened):
    losses, lr, mom, first = opened.execute_script(
        "return [finalMap.losses.map((row) => row.map(String)), finalMap.LR, finalMap.MOM,"
        " finalMap.first]"
    )
    losses = np.array(losses, np.float64)
    row, column = np.unravel_index(np.argmin(losses), losses.shape)
    assert curve(opened, "best") == [[lr[column]], [mom[row]]]
    even = data_of(opened, "even")
    fell = losses < first
    borders = (fell[:, 1:] != fell[:, :-1]).sum() + (fell[1:] != fell[:-1]).sum()
    assert len(even["x"]) == borders > 50


def test_the_value_under_the_pointer_is_shown(opened):
    def over(name, x, y):
        surface = opened.find_element("id", f"{name}-surface")
        opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", surface)
        across, down = opened.execute_script(
            "const plot = page.models[arguments[0]], {width, height} = arguments[1]"
            ".getBoundingClientRect(); return [plot.min_border_left + arguments[2] *"
            " plot.inner_width - width / 2, plot.min_border_top + (1 - arguments[3]) *"
            " plot.inner_height - height / 2];",
            name, surface, x, y,
        )  # fmt: skip
        ActionChains(opened).move_to_element_with_offset(surface, across, down).perform()
        return opened.find_element("id", f"{name}-tip").text

    at = opened.execute_script("return finalMapShare(0.2)")
    last = text(opened, "final-says").partition(" the last loss is ")[2].partition(";")[0]
    assert over("final", at, (0.9 + 0.025) / 1.05) == f"η = 0.2, γ = 0.9: {last}"
    first = curve(opened, "run")[1][0]
    assert over("loss", 0.001, 0.5).startswith(f"epoch 0.00: loss {first:.3f}, shuffles")
    assert over("echo", 0.001, 0.5) == f"epoch 0.00: loss {first:.3f}"
    x1, x2, f = re.findall(r"[\d.]+", over("valley", 1 / 3, 5 / 6).replace("x = ", ""))
    assert (float(x1), float(x2)) == (pytest.approx(3, abs=0.05), pytest.approx(2, abs=0.05))
    assert float(f) == pytest.approx(0.1 * 3**2 + 2 * 2**2, rel=0.05)
    assert over("average", 0.8 / 60.6, 0.5).startswith("0 steps back: weight 0.0500")
    assert over("velocity", 1.4 / 20.8, 0.5).startswith("step 1: ")
    opened.find_element("tag name", "body").send_keys(Keys.ESCAPE)
    assert opened.find_element("id", "velocity-tip").text == ""


def test_the_average_of_few_gradients_is_told_in_whole_ones(opened):
    for mom in ("0", "0.3", "0.66", "0.95"):
        enter(opened, "average-mom", mom)
        said = text(opened, "average-says")
        assert not re.search(r"\b1 (gradients|values|times)|\d\.\d+ (gradients|values)", said)


# What readers of either language stumbled over.
GONE = {
    "en": ["for a small number", "their median"],
    "zh": ["居中的 99%", "学习率在外", "不到虚线就", "该处的运行", "写入"],
}


@pytest.mark.parametrize("language", GONE)
def test_words_that_readers_stumbled_over_are_gone(open_page, language):
    driver = open_page(fragment=f"#lang={language}")
    shown = text(driver, "page")
    assert [words for words in GONE[language] if words in shown] == []
    # What the median is of, what PyTorch's rule is, and what the first section is about.
    assert {"en": "median of the shuffles", "zh": "所有次序的中位数"}[language] in shown
    assert "w ← w − ηv" in text(driver, "key-outside")
    assert {"en": "valley", "zh": "动量法"}[language] in text(driver, "valley-title")
    slanted = "return getComputedStyle(document.querySelector('main cite[lang]')).fontStyle"
    assert language == "zh" or driver.execute_script(slanted) == "normal"
