"""A comparison as a record."""

import json

import numpy as np

from gluon_momentum.comparison.calls import from_values
from gluon_momentum.comparison.compare import Comparison
from gluon_momentum.comparison.judge import Judged
from gluon_momentum.comparison.mistakes import mistakes
from gluon_momentum.comparison.record import record
from gluon_momentum.notebook import LeftOut


def test_the_record_says_what_was_found_in_plain_values():
    call = from_values("2018", None, 0.9, None, None, ("1.99", "nan"), "4.2", None)
    first, second, *_ = mistakes(call)
    judged = Judged(call, 3, 0.001, "rare", ((first, 0.5),), (second,), np.zeros((300, 3)))
    left_out = LeftOut(7, "optimize(...)", "it printed no w and b, and no loss")
    found = Comparison((judged,), (left_out,), 0.002, "rare", 300, True)
    assert json.loads(json.dumps(record(found, {"mxnet": "1.9.1"}))) == {
        "environment": {"mxnet": "1.9.1"},
        "shuffles": 300,
        "any_data": True,
        "verdict": "rare",
        "p": 0.002,
        "calls": [
            {
                "call": "mom 0.9, lr 0.2",
                "edition": "2018",
                "lr": 0.2,
                "mom": 0.9,
                "batch_size": 10,
                "num_epochs": 3,
                "printed": ["1.99", "nan", "4.2"],
                "as_strange": 3,
                "p": 0.001,
                "verdict": "rare",
                "explained_by": [{"mistake": "velocity lost", "p": 0.5}],
                "cannot_tell": ["learning rate outside the velocity"],
            }
        ],
        "left_out": [
            {
                "cell": 7,
                "call": "optimize(...)",
                "reason": "it printed no w and b, and no loss",
            }
        ],
    }
