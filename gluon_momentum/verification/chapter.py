"""The checks of the chapter's own text: its numbers, and its sentences over shuffles."""

from __future__ import annotations

import math

import numpy as np

from ..claims import SENTENCES, Truth
from ..ewma import effective_window, ewma, ewma_weights
from ..experiments import DATA
from ..published import chapter, source
from .check import Check, Seen
from .measured import Measured
from .printed import Margin, digits_check

LIMIT = Margin("a limit, printed with four decimals")
ROUNDING = 1e-12

_ARITHMETIC = "a fault in ewma_weights, ewma or effective_window"
_FLOAT64 = "the same arithmetic in another order: a few float64 roundings of 1e-16"
_READERS = "what a book says of an unseeded run, at least nine readers in ten should see"
_STABLE = "far from the boundary of stability the order of the mini-batches decides nothing"
_SPREAD = "data or initial w that are not the book's, or another update rule than the book's"


def checks() -> list[Check]:
    """Return the checks of the numbers, then of the sentences, in the chapter's order."""
    windows = chapter()["windows"].items()
    return [
        _limit(),
        _power(),
        _weights(),
        *[_window(gamma, printed) for gamma, printed in windows],
        *[_sentence(name) for name in SENTENCES],
    ]


def _sentence(name: str) -> Check:
    # With mom 0.99 the order of the mini-batches decides where a run ends.
    required, reason = (0.9, _READERS) if name == "mom-0.99.rises" else (1.0, _STABLE)

    def measure(measured: Measured) -> Seen:
        holds = SENTENCES[name](measured.outcome, Truth(DATA["true_w"], DATA["true_b"]))
        share = float(holds.mean())
        return Seen(f"{share:.2%} of {measured.shuffles} shuffles", share >= required)

    text = chapter()["sentences"][name]
    rule = f"holds for at least {required:.0%} of shuffles"
    return Check(f"chapter.{name}", text, rule, reason, str(source("chapter")), _SPREAD, measure)


def _limit() -> Check:
    gamma = 1 - 1e-6  # n = 1e6 is the limit to seven decimals
    return digits_check(
        "chapter.limit",
        chapter()["limit"],
        LIMIT,
        str(source("chapter")),
        _ARITHMETIC,
        lambda _: gamma ** effective_window(gamma),
    )


def _power() -> Check:
    gamma, n = float(chapter()["power"]["gamma"]), int(chapter()["power"]["n"])

    def measure(_: Measured) -> Seen:
        left = 1 - ewma_weights(gamma, n).sum()
        return Seen(f"{left:.4f}", bool(abs(left / math.exp(-1) - 1) <= 1 / n))

    return Check(
        "chapter.power",
        f"{gamma}**{n} = exp(-1), about",
        f"within 1/{n} of exp(-1), relative",
        "0.95 is 1 - 1/20, and (1 - 1/n)**n falls short of exp(-1) by the share 1/(2n), to first "
        "order; twice that is allowed",
        str(source("chapter")),
        _ARITHMETIC,
        measure,
    )


def _weights() -> Check:
    text = chapter()["weights"]
    n = int(text["n"])
    expected = float(text["first"]) * float(text["ratio"]) ** np.arange(n)

    def measure(_: Measured) -> Seen:
        impulse = ewma(np.eye(n)[0], float(text["ratio"]))
        ours = np.stack([ewma_weights(float(text["ratio"]), n), impulse])
        worst = float(np.abs(ours / expected - 1).max())
        return Seen(f"off by {worst:.0e} relative", worst <= ROUNDING)

    return Check(
        "chapter.weights",
        f"{text['first']} * {text['ratio']}**i, i < {n}",
        f"ewma_weights and the answer of ewma to an impulse within {ROUNDING:g} relative",
        _FLOAT64,
        str(source("chapter")),
        _ARITHMETIC,
        measure,
    )


def _window(gamma: str, printed: str) -> Check:
    def measure(_: Measured) -> Seen:
        window = effective_window(float(gamma))
        return Seen(f"{window:.6g}", abs(window / float(printed) - 1) <= ROUNDING)

    return Check(
        f"chapter.window-{gamma}",
        printed,
        f"within {ROUNDING:g} relative",
        _FLOAT64,
        str(source("chapter")),
        _ARITHMETIC,
        measure,
    )
