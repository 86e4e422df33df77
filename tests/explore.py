"""What the tests of the page share: runs to compare with, the page, its data and its scripts."""

import json
import os
import random
import shutil
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

import gluon_momentum.explore
from gluon_momentum.explore.page import render
from gluon_momentum.statistics.curves import SAME_STREAM, stream_differences

FOLDER = Path(gluon_momentum.explore.__file__).with_name("page")


def random_settings(count):
    """Return settings of a run over the domain, the same ones each time."""
    rng = np.random.RandomState(2026)
    for _ in range(count):
        batch_size = int(rng.choice([10, 10, 7, 50, 1000]))
        yield {
            "batch_size": batch_size,
            "lr": float(np.exp(rng.uniform(np.log(0.02), np.log(4)))),
            "mom": float(rng.choice([0, 0.5, 0.9, 0.99, 1, rng.uniform()])),
            "num_epochs": int(rng.randint(1, 5)),
            "log_interval": int(rng.choice([10, batch_size, 3 * batch_size, 4])),
            "seed": int(rng.randint(100)),
        }


SETTINGS = list(random_settings(60))


def assert_same_runs(ours, runs):
    """Compare runs of the page, as JSON says them, with those of `optimize`, below an overflow.

    A diverging run magnifies what float32 rounded off in `optimize` before the loss began to rise.
    """
    for our, run in zip(ours, runs):
        losses = np.array([np.inf if each is None else each for each in our["losses"]], np.float64)
        theirs = run.losses.astype(np.float64)
        assert losses.shape == theirs.shape
        np.testing.assert_allclose(our["epochs"], run.epochs, rtol=1e-12, atol=0)
        assert np.isfinite(losses[np.isfinite(theirs)]).all()
        most = SAME_STREAM if theirs[-1] < theirs[0] else 5 * SAME_STREAM
        assert np.max(stream_differences(losses, theirs)[theirs < 1e6]) <= most
        if theirs[-1] < 1e-3:
            np.testing.assert_allclose(our["w"], run.w.asnumpy().ravel(), rtol=0, atol=1e-5)
            np.testing.assert_allclose(our["b"], run.b.asscalar(), rtol=0, atol=1e-5)


def script(name):
    """Return the text of one of the page's scripts."""
    return (FOLDER / f"{name}.js").read_text("utf8")


@lru_cache(maxsize=None)
def page():
    """Return the page's text, written once."""
    state = random.getstate()
    text = render()
    random.setstate(state)
    return text


def content(name):
    """Return what the page holds under a name as JSON."""
    _, _, rest = page().partition(f'<script type="application/json" id="{name}">')
    return json.loads(rest.partition("</script>")[0])


def find_browser():
    """Return the programs of a browser and its driver; without them, skip, or fail as in CI."""
    browser = next(filter(None, map(shutil.which, ["google-chrome", "chromium"])), None)
    driver = shutil.which("chromedriver")
    if browser and driver:
        return browser, driver
    sentence = (
        "The page was not opened in a browser, since Chromium or its driver is not here: "
        "on Debian, apt-get install chromium chromium-driver."
    )
    required = os.environ.get("GLUON_MOMENTUM_BROWSER") == "required"
    return (pytest.fail if required else pytest.skip)(sentence)
