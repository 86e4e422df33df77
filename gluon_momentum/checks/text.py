"""The checks of what the chapter says: its numbers, its sentences over shuffles, its traces."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, Callable, Iterator

import numpy as np

from ..chapter.averages import effective_window, ewma, ewma_weights
from ..chapter.descent import momentum_trace
from ..chapter.experiments import SENTENCES
from ..editions import CHAPTER
from ..published import Trace, chapter, source, traces
from .check import Check, Margin, Rule, Statement
from .measured import Measured

LIMIT = Margin("a limit, printed with four decimals")
TRACE = Margin("float64 and no randomness: only printing rounded")
ROUNDING = 1e-12

_ARITHMETIC = "a fault in ewma_weights, ewma or effective_window"
_FLOAT64 = "the same arithmetic in another order: a few float64 roundings of 1e-16"
_READERS = "what a book says of an unseeded run, at least nine readers in ten should see"
_STABLE = "far from the boundary of stability the order of the mini-batches decides nothing"
_SPREAD = "data or initial w that are not the book's, or another update rule than the book's"


def checks() -> Iterator[Check]:
    """Yield the checks of the traces, then of the chapter's numbers and of its sentences."""
    for trace in traces():
        yield from _ends(trace)
    yield _limit()
    yield _power()
    yield _weights()
    for gamma, printed in chapter()["windows"].items():
        yield _window(gamma, printed)
    for name in SENTENCES:
        yield _sentence(name)


def _check(
    id: str, published: str, rule: Rule, hint: str, value: Callable[[Measured], Any]
) -> Check:
    group = id.partition(".")[0]
    return Check(id, CHAPTER.name, published, rule, str(source(group)), hint, value)


def _ends(trace: Trace) -> Iterator[Check]:
    name = f"2019-01.{'momentum' if trace.mom else 'gd'}.lr-{trace.lr:g}"
    hint = "another update rule, or a velocity that does not start at zero"

    def end(axis: int, _: Measured) -> float:
        return float(momentum_trace(trace.lr, trace.mom)[-1, axis])

    for axis, printed in enumerate((trace.x1, trace.x2)):
        yield _check(f"{name}.x{axis + 1}", printed, TRACE, hint, partial(end, axis))


def _sentence(name: str) -> Check:
    # With mom 0.99 the order of the mini-batches decides where a run ends.
    required, reason = (0.9, _READERS) if name == "mom-0.99.rises" else (1.0, _STABLE)

    def value(measured: Measured) -> tuple[str, bool]:
        share = float(SENTENCES[name](measured.outcome).mean())
        return f"{share:.2%} of {measured.shuffles} shuffles", share >= required

    rule = Statement(f"holds for at least {required:.0%} of shuffles", reason)
    return _check(f"chapter.{name}", chapter()["sentences"][name], rule, _SPREAD, value)


def _limit() -> Check:
    gamma = 1 - 1e-6  # n = 1e6 is the limit to seven decimals
    return _check(
        "chapter.limit",
        chapter()["limit"],
        LIMIT,
        _ARITHMETIC,
        lambda _: gamma ** effective_window(gamma),
    )


def _power() -> Check:
    gamma, n = float(chapter()["power"]["gamma"]), int(chapter()["power"]["n"])

    def value(_: Measured) -> tuple[str, bool]:
        left = 1 - ewma_weights(gamma, n).sum()
        return f"{left:.4f}", bool(abs(left / math.exp(-1) - 1) <= 1 / n)

    rule = Statement(
        f"within 1/{n} of exp(-1), relative",
        "0.95 is 1 - 1/20, and (1 - 1/n)**n falls short of exp(-1) by the share 1/(2n), to first "
        "order; twice that is allowed",
    )
    return _check("chapter.power", f"{gamma}**{n} = exp(-1), about", rule, _ARITHMETIC, value)


def _weights() -> Check:
    text = chapter()["weights"]
    n, ratio = int(text["n"]), float(text["ratio"])
    expected = float(text["first"]) * ratio ** np.arange(n)

    def value(_: Measured) -> tuple[str, bool]:
        ours = np.stack([ewma_weights(ratio, n), ewma(np.eye(n)[0], ratio)])
        worst = float(np.abs(ours / expected - 1).max())
        return f"off by {worst:.0e} relative", worst <= ROUNDING

    rule = Statement(
        f"ewma_weights and the answer of ewma to an impulse within {ROUNDING:g} relative", _FLOAT64
    )
    published = f"{text['first']} * {text['ratio']}**i, i < {n}"
    return _check("chapter.weights", published, rule, _ARITHMETIC, value)


def _window(gamma: str, printed: str) -> Check:
    def value(_: Measured) -> tuple[str, bool]:
        window = effective_window(float(gamma))
        return f"{window:.6g}", abs(window / float(printed) - 1) <= ROUNDING

    rule = Statement(f"within {ROUNDING:g} relative", _FLOAT64)
    return _check(f"chapter.window-{gamma}", printed, rule, _ARITHMETIC, value)
