"""The results in what a cell printed: w and b, or a loss, as text.

One pass over the text finds what is printed of parameters and of losses, in order; a result ends
with its b, with a loss that is not an epoch's, or where the epochs start anew. What has another
word before its name, such as "error in estimating w", is another quantity.
"""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple

NUMBER = r"[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|nan|inf)(?![\w.])"

# Bounds keep odd text from taking long.
_SPACE = r"\s{0,9}"
_WRAPPED = rf"{_SPACE}(?:[\w.]{{1,30}}\()?"  # "tensor("
# "w: ", "('w:', ", "w[0]=", "w1 = ", "weight: ", "w [1.0 2.0]"
_IS = rf"(?:['\"]?{_SPACE}[:=]|['\"]?,?\s{{1,9}}(?=[-+.\d\[]|(?:np\.)?(?:tensor|array)\())"
_NAME = (
    r"(?<![\w.\]|∂/^-])(?:(?P<w>w|weights?)(?P<index>\[\d{1,3}\]|_?\d)?"
    rf"|(?P<b>b|bias)(?:\[0\])?){_IS}"
)
_LOSS = (
    rf"(?<![-\w.])(?:train(?:ing)?_)?loss(?:es)?['\"]?{_SPACE}[:=]?"
    rf"{_SPACE}(?P<loss>\[|{_WRAPPED}{NUMBER})"
)
_FOUND = re.compile(rf"{_NAME}|{_LOSS}", re.I)
_EPOCH = re.compile(rf"\bepoch{_SPACE}[:=]?{_SPACE}(\d+)", re.I)
_NUMBER = re.compile(rf"(?<![\w.]){NUMBER}", re.I)
# A number or some, not in brackets: "4.2", "tensor(4.2, ...)", "numpy=4.2"
_BARE = re.compile(rf"{_WRAPPED}{_SPACE}(?P<numbers>(?:{NUMBER}[\s,]*)+)", re.I)
_NUMPY = re.compile(rf"numpy=\s*(?P<numbers>{NUMBER})", re.I)
_SHAPE = re.compile(r"shape=[\[(][\d, ]*[\])]")  # Paddle has it in brackets, like the values
_LINE = 200  # characters of a line before and after its loss

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
# What a loss, or w, may be called; any other word before it makes it another quantity.
_SAME = re.compile(r"(?:train|training|final|last|and|epoch)", re.I)
_WORD_BEFORE = re.compile(r"([^\W\d]+)[ \t]{1,9}(?:-[ \t])?$")
_OTHERS = re.compile(
    r"(?<![\w=])(?:errors?|err|true|real|exact|estimat\w*|diff\w*|delta|grad\w*|init\w*|start\w*|first|before"
    r"|test\w*|val|valid\w*|eval\w*|best|min\w*|max\w*|mean|average|velocity|expected|target\w*)\b|误差|真实|测试",
    re.I,
)
# A loss is no number that goes on, or leads to another: "12,345", "1/2", "0.3 -> 0.2", "0.3, 0.2"
_GOES_ON = re.compile(
    rf",\d|{_SPACE}(?:[/*×±→%]|->|\+/-)|[ \t]{{0,9}}[,;]?[ \t]{{0,9}}{NUMBER}(?![ \t]{{0,9}}s)",
    re.I,
)
_LISTED = re.compile(r"(?:[\w.]{1,30}\(|[\[\])\s,]|dtype=[\w.]{1,30}|\.\.\.)*")


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


def plain(printed: str) -> str:
    """Return what a screen shows of a text, without colours."""
    text = _COLOUR.sub("", printed).replace("\r\n", "\n").replace("\u2212", "-")
    lines = text.replace("：", ":").split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)  # what is left of it


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
    for event in _events(plain(printed)):
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
    places: list[str] = []  # of w[0] and w[1]
    before = 0
    for match, end in zip(matches, ends):
        text = printed[match.end() : end]
        other = _is_other(printed[max(before, match.start() - _LINE) : match.start()])
        before = match.end()
        if other or match["loss"]:
            w, places = [], []
            loss = None if other else _loss(printed, match)
            if loss is not None:
                yield _Loss(loss, _epoch(printed, match))
        elif match["index"]:
            in_order = bool(places) and match["index"] > places[-1]
            w = [*(w if in_order else []), *_numbers(text)[:1]]
            places = [*(places if in_order else []), match["index"]]
        elif match["w"]:
            w, places = _numbers(text), []
        else:
            b = _numbers(text)[:1]
            if w and b:
                yield _Parameters(tuple(w), b[0])
            w, places = [], []


def _is_other(before: str) -> bool:
    """Tell whether what stands before a name makes it another quantity's."""
    *lines, line = before.split("\n")
    word = _WORD_BEFORE.search(line)
    if word and not _SAME.fullmatch(word[1]):
        return True
    heading = lines[-1] if lines and not line.strip() and lines[-1].rstrip().endswith(":") else ""
    return bool(_OTHERS.search(heading + line))


def _loss(printed: str, match: re.Match[str]) -> str | None:
    """Return a loss, the last one of a list, None if it cannot be told which it is."""
    if match["loss"] == "[":
        values = _first_array(printed[match.end() - 1 :])
        numbers = _NUMBER.findall(values)
        listed = numbers and _LISTED.fullmatch(_NUMBER.sub("", values))
        return str(numbers[-1]) if listed else None
    wrapped = "(" in match["loss"]
    if not wrapped and _GOES_ON.match(printed, match.end()):
        return None
    return str(_NUMBER.findall(match["loss"])[-1])


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
