"""The checks of the published executions: each is derived from what an execution has.

A seed gives the printed digits. Where nobody seeded MXNet the start is known, and with a curve the
first loss. What the order of the mini-batches scatters is ranked among shuffles: w and b, or a
curve; of a curve's last loss, w and b say what it can be. Several executions of one call are a
sample, and shuffles another. And each program of an edition goes the way of the sweep.
"""

from __future__ import annotations

from functools import partial
from itertools import groupby, product
from typing import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple, Sequence

import numpy as np

from ..editions import Case, Edition
from ..published import Execution, Result, executions, source, together
from ..statistics.curves import curve_share, stream_differences
from ..statistics.likelihood import among_others
from ..statistics.printed import half_unit, rounded
from ..statistics.ranks import rank
from ..statistics.samples import two_sample_p
from ..streams import BOOK_SEED
from .check import Check, Margin, Ranked, Rule, SameStream, Statement, TwoPrograms
from .measured import Measured, published_cases

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SEEDED = (
    "the authors' own two programs for one seeded run differ by 3e-5 in loss, relative, and by "
    "3e-7 in w: the order of float32 sums"
)
LOSS = Margin(_SEEDED, rtol=1e-4)
PARAM = Margin(_SEEDED, atol=1e-6)
START = Margin(
    "the curve was read from an SVG path, which carries about 7 significant digits; half a unit of "
    "the seventh in 16.3 is 3e-7 of it",
    rtol=3e-7,
)
END = Margin("all orders of the mini-batches end at the same two decimals")
# The share of its first loss below which a run has arrived, whatever its mini-batches.
_ARRIVED = 1e-4
_COMPARED = 4000  # shuffles of each of two programs

_CAUSES = (
    "data or initial w that are not the published run's, or another update rule than the book's"
)
_UPDATE = "another order of the mini-batches, or another update rule"
_DECAY = (
    "where the losses of epochs 1 and 2 hold, no decay or another one, or a learning rate that "
    "stands outside the velocity"
)
_FLOAT = "where the difference is small, float differences of this build"
_SHARED_START = (
    "another random stream than that of mx.random.seed(0), other data, or another scale of w"
)


class _Published(NamedTuple):
    """The results of one call that a group's executions made, and the beginning of their ids."""

    name: str
    case: Case
    executions: tuple[Execution, ...]
    results: tuple[Result, ...]

    def check(
        self, what: str, published: str, rule: Rule, hint: str, value: Callable[[Measured], Any]
    ) -> Check:
        """Return the check of one thing about the call."""
        where = str(together(self.executions))
        return Check(
            f"{self.name}.{what}", self.case.edition.name, published, rule, where, hint, value
        )


def checks(edition: Edition) -> Iterator[Check]:
    """Yield the checks of an edition's executions, as they were published, then of its programs."""
    own = [execution for execution in executions() if execution.edition == edition.name]
    for name, group in groupby(own, key=lambda execution: execution.group):
        yield from _group_checks(name, list(group))
    yield from _same_stream_checks(edition)


def _group_checks(name: str, group: Sequence[Execution]) -> Iterator[Check]:
    calls: dict[tuple[Case, int | None], list[tuple[Execution, Result]]] = {}
    for execution in group:
        for case, result in zip(published_cases(execution), execution.results):
            calls.setdefault((case, execution.seed), []).append((execution, result))
    every = [case for case, _ in calls]
    # As the edition lists its programs, and not as they were first executed.
    for (case, seed), pairs in sorted(calls.items(), key=lambda item: _number(item[0][0])):
        called = _Published(f"{name}.{_call_name(case, every)}", case, *zip(*pairs))
        if seed is not None:
            yield from _printed_digits(called)
            continue
        yield from _first_loss(called)
        if called.results[0].params:
            yield from _one_run(called)
        else:
            yield from _samples(called)
            yield from _rate(called)
    yield from _both_programs(name, {case: pairs for (case, _), pairs in calls.items()})


def _number(case: Case) -> int:
    return case.edition.programs.index(case.program)


