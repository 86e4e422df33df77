"""What a step of a slider costs the page, in Chromium, on a wide and on a narrow screen.

usage: python benchmarks/page.py [PAGE ...]

Without a PAGE, one is written. The time of the main thread is that of its processor alone, which is
much the same on a machine that has other work to do; the time until a step is drawn is not.
"""

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from selenium import webdriver

STEPS = 60
MEASURE = """
const [id, steps, done] = arguments;
const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
const slider = document.getElementById(id);
slider.scrollIntoView({block: "center"});
(async () => {
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const times = [];
  for (let step = 0; step < steps; step++) {
    slider.stepDown();
    const start = performance.now();
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    await frame();
    await frame();
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  done(times);
})();
"""


def measure(page, width):
    """Print what moving the momentum of section 3 costs."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome")
    for flag in ("--headless", "--no-sandbox", "--disable-gpu"):
        options.add_argument(flag)
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    with webdriver.Chrome(options=options, service=service) as driver:
        driver.set_script_timeout(300)
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        driver.get(page.resolve().as_uri())
        while not driver.execute_script("return document.documentElement.dataset.ready"):
            time.sleep(0.1)
        driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})

        def spent():
            found = driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
            return next(each["value"] for each in found if each["name"] == "TaskDuration")

        before = spent()
        times = sorted(driver.execute_async_script(MEASURE, "mom-slider", STEPS))
        busy = 1e3 * (spent() - before) / STEPS
    median, most = statistics.median(times), times[STEPS * 95 // 100]
    print(
        f"{page.name}, {width} px: {busy:.1f} ms of the main thread a step (mean of {STEPS}),"
        f" drawn after {median:.0f} ms (median) or {most:.0f} ms (95 %)"
    )


def main():
    """Measure each page on both screens."""
    with tempfile.TemporaryDirectory() as folder:
        pages = [Path(name) for name in sys.argv[1:]]
        if not pages:
            from gluon_momentum.explore.page import render

            pages = [Path(folder) / "explore.html"]
            pages[0].write_text(render(), "utf8")
        for page in pages:
            for width in (1400, 390):
                measure(page, width)


if __name__ == "__main__":
    main()
