"""Making the calls that are compared, from a notebook or from what somebody gives."""

from __future__ import annotations

import math
from typing import Any, Sequence

from .. import arguments
from ..airfoil import program
from ..experiments import CALL, DATA, MOMENTA
from ..notebook import Printed
from ..published import edition_2019
from ..verification.printed import half_unit
from .call import Call

EDITIONS = ("2018", "2019")
_USUAL: dict[str, dict[str, Any]] = {
    "2018": {**CALL, **DATA},
    "2019": {
        **{"lr": None, "batch_size": program.BATCH_SIZE, "num_epochs": program.NUM_EPOCHS},
        **{"num_inputs": 5, "num_examples": 1503},
    },
}


def from_notebook(printed: Sequence[Printed]) -> list[Call]:
    """Return the calls of a notebook, as `read_notebook` gives them."""
    places = {edition: 0 for edition in EDITIONS}
    calls = []
    for each in printed:
        values = (*each.w, each.b) if each.b is not None else (each.loss,)
        name = f"code cell {each.cell}: {each.function}, mom {each.mom:g}, lr {each.lr:g}"
        asked = each.lr, each.mom, each.batch_size, each.num_epochs
        run = "gluon" in each.function, places[each.edition]
        calls.append(_call(name, each.edition, *asked, *run, values))
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
        raise ValueError(
            f"edition must be one of {', '.join(EDITIONS)}, not {arguments.shown(edition)}."
        )
    if mom is None:
        raise ValueError("mom must be given, the momentum of the call that printed the values.")
    if (loss is None) == (w is None) or (w is None) != (b is None):
        raise ValueError("Either w and b must be given, or the last loss.")
    usual = _USUAL[edition]
    num_inputs = usual["num_inputs"]
    if w is not None and (not isinstance(w, (list, tuple)) or len(w) != num_inputs):
        raise ValueError(f"w must be a list of {num_inputs} weights, not {arguments.shown(w)}.")
    printed = (*w, b) if w is not None else (loss,)
    lr = usual["lr"] if lr is None else lr
    if lr is None:
        raise ValueError("lr must be given: the edition of 2019 has runs with 0.02 and with 0.004.")
    return _call(
        f"mom {arguments.shown(mom)}, lr {arguments.shown(lr)}",
        edition,
        lr,
        mom,
        usual["batch_size"] if batch_size is None else batch_size,
        usual["num_epochs"] if num_epochs is None else num_epochs,
        False,
        _place(edition, lr, mom),
        printed,
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
    printed: Sequence[Any],
) -> Call:
    interval = batch_size if edition == "2018" else program.LOG_INTERVAL
    sizes = arguments.batches(batch_size, num_epochs, interval, _USUAL[edition]["num_examples"])[:2]
    texts = tuple(map(str, printed))
    for text in texts:
        if not _is_number(text):
            raise ValueError(f"{name}: {arguments.shown(text)} is no number that was printed.")
    rates = arguments.positive_number("lr", lr), arguments.momentum(mom)
    return Call(name, edition, *rates, *sizes, gluon, place, texts)


def _is_number(text: str) -> bool:
    """Tell whether a text is a number that a program prints, nan and inf included."""
    try:
        float(text)
        return 0 < half_unit(text) < math.inf
    except (ValueError, ArithmeticError):
        return False
