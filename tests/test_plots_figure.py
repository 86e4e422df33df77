"""Figures are written as SVG and PNG."""

from gluon_momentum.files import together
from gluon_momentum.plots.figure import Figure, write_figures


def test_the_same_drawing_gives_the_same_bytes(tmp_path):
    figure = Figure(lambda ax: ax.plot([1, 2], label="a"))
    written, begun = [], []
    for name in ("one", "two"):
        with together() as files:
            svgs = write_figures(files, tmp_path / name, {"f": figure}, begun.append)
        paths = sorted((tmp_path / name).iterdir())
        assert [path.name for path in paths] == ["f.png", "f.svg"]
        assert svgs == {"f": paths[1].read_text("utf8")}
        written.append([path.read_bytes() for path in paths])
    assert written[0] == written[1]
    assert begun == ["f", "f"]
