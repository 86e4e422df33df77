"""The calls that are compared: what was asked for, and what was printed."""

from __future__ import annotations

from typing import Any, NamedTuple, Sequence

from .. import arguments
from ..airfoil import program
from ..experiments import CALL, DATA, MOMENTA
from ..notebook import Printed
from ..published import edition_2019
from ..sweeps.rule import CHAPTER, Rule
from ..sweeps.schedule import Schedule

EDITIONS = ("2018", "2019")
_EXAMPLES = {"2018": DATA["num_examples"], "2019": 1503}
_USUAL: dict[str, dict[str, Any]] = {
    "2018": CALL,
    "2019": {"lr": None, "batch_size": program.BATCH_SIZE, "num_epochs": program.NUM_EPOCHS},
}


class Call(NamedTuple):
    """A call of one of the chapter's programs, and what it printed.

    Attributes:
        name: what to call it by, such as its place in a notebook.
        edition: "2018" or "2019".
        lr: learning rate.
        mom: momentum.
        batch_size: number of examples in a mini-batch.
        num_epochs: number of passes.
        gluon: whether it is Gluon's program.
        place: the calls before it, each of which has drawn initial weights.
        printed: w and b, or the last loss, as texts.
    """

    name: str
    edition: str
    lr: float
    mom: float
    batch_size: int
    num_epochs: int
    gluon: bool
    place: int
    printed: tuple[str, ...]

    @property
    def schedule(self) -> Schedule:
        """What a run goes through."""
        if self.edition == "2018":
            return Schedule(self.batch_size, self.num_epochs, self.batch_size)
        interval = program.LOG_INTERVAL
        sizes = self.batch_size, self.num_epochs, interval
        return Schedule(*sizes, from_the_end=True, mean=not self.gluon)

    @property
    def rule(self) -> Rule:
        """Its update rule; in the edition of 2019 the learning rate stays."""
        return CHAPTER if self.edition == "2018" else Rule(decay=1.0)


def from_notebook(printed: Sequence[Printed]) -> list[Call]:
    """Return the calls of a notebook, as `read_notebook` gives them."""
    places = {edition: 0 for edition in EDITIONS}
    calls = []
    for each in printed:
        values = (*each.w, each.b) if each.b is not None else (each.loss,)
        name = f"code cell {each.cell}: {each.function}, mom {each.mom:g}, lr {each.lr:g}"
        asked = each.lr, each.mom, each.batch_size, each.num_epochs
        run = "gluon" in each.function, places[each.edition]
        calls.append(_call(name, each.edition, *asked, *run, [str(value) for value in values]))
        places[each.edition] += 1
    return calls


def from_values(
    edition: str,
    lr: float | None,
    mom: float | None,
    batch_size: int | None,
    num_epochs: int | None,
    w: Sequence[Any] | None,
    b: Any,
    loss: Any,
) -> Call:
    """Return one call with what was printed; None stands for what the edition's chapter has.

    Raises:
        ValueError: a value is none that such a call can have or print.
    """
    if edition not in EDITIONS:
        raise ValueError(f"edition must be one of {', '.join(EDITIONS)}, not {edition!r}.")
    if mom is None:
        raise ValueError("mom must be given, the momentum of the call that printed the values.")
    if (loss is None) == (w is None) or (w is None) != (b is None):
        raise ValueError("Either w and b must be given, or the last loss.")
    printed = (*w, b) if w is not None else (loss,)
    num_inputs = DATA["num_inputs"] if edition == "2018" else 5
    if w is not None and len(w) != num_inputs:
        raise ValueError(f"w must have {num_inputs} weights in that edition, not {len(w)}.")
    usual = _USUAL[edition]
    lr = usual["lr"] if lr is None else lr
    if lr is None:
        raise ValueError("lr must be given: the edition of 2019 has runs with 0.02 and with 0.004.")
    return _call(
        f"mom {mom}, lr {lr}",
        edition,
        lr,
        mom,
        usual["batch_size"] if batch_size is None else batch_size,
        usual["num_epochs"] if num_epochs is None else num_epochs,
        False,
        _place(edition, lr, mom),
        [str(value) for value in printed],
    )


def _place(edition: str, lr: float, mom: float) -> int:
    """Return the place of such a run in its chapter, or the first."""
    if edition == "2018":
        return MOMENTA.index(mom) if mom in MOMENTA else 0
    runs = [(run.lr, run.mom) for run in edition_2019().runs]
    return runs.index((lr, mom)) if (lr, mom) in runs else 0


def _call(
    name: str,
    edition: str,
    lr: float,
    mom: float,
    batch_size: int,
    num_epochs: int,
    gluon: bool,
    place: int,
    printed: Sequence[str],
) -> Call:
    interval = batch_size if edition == "2018" else program.LOG_INTERVAL
    sizes = arguments.batches(batch_size, num_epochs, interval, _EXAMPLES[edition])[:2]
    for text in printed:
        try:
            float(text)
        except ValueError:
            raise ValueError(f"{name}: {text!r} is no number that was printed.") from None
    rates = arguments.positive_number("lr", lr), arguments.momentum(mom)
    return Call(name, edition, *rates, *sizes, gluon, place, tuple(printed))
