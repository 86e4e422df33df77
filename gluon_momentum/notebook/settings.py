"""What a call asks for: of which edition and program, with which settings."""

from __future__ import annotations

import re
from typing import Any, Collection, Iterator, NamedTuple

from .. import arguments
from ..chapter.experiments import Settings
from ..editions import EDITIONS, Case, Edition, Program
from ..editions.edition import Signature
from .frameworks import Framework, named_in
from .values import Loader, Optimizer, Unread

_NAMES = {
    "lr": ("lr", "learning_rate"),
    "mom": ("mom", "momentum"),
    "batch_size": ("batch_size",),
    "num_epochs": ("num_epochs", "epochs"),
}
_METHOD = ("optimizer", "optimizer_fn", "optimizer_name", "trainer", "trainer_fn", "trainer_name",
           "tr_name")  # fmt: skip
_OTHER = re.compile(r"ada|rms|ftrl|lbfgs|signum|\bnag\b", re.I)
_SGD = re.compile(r"(.*\.)?sgd", re.I | re.S)
_DECAY = 2  # epochs, after which the learning rate decays
# What a table or an optimizer may be given beside, with the values by which nothing changes.
_NOTHING = (False, 0, None)
_WITHOUT_EFFECT: dict[str, tuple[Any, ...]] = {
    "rescale_grad": (1, None),
    "clip_gradient": (-1, None),
    **dict.fromkeys(("name", "params", "parameters", "lazy_update", "foreach", "fused"), ()),
}
# Arguments of a call by which it may have another rule.
_RULE = re.compile(
    r"nesterov|dampen|decay|\bwd|sched|clip|precision|rescale|correct|warmup|l[12]|regular",
    re.I,
)
_UNKNOWN = "?"  # an optimizer that changed, or was made out of sight
_DATA = ("features", "labels", "X", "y")


class Called(NamedTuple):
    """A call of a training function, with the values that its arguments then had."""

    text: str
    function: str
    positional: list[Any]
    named: dict[str, Any]
    parameters: dict[str, Any] | None  # of the notebook's own function: name to default, or Unread
    repeated: bool  # in a loop of which the turns are not known
    scale: Any = None  # standard deviation of the first weights, None if the notebook sets none
    known: bool = True  # whether it is known which function it is


class _Kind(NamedTuple):
    """What a call may be of."""

    edition: Edition
    program: Program
    signature: Signature


def _kinds() -> Iterator[_Kind]:
    for edition in EDITIONS.values():
        for program in edition.programs:
            for signature in program.signatures:
                yield _Kind(edition, program, signature)


def looked_for() -> str:
    """Return the calls that are looked for, for a reader."""
    *most, last = dict.fromkeys(kind.signature.shown for kind in _kinds())
    return f"{', '.join(most)} or {last}"


def mentioned(source: str) -> list[str]:
    """Return the names of training functions that a text calls, as far as names tell."""
    names = [kind.signature.function for kind in _kinds() if not kind.signature.told]
    calls = re.compile(rf"(?<!def )\b({'|'.join(names)})\s*\(")
    return [found[1] for found in calls.finditer(source)]


def is_training(function: str, given: Collection[str]) -> bool:
    """Tell whether a function of this name, told arguments of these, is a training function."""
    told = bool({"mom", "momentum"} & set(given))
    return any(
        re.fullmatch(kind.signature.function, function) and (told or not kind.signature.told)
        for kind in _kinds()
    )


def _kind(call: Called) -> _Kind:
    """Return what a call is of: of those with such a name, one that is given as much."""
    found = [kind for kind in _kinds() if re.fullmatch(kind.signature.function, call.function)]
    values = [*call.positional, *call.named.values()]
    trainer = any(isinstance(value, Optimizer) for value in values)
    fitting = [kind for kind in found if kind.signature.trainer == trainer] or found
    alike = [kind for kind in fitting if kind.program.scale == call.scale]
    return (alike or fitting)[0]


