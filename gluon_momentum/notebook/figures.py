"""The curve in a figure that matplotlib drew as SVG, and which of a run's losses it shows.

The scale of an axis is fitted to its ticks: where they stand, and what their labels say. An axis
whose labels are powers of ten is logarithmic. The published curves were read in this way; a figure
carries about seven digits, which are kept with one to spare.

A figure is taken for a curve of losses only if it has one pair of axes that say so, and one line.
"""

from __future__ import annotations

import math
import re
from bisect import bisect
from typing import Any, Callable, Iterable, NamedTuple, Sequence
from xml.etree import ElementTree

from .outputs import plain

_SVG = "{http://www.w3.org/2000/svg}"
_DECIMAL = r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?"
_NUMBER = re.compile(_DECIMAL)
_POINT = re.compile(rf"([ML])\s*({_DECIMAL})[\s,]+({_DECIMAL})\s*")
_PATH = re.compile(rf"(?:{_POINT.pattern})+")
_POWER = re.compile(r"10\^\{?([-+]?\d+)\}?")
_OFF = 1e-3  # points, by which a tick may stand off its place
_NEAR = 1e-3  # of the distance of two losses, by which a vertex may stand off its place
_COMMENT: Any = ElementTree.Comment
_SIMPLIFIED = 128  # vertices, from which on matplotlib may leave out some
_LABELS = {"x": ("epoch", "epochs"), "y": ("loss",)}
# Beside axes, a line, titles and a legend, nothing may be drawn.
_PARTS = re.compile(r"(patch|matplotlib\.axis|line2d|text|legend)_\d+")

Vertices = Sequence["tuple[float, float]"]


class Curve(NamedTuple):
    """The vertices of a line in the axes' own numbers, (x, y).

    They are in pieces where the edge of the figure cuts the line; there a piece begins or ends with
    the point of the edge.
    """

    pieces: tuple[tuple[tuple[float, float], ...], ...]

    def begins(self, other: Curve) -> bool:
        """Tell whether another curve goes on with this one, as the next picture of an animation."""
        *whole, last = self.pieces
        at = len(whole)
        return (
            list(other.pieces[:at]) == whole
            and len(other.pieces) > at
            and other.pieces[at][: len(last)] == last
        )


class Losses(NamedTuple):
    """Losses of a run that a figure shows.

    Attributes:
        steps: which of the losses that the run recorded, from 0.
        values: the losses; the limit where they lie beyond it.
        limits: the lowest and the highest loss that can be told from those beyond.
    """

    steps: tuple[int, ...]
    values: tuple[float, ...]
    limits: tuple[float, float] = (-math.inf, math.inf)


def curve_in(svg: str) -> Curve:
    """Return the curve in a figure of losses over epochs.

    Raises:
        ValueError: why the figure is no such curve, to follow a colon.
    """
    try:
        return _curve(_tree(svg))
    except ArithmeticError:
        raise ValueError("the numbers in the figure are beyond all bounds") from None


def _curve(root: ElementTree.Element) -> Curve:
    [axes] = _only(root.iter(f"{_SVG}g"), "axes_", "pair of axes")
    for part in axes.findall(f"{_SVG}g"):
        if not _PARTS.fullmatch(part.get("id", "")):
            raise ValueError(f"the figure shows more than a line: {part.get('id')}")
    for axis in "xy":
        texts = _texts(_axis(axes, axis))
        if len(texts) != 1 or texts[0].casefold() not in _LABELS[axis]:
            shown = ", ".join(map(repr, texts)) or "nothing"
            raise ValueError(f"beside the {axis} axis of the figure stands {shown}")
    [line] = _only(axes.findall(f"{_SVG}g"), "line2d_", "line")
    path = line.find(f"{_SVG}path")
    drawn = "" if path is None else path.get("d", "")
    if not _PATH.fullmatch(drawn):
        raise ValueError("the line in the figure does not go from point to point")
    to_x, to_y = (_scale(axes, axis) for axis in "xy")
    pieces: list[list[tuple[float, float]]] = []
    for kind, x, y in _POINT.findall(drawn):
        pieces += [[]] if kind == "M" or not pieces else []
        pieces[-1].append((to_x(float(x)), to_y(float(y))))
    return Curve(tuple(map(tuple, pieces)))


def losses_of(curve: Curve, epochs: Sequence[float]) -> Losses:
    """Return the losses of a run that recorded them at these epochs.

    Matplotlib leaves out vertices of long lines that change little; those are not among the losses.
    Where the edge of the figure cut off the first vertex alone, it is where the line from the
    second one through the edge leads.

    Raises:
        ValueError: why the curve cannot be that of such a run.
    """
    found: dict[int, float] = {}
    hidden: list[int] = []
    cuts: list[tuple[float, float]] = []
    left = -math.inf  # the figure, where the piece before this one ended
    for number, piece in enumerate(curve.pieces):
        steps = [_step(x, epochs) for x, _ in piece]
        if None in steps[1:-1] or (number and steps[0] is not None):
            raise ValueError("the line in the figure has other points than the losses of the call")
        cuts += [point for point, step in zip(piece, steps) if step is None]
        found.update({step: y for (_, y), step in zip(piece, steps) if step is not None})
        if steps[0] is None:
            hidden += range(bisect(epochs, left), bisect(epochs, piece[0][0]))
        left = piece[-1][0]
    last = len(epochs) - 1
    shown = len({*found, *hidden}) if len(epochs) < _SIMPLIFIED else len(epochs)
    if last not in found or not {0} & {*found, *hidden} or shown < len(epochs):
        raise ValueError("the line in the figure does not show the whole run")
    if hidden == [0] and 1 in found and len(cuts) == 1:
        [(x, y)] = cuts
        slope = (found[1] - y) / (epochs[1] - x)
        found[0] = found[1] + slope * (epochs[0] - epochs[1])
        return _shown(found)
    if not cuts:
        return _shown(found)
    return _limited(found, hidden, [y for _, y in cuts])