def _call_name(case: Case, among: Sequence[Case]) -> str:
    """Return the program, without "early", and those settings in which the calls differ.

    Where programs are of several frameworks, that stands before them.
    """
    of, names = case.program, case.program.name.split()
    if of.kind is None:
        names = names[-1:]
    elif of.framework not in names:
        names = [of.framework, *names]
    for field in ("lr", "mom"):
        if len({getattr(other.settings, field) for other in among}) > 1:
            names.append(f"{field}-{getattr(case.settings, field):g}")
    return ".".join(names)


def _printed_digits(called: _Published) -> Iterator[Check]:
    """Yield a check for every number that a seeded call printed."""
    [execution], [result], case = called.executions, called.results, called.case
    stream = "another random stream or seed than the published run's (for 2017, MXNet 0.12's)"

    def loss(epoch: int) -> Check:
        def value(measured: Measured) -> float:
            run = measured.run(case, execution.seed, execution.library)
            steps = (len(run.losses) - 1) // case.settings.num_epochs
            return float(run.losses[steps * epoch])

        text, decay = result.losses[epoch - 1], [_DECAY] if epoch > 2 else []
        hint = "; ".join([stream, _UPDATE, *decay, _FLOAT])
        return called.check(f"loss-{epoch}", text, LOSS, hint, value)

    yield from (loss(epoch) for epoch in range(1, len(result.losses) + 1))
    yield from _printed_params(called, PARAM, "; ".join([stream, _UPDATE, _DECAY, _FLOAT]))


def _printed_params(called: _Published, rule: Margin, hint: str) -> Iterator[Check]:
    """Yield a check for every printed parameter of a call."""
    [execution], [result] = called.executions, called.results

    def value(number: int, measured: Measured) -> float:
        run = measured.run(called.case, execution.seed, execution.library)
        return float([*run.w.asnumpy().ravel(), run.b.asscalar()][number])

    for number, text in enumerate(result.params):
        what = "b" if number == len(result.params) - 1 else f"w-{number}"
        yield called.check(what, text, rule, hint, partial(value, number))


def _first_loss(called: _Published) -> Iterator[Check]:
    """Yield the check that a curve begins where this MXNet does, if it begins before training."""
    curve = called.results[0].curve
    if len(_rest(called.case, curve)) < len(curve) and called.case.program.train:
        yield called.check(
            "first-loss",
            str(curve[0, 1]),
            START,
            _SHARED_START,
            lambda measured: float(measured.run(called.case).losses[0]),
        )


def _one_run(called: _Published) -> Iterator[Check]:
    """Yield the checks of a call of which one unseeded result was published."""
    [result], case = called.results, called.case
    if not len(result.curve):
        yield called.check(
            "params",
            " ".join(result.params),
            Ranked(
                "the share of shuffles that end as far from the middle",
                "w and b jointly, by Mahalanobis distance in the covariance of the shuffles; with "
                "mom 0.99 they are heavy-tailed, so the distance is ranked, not compared with a "
                "distribution",
            ),
            _CAUSES,
            lambda measured: _rank(result.params, measured.spread(case).params),
        )
        return
    if result.curve[-1, 1] < _ARRIVED * result.curve[0, 1]:
        yield from _printed_params(called, END, _CAUSES)
    # The path names its last point twice.
    vertices = np.unique(_rest(case, result.curve), axis=0)

    def share(measured: Measured) -> tuple[str, float]:
        spread, drawn = measured.spread(case), result.curve[:, 0]
        # A figure may draw its losses evenly; where it shows all of them, their places count.
        epochs = drawn if len(drawn) == len(spread.epochs) else spread.epochs
        found = curve_share(vertices, epochs, spread.losses)
        return f"{found.outside:.1%} outside the band, {{p}}", found.p

    ranked = called.check(
        "curve",
        f"{len(vertices)} vertices",
        Ranked(
            "the share of shuffles with as much outside the central 99 %",
            "neighbouring vertices move together, so the share outside is compared with that of "
            "every shuffle at the same epochs",
        ),
        _CAUSES,
        share,
    )
    yield ranked._replace(drawn=(case, result.curve))
    if result.params:
        yield called.check(
            "end",
            str(result.curve[-1, 1]),
            Statement(
                "among the losses that parameters printed so can have",
                "the loss is convex: within half a printed unit in each parameter it departs from "
                "the middle by at most what it does at a corner, and is never below the least on "
                "these data",
            ),
            "data that are not the published run's",
            lambda measured: _possible(measured, called),
        )


