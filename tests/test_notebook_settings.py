"""What calls ask for."""

import re

import pytest

from gluon_momentum.notebook.follow import Follower
from gluon_momentum.notebook.settings import Settings, edition, settings
from gluon_momentum.notebook.source import statements

OWN = "def optimize(batch_size, lr, mom, num_epochs=3, log_interval=10): pass\n"
TRAINER = "t = gluon.Trainer(params, 'sgd', {'learning_rate': 0.2, 'momentum': 0.9})\n"
KERAS = "t = optimizers.SGD(learning_rate=0.004, momentum=0.9)\n"
DATA = "features, labels"


def asked(source):
    """Return the settings of the last call in a cell."""
    return settings(Follower().calls(statements(source))[-1])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("optimize(batch_size=10, lr=0.2, mom=0.99, num_epochs=3, log_interval=10)", (0.2, 0.99)),
        ("optimize(10, 0.2, 0.99, 3, 10)", (0.2, 0.99)),
        ("s = dict(lr=0.2, mom=0.99)\noptimize(10, num_epochs=3, **s)", (0.2, 0.99)),
        (OWN + "optimize(10, 0.2, 0.99)", (0.2, 0.99)),
        (OWN + "optimize(10, mom=0, lr=1)", (1.0, 0.0)),
        (
            "def optimize(mom, lr, batch_size=10, num_epochs=3): pass\noptimize(0.9, 0.2)",
            (0.2, 0.9),
        ),
        ("train(batch_size=10, lr=0.2, mom=0.9, epochs=3, period=10)", (0.2, 0.9)),
        (
            TRAINER + "gb.optimize(batch_size=10, trainer=t, num_epochs=3, decay_epoch=2, "
            "log_interval=10, features=features, labels=labels, net=net)",
            (0.2, 0.9),
        ),
        (TRAINER + "utils.optimize(10, t, 3, 2, 10, X, y, net)", (0.2, 0.9)),
        (TRAINER + "gb.optimize_gluon(trainer=t, net=net, decay_epoch=2)", (0.2, 0.9)),
        (
            "gb.optimize(optimizer_fn=sgd_momentum, params_vars=init(), "
            "hyperparams={'lr': 0.2, 'mom': 0.5}, features=X, labels=y, decay_epoch=2)",
            (0.2, 0.5),
        ),
        (TRAINER + "gb.optimize(trainer=t, net=net, num_epochs=1)", (0.2, 0.9, 10, 1)),
        (f"train_ch7(sgd_momentum, init(), {{'lr': 0.02, 'momentum': 0.5}}, {DATA})", (0.02, 0.5)),
        (
            f"train_ch7(sgd_momentum, s, {{'lr': 0.02, 'mom': 0.5}}, {DATA}, 5, 7)",
            (0.02, 0.5, 5, 7),
        ),
        (
            f"train_gluon_ch7('sgd', {{'learning_rate': 0.004, 'momentum': 0.9}}, {DATA})",
            (0.004, 0.9),
        ),
        (f"train_gluon_ch7('sgd', {{'learning_rate': 0.05}}, {DATA}, 20)", (0.05, 0.0, 20, 2)),
        (
            f"train_pytorch_ch7(torch.optim.SGD, {{'lr': 0.004, 'momentum': 0.9}}, {DATA})",
            (0.004, 0.9),
        ),
        (
            "train_ch7(optimizer_fn=sgd_momentum, states=s, "
            "hyperparams={'lr': 0.02, 'momentum': 0.5}, features=X, labels=y, batch_size=4)",
            (0.02, 0.5, 4, 2),
        ),
        # Where a made optimizer and a table are both given, the optimizer is what trains.
        (KERAS + f"train_tensorflow2_ch7(t, {{'lr': 5, 'momentum': 0.1}}, {DATA})", (0.004, 0.9)),
        (KERAS + f"train_tensorflow2_ch7(t, {{'momentum': 0.9}}, {DATA})", (0.004, 0.9)),
    ],
)
def test_what_calls_ask_for(source, expected):
    lr, mom, *others = expected
    found = asked(source)
    usual = [10, 2 if "ch7" in source else 3]
    assert found == Settings(lr, mom, *(others or usual))


