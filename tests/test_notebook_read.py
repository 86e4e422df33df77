"""Calls and results together, over whole notebooks."""

import contextlib
import json
import os
import re
import sys
from pathlib import Path
from subprocess import run

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notebook_forms import ERROR, FIGURE, SCRATCH, code, epoch_lines, ndarray, notebook, text

import gluon_momentum
from gluon_momentum.notebook import LeftOut, Printed, read_notebook, search_notebook

PUBLISHED = Path(gluon_momentum.__file__).parent / "published"
LR, MOM = "learning_rate", "momentum"
SOME = ndarray(["2.0", "-3.4"], "4.2")
CALL = "optimize(10, 0.2, 0.9, 3, 10)"


def published(name):
    return json.loads((PUBLISHED / name).read_text("utf8"))


def test_the_printed_form_of_august_2018(tmp_path):
    experiments = published("d2l-zh-7d1a13a6.json")["experiments"]
    cells = [
        code(SCRATCH.format(mom=one["call"]["mom"]), one["printed"] + "\n", FIGURE)
        for one in experiments
    ]
    setup = [text("# Momentum"), code("import gluonbook as gb\n%matplotlib inline")]
    found = read_notebook(notebook(tmp_path, *setup, *cells))
    assert found[0] == Printed(
        cell=2,
        call="optimize(batch_size=10, lr=0.2, mom=0.99, num_epochs=3, log_interval=10)",
        function="optimize",
        edition="2018",
        lr=0.2,
        mom=0.99,
        batch_size=10,
        num_epochs=3,
        w=("-4.64", "7.65"),
        b="-19.84",
        loss=None,
        epoch_losses=(),
    )
    assert [one.mom for one in found] == [0.99, 0.9, 0.5]


def test_the_printed_form_of_september_2018(tmp_path):
    experiments = published("gluon_learning-93c4ce5.json")["experiments"]
    cells = [
        code(
            SCRATCH.format(mom=one["call"]["mom"]),
            ndarray(one["printed"]["w"], one["printed"]["b"]),
        )
        for one in experiments
    ]
    found = read_notebook(notebook(tmp_path, *cells))
    printed = [(*one["printed"]["w"], one["printed"]["b"]) for one in experiments]
    assert [(*one.w, one.b) for one in found] == printed


@pytest.mark.parametrize("program", ["scratch", "gluon"])
@pytest.mark.parametrize("name", ["d2l-zh-43ffb943.json", "gluon_tutorials-dac3460.json"])
def test_the_printed_forms_of_the_first_version(tmp_path, name, program):
    printed = published(name)["printed"][program]
    (w1, w2), b, losses = printed["w"], printed["b"], printed["epoch_losses"]
    own = "def train(batch_size, lr, mom, epochs, period):\n    print('w:', w, 'b:', b)"
    call = code(
        "train(batch_size=10, lr=0.2, mom=0.9, epochs=3, period=10)",
        *epoch_lines(losses),
        f"w: [[ {w1} {w2}]] b: {b} \n\n",
        FIGURE,
    )
    (found,) = read_notebook(notebook(tmp_path, code(own), call))
    assert (found.w, found.b, found.epoch_losses) == ((w1, w2), b, tuple(losses))
    assert (found.cell, found.function, found.num_epochs, found.loss) == (2, "train", 3, losses[-1])