def _rank(printed: Sequence[str], shuffles: NDArray[Any]) -> tuple[str, float]:
    found = rank(printed, shuffles)
    return f"{found.as_strange} of {len(shuffles)} shuffles, {{p}}", found.p


def _possible(measured: Measured, called: _Published) -> tuple[str, bool]:
    """Return which losses parameters can have that are printed so, and whether ours is one."""
    [result] = called.results
    features, labels = measured.data(called.case.edition)
    design = np.column_stack([features, np.ones(len(labels))]).astype(np.float64)
    params = np.array(result.params, dtype=np.float64)
    halves = np.array([half_unit(text) for text in result.params])
    corners = params + halves * list(product((-1, 1), repeat=len(params)))

    def loss(at: NDArray[Any]) -> float:
        return float(((design @ at - labels) ** 2).mean() / 2)

    centre, highest = loss(params), max(loss(corner) for corner in corners)
    least = loss(np.linalg.lstsq(design, labels, rcond=None)[0])
    lowest = max(2 * centre - highest, least)
    text = f"{centre:.5g} ({lowest:.5g} to {highest:.5g})"
    return text, bool(lowest <= result.curve[-1, 1] <= highest)


def _samples(called: _Published) -> Iterator[Check]:
    """Yield the checks of a call of which unseeded results were published, with their last loss."""
    case, called = called.case, _independent(called)
    finals, curves = _finals(called), _curves(called)
    several = len(finals) > 1
    yield called.check(
        "final-losses",
        f"{min(finals)} to {max(finals)}, {len(finals)} executions" if several else finals[0],
        Ranked(
            f"the share of choices of {len(finals)} shuffles that lie as far from all others, by "
            "energy distance"
            if several
            else "the share of shuffles that end as far out"
        ),
        _CAUSES,
        lambda measured: _final_p(finals, _losses(case, measured)[:, -1:]),
    )
    if len(curves):
        yield called.check(
            "curves",
            f"{len(curves)} curve{'s' * (len(curves) > 1)} of {curves.shape[1]} vertices",
            Ranked(
                "the same for whole curves, in coordinates in which no two vertices move together"
                if len(curves) > 1
                else "the share of shuffles as far from the middle, by Mahalanobis distance"
            ),
            _CAUSES,
            lambda measured: ("{p}", _curves_p(case, curves, _losses(case, measured))),
        )


def _rate(called: _Published) -> Iterator[Check]:
    """Yield what executions say of a program that takes the gradient of more than it prints."""
    case, called = called.case, _independent(called)
    if case.program.gradient == 1:
        return
    finals, curves = _finals(called), _curves(called)

    def value(measured: Measured) -> tuple[float, ...]:
        both = [_losses(of, measured)[:_COMPARED] for of in (case.as_printed, case)]
        if len(curves) == 1:
            return _between(curves[0], [_rest(case, losses.T).T for losses in both])
        if len(curves):
            return tuple(_curves_p(case, curves, losses) for losses in both)
        return tuple(_final_p(finals, losses[:, -1:])[1] for losses in both)

    executions = len(curves) or len(finals)
    yield called.check(
        "rate",
        f"lr {case.settings.lr:g}, {executions} execution{'s' * (executions > 1)}",
        TwoPrograms("twice the gradient"),
        "",
        value,
    )


def _between(curve: NDArray[np.float64], programs: Sequence[NDArray[Any]]) -> tuple[float, ...]:
    """Return the p-value of one curve in each of two programs, the other being what it may be."""
    texts = [str(loss) for loss in curve]
    pools = [rounded(texts, np.vstack([curve, shuffles])) for shuffles in programs]
    ranked = zip(pools, among_others(texts, pools))
    # Ranked with the others, since a row alone would differ from itself in the last bits.
    return tuple(float(one.as_strange(pool)[0] / len(pool)) for pool, one in ranked)