def test_editions():
    sources = "optimize(1)", "optimize_gluon(1)", "train(mom=1)", "train_ch7(1)", "train_x_ch7(1)"
    found = [edition(Follower().calls(statements(source))[0]) for source in sources]
    assert found == ["2018", "2018", "2018", "2019", "2019"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (f"train_ch7(adagrad, init(), {{'lr': 0.1}}, {DATA})", "its optimizer is adagrad, not SGD"),
        (f"train_gluon_ch7('adam', {{'learning_rate': 0.1}}, {DATA})", "its optimizer is adam"),
        (f"train_gluon_ch7('nag', {{'learning_rate': 1, 'momentum': 0.9}}, {DATA})", "is nag, not"),
        ("optimize(trainer=Trainer(params, 'rmsprop', {'learning_rate': 1}))", "is rmsprop, not"),
        (f"train_ch7(mine, init(), {{'lr': 0.1}}, {DATA})", "it has no momentum"),
        ("optimize(batch_size=10, lr=0.2, num_epochs=3)", "it has no momentum"),
        ("study.optimize(objective, n_trials=100)", "it has no momentum"),
        (TRAINER + "gb.optimize(trainer=t, net=net)", "its decay_epoch is None, not 2"),
        (TRAINER + "gb.optimize(trainer=t, net=net, decay_epoch=1)", "its decay_epoch is 1, not 2"),
        (TRAINER + "gb.optimize(trainer=t, decay_epoch=5, num_epochs=4)", "decay_epoch is 5"),
    ],
)
def test_runs_of_other_programs(source, reason):
    assert reason in asked(source)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("lr=-1", "lr must be a finite number above 0, not -1."),
        ("lr=0", "lr must be a finite number above 0, not 0."),
        ("lr=1e999", "lr must be a finite number above 0, not inf."),
        ("lr='0.2'", "lr must be a finite number above 0, not '0.2'."),
        ("lr=True", "lr must be a finite number above 0, not True."),
        ("lr=rate", "lr must be a number that stands in the notebook."),
        ("lr=[0.2]", "lr must be a number that stands in the notebook."),
        ("mom=1.5", "mom must be a number from 0 to 1, both allowed, not 1.5."),
        ("mom=m", "mom must be a number that stands in the notebook."),
        ("batch_size=0", "batch_size must be a positive integer, not 0."),
        ("batch_size=2.5", "batch_size must be a positive integer, not 2.5."),
        ("num_epochs=-3", "num_epochs must be a positive integer, not -3."),
        ("decay_epoch=d", "decay_epoch must be an integer that stands in the notebook."),
    ],
)
def test_what_cannot_be_a_run(arguments, message):
    name = arguments.split("=")[0]
    usual = {"batch_size": 10, "lr": 0.2, "mom": 0.9, "num_epochs": 3}
    others = ", ".join(f"{key}={value}" for key, value in usual.items() if key != name)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        asked(f"optimize({others}, {arguments})")


def test_an_argument_may_be_missing():
    with pytest.raises(ValueError, match=r"^batch_size must be a number that stands in the"):
        asked("optimize(lr=0.2, mom=0.9, num_epochs=3)")


def test_values_that_hold_themselves_many_times_end():
    doubled = "x = [1]\n" + "x = [x, x]\n" * 60
    with pytest.raises(ValueError, match="lr must be a number that stands in the notebook"):
        asked(doubled + "optimize(10, x, 0.9, 3)")
    assert isinstance(asked(doubled + "if x == x: pass\ntrain_ch7(x, 0, {}, 1, 2)"), str)
