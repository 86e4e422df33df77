"""The calls that are compared, from a notebook or from what somebody gives."""

from __future__ import annotations

import math
from typing import Any, Collection, NamedTuple, Sequence

from .. import arguments
from ..chapter.experiments import Settings
from ..editions import EDITIONS, Case, Edition, Program
from ..notebook import Losses, Printed
from ..statistics.printed import half_unit

_MOST = 30  # losses of a curve that are compared; neighbouring ones hardly differ


class Call(NamedTuple):
    """A call of one of the chapter's programs, what it printed, and what it drew.

    Attributes:
        name: what to call it by, such as its place in a notebook.
        case: what was called.
        printed: w and b, or the last loss, as texts.
        others: what else it may be: the same on other rows of the data, or of another program.
        curve: losses that its figure shows, if that was read; the last one is the printed loss.
        no_curve: why there is none, if it had a notebook.
    """

    name: str
    case: Case
    printed: tuple[str, ...]
    others: tuple[Case, ...] = ()
    curve: Losses | None = None
    no_curve: str = ""

    @property
    def prints_loss(self) -> bool:
        """Whether it printed its last loss, and not w and b."""
        return len(self.printed) == 1

    @property
    def values(self) -> tuple[str, ...]:
        """The numbers that are compared, as texts: what it printed, and the curve."""
        if self.curve is None:
            return self.printed
        losses = tuple(f"{loss:.8g}" for loss in self.curve.values)
        return losses if self.prints_loss else (*self.printed, *losses)

    @property
    def epochs(self) -> list[float]:
        """Where the losses of its curve were recorded."""
        every = self.case.schedule.epochs(self.case.rows)
        return [float(every[step]) for step in self.curve.steps] if self.curve else []

    @property
    def rows(self) -> tuple[int, ...]:
        """How many rows of the data it trained on: one number, or all that it may be."""
        return tuple(sorted({case.rows for case in (self.case, *self.others)}))

    @property
    def alternatives(self) -> list[Call]:
        """The calls that it may be, each of one case."""
        return [self._replace(case=case, others=()) for case in (self.case, *self.others)]


def from_notebook(printed: Sequence[Printed], rows: int | None = None) -> list[Call]:
    """Return the calls of a notebook, as `read_notebook` gives them.

    Args:
        printed: the calls.
        rows: how many rows they train on, where their edition has programs with so many.

    Raises:
        ValueError: no call can have so many rows, or a value is none that it can have or print.
    """
    if rows is not None:
        known = dict.fromkeys(count for each in printed for count in each.case.edition.rows)
        _check_rows(rows, tuple(sorted(known)), "of these calls")
    calls = []
    for each in printed:
        values = (*each.w, each.b) if each.b is not None else (each.loss,)
        _, lr, mom, *_ = each.case.settings
        name = f"code cell {each.cell}: {each.function}, mom {mom:g}, lr {lr:g}"
        decided = (rows,) if rows in each.case.edition.rows else each.rows
        call = _call(name, (each.case, *each.others), decided, values)
        curve = None if each.curve is None else _compared(each.curve, each.case)
        calls.append(call._replace(curve=curve, no_curve=each.no_curve))
    return calls