def test_the_edition_of_2019_and_a_port(tmp_path):
    scratch = "d2l.train_ch7(sgd_momentum, init_momentum_states(),\n  {}, features, labels)"
    cells = [
        code(
            scratch.format("{'lr': 0.02, 'momentum': 0.5}"), "loss: 0.244321, 0.3 sec per epoch\n"
        ),
        code(
            "d2l.train_gluon_ch7('sgd', {'learning_rate': 0.004, 'momentum': 0.9},\n"
            "                    features, labels)",
            "loss: 0.243769, 0.2 sec per epoch\n",
            FIGURE,
        ),
        code(
            "from tensorflow.keras import optimizers\ntrainer = optimizers.SGD(0.004, momentum=0.9)"
        ),
        code(
            "d2l.train_tensorflow2_ch7(trainer, {'momentum': 0.9}, features, labels)",
            "loss: 0.515107, 1.3 sec per epoch\n",
        ),
    ]
    found = read_notebook(notebook(tmp_path, *cells))
    assert [(one.cell, one.lr, one.mom, one.num_epochs, one.loss) for one in found] == [
        (1, 0.02, 0.5, 2, "0.244321"),
        (2, 0.004, 0.9, 2, "0.243769"),
        (4, 0.004, 0.9, 2, "0.515107"),
    ]
    assert {(one.edition, one.w, one.b, one.epoch_losses) for one in found} == {
        ("2019", (), None, ())
    }


def test_several_calls_in_a_cell(tmp_path):
    prints = ndarray(["1.0", "2.0"], "3.0"), FIGURE, ndarray(["4.0", "5.0"], "nan")
    for source in (f"{CALL}\n{CALL}", "for m in (0.9, 0.9):\n    optimize(10, 0.2, m, 3, 10)"):
        found = read_notebook(notebook(tmp_path, code(source, *prints)))
        assert [one.b for one in found] == ["3.0", "nan"]


def test_one_call_may_print_a_loss_after_its_parameters(tmp_path):
    (found,) = read_notebook(notebook(tmp_path, code(CALL, SOME, "loss: 5e-05\n")))
    assert (found.b, found.loss) == ("4.2", "5e-05")


def test_calls_that_are_left_out(tmp_path):
    path = notebook(
        tmp_path,
        code(CALL, SOME),
        code(CALL),
        code("print 'loss'\noptimize(10)", SOME),
        code("d2l.train_ch7(adam, s, {'lr': 1}, X, y)", "loss: 0.2\n"),
        code("d2l.train_ch7(sgd, s, {'lr': 1}, X, y)", SOME),
        code(CALL, "w: [1.0 2.0 3.0] b: 4.0"),
        code(f"{CALL}\n{CALL}\n{CALL}", SOME, ERROR),
        code(CALL, *epoch_lines(["0.1", "0.2"]), ERROR),
    )
    reading = search_notebook(path)
    assert [one.cell for one in reading.printed] == [1, 7]
    assert reading.left_out == (
        LeftOut(2, CALL, "it printed no w and b, and no loss"),
        LeftOut(3, "optimize(...)", "its cell cannot be read as Python 3"),
        LeftOut(
            4,
            "d2l.train_ch7(adam, s, {'lr': 1}, X, y)",
            "its optimizer is adam, not SGD with momentum",
        ),
        LeftOut(5, "d2l.train_ch7(sgd, s, {'lr': 1}, X, y)", "it printed no loss"),
        LeftOut(6, CALL, "it printed 3 weights, not 2"),
        LeftOut(7, CALL, "an error ended its cell"),
        LeftOut(7, CALL, "an error ended its cell"),
        LeftOut(8, CALL, "an error ended its cell"),
    )
    assert read_notebook(path) == list(reading.printed)


