"""The curve in a figure: read to the digits that matplotlib drew, and of the call that drew it."""

import contextlib
import math
import re

import notebook_forms
import numpy as np
import pytest
from notebook_forms import ERROR, FIGURE, animated, code, notebook, result, shown

from gluon_momentum.notebook import read_notebook
from gluon_momentum.notebook.figures import curve_in, losses_of

EPOCHS = np.linspace(0, 3, 61)
# From 16 down to 5e-5, as the losses of the chapter.
LOSSES = 16 * np.exp(-4.2 * EPOCHS) * (1 + 0.5 * np.sin(40 * EPOCHS)) + 5e-5
SEEN = np.arange(1, 16) * 200 / 1500  # epochs, of an animation with fixed limits
FALLING = 0.2425 + 0.1 * np.exp(-3 * SEEN)


def draw(change=lambda axes: None, x=EPOCHS, y=LOSSES, **settings):
    """Return a figure of a curve as SVG."""
    return notebook_forms.draw(x, y, change, **settings)


def refused(svg, *told):
    """Assert that a figure is no curve, and that the reason tells what is wrong."""
    with pytest.raises(ValueError, match=r"^[^\n]*$") as reason:
        curve_in(svg)
    assert all(each in str(reason.value) for each in told), reason.value


def assert_is_the_curve(svg, losses=LOSSES, linear=False):
    [vertices] = curve_in(svg).pieces
    epochs, read = np.array(vertices).T
    np.testing.assert_allclose(epochs, EPOCHS, rtol=0, atol=1e-7)
    # To the seventh digit of a loss, or of the axis's length, 16.
    rtol, atol = (0, 16 * 1e-7) if linear else (2e-7, 0)
    np.testing.assert_allclose(read, losses, rtol=rtol, atol=atol)


@pytest.mark.parametrize(("fonttype", "grid"), [("path", True), ("path", False), ("none", False)])
def test_a_logarithmic_axis(fonttype, grid):
    def change(axes):
        axes.semilogy()
        axes.grid(grid)

    assert_is_the_curve(draw(change, **{"svg.fonttype": fonttype}))


@pytest.mark.parametrize("lower", [0, 20])  # numbers below zero have another minus
def test_a_linear_axis(lower):
    assert_is_the_curve(draw(y=LOSSES - lower), LOSSES - lower, linear=True)


def test_a_simplified_path_has_fewer_vertices_but_no_other_ones():
    epochs = np.linspace(0, 3, 301)
    roof = np.where(epochs < 1.5, 1 + epochs, 4 - epochs)
    found = losses_of(curve_in(draw(x=epochs, y=roof, **{"path.simplify": True})), epochs)
    assert 2 < len(found.steps) < 20
    # What was left out may move a vertex by a ninth of a point, and no more.
    np.testing.assert_allclose(found.values, roof[list(found.steps)], atol=0.003)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda axes: axes.set_yscale("symlog"), "y axis"),
        (lambda axes: axes.set_xticks([0]), "x axis"),
        (lambda axes: axes.set_xticks([0, 1], ["none", "some"]), "'none'"),
        (lambda axes: axes.lines[0].set_ydata(LOSSES / 1e7) or axes.set_ylim(0, 2e-6), "'1e"),
        (lambda axes: axes.set_xticks([0, 1, 2], ["0", "1", "3"]), "x axis"),
        (lambda axes: axes.lines[0].remove(), "0"),
        (lambda axes: axes.plot(EPOCHS, LOSSES), "2"),
        (lambda axes: axes.axhline(1), "2"),
        (lambda axes: axes.scatter([1], [1]), "PathCollection"),
        (lambda axes: axes.figure.add_axes([0.5, 0.5, 0.2, 0.2]), "axes"),
        (lambda axes: axes.set_ylabel("accuracy"), "'accuracy'"),
        (lambda axes: axes.set_xlabel(""), "x axis"),
        (lambda axes: axes.set_xlabel("iteration"), "'iteration'"),
        (lambda axes: axes.lines[0].set_data([], []), "line"),
    ],
)
def test_a_figure_that_is_no_curve_of_losses_is_refused(change, told):
    refused(draw(change), told)


@pytest.mark.parametrize(
    "text", ["", "<svg>", "<html></html>", '<svg xmlns="http://www.w3.org/2000/svg"/>', "x"]
)
def test_another_text_is_refused(text):
    refused(text)


def test_a_curve_of_arcs_is_refused():
    text = draw()
    start = text.rindex('id="line2d_')
    changed, count = re.subn(r"L ([\d.]+ [\d.]+)", r"Q \1 \1", text[start:], count=1)
    assert count
    refused(text[:start] + changed, "point to point")


