"""tools/read_svg_curve.py: a curve that matplotlib drew is read to the digits it drew."""

import json
import re
import sys

import matplotlib
import numpy as np
import pytest
import read_svg_curve
from matplotlib.figure import Figure

EPOCHS = np.linspace(0, 3, 61)
# From 16 down to 5e-5, as the losses of the chapter.
LOSSES = 16 * np.exp(-4.2 * EPOCHS) * (1 + 0.5 * np.sin(40 * EPOCHS)) + 5e-5


@pytest.fixture
def tool(tmp_path, monkeypatch, capsys):
    """Return a function that runs the tool on a.svg: (status, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["read_svg_curve", "a.svg", *arguments])
        return read_svg_curve.main(), *capsys.readouterr()

    return run


def refused(ended, *told):
    """Assert that the tool ended with status 2 and one sentence, which tells what is wrong."""
    status, out, err = ended
    assert (status, out) == (2, "")
    assert re.fullmatch(r"read_svg_curve: [^\n]*\.\n", err)
    assert all(each in err for each in told), err


def draw(change=lambda axes: None, y=LOSSES, **settings):
    with matplotlib.rc_context({"path.simplify": False, **settings}):
        figure = Figure(figsize=(3.5, 2.5))
        axes = figure.add_subplot()
        axes.plot(np.linspace(0, 3, len(y)), y)
        axes.set(xlabel="epoch", ylabel="loss")
        change(axes)
        figure.savefig("a.svg")


def assert_is_the_curve(ended, losses=LOSSES, scale="log"):
    status, out, err = ended
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert (found["x"], found["y"]) == ("linear", scale)
    assert len(found["vertices"]) == len(EPOCHS)
    epochs, read = np.array(found["vertices"]).T
    np.testing.assert_allclose(epochs, EPOCHS, rtol=0, atol=1e-7)
    # To the seventh digit of a loss, or of the axis's length, 16.
    rtol, atol = (2e-7, 0) if scale == "log" else (0, 16 * 1e-7)
    np.testing.assert_allclose(read, losses, rtol=rtol, atol=atol)


@pytest.mark.parametrize(("fonttype", "grid"), [("path", True), ("path", False), ("none", False)])
def test_a_logarithmic_axis(tool, fonttype, grid):
    def change(axes):
        axes.semilogy()
        axes.grid(grid)

    draw(change, **{"svg.fonttype": fonttype})
    assert_is_the_curve(tool())


@pytest.mark.parametrize("lower", [0, 20])  # numbers below zero have another minus
def test_a_linear_axis(tool, lower):
    draw(y=LOSSES - lower)
    assert_is_the_curve(tool(), LOSSES - lower, "linear")


def test_one_of_several_curves_in_one_of_several_axes(tool):
    figure = Figure(figsize=(6, 2.5))
    left, right = figure.subplots(1, 2)
    left.semilogy(EPOCHS, LOSSES)
    right.semilogy(EPOCHS, 2 * LOSSES, label="first")
    right.semilogy(EPOCHS, 3 * LOSSES, label="second")
    right.semilogy(EPOCHS[:2], LOSSES[:2], "o", linestyle="none")
    right.legend()
    with matplotlib.rc_context({"path.simplify": False}):
        figure.savefig("a.svg")
    assert_is_the_curve(tool())
    assert_is_the_curve(tool("--axes", "2", "--curve", "2"), 3 * LOSSES)
    refused(tool("--axes", "2", "--curve", "3"), "a.svg", "curve 3", "axes 2")
    refused(tool("--axes", "3"), "a.svg", "axes 3")


def test_a_simplified_path_has_fewer_vertices_but_no_other_ones(tool):
    epochs = np.linspace(0, 3, 301)
    roof = np.where(epochs < 1.5, 1 + epochs, 4 - epochs)
    draw(y=roof, **{"path.simplify": True})
    read = np.array(json.loads(tool()[1])["vertices"])
    assert 2 < len(read) < 20
    # What was left out may move a vertex by a ninth of a point, and no more.
    np.testing.assert_allclose(read[:, 1], np.interp(read[:, 0], epochs, roof), atol=0.003)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda axes: axes.set_yscale("symlog"), "y axis"),
        (lambda axes: axes.set_xticks([0]), "x axis"),
        (lambda axes: axes.set_xticks([0, 1], ["none", "some"]), "'none'"),
        (
            lambda axes: axes.lines[0].set_ydata(LOSSES / 1e7) or axes.set_ylim(0, 2e-6),
            "factor, 1e",
        ),
        (lambda axes: axes.set_xticks([0, 1, 2], ["0", "1", "3"]), "x axis"),
        (lambda axes: axes.lines[0].remove(), "there are 0"),
    ],
)
def test_an_axis_that_cannot_be_read_is_one_sentence(tool, change, told):
    draw(change)
    refused(tool(), "a.svg", told)


@pytest.mark.parametrize(
    "text", ["", "<svg>", "<html></html>", '<svg xmlns="http://www.w3.org/2000/svg"/>', None]
)
def test_another_file_or_none_is_one_sentence(tmp_path, tool, text):
    if text is not None:
        (tmp_path / "a.svg").write_text(text)
    refused(tool(), "a.svg")


def test_a_curve_of_arcs_is_refused(tmp_path, tool):
    draw()
    text = (tmp_path / "a.svg").read_text()
    start = text.index("<path", text.index('id="line2d_', text.index("matplotlib.axis_2")))
    curve = re.compile(r'(<g id="line2d_\d+">\s*<path d="M [^L]*)L ([\d.]+ [\d.]+)')
    changed, count = curve.subn(r"\1Q \2 \2", text[start:])
    assert count
    assert tool()[0] == 0
    (tmp_path / "a.svg").write_text(text[:start] + changed)
    refused(tool(), "a.svg", "straight lines")