def _independent(called: _Published) -> _Published:
    """Return the executions that are shuffles of their own: of one order, the first alone."""
    if not called.case.program.fixed:
        return called
    return called._replace(executions=called.executions[:1], results=called.results[:1])


def _finals(called: _Published) -> list[str]:
    return [result.losses[-1] for result in called.results]


def _curves(called: _Published) -> NDArray[np.float64]:
    """Return the whole curves of a call, (n, vertices), without what all shuffles share.

    A first vertex that the figure's upper edge cut counts like the others: it is known as well,
    since the line to the next one is straight, and the curves without it are those that begin high.
    """
    whole = called.case.schedule.num_losses(called.case.rows)
    curves = [each.curve[:, 1] for each in called.results if len(each.curve) == whole]
    return np.array([_rest(called.case, curve) for curve in curves])


def _losses(case: Case, measured: Measured) -> NDArray[Any]:
    """Return what the shuffles of a case print, (shuffles, steps)."""
    return case.program.factor * measured.spread(case).losses


def _final_p(finals: Sequence[str], shuffles: NDArray[Any]) -> tuple[str, float]:
    """Return the p-value of last losses, all rounded as the coarsest of them."""
    if len(finals) == 1:
        return _rank(finals, shuffles)
    coarsest = [max(finals, key=half_unit)]
    ends = rounded(coarsest, np.array(finals, np.float64)[:, None])
    return "{p}", two_sample_p(ends, rounded(coarsest, shuffles))


def _curves_p(case: Case, curves: NDArray[Any], losses: NDArray[Any]) -> float:
    shuffles = _rest(case, losses.T).T
    if len(curves) == 1:
        return rank([str(loss) for loss in curves[0]], shuffles).p
    return two_sample_p(curves, shuffles)


def _rest(case: Case, losses: NDArray[Any]) -> NDArray[Any]:
    """Return losses, (steps, ..), without that before training where all shuffles share it."""
    shared = case.edition.records.before and not case.program.anew
    return losses[1:] if shared else losses


def _both_programs(name: str, calls: dict[Case, list[tuple[Execution, Result]]]) -> Iterator[Check]:
    """Yield the checks of calls that two programs of a group made from one start, unseeded."""
    alike: dict[Case, list[tuple[Execution, Result]]] = {}
    for case, pairs in calls.items():
        if all(execution.seed is None and result.params for execution, result in pairs):
            alike.setdefault(case.alike, []).extend(pairs)

    def together(called: _Published, measured: Measured) -> tuple[str, float]:
        printed = np.array([result.params for result in called.results], np.float64)
        return "{p}", two_sample_p(printed, measured.spread(called.case).params)

    for case, pairs in alike.items():
        if len({result.program for _, result in pairs}) > 1:
            label = _call_name(case, list(alike)).partition(".")[2]
            called = _Published(f"{name}.both.{label}", case, *zip(*pairs))
            yield called.check(
                "params",
                f"w and b of {len(pairs)} programs",
                Ranked(
                    f"the share of choices of {len(pairs)} shuffles that lie as far from all "
                    "others, by energy distance",
                    "both programs, from scratch and Gluon's, start alike",
                ),
                _CAUSES,
                partial(together, called),
            )


def _same_stream_checks(edition: Edition) -> Iterator[Check]:
    """Yield for each call of an edition's notebooks the check that its program goes as the sweep.

    That ties the shuffles, which are swept, to the program.
    """
    every = list(edition.cases())

    def largest(case: Case, measured: Measured) -> float:
        swept = measured.spread(case).losses[BOOK_SEED]
        return float(stream_differences(measured.run(case).losses, swept).max())

    for case in every:
        yield Check(
            f"{edition.group}.{_call_name(case, every)}.same-stream",
            edition.name,
            "(none: ties the shuffles to the program)",
            SameStream(),
            str(source(edition.group)),
            "an update rule, a decay or a division of the last mini-batch, in this program on this "
            "MXNet, that is not the edition's",
            partial(largest, case),
        )