@pytest.mark.parametrize("number", ["1e300", "-1e300", "1e308"])
def test_numbers_beyond_all_bounds_are_refused_or_read(number):
    for pattern in (r"(<path d=\"M )[\d.]+", r"(y=\")[\d.]+", r"(x=\")[\d.]+"):
        for scale in ("linear", "log"):
            text = draw(lambda axes, scale=scale: axes.set_yscale(scale))
            start = text.index("matplotlib.axis_1") if "=" in pattern else text.rindex("line2d_")
            with contextlib.suppress(ValueError):
                curve_in(text[:start] + re.sub(pattern, rf"\g<1>{number}", text[start:]))


# What the edge of a figure cuts off.


def test_losses_within_the_figure_are_those_that_were_drawn():
    found = losses_of(curve_in(animated(SEEN, FALLING)), SEEN)
    assert (found.steps, found.limits) == (tuple(range(15)), (-math.inf, math.inf))
    np.testing.assert_allclose(found.values, FALLING, rtol=1e-6)


def test_a_first_loss_above_the_figure_is_where_its_line_leads():
    losses = np.r_[0.41, FALLING[1:]]
    found = losses_of(curve_in(animated(SEEN, losses)), SEEN)
    assert (found.steps, found.limits) == (tuple(range(15)), (-math.inf, math.inf))
    np.testing.assert_allclose(found.values, losses, rtol=1e-5)


@pytest.mark.parametrize("beyond", [(0, 1), (3,), (0, 4, 5), (1, 13)])
@pytest.mark.parametrize("far", [0.7, 0.01])
def test_of_other_losses_beyond_the_figure_no_more_is_known(beyond, far):
    losses = FALLING.copy()
    losses[list(beyond)] = far
    found = losses_of(curve_in(animated(SEEN, losses)), SEEN)
    assert found.steps == tuple(range(15))
    edge = max(found.limits) if far < 0.1 else min(found.limits)
    assert math.isinf(edge)
    limits = [limit for limit in found.limits if not math.isinf(limit)]
    assert len(limits) == 1
    assert min(found.values) > 0.1
    assert max(found.values) < 0.4
    assert [found.values[step] for step in beyond] == limits * len(beyond)
    within = [step for step in range(15) if step not in beyond]
    np.testing.assert_allclose([found.values[step] for step in within], losses[within], rtol=1e-6)


@pytest.mark.parametrize(
    "losses",
    [np.r_[FALLING[:14], 0.5], np.r_[FALLING[:13], 0.5, 0.5], FALLING[:14], FALLING[1:],
     np.r_[FALLING[:5], 0.7, FALLING[6:10], 0.01, FALLING[11:]],
     np.r_[FALLING[:5], math.nan, FALLING[6:]], np.full(15, 0.5)],
)  # fmt: skip
def test_a_curve_that_shows_no_whole_run_is_refused(losses):
    with pytest.raises(ValueError, match="the line"):
        losses_of(curve_in(draw(lambda axes: axes.set(ylim=(0.22, 0.35)), SEEN[-len(losses):]
                  if losses[0] != FALLING[0] else SEEN[: len(losses)], losses)), SEEN)  # fmt: skip


def test_a_vertex_between_two_losses_is_refused():
    with pytest.raises(ValueError, match="other points"):
        losses_of(curve_in(draw(x=np.r_[SEEN[:3], 0.5, SEEN[4:]], y=FALLING)), SEEN)


# Which call drew it.

CALL = "d2l.train_ch7(sgd_momentum, states, {{'lr': 0.02, 'momentum': {}}}, features, labels)"
AT = np.linspace(0, 2, 31)
ONE, TWO = (0.2425 + 0.3 * np.exp(-rate * AT) for rate in (4, 5))


def drawn(y=ONE, change=lambda axes: None):
    return shown(draw(change, AT, y))


def said(losses):
    return f"loss: {losses[-1]:.6f}, 0.04 sec per epoch\n"


def read(tmp_path, *outputs, calls=1):
    source = "\n".join(CALL.format(mom) for mom in (0.5, 0.9)[:calls])
    return read_notebook(notebook(tmp_path, code(source, *outputs))).printed


def curves(printed):
    return [None if each.curve is None else each.curve.values for each in printed]


def assert_drew(printed, *expected):
    for each, losses in zip(printed, expected):
        assert (each.curve is None) == (losses is None)
        assert bool(each.no_curve) == (losses is None)
        if losses is not None:
            assert each.curve.steps == tuple(range(31))
            np.testing.assert_allclose(each.curve.values, losses, rtol=0, atol=1e-7)
    assert len(printed) == len(expected)


