"""Notebooks of the edition of 2020: of which framework and program their calls are."""

import pytest
from notebook_forms import IMPORTS, TRAINERS, code, notebook

from gluon_momentum.notebook import read_notebook

LOSS = "loss: 0.243, 0.045 sec/epoch\n"
STEP = "def sgd_momentum(params, states, hyperparams):\n    v[:] = hyperparams['momentum'] * v"
TRAIN = """def train_momentum(lr, momentum, num_epochs=2):
    d2l.train_ch11(sgd_momentum, init_momentum_states(feature_dim),
                   {'lr': lr, 'momentum': momentum}, data_iter,
                   feature_dim, num_epochs)
"""
DATA = "data_iter, feature_dim = d2l.get_data_ch11(batch_size=10)"
TABLE = "{'learning_rate': 0.005, 'momentum': 0.9}"
SCRATCH = f"d2l.train_ch11(sgd_momentum, states, {TABLE}, data_iter, feature_dim)"
CONCISE = f"d2l.train_concise_ch11(trainer, {TABLE}, data_iter)"
PYTORCH = ["pytorch concise 2020-07", "pytorch concise 2021-12", "pytorch concise 2022-01"]


def start(framework, data=DATA):
    library = f"from d2l import {framework.replace('pytorch', 'torch')} as d2l"
    return [code(f"%matplotlib inline\n{IMPORTS[framework]}\n{library}"), code(STEP), code(data)]


@pytest.fixture
def read(tmp_path):
    """Return a function that reads a notebook of some cells."""
    return lambda *cells: read_notebook(notebook(tmp_path, *cells))


def told(reading):
    """Return of what each call may be, and its settings."""
    return [
        (*[case.program.name for case in (one.case, *one.others)], one.case.settings[:4])
        for one in reading.printed
    ]


def left_out(reading):
    return [each.reason for each in reading.left_out]


@pytest.mark.parametrize("framework", IMPORTS)
def test_the_chapters_four_calls_are_of_the_framework_that_is_imported(read, framework):
    trainer = f"trainer = {TRAINERS[framework]}\n"
    calls = ["train_momentum(0.02, 0.5)", "train_momentum(0.01, 0.9)", "train_momentum(0.005, 0.9)"]
    cells = [code(f"{TRAIN}\n{calls[0]}", LOSS), *(code(one, LOSS) for one in calls[1:])]
    found = read(*start(framework), *cells, code(trainer + CONCISE, LOSS))
    assert found.left_out == ()
    of = "" if framework == "mxnet" else f"{framework} "
    asked = [(10, 0.02, 0.5, 2), (10, 0.01, 0.9, 2), (10, 0.005, 0.9, 2)]
    *scratch, concise = told(found)
    assert scratch == [(f"{of}scratch", each) for each in asked]
    *programs, settings = concise
    epochs = 4 if framework in ("pytorch", "paddle", "mindspore", "mlx") else 2
    assert settings == (10, 0.005, 0.9, epochs)
    three = [f"{of}concise {since}" for since in ("2020-07", "2021-12", "2022-01")]
    assert programs == (three if framework in ("pytorch", "tensorflow") else [f"{of}concise"])
    assert [each.loss for each in found.printed] == ["0.243"] * 4


@pytest.mark.parametrize(
    ("source", "settings"),
    [
        (SCRATCH, (10, 0.005, 0.9, 2)), (SCRATCH[:-1] + ", 5)", (10, 0.005, 0.9, 5)),
        (SCRATCH.replace("ch11", "ch10"), (10, 0.005, 0.9, 2)),
        (SCRATCH.replace("0.9}", "0.9}").replace("sgd_momentum", "sgd"), (10, 0.005, 0.9, 2)),
        ("d2l.train_ch11(sgd, None, {'lr': 0.05}, data_iter, feature_dim)", (10, 0.05, 0, 2)),
        ("def train_concise_ch11(trainer_fn, hyperparams, data_iter, num_epochs=3):\n    pass\n"
         + CONCISE.replace("d2l.", ""), (10, 0.005, 0.9, 3)),
        (CONCISE.replace("concise", "pytorch").replace("trainer", "torch.optim.SGD"),
         (10, 0.005, 0.9, 4)),
        (CONCISE.replace("data_iter", "data_iter, num_epochs=6"), (10, 0.005, 0.9, 6)),
        ("for lr in (0.005,):\n    train_momentum(lr, 0.9)", (10, 0.005, 0.9, 2)),
    ],
)  # fmt: skip
def test_settings_are_those_that_the_call_has(read, source, settings):
    trainer = "trainer = torch.optim.SGD\n"
    found = read(*start("pytorch"), code(trainer + TRAIN), code(source, LOSS))
    assert left_out(found) == []
    [(*_, asked)] = told(found)
    assert asked == settings


