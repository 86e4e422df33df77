"""The tables that the commands print."""

from collections import Counter

import pytest

from gluon_momentum.cli import tables

RUN_ROWS = [
    ("0.99", "-28.2378 -3.7833", "81.2437", "16.254301", "3.4684e+03", "It has risen.", "yes"),
    ("0.5", "2.0001 -3.3995", "4.2004", "16.335844", "5.0286e-05", "It fell, smoothly.", "no"),
]

CHECK_ROWS = [
    ("gd.lr-0.4.x1", "-0.943467", "-0.943467", "holds"),
    ("mom-0.99.rises", "模型参数在[迭代]后, the loss has risen", "96.55% of 2000", "does not hold"),
]


@pytest.mark.parametrize("width", [150, 100, *range(50, 84, 2), 40, 30, 20])
@pytest.mark.parametrize(
    ("names", "rows", "options"),
    [
        ((*tables.RUN_COLUMNS, "the chapter says", "held"), RUN_ROWS, {}),
        (("check", "published", "ours", "verdict"), CHECK_ROWS, {"header": False, "wide": True}),
    ],
)
def test_a_table_loses_nothing_in_a_narrow_terminal(
    monkeypatch, capsys, width, names, rows, options
):
    monkeypatch.setattr(tables, "_PIPE_WIDTH", width)
    tables.show(names, rows, **options)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= width
    assert "…" not in shown
    assert not Counter("".join(map("".join, rows)).replace(" ", "")) - Counter(shown)
    words = shown.split()
    for row in rows:
        assert row[-1].split()[-1] in words  # its verdict
    if options.get("header", True):
        assert "held" in shown