def edition_of(call: Called) -> Edition:
    """Return the edition of the chapter that has such a call."""
    return _kind(call).edition


def cases_of(call: Called, place: int, framework: Framework) -> list[Case]:
    """Return the case of a call; several where its framework had several programs for it.

    Args:
        call: the call.
        place: how many calls of its edition the notebook made before.
        framework: the notebook's, if that is certain.

    Raises:
        ValueError: why it is none, or may be none: a run of another program, a value that cannot be
            read, or one that no run can have.
    """
    if not call.known:
        raise ValueError(f"it is not known which function {call.function} is")
    kind = _kind(call)
    bound = _bound(call, kind.signature)
    optimizers = [value for value in bound.values() if isinstance(value, Optimizer)]
    tables = [value for value in bound.values() if isinstance(value, dict)]
    method = optimizers[0].name if optimizers else _method(call, bound)
    if _OTHER.search(method):
        raise ValueError(f"its optimizer is {method}, not SGD with momentum")
    for name in ("*", "**"):
        if name in bound:
            raise ValueError(f"what {name} gives it cannot be read")
    for name in _DATA:
        if isinstance(bound.get(name), Unread) and "[" in bound[name].text:
            raise ValueError(f"its {name} are {bound[name].text}")
    # An optimizer that is there already was made with its own.
    sources = [bound, *(one.settings for one in optimizers), *tables]
    nesterov = _first(sources, ("nesterov",)) is True
    programs = _programs(kind, framework, nesterov)
    if programs[0].nesterov:
        sources = [{key: one for key, one in each.items() if key != "nesterov"} for each in sources]
    _same_rule(sources[0], sources[1:])
    asked = {name: _first(sources, names) for name, names in _NAMES.items()}
    usual = kind.edition.usual
    if any("data_iter" in one.positional for one in kind.program.signatures):
        asked["batch_size"] = _batch_size(bound.get("data_iter"), kind.edition)
        _same_framework(method, bound, kind, framework)
    if call.parameters is None and (optimizers or tables):
        own_epochs = programs[0].num_epochs or usual.num_epochs
        for name, value in (("batch_size", usual.batch_size), ("num_epochs", own_epochs)):
            asked[name] = value if asked[name] is None else asked[name]
    if not optimizers and not re.fullmatch(r"[\w.]*", method):
        raise ValueError("its optimizer cannot be read")
    if any(
        isinstance(bound.get(name), Unread) for name in ("hyperparams", "optimizer_hyperparams")
    ):
        raise ValueError("its hyperparameters cannot be read")
    if asked["mom"] is None:
        if not _SGD.fullmatch(method):
            raise ValueError("no momentum that can be read is given to it")
        asked["mom"] = 0
    if optimizers and _first([optimizers[0].settings, {"mom": 0}], _NAMES["mom"]) != asked["mom"]:
        raise ValueError("its optimizer was made with another momentum than its table has")
    for name, value in asked.items():
        if value is None:
            raise ValueError(f"no {name} is given to it")
        if isinstance(value, (Unread, Optimizer, dict)):
            raise ValueError(f"what its {name} was is not certain")
    if call.scale is not None and call.scale != kind.program.scale:
        deviation = "unknown" if isinstance(call.scale, Unread) else arguments.shown(call.scale)
        raise ValueError(f"the standard deviation of its first weights is {deviation}")
    settings = Settings(
        arguments.positive_int("batch_size", asked["batch_size"]),
        arguments.positive_number("lr", asked["lr"]),
        arguments.momentum(asked["mom"]),
        arguments.positive_int("num_epochs", asked["num_epochs"]),
        kind.edition.interval,
    )
    _decay(call, kind, bound, settings)
    return [Case(kind.edition, program, settings, place) for program in programs]