@pytest.mark.parametrize(
    ("data", "batch_size"),
    [
        ("data_iter, feature_dim = d2l.get_data_ch11(batch_size=20)", 20),
        ("data_iter, feature_dim = d2l.get_data_ch11(100, 1500)", 100),
        ("data_iter, _ = d2l.get_data_ch10()", 10),
        ("n = 25\ndata_iter, _ = get_data_ch11(n)", 25),
        ("def get_data_ch11(batch_size=50, n=1500):\n    return 1, 2\n"
         "data_iter, feature_dim = get_data_ch11()", 50),
        ("data_iter, feature_dim = d2l.get_data_ch11(n=1000)", "rows"),
        ("data_iter, feature_dim = d2l.get_data_ch11(10, count)", "rows"),
        ("data_iter, feature_dim = d2l.get_data_ch11(size)", "batch_size"),
        ("data_iter, feature_dim = d2l.get_data_ch11(10, 1500, True)", "data"),
        ("data_iter, feature_dim = d2l.get_data_ch11(size=10)", "data"),
        ("get_data_ch11 = other\ndata_iter, feature_dim = get_data_ch11()", "data"),
        ("def get_data_ch11(size):\n    return 1, 2\ndata_iter, _ = get_data_ch11(10)", "data"),
        (f"{DATA}\ndata_iter = d2l.load_array((X, y), 10)", "data"),
        (f"{DATA}\nfor data_iter in others: pass", "data"),
        ("data_iter = d2l.get_data_ch11(batch_size=10)", "data"), ("x = 1", "data"),
    ],
)  # fmt: skip
def test_the_mini_batches_are_those_of_what_goes_over_the_data(read, data, batch_size):
    good = f"{DATA.replace('data_iter', 'good')}\n{SCRATCH.replace('data_iter', 'good')}"
    found = read(*start("jax", data), code(SCRATCH, LOSS), code(good, LOSS))
    if isinstance(batch_size, int):
        assert [settings[0] for *_, settings in told(found)] == [batch_size, 10]
    else:
        [reason] = left_out(found)
        assert batch_size in reason


@pytest.mark.parametrize(
    ("first", "source", "said"),
    [
        ("import torch\nimport tensorflow as tf", SCRATCH, "pytorch and tensorflow"),
        ("from d2l import mxnet as d2l\nimport torch", SCRATCH, "mxnet and pytorch"),
        ("from d2l import torch as d2l\nif x:\n    import jax", SCRATCH, "jax and pytorch"),
        ("import d2l", SCRATCH, "no framework"), ("import numpy as np", SCRATCH, "no framework"),
        ("import torch", CONCISE.replace("trainer", "tf.keras.optimizers.SGD"), "pytorch's"),
        ("import torch", CONCISE.replace("trainer", "'sgd'"), "pytorch's"),
        ("from mxnet import np", CONCISE.replace("trainer", "torch.optim.SGD"), "mxnet's"),
        ("import torch", CONCISE.replace("trainer", "torch.optim.Adam"), "Adam"),
        ("import torch", CONCISE.replace("trainer", "make_trainer()"), "optimizer"),
        ("import torch", "train_momentum(0.9, 0.5)", "data"),
        ("import torch", SCRATCH.replace("0.9}", "0.9, 'nesterov': True}"), "nesterov"),
        ("import paddle", CONCISE.replace("0.9}", "0.9, 'use_nesterov': True}"), "use_nesterov"),
        ("import torch", CONCISE.replace("0.9}", "0.9, 'weight_decay': 1}"), "weight_decay"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_left_out_with_the_reason(read, first, source, said):
    other = code("optimize(10, 0.2, 0.9, 3, 10)", "w: [2 3] b: 4")
    found = read(code(f"{first}\ntrainer = torch.optim.SGD\n{DATA}"), code(source, LOSS), other)
    assert [one.function for one in found.printed] == ["optimize"]
    [reason] = left_out(found)
    assert said in reason


def test_nesterovs_steps_are_a_program_of_their_own(read):
    source = CONCISE.replace("0.9}", "0.9, 'nesterov': yes}").replace("trainer", "torch.optim.SGD")
    for given, programs in ((True, ["pytorch concise 2022-01 nesterov"]), (False, PYTORCH)):
        [(*found, _)] = told(read(*start("pytorch"), code(source.replace("yes", str(given)), LOSS)))
        assert found == programs


def test_an_optimizer_of_the_notebooks_own_is_known_by_its_name(read):
    own = "def adam(params, states, hyperparams):\n    pass"
    found = read(*start("pytorch"), code(own), code(SCRATCH, LOSS),
                 code(SCRATCH.replace("sgd_momentum", "adam"), LOSS))  # fmt: skip
    assert [one.cell for one in found.printed] == [5]
    assert "adam" in left_out(found)[0]
    early = "train_ch7(sgd_momentum, s, {'lr': 0.02, 'momentum': 0.5}, features, labels)"
    assert [one.cell for one in read(code(STEP), code(early, LOSS)).printed] == [2]


def test_the_calls_of_a_cell_that_did_not_run_are_named(read):
    idle = {**code(TRAIN + "x = 1"), "execution_count": None}
    found = read(*({**one, "execution_count": 1 + i} for i, one in enumerate(start("pytorch"))),
                 idle, {**code(SCRATCH, LOSS), "execution_count": 4})  # fmt: skip
    assert [each.call for each in found.left_out] == ["train_ch11(...)"]
