"""What a reproduction consists of: numbers for strict JSON, and figures."""

import json

import numpy as np
from mxnet import nd

import gluon_momentum as gm
from gluon_momentum import reproduction
from gluon_momentum.files import together, write_json
from gluon_momentum.plots.figure import Figure, write_figures


def made_up_run(losses):
    losses = np.array(losses, np.float32)
    return gm.Run(nd.array([[1], [2]]), nd.array([3]), np.arange(len(losses)) / 1.0, losses)


def test_json_has_null_and_a_flag_for_what_overflowed(tmp_path):
    record = reproduction.run_record({"mom": 1.0}, made_up_run([1, 2.5, np.inf, np.nan]))
    write_json(tmp_path / "run.json", record)
    read = json.loads((tmp_path / "run.json").read_text("utf8"))
    assert read == {
        "call": {"mom": 1.0},
        "w": [1.0, 2.0],
        "b": 3.0,
        "epochs": [0.0, 1.0, 2.0, 3.0],
        "losses": [1.0, 2.5, None, None],
        "diverged": True,
    }
    assert not reproduction.run_record({}, made_up_run([1, 2]))["diverged"]


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
