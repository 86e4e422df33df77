"""What a reproduction consists of: numbers for strict JSON, and figures."""

import json

import numpy as np
from mxnet import nd

import gluon_momentum as gm
from gluon_momentum import reproduction
from gluon_momentum.files import write_json


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