def _programs(kind: _Kind, framework: Framework, nesterov: bool) -> list[Program]:
    """Return the programs that a call of a kind may be of, on a notebook's framework."""
    if len(kind.edition.frameworks) == 1:
        return [kind.program]
    if framework.name is None:
        raise ValueError(framework.reason)
    alike = [
        program
        for program in kind.edition.programs
        if (program.framework, program.kind) == (framework.name, kind.program.kind)
    ]
    if not alike:
        raise ValueError(f"no such program of {framework.name} is known here")
    return [program for program in alike if program.nesterov == nesterov] or alike


def _batch_size(loader: Any, edition: Edition) -> Any:
    """Return the size of the mini-batches of what a call trains on.

    Raises:
        ValueError: it is not certain that these are the edition's data.
    """
    if not isinstance(loader, Loader):
        raise ValueError("which data it trains on is not certain")
    if loader.rows not in edition.rows:
        raise ValueError("how many rows of the data it trains on is not certain, or another number")
    return loader.batch_size


def _same_framework(method: str, bound: dict[str, Any], kind: _Kind, framework: Framework) -> None:
    """Raise ValueError if a library's optimizer is another framework's than the notebook's."""
    of = named_in(method)
    if not of and method in bound.values():
        of = ["mxnet"]  # a text
    if kind.program.kind == "concise" and of and framework.name not in of:
        raise ValueError(f"its optimizer, {method}, is not {framework.name}'s")


def interval_of(call: Called, case: Case) -> int | None:
    """Return the examples between two losses that a call records, None if that is not certain."""
    kind = _kind(call)
    if "log_interval" not in kind.signature.positional:
        return case.settings.log_interval
    interval: Any = _bound(call, kind.signature).get("log_interval")
    return interval if arguments.is_integer(interval) and interval > 0 else None


def _same_rule(bound: dict[str, Any], given: list[dict[str, Any]]) -> None:
    """Raise ValueError if a setting, of a call or of what it is given, may change the rule."""
    usual = {name for names in _NAMES.values() for name in names}
    named = {name: value for name, value in bound.items() if _RULE.search(name)}
    named.pop("decay_epoch", None)
    for name, value in [*named.items(), *(pair for one in given for pair in one.items())]:
        neutral = _WITHOUT_EFFECT.get(name, _NOTHING)
        plain = value is None or isinstance(value, (bool, int, float, str))
        if name not in usual and neutral and not (plain and value in neutral):
            shown = value.text if isinstance(value, Unread) else value if plain else "..."
            raise ValueError(f"it is given {name}={shown}, which makes another rule")


def _decay(call: Called, kind: _Kind, bound: dict[str, Any], settings: Settings) -> None:
    """Raise ValueError if the decay is not the edition's, or may not be."""
    helper = call.parameters is None and kind.signature.trainer
    if kind.edition.decay == 1 or not (helper or "decay_epoch" in bound):
        return
    decay = bound.get("decay_epoch")
    if decay is not None and not isinstance(decay, int):
        raise ValueError("decay_epoch must be an integer that stands in the notebook")
    last = settings.num_epochs
    if min(_DECAY, last) != min(last if decay is None else decay, last):
        raise ValueError(f"its decay_epoch is {decay}, not {_DECAY}")


def _bound(call: Called, signature: Signature) -> dict[str, Any]:
    """Return the arguments of a call by the names of the parameters."""
    own = call.parameters
    names = list(signature.positional if own is None else own)
    defaults = (own or {}).items()
    bound = {name: value for name, value in defaults if not isinstance(value, Unread)}
    for number, value in enumerate(call.positional):
        bound[names[number] if number < len(names) else f"argument {number + 1}"] = value
    return {**bound, **call.named}


def _method(call: Called, bound: dict[str, Any]) -> str:
    """Return the name of the optimizer that a call is given."""
    given = [bound[name] for name in _METHOD if name in bound] + call.positional[:1]
    value = given[0] if given else ""
    if isinstance(value, Unread):
        return value.text or _UNKNOWN
    return value if isinstance(value, str) else ""


def _first(sources: list[dict[str, Any]], names: tuple[str, ...]) -> Any:
    return next((one[name] for one in sources for name in names if name in one), None)