def _step(x: float, epochs: Sequence[float]) -> int | None:
    """Return which of these epochs a vertex stands at, None if it is none of them."""
    after = bisect(epochs, x)
    near = [step for step in (after - 1, after) if 0 <= step < len(epochs)]
    step = min(near, key=lambda each: abs(epochs[each] - x))
    spacing = epochs[-1] - epochs[-2] if len(epochs) > 1 else 1.0
    return step if abs(epochs[step] - x) <= _NEAR * spacing else None


def _limited(found: dict[int, float], hidden: Sequence[int], edges: Sequence[float]) -> Losses:
    """Return the losses of a curve of which the edge of the figure hides more than the first."""
    edge = edges[0]
    if any(abs(one - edge) > _NEAR * abs(found[max(found)] - edge) for one in edges):
        raise ValueError("the line in the figure leaves it on more than one side")
    low, high = (-math.inf, edge) if edge > min(found.values()) else (edge, math.inf)
    within = {step: min(max(loss, low), high) for step, loss in found.items()}
    return _shown({**within, **dict.fromkeys(hidden, edge)})._replace(limits=(low, high))


def _shown(found: dict[int, float]) -> Losses:
    return Losses(tuple(sorted(found)), tuple(found[step] for step in sorted(found)))


def _tree(svg: str) -> ElementTree.Element:
    """Return the root of a figure; matplotlib keeps the text of labels in comments."""
    builder = ElementTree.TreeBuilder(insert_comments=True)
    try:
        root = ElementTree.fromstring(svg, ElementTree.XMLParser(target=builder))
    except (ElementTree.ParseError, ValueError, LookupError):
        raise ValueError("the figure is no XML") from None
    if root.tag != f"{_SVG}svg":
        raise ValueError("the figure is no SVG")
    return root


def _only(
    groups: Iterable[ElementTree.Element], prefix: str, what: str
) -> list[ElementTree.Element]:
    """Return the group whose id begins so, if it is the only one."""
    found = _named(groups, prefix)
    if len(found) != 1:
        raise ValueError(f"the figure has not one {what}, but {len(found)}")
    return found


def _named(groups: Iterable[ElementTree.Element], prefix: str) -> list[ElementTree.Element]:
    return [group for group in groups if group.get("id", "").startswith(prefix)]


def _axis(axes: ElementTree.Element, axis: str) -> ElementTree.Element:
    both = _named(axes.findall(f"{_SVG}g"), "matplotlib.axis_")
    if len(both) != 2:
        raise ValueError("the axes of the figure are not two")
    return both["xy".index(axis)]


def _texts(group: ElementTree.Element) -> list[str]:
    """Return the texts directly in a group; each stands in an element of text or in a comment."""
    found = []
    for text in _named(group.findall(f"{_SVG}g"), "text_"):
        for element in text.iter():
            if element.tag == _COMMENT:
                found.append((element.text or "").strip())
            elif element.tag == f"{_SVG}text":
                found.append("".join(element.itertext()).strip())
    return found


def _scale(axes: ElementTree.Element, axis: str) -> Callable[[float], float]:
    """Return the function from a position on an axis to its number."""
    ticks, powers = [], 0
    for group in _named(axes.iter(f"{_SVG}g"), f"{axis}tick_"):
        lines = _named(group.findall(f"{_SVG}g"), "line2d_")
        marks = [use for line in lines for use in line.iter(f"{_SVG}use")]
        text = _texts(group)
        if text and marks:
            value, power = _number(text[0], axis)
            powers += power
            at = marks[0].get(axis, "")
            ticks.append((float(at) if _NUMBER.fullmatch(at) else math.nan, value))
    if len({at for at, _ in ticks}) < 2:
        raise ValueError(f"the {axis} axis of the figure has fewer than two labelled ticks")
    slope, origin = _line(ticks)
    straight = all(abs((value - origin) / slope - at) <= _OFF for at, value in ticks)
    if 0 < powers < len(ticks) or not straight:
        raise ValueError(f"the {axis} axis of the figure is neither linear nor logarithmic")
    if powers:
        return lambda at: float(f"{10 ** (slope * at + origin):.8g}")
    # As many decimals as give the largest number eight digits.
    decimals = 7 - math.floor(math.log10(max(abs(value) for _, value in ticks)))
    return lambda at: round(slope * at + origin, decimals)


def _number(text: str, axis: str) -> tuple[float, bool]:
    """Return what a label says, or its exponent if it is a power of ten, and which of the two."""
    bare = re.sub(r"\\mathdefault|[${}\s]", "", plain(text))
    power = _POWER.fullmatch(bare)
    if power:
        return float(power[1]), True
    if _NUMBER.fullmatch(bare):
        return float(bare), False
    raise ValueError(f"a label on the {axis} axis of the figure is no number: {text!r}")


def _line(ticks: Vertices) -> tuple[float, float]:
    """Return slope and origin of the straight line through the ticks, by least squares."""
    middle = sum(at for at, _ in ticks) / len(ticks)
    mean = sum(value for _, value in ticks) / len(ticks)
    slope = sum((at - middle) * (value - mean) for at, value in ticks)
    slope /= sum((at - middle) ** 2 for at, _ in ticks)
    if slope == 0:
        return math.nan, math.nan
    return slope, mean - slope * middle
