#!/usr/bin/env python3
"""Print the vertices of a curve in an SVG figure of matplotlib's, as JSON.

usage: tools/read_svg_curve.py FIGURE.svg [--axes N] [--curve N]

The scale of each axis is fitted to its ticks: where they stand, and what their labels say. An axis
whose labels are powers of ten is logarithmic. The published curves were read in this way; a figure
carries about seven digits, which are printed with one to spare.
"""

import argparse
import json
import math
import re
import sys
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
USE = f"{SVG}use"
DECIMAL = r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?"
NUMBER = re.compile(DECIMAL)
POINT = re.compile(rf"[ML]\s*({DECIMAL})[\s,]+({DECIMAL})\s*")
PATH = re.compile(rf"(?:{POINT.pattern})+")
POWER = re.compile(r"10\^\{?([-+]?\d+)\}?")
OFF = 1e-3  # points, by which a tick may stand off its place


class FigureError(Exception):
    """The file is no figure that can be read."""


def main():
    """Print the curve that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("figure")
    parser.add_argument("--axes", type=int, default=1, help="which axes, from 1")
    parser.add_argument("--curve", type=int, default=1, help="which line in them, from 1")
    asked = parser.parse_args()
    try:
        found = read(asked.figure, asked.axes, asked.curve)
    except (FigureError, OSError) as error:
        print(f"read_svg_curve: {said(error)}", file=sys.stderr)
        return 2
    print(json.dumps(found))
    return 0


def said(error):
    """Return an error in one sentence."""
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}."
    return str(error)


def read(figure, axes, curve):
    """Return the kind of each axis, and the vertices in the axes' own numbers."""
    group = nth(tree(figure), "axes_", axes, f"{figure} has no axes {axes}")
    lines = [line for line in children(group, "line2d_") if line.find(f"{SVG}path") is not None]
    if not 1 <= curve <= len(lines):
        raise FigureError(f"{figure} has no curve {curve} in axes {axes}; there are {len(lines)}.")
    path = lines[curve - 1].find(f"{SVG}path").get("d", "")
    scales = [scale(group, figure, axis) for axis in "xy"]
    vertices = [[to(at) for (_, to), at in zip(scales, point)] for point in points(path, figure)]
    return {"x": scales[0][0], "y": scales[1][0], "vertices": vertices}


def tree(figure):
    """Return the root of a file; matplotlib keeps the text of labels in comments."""
    builder = ElementTree.TreeBuilder(insert_comments=True)
    try:
        root = ElementTree.parse(figure, ElementTree.XMLParser(target=builder)).getroot()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise FigureError(f"{figure} is no XML: {error}.") from None
    if root.tag != f"{SVG}svg":
        raise FigureError(f"{figure} is no SVG.")
    return root


def children(group, prefix):
    """Return the groups directly in one whose id begins so."""
    return [child for child in group.findall(f"{SVG}g") if child.get("id", "").startswith(prefix)]


def nth(root, prefix, number, otherwise):
    """Return the group in root with this number, in the order of the file."""
    groups = [g for g in root.iter(f"{SVG}g") if g.get("id", "").startswith(prefix)]
    if not 1 <= number <= len(groups):
        raise FigureError(f"{otherwise}; there are {len(groups)}.")
    return groups[number - 1]


def scale(axes, figure, axis):
    """Return the kind of an axis, and the function from a position to its number."""
    ticks, powers = [], 0
    for group in axes.iter(f"{SVG}g"):
        if group.get("id", "").startswith(f"{axis}tick_"):
            marks = [use for child in children(group, "line2d_") for use in child.iter(USE)]
            text = labels(group)
            if text and marks:
                value, power = number(text[0], figure, axis)
                powers += power
                ticks.append((float(marks[0].get(axis, "nan")), value))
    if len({at for at, _ in ticks}) < 2:
        raise FigureError(f"{figure} has fewer than two labelled ticks on its {axis} axis.")
    if 0 < powers < len(ticks):
        raise FigureError(f"The {axis} axis of {figure} is neither linear nor logarithmic.")
    refuse_factor(axes, figure, axis)
    slope, origin = line(ticks)
    if not all(abs((value - origin) / slope - at) <= OFF for at, value in ticks):
        raise FigureError(f"The {axis} axis of {figure} is neither linear nor logarithmic.")
    if powers:
        return "log", lambda at: float(f"{10 ** (slope * at + origin):.8g}")
    # As many decimals as give the largest number eight digits.
    decimals = 7 - math.floor(math.log10(max(abs(value) for _, value in ticks)))
    return "linear", lambda at: round(slope * at + origin, decimals)


def labels(group):
    """Return the texts directly in a group; each stands in an element of text or in a comment."""
    found = []
    for text in children(group, "text_"):
        for element in text.iter():
            if element.tag is ElementTree.Comment:
                found.append(element.text.strip())
            elif element.tag == f"{SVG}text":
                found.append("".join(element.itertext()).strip())
    return found


def number(text, figure, axis):
    """Return what a label says, or its exponent if it is a power of ten, and which of the two."""
    plain = re.sub(r"\\mathdefault|[${}\s]", "", text).replace("\N{MINUS SIGN}", "-")
    if power := POWER.fullmatch(plain):
        return float(power[1]), True
    if NUMBER.fullmatch(plain):
        return float(plain), False
    raise FigureError(f"A label on the {axis} axis of {figure} is no number: {text!r}.")


def refuse_factor(axes, figure, axis):
    """Refuse an axis beside which a factor of all its labels stands, such as 1e-5."""
    both = children(axes, "matplotlib.axis_")
    for text in labels(both["xy".index(axis)]):
        if NUMBER.fullmatch(text.replace("\N{MINUS SIGN}", "-")):
            raise FigureError(f"The labels on the {axis} axis of {figure} have a factor, {text}.")


def line(ticks):
    """Return slope and origin of the straight line through the ticks, by least squares."""
    middle = sum(at for at, _ in ticks) / len(ticks)
    mean = sum(value for _, value in ticks) / len(ticks)
    slope = sum((at - middle) * (value - mean) for at, value in ticks)
    slope /= sum((at - middle) ** 2 for at, _ in ticks)
    if slope == 0:
        return math.nan, math.nan
    return slope, mean - slope * middle


def points(path, figure):
    """Return the positions of a path of straight lines."""
    if not PATH.fullmatch(path):
        raise FigureError(f"The curve in {figure} is not made of straight lines.")
    return [(float(x), float(y)) for x, y in POINT.findall(path)]


if __name__ == "__main__":
    sys.exit(main())