def test_a_long_call_is_shortened(tmp_path):
    source = f"optimize(batch_size=10, lr=0.2, mom=0.9, num_epochs=3, x={'動' * 60})"
    (found,) = read_notebook(notebook(tmp_path, code(source, SOME)))
    assert len(found.call) == 100
    assert found.call == source[:97] + "..."


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([code("x = 1", "1")], "has no call of optimize(...), train(...) with mom, train_ch7(...), "
         "train_gluon_ch7(...) or another train_*_ch7(...)."),
        ([text(CALL)], "has no call of optimize(...), train(...) with mom, train_ch7(...), "
         "train_gluon_ch7(...) or another train_*_ch7(...)."),
        ([code("train_momentum(0.02, 0.5)", "loss: 0.243, 0.05 sec/epoch\n")],
         "train_*_ch7(...). train_ch11 of later editions trains on other data."),
        ([code(CALL)], "has not been executed: its cells have printed nothing."),
        ([code("1", "1"), code(CALL), code(CALL)],
         f"has a result to compare: {CALL} in cell 2: it printed no w and b, and no loss "
         "(and 1 more)."),
        ([code("optimize(10, 0.2, 1.5, 3, 10)", SOME)], "Cell 1, optimize(10, 0.2, 1.5, 3, 10): "
         "mom must be a number from 0 to 1, both allowed, not 1.5."),
        ([code(f"{CALL}\n{CALL}", SOME)], "Cell 1: calls of training functions: 2; results "
         "printed: 1; which result belongs to which call cannot be told."),
        ([code(CALL, SOME, SOME)], "Cell 1: calls of training functions: 1; results printed: 2; "
         "which result belongs to which call cannot be told."),
        ([code(f"x = 1\nwhile x:\n    {CALL}", SOME)], f"Cell 1: {CALL} stands in a loop of which "
         "the turns cannot be read; write its calls one by one."),
    ],
)  # fmt: skip
def test_sentences(tmp_path, cells, message):
    # One line: the dot matches no line's end.
    with pytest.raises(ValueError, match=f"^.*{re.escape(message)}$"):
        read_notebook(notebook(tmp_path, *cells))


def test_deep_nesting_is_left_out(tmp_path):
    deep = "x = " + "-" * 90 + "1" + "+1" * 2500
    cells = [code(f"{deep}\n{CALL}", SOME), code(CALL, SOME)]
    assert 2 in [one.cell for one in read_notebook(notebook(tmp_path, *cells))]


def test_the_packages_own_notebook():
    found = read_notebook(Path(__file__).parents[1] / "notebooks" / "01_momentum.ipynb")
    assert [one.mom for one in found] == [0.99, 0.9, 0.5]
    assert [len(one.w) for one in found] == [2, 2, 2]


@pytest.mark.slow
def test_reading_imports_no_mxnet(tmp_path):
    path = notebook(tmp_path, code(f"%time {CALL}", SOME))
    program = (
        "import sys; from gluon_momentum.notebook import read_notebook; "
        f"assert read_notebook({str(path)!r}); assert 'mxnet' not in sys.modules"
    )
    run([sys.executable, "-c", program], check=True, env={**os.environ, "PYTHONWARNINGS": ""})


PIECES = st.lists(
    st.sampled_from(
        ["optimize(", "train_ch7(", "train_gluon_ch7(", "10, ", "0.2, ", "lr=0.2, ", "mom=0.9, ",
         "batch_size=10", "num_epochs=3", "{'lr': 0.2, 'momentum': 0.9}, ", "'sgd', ", "x", ")",
         "\n", "for x in (1, 2):\n    ", "if x:\n    ", "while x:\n    ", "x = ", "x, x = ",
         "x += ", "Trainer(", "SGD(", "**x, ", "*x, ", "[", "]", "{", "}", "lambda: ",
         "def train_ch7", "(mom=0.9): pass\n", "%time ", "!ls\n", "decay_epoch=",
         "x.y = ", "x[0] = ", "1 / 0", "-"]
    ),
    max_size=15,
).map("".join)  # fmt: skip
PRINTS = st.lists(
    st.sampled_from(
        [SOME, "w: [[1. 2.]] ", "b: 3\n", "loss: 0.2\n", "Epoch 1, loss 5\n", "w[0]=1 ", "x"]
    ),
    max_size=5,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(PIECES | st.text(), PRINTS, st.booleans()), max_size=3))
def test_any_notebook_gives_calls_or_a_value_error(tmp_path, cells):
    written = [
        code(source, *prints, *([ERROR] if stopped else [])) for source, prints, stopped in cells
    ]
    found = []
    with contextlib.suppress(ValueError):
        found = read_notebook(notebook(tmp_path, *written))
    for one in found:
        assert one.lr > 0
        assert 0 <= one.mom <= 1
        assert one.b is not None or one.loss is not None
