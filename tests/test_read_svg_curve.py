"""tools/read_svg_curve.py: a curve that matplotlib drew is read to the digits it drew."""

import json
import re
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from conftest import run_process
from matplotlib.figure import Figure

TOOL = Path(__file__).parents[1] / "tools/read_svg_curve.py"
EPOCHS = np.linspace(0, 3, 61)
# From 16 down to 5e-5, as the losses of the chapter.
LOSSES = 16 * np.exp(-4.2 * EPOCHS) * (1 + 0.5 * np.sin(40 * EPOCHS)) + 5e-5


@pytest.fixture
def tool(tmp_path):
    """Return a function that runs the tool in an empty folder: (status, stdout, stderr)."""

    def run(*arguments):
        ended = run_process([sys.executable, str(TOOL), *arguments], cwd=tmp_path)
        return ended.returncode, ended.stdout, ended.stderr

    return run


def draw(path, change=lambda axes: None, y=LOSSES, **settings):
    with matplotlib.rc_context({"path.simplify": False, **settings}):
        figure = Figure(figsize=(3.5, 2.5))
        axes = figure.add_subplot()
        axes.plot(np.linspace(0, 3, len(y)), y)
        axes.set(xlabel="epoch", ylabel="loss")
        change(axes)
        figure.savefig(path)


def assert_is_the_curve(found, losses=LOSSES, rtol=2e-7):
    assert len(found["vertices"]) == len(EPOCHS)
    epochs, read = np.array(found["vertices"]).T
    np.testing.assert_allclose(epochs, EPOCHS, rtol=0, atol=1e-7)
    np.testing.assert_allclose(read, losses, rtol=rtol, atol=0)


@pytest.mark.parametrize("fonttype", ["path", "none"])
@pytest.mark.parametrize("grid", [False, True])
def test_a_logarithmic_axis(tmp_path, tool, fonttype, grid):
    def change(axes):
        axes.semilogy()
        axes.grid(grid)

    draw(tmp_path / "a.svg", change, **{"svg.fonttype": fonttype})
    status, out, err = tool("a.svg")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert (found["x"], found["y"]) == ("linear", "log")
    assert_is_the_curve(found)


def test_a_linear_axis(tmp_path, tool):
    draw(tmp_path / "a.svg")
    found = json.loads(tool("a.svg")[1])
    assert (found["x"], found["y"]) == ("linear", "linear")
    # To the seventh digit of the axis's length, 16.
    epochs, read = np.array(found["vertices"]).T
    np.testing.assert_allclose(epochs, EPOCHS, rtol=0, atol=1e-7)
    np.testing.assert_allclose(read, LOSSES, rtol=0, atol=16 * 1e-7)


def test_numbers_below_zero_have_another_minus(tmp_path, tool):
    draw(tmp_path / "a.svg", y=LOSSES - 20)
    read = np.array(json.loads(tool("a.svg")[1])["vertices"])[:, 1]
    np.testing.assert_allclose(read, LOSSES - 20, rtol=0, atol=16 * 1e-7)


def test_one_of_several_curves_in_one_of_several_axes(tmp_path, tool):
    figure = Figure(figsize=(6, 2.5))
    left, right = figure.subplots(1, 2)
    left.semilogy(EPOCHS, LOSSES)
    right.semilogy(EPOCHS, 2 * LOSSES, label="first")
    right.semilogy(EPOCHS, 3 * LOSSES, label="second")
    right.semilogy(EPOCHS[:2], LOSSES[:2], "o", linestyle="none")
    right.legend()
    with matplotlib.rc_context({"path.simplify": False}):
        figure.savefig(tmp_path / "a.svg")
    assert_is_the_curve(json.loads(tool("a.svg")[1]))
    second = json.loads(tool("a.svg", "--axes", "2", "--curve", "2")[1])
    assert_is_the_curve(second, 3 * LOSSES)
    status, out, err = tool("a.svg", "--axes", "2", "--curve", "3")
    assert (status, out) == (2, "")
    assert err == "read_svg_curve: a.svg has no curve 3 in axes 2; there are 2.\n"
    assert tool("a.svg", "--axes", "3")[2] == "read_svg_curve: a.svg has no axes 3; there are 2.\n"


def test_a_simplified_path_has_fewer_vertices_but_no_other_ones(tmp_path, tool):
    epochs = np.linspace(0, 3, 301)
    roof = np.where(epochs < 1.5, 1 + epochs, 4 - epochs)
    draw(tmp_path / "a.svg", y=roof, **{"path.simplify": True})
    read = np.array(json.loads(tool("a.svg")[1])["vertices"])
    assert 2 < len(read) < 20
    # What was left out may move a vertex by a ninth of a point, and no more.
    np.testing.assert_allclose(read[:, 1], np.interp(read[:, 0], epochs, roof), atol=0.003)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda axes: axes.set_yscale("symlog"), "The y axis of a.svg is neither linear nor log"),
        (
            lambda axes: axes.set_xticks([0]),
            "a.svg has fewer than two labelled ticks on its x axis",
        ),
        (
            lambda axes: axes.set_xticks([0, 1], ["none", "some"]),
            "A label on the x axis of a.svg is no number: 'none'",
        ),
        (
            lambda axes: axes.lines[0].set_ydata(LOSSES * 1e-7) or axes.set_ylim(0, 2e-6),
            "The labels on the y axis of a.svg have a factor, 1e",
        ),
        (
            lambda axes: axes.set_xticks([0, 1, 2], ["0", "1", "3"]),
            "The x axis of a.svg is neither linear nor logarithmic",
        ),
        (
            lambda axes: axes.set_xticks([0, 1], ["2", "2"]),
            "The x axis of a.svg is neither linear nor logarithmic",
        ),
        (lambda axes: axes.lines[0].remove(), "a.svg has no curve 1 in axes 1; there are 0"),
    ],
)
def test_an_axis_that_cannot_be_read_is_one_sentence(tmp_path, tool, change, sentence):
    draw(tmp_path / "a.svg", change)
    status, out, err = tool("a.svg")
    assert (status, out) == (2, "")
    assert re.match(f"read_svg_curve: {sentence}.*\\.\n$", err)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "a.svg is no XML: "),
        ("<svg>", "a.svg is no XML: "),
        ("<html></html>", "a.svg is no SVG."),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "a.svg has no axes 1; there are 0."),
    ],
)
def test_another_file_is_one_sentence(tmp_path, tool, text, sentence):
    (tmp_path / "a.svg").write_text(text)
    status, out, err = tool("a.svg")
    assert (status, out) == (2, "")
    assert err.startswith(f"read_svg_curve: {sentence}")
    assert err.count("\n") == 1


def test_a_file_that_is_not_there_is_one_sentence(tool):
    status, out, err = tool("a.svg")
    assert (status, out, err) == (2, "", "read_svg_curve: a.svg: No such file or directory.\n")


def test_a_curve_of_arcs_is_refused(tmp_path, tool):
    draw(tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text()
    start = text.index("<path", text.index('id="line2d_', text.index("matplotlib.axis_2")))
    (tmp_path / "a.svg").write_text(text)
    assert tool("a.svg")[0] == 0
    curve = re.compile(r'(<g id="line2d_\d+">\s*<path d="M [^L]*)L ([\d.]+ [\d.]+)')
    changed, count = curve.subn(r"\1Q \2 \2", text[start:])
    assert count
    (tmp_path / "a.svg").write_text(text[:start] + changed)
    assert tool("a.svg")[2] == "read_svg_curve: The curve in a.svg is not made of straight lines.\n"
