"""What a call asks for: learning rate, momentum, batch size and epochs."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from gluon_momentum.arguments import momentum, positive_int, positive_number

from .calls import CH7, Call
from .values import Optimizer, Unread

_NAMES = {
    "lr": ("lr", "learning_rate"),
    "mom": ("mom", "momentum"),
    "batch_size": ("batch_size",),
    "num_epochs": ("num_epochs", "epochs"),
}
_SCRATCH = ("batch_size", "lr", "mom", "num_epochs", "log_interval")
_TRAINER = ("batch_size", "trainer", "num_epochs", "decay_epoch", "log_interval")
_CH7 = ("optimizer", "hyperparams", "features", "labels", "batch_size", "num_epochs")
_METHOD = ("optimizer", "optimizer_fn", "optimizer_name", "trainer", "trainer_fn", "trainer_name")
_OTHER = re.compile(r"ada|rms|ftrl|lbfgs|signum|\bnag\b", re.I)
_SGD = re.compile(r"(.*\.)?sgd", re.I | re.S)
_DECAY = 2  # epochs, after which the program of 2018 divides its learning rate by 10


class Settings(NamedTuple):
    """The arguments of a run."""

    lr: float
    mom: float
    batch_size: int
    num_epochs: int


def edition(call: Call) -> str:
    """Return the edition of the chapter that has such a call."""
    return "2019" if CH7.fullmatch(call.function) else "2018"


def settings(call: Call) -> Settings | str:
    """Return what a call asks for, or why it is a run of another program.

    Raises:
        ValueError: a value cannot be read, or is none that a run can have.
    """
    bound = _bound(call)
    values = list(bound.values())
    optimizers = [value for value in values if isinstance(value, Optimizer)]
    tables = [value for value in values if isinstance(value, dict)]
    method = optimizers[0].name if optimizers else _method(call, bound)
    if _OTHER.search(method):
        return f"its optimizer is {method}, not SGD with momentum"
    # An optimizer that is there already was made with its own.
    sources = [bound, *(one.settings for one in optimizers), *tables]
    asked = {name: _first(sources, names) for name, names in _NAMES.items()}
    if call.parameters is None and (optimizers or tables):
        usual = {"batch_size": 10, "num_epochs": 2 if edition(call) == "2019" else 3}
        asked.update({name: one for name, one in usual.items() if asked[name] is None})
    if asked["mom"] is None:
        if not _SGD.fullmatch(method):
            return "it has no momentum"
        asked["mom"] = 0
    for name, value in asked.items():
        if value is None or isinstance(value, (Unread, Optimizer, list, dict)):
            raise ValueError(f"{name} must be a number that stands in the notebook.")
    run = Settings(
        positive_number("lr", asked["lr"]),
        momentum(asked["mom"]),
        positive_int("batch_size", asked["batch_size"]),
        positive_int("num_epochs", asked["num_epochs"]),
    )
    return _decay(call, bound, run) or run


def _decay(call: Call, bound: dict[str, Any], run: Settings) -> str | None:
    """Return how the decay differs from the program of 2018, None if it does not."""
    helper = call.parameters is None and not {"mom", "momentum"} & set(bound)
    if edition(call) == "2019" or not (helper or "decay_epoch" in bound):
        return None
    decay = bound.get("decay_epoch")
    if decay is not None and not isinstance(decay, int):
        raise ValueError("decay_epoch must be an integer that stands in the notebook.")
    last = run.num_epochs
    same = min(_DECAY, last) == min(last if decay is None else decay, last)
    return None if same else f"its decay_epoch is {decay}, not {_DECAY}"


def _bound(call: Call) -> dict[str, Any]:
    """Return the arguments of a call by the names of the parameters."""
    names = list(_CH7)
    if call.parameters is not None:
        names = list(call.parameters)
    elif call.function == "train_ch7":
        names.insert(1, "states")
    elif edition(call) == "2018":
        trained = any(isinstance(value, Optimizer) for value in call.positional)
        names = list(_TRAINER if trained else _SCRATCH)
    defaults = (call.parameters or {}).items()
    bound = {name: value for name, value in defaults if not isinstance(value, Unread)}
    for number, value in enumerate(call.positional):
        bound[names[number] if number < len(names) else f"argument {number + 1}"] = value
    return {**bound, **call.named}


def _method(call: Call, bound: dict[str, Any]) -> str:
    """Return the name of the optimizer that a call is given."""
    given = [bound[name] for name in _METHOD if name in bound] + call.positional[:1]
    value = given[0] if given else ""
    if isinstance(value, Unread):
        return value.text
    return value if isinstance(value, str) else ""


def _first(sources: list[dict[str, Any]], names: tuple[str, ...]) -> Any:
    return next((one[name] for one in sources for name in names if name in one), None)