def _compared(curve: Losses, case: Case) -> Losses:
    """Return at most so many losses of a curve as are compared, the last one among them.

    That of before training is left out: shuffles from a known start all have the same one, so that
    one which is a last digit away would be strange.
    """
    first = int(case.edition.records.before and curve.steps[0] == 0)
    every = -(-(len(curve.steps) - first) // _MOST)
    kept = slice(first + (len(curve.steps) - first - 1) % every, None, every)
    return curve._replace(steps=curve.steps[kept], values=curve.values[kept])


def from_values(
    edition: str,
    lr: float | None,
    mom: float | None,
    batch_size: int | None,
    num_epochs: int | None,
    w: Sequence[Any] | None,
    b: Any,
    loss: Any,
    rows: int | None = None,
    framework: str | None = None,
) -> Call:
    """Return one call with what was printed; None stands for what the edition's chapter has.

    Where its programs have different rows, the call may have any of these, if rows is None. It may
    be of any program of its framework.

    Raises:
        ValueError: a value is none that such a call can have or print.
    """
    if edition not in EDITIONS:
        raise ValueError(
            f"edition must be one of {', '.join(EDITIONS)}, not {arguments.shown(edition)}."
        )
    of = EDITIONS[edition]
    if mom is None:
        raise ValueError("mom must be given, the momentum of the call that printed the values.")
    if (loss is None) == (w is None) or (w is None) != (b is None):
        raise ValueError("Either w and b must be given, or the last loss.")
    num_inputs = of.shape[1]
    if w is not None and (not isinstance(w, (list, tuple)) or len(w) != num_inputs):
        raise ValueError(f"w must be a list of {num_inputs} weights, not {arguments.shown(w)}.")
    printed = (*w, b) if w is not None else (loss,)
    if lr is None and len(of.rates) > 1:
        rates = " and ".join(f"{rate:g}" for rate in of.rates)
        raise ValueError(f"lr must be given: the edition of {edition} has runs with {rates}.")
    settings = Settings(
        of.usual.batch_size if batch_size is None else batch_size,
        of.rates[0] if lr is None else lr,
        mom,
        of.usual.num_epochs if num_epochs is None else num_epochs,
        of.interval,
    )
    name = f"mom {arguments.shown(mom)}, lr {arguments.shown(settings.lr)}"
    pair = settings.lr, mom
    made = [case for case in of.cases() if (case.settings.lr, case.settings.mom) == pair]
    # Of calls that no notebook makes, as if it were the first.
    place = made[0].place if made else 0
    cases = []
    for program in _programs(of, framework, {case.program.kind for case in made}):
        epochs = program.num_epochs if num_epochs is None else None
        asked = settings if epochs is None else settings._replace(num_epochs=epochs)
        cases.append(Case(of, program, asked, place))
    if rows is not None:
        _check_rows(rows, of.rows, f"of the edition of {edition}")
    return _call(name, cases, of.rows if rows is None else (rows,), printed)


def _programs(edition: Edition, framework: Any, kinds: Collection[str | None]) -> Sequence[Program]:
    """Return the programs of which a call may be that is given by its values."""
    if len(edition.frameworks) == 1:
        if framework is not None:
            raise ValueError(
                f"framework must not be given: the edition of {edition.name} has one program for "
                "all; any_data compares with other generators."
            )
        return edition.programs[:1]
    if framework not in edition.frameworks:
        *most, last = edition.frameworks
        known = f"{', '.join(most)} or {last}"
        problem = (
            "must be given" if framework is None else f"cannot be {arguments.shown(framework)}"
        )
        raise ValueError(f"framework {problem}: the edition of {edition.name} has {known}.")
    own = [one for one in edition.programs if one.framework == framework and not one.nesterov]
    return [one for one in own if one.kind in kinds] or own


def _check_rows(rows: Any, known: tuple[int, ...], what: str) -> None:
    if not arguments.is_integer(rows) or rows not in known:
        shown = " or ".join(map(str, known))
        raise ValueError(f"rows must be {shown}, those {what}, not {arguments.shown(rows)}.")


def _call(name: str, cases: Sequence[Case], rows: tuple[int, ...], printed: Sequence[Any]) -> Call:
    texts = tuple(map(str, printed))
    for text in texts:
        if not _is_number(text):
            raise ValueError(f"{name}: {arguments.shown(text)} is no number that was printed.")
    found: dict[Any, Case] = {}  # programs that go the same way and print the same are one
    for case in cases:
        counts = rows or (case.rows,)
        batch_size, lr, mom, num_epochs, interval = case.settings
        sizes = arguments.batches(batch_size, num_epochs, interval, max(counts))
        rates = arguments.positive_number("lr", lr), arguments.momentum(mom)
        checked = case._replace(settings=Settings(sizes[0], *rates, *sizes[1:]))
        # That of the program that was called stands first, if it may be.
        for count in sorted(counts, key=lambda count: count != case.rows):
            each = checked.on(count)
            found.setdefault((each.alike, count, case.program.factor), each)
    first, *others = found.values()
    return Call(name, first, texts, tuple(others))


def _is_number(text: str) -> bool:
    """Tell whether a text is a number that a program prints, nan and inf included."""
    try:
        float(text)
        return 0 < half_unit(text) < math.inf
    except (ValueError, ArithmeticError):
        return False
