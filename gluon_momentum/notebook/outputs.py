"""The results in what a cell printed: w and b, or a loss, as text.

One pass over the text finds what is printed of parameters and of losses, in order; a result ends
with its b, with a loss that is not an epoch's, or where the epochs start anew.
"""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple

NUMBER = r"[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|nan|inf)(?![\w.])"

# "w: ", "('w:', ", "w[0]=", "weight: "
_NAME = r"(?<![\w.\]])(?:(?P<w>w|weight)(?P<index>\[\d+\])?|(?P<b>b|bias)(?:\[0\])?)['\"]?\s*[:=]"
# Bounds keep odd text from taking long.
_SPACE = r"\s{0,9}"
_WRAPPED = rf"{_SPACE}(?:[\w.]{{1,30}}\()?"  # "tensor("
_LOSS = rf"\bloss['\"]?{_SPACE}[:=]?{_WRAPPED}\[?{_SPACE}(?P<loss>{NUMBER})"
_FOUND = re.compile(rf"{_NAME}|{_LOSS}", re.I)
_EPOCH = re.compile(rf"\bepoch{_SPACE}[:=]?{_SPACE}(\d+)", re.I)
_NUMBER = re.compile(rf"(?<![\w.]){NUMBER}", re.I)
# A number or some, not in brackets: "4.2", "tensor(4.2, ...)", "numpy=4.2"
_BARE = re.compile(rf"{_WRAPPED}{_SPACE}(?P<numbers>(?:{NUMBER}[\s,]*)+)", re.I)
_NUMPY = re.compile(rf"numpy=\s*(?P<numbers>{NUMBER})", re.I)
_SHAPE = re.compile(r"shape=[\[(][\d, ]*[\])]")  # Paddle has it in brackets, like the values
_LINE = 200  # characters of a line before and after its loss


class Result(NamedTuple):
    """What one call printed."""

    w: tuple[str, ...]
    b: str | None
    loss: str | None
    epoch_losses: tuple[str, ...]


class _Loss(NamedTuple):
    text: str
    epoch: int | None


class _Parameters(NamedTuple):
    w: tuple[str, ...]
    b: str


def results(printed: str) -> list[Result]:
    """Return the results in what a cell printed, in order; none if it holds none.

    Example:
        >>> from gluon_momentum.notebook.outputs import results
        >>> results("w[0]=-4.64, w[1]=7.65, b=-19.84")
        [Result(w=('-4.64', '7.65'), b='-19.84', loss=None, epoch_losses=())]
    """
    found: list[Result] = []
    epochs: list[str] = []
    last = 0
    for event in _events(printed):
        if isinstance(event, _Loss) and event.epoch is not None:
            if epochs and event.epoch <= last:
                found.append(_result(epochs))
                epochs = []
            epochs.append(event.text)
            last = event.epoch
            continue
        found.append(_result(epochs, event))
        epochs = []
    return [*found, _result(epochs)] if epochs else found


def _result(epochs: list[str], end: _Loss | _Parameters | None = None) -> Result:
    loss = epochs[-1] if epochs else None
    if isinstance(end, _Parameters):
        return Result(end.w, end.b, loss, tuple(epochs))
    return Result((), None, loss if end is None else end.text, tuple(epochs))


def _events(printed: str) -> Iterator[_Loss | _Parameters]:
    """Yield losses, and w with the b that follows it."""
    matches = list(_FOUND.finditer(printed))
    ends = [match.start() for match in matches[1:]] + [len(printed)]
    w: list[str] = []
    for match, end in zip(matches, ends):
        text = printed[match.end() : end]
        if match["loss"]:
            w = []
            yield _Loss(match["loss"], _epoch(printed, match))
        elif match["w"]:
            w = [*w, *_numbers(text)[:1]] if match["index"] else _numbers(text)
        else:
            b = _numbers(text)[:1]
            if w and b:
                yield _Parameters(tuple(w), b[0])
            w = []


def _epoch(printed: str, match: re.Match[str]) -> int | None:
    """Return the epoch that stands on the line of a loss."""
    before = printed[max(0, match.start() - _LINE) : match.start()]
    after = printed[match.end() : match.end() + _LINE]
    line = re.split(r"[\r\n]", before)[-1] + re.split(r"[\r\n]", after, maxsplit=1)[0]
    found = _EPOCH.search(line)
    return int(found[1][:9]) if found else None


def _numbers(text: str) -> list[str]:
    """Return the numbers at the start of a text, or else of its first array."""
    text = _SHAPE.sub("", text)
    bare = _BARE.match(text)
    if bare is None and "[" not in text:
        bare = _NUMPY.search(text)
    return _NUMBER.findall(bare["numbers"] if bare else _first_array(text))


def _first_array(text: str) -> str:
    """Return what stands from the first bracket to the one that closes it, "" if none does."""
    start = text.find("[")
    depth = 0
    for match in re.finditer(r"[\[\]]", text):
        depth += 1 if match[0] == "[" else -1
        if depth <= 0:
            return text[start : match.end()]
    return ""