def test_the_figure_of_a_cell_with_one_call_is_its_own(tmp_path):
    assert_drew(read(tmp_path, said(ONE), drawn()), ONE)
    assert_drew(read(tmp_path, drawn(), said(ONE)), ONE)
    # Figures of other things beside it are no curves.
    assert_drew(read(tmp_path, drawn(change=lambda axes: axes.set_ylabel("x2")), FIGURE, drawn(),
                     said(ONE)), ONE)  # fmt: skip


def test_of_an_animation_the_last_picture_counts(tmp_path):
    limits = {"xlim": (0, 2), "ylim": (0.2, 0.6)}
    frames = [shown(draw(lambda axes: axes.set(**limits), AT[:upto], ONE[:upto]))
              for upto in (10, 20, 31, 31)]  # fmt: skip
    assert_drew(read(tmp_path, *frames, said(ONE)), ONE)
    assert_drew(read(tmp_path, *frames[:2], said(ONE)), None)


def test_two_calls_of_a_cell_have_a_figure_each(tmp_path):
    for outputs in (
        (said(ONE), drawn(ONE), said(TWO), drawn(TWO)),
        (said(ONE), said(TWO), drawn(ONE), drawn(TWO)),
    ):
        assert_drew(read(tmp_path, *outputs, calls=2), ONE, TWO)
    assert_drew(read(tmp_path, said(ONE), said(TWO), drawn(ONE), calls=2), None, None)
    assert_drew(read(tmp_path, said(ONE), said(TWO), drawn(TWO), drawn(ONE), calls=2), None, None)


@pytest.mark.parametrize(
    "outputs",
    [
        (said(ONE),), (said(ONE), FIGURE), (said(ONE), result("<Figure>")),
        (said(ONE), drawn(TWO)), (said(ONE), drawn(ONE), drawn(TWO)),
        (said(ONE), drawn(ONE, lambda axes: axes.plot(AT, TWO))),
        (said(ONE), shown("<svg>")), ("loss: nan\n", drawn(ONE)), ("loss: 1e99999\n", drawn(ONE)),
        (said(ONE), shown(draw(x=AT[:-1], y=ONE[:-1]))),
        (said(ONE), drawn(ONE), ERROR),
    ],
)  # fmt: skip
def test_a_figure_that_may_be_another_ones_is_left_out_and_the_value_is_not(tmp_path, outputs):
    printed = read(tmp_path, *outputs)
    assert_drew(printed, None)
    assert printed[0].loss is not None


def test_a_function_that_is_not_followed_may_have_drawn_it(tmp_path):
    call = code(f"{CALL.format(0.5)}\nmore()", said(ONE), drawn(ONE))
    for own, losses in (
        ("def more():\n    d2l.plt.plot(losses)", None),
        ("def other():\n    display(fig)\ndef more():\n    other()", None),
        ("more = make()", None),
        ("def more():\n    return more, [0] * len(losses)", ONE),
        ("def other():\n    return torch.zeros(1)\ndef more():\n    other()", ONE),
    ):
        found = read_notebook(notebook(tmp_path, code(own), call))
        assert_drew(found.printed, losses)


@pytest.mark.parametrize("interval", [10, 30, "n"])
def test_the_chapters_curve_has_a_loss_for_every_log_interval(tmp_path, interval):
    count = 1 + 3 * math.ceil(1000 / (interval if interval != "n" else 10))
    x = np.linspace(0, 3, count)
    losses = 16 * np.exp(-4 * x) + 5e-5 * (2 + np.sin(1e4 * x))
    figure = draw(lambda axes: axes.semilogy(), x, losses, **{"path.simplify": True})
    call = f"optimize(batch_size=10, lr=0.2, mom=0.9, num_epochs=3, log_interval={interval})"
    cell = code(call, "w: [[2.0, -3.4]] b: 4.2", shown(figure))
    [printed] = read_notebook(notebook(tmp_path, cell)).printed
    if interval == "n":
        assert printed.curve is None
        return
    # Places among all 301 losses that the program may record.
    first = [epoch * 100 + batch + 1 for epoch in range(3)
             for batch in range(100) if batch * 10 % interval == 0]  # fmt: skip
    places = dict(zip([0, *first], losses))
    assert set(printed.curve.steps) <= set(places)
    assert len(printed.curve.steps) > 20
    expected = [places[step] for step in printed.curve.steps]
    np.testing.assert_allclose(printed.curve.values, expected, rtol=1e-5)
