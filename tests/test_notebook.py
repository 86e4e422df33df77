"""Whole notebooks, as they are read: which calls were made, with what, and what they printed."""

import contextlib
import json
import sys
import time
from pathlib import Path

import pytest
from conftest import run_process
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from notebook_forms import (
    ERROR,
    FIGURE,
    call_of,
    code,
    epoch_lines,
    ndarray,
    notebook,
    of_results,
    result,
    start_of,
    stream,
    text,
    whole,
    whole_3,
)

from gluon_momentum import published
from gluon_momentum.editions import CHAPTER, EDITIONS
from gluon_momentum.notebook import read_notebook

SOME, LOSS = ndarray(["2.0", "-3.4"], "4.2"), "loss: 0.244, 0.3 sec per epoch\n"
CALL = "optimize(10, 0.2, 0.9, 3, 10)"
GOOD = code(CALL, SOME)
OWN = "def optimize(batch_size, lr, mom, num_epochs=3, log_interval=10): pass\n"
TRAINER = "t = gluon.Trainer(params, 'sgd', {'learning_rate': 0.2, 'momentum': 0.9})\n"
DATA = "features, labels"
ANY = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@pytest.fixture
def read(tmp_path):
    """Return a function that reads a notebook of some cells."""
    return lambda *cells, **form: read_notebook(notebook(tmp_path, *cells, **form))


def texts(printed):
    """Return the numbers that a call printed last: w and b, or a loss."""
    return (*printed.w, printed.b) if printed.b is not None else (printed.loss,)


def as_read(case):
    """Return a case as its call alone tells it: of the first program that is called so."""
    program = next(one for one in case.edition.programs if _called(one) == _called(case.program))
    settings = case.settings._replace(log_interval=case.edition.interval)
    return case._replace(program=program, settings=settings)


def _called(program):
    return program.signatures, program.scale, program.framework, program.nesterov


def momenta(reading):
    return [each.case.settings.mom for each in reading.printed]


# Files.


def cells_of_every_kind():
    warning = stream("loss: 5\n", name="stderr")
    return (
        text("# Momentum\noptimize(1)"),
        code("x = 1\nm = 0.9"),
        code("optimize(10, 0.2, m, 3)", "w: [[ 1.0 2.0", "]]\n", warning, " b: 4.2\n", FIGURE),
        code(CALL, result("w: [3.0 4.0] b: 5.0")),
        code(CALL, ERROR),
    )


@pytest.mark.parametrize("form", [whole, whole_3])
def test_both_formats_are_read_alike(read, form):
    found = read(*cells_of_every_kind(), form=form)
    told = [(each.cell, texts(each), each.case.place) for each in found.printed]
    assert told == [(2, ("1.0", "2.0", "4.2"), 0), (3, ("3.0", "4.0", "5.0"), 1)]
    assert [each.cell for each in found.left_out] == [4]


def test_text_may_be_one_string_and_begin_with_a_byte_order_mark(tmp_path):
    path = notebook(tmp_path, {**GOOD, "source": CALL, "outputs": [{**stream(), "text": SOME}]})
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert texts(read_notebook(path).printed[0]) == ("2.0", "-3.4", "4.2")


def test_files_that_cannot_be_read(tmp_path):
    for path in (tmp_path / "none.ipynb", tmp_path, "momentum\0.ipynb"):
        with pytest.raises(ValueError, match=r"^[^\n]+\.$"):
            read_notebook(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"x = 1\n", b"\xff\xfe", b"[" * 100_000, b'{"cells": [', b"1" * 5000 + b"x",
     b"1", b"null", b"[]", b"{}", b'{"cells": {"a": 1}}', b'{"nbformat": 4}', b'{"nbformat": "4"}',
     b'{"nbformat": 4, "cells": [1]}', b'{"nbformat": 3, "worksheets": [{}]}', b'{"nbformat": 99}',
     b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x", "outputs": [{}]}]}'],
)  # fmt: skip
def test_what_is_no_notebook(tmp_path, content):
    path = tmp_path / "momentum.ipynb"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"^[^\n]*momentum\.ipynb[^\n]* is not a Jupyter [^\n]+$"):
        read_notebook(path)


def places_in(value, path=()):
    """Yield the path to every value within JSON."""
    yield path
    if isinstance(value, (dict, list)):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places_in(one, (*path, key))


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


@settings(max_examples=300, **ANY)
@given(data=st.data(), form=st.sampled_from([whole, whole_3]))
def test_of_any_odd_json_nothing_but_a_value_error_comes(tmp_path, data, form):
    value = json.loads(json.dumps(form(*cells_of_every_kind())))
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(list(places_in(value))))
        if not path:
            value = data.draw(ODD)
            break
        held = value
        for key in path[:-1]:
            held = held[key]
        if data.draw(st.booleans()):
            held[path[-1]] = data.draw(ODD)
        else:
            del held[path[-1]]
    file = tmp_path / "odd.ipynb"
    file.write_text(json.dumps(value), "utf8")
    with contextlib.suppress(ValueError):
        read_notebook(file)


# What editions print, and ports.


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_every_case_of_every_edition_is_read_as_it_is(read, edition):
    printed = LOSS if edition.prints == "loss" else SOME
    for program in edition.programs:
        if program.framework == "djl":  # its notebooks are in Java
            continue
        settings = [case.settings for case in edition.cases()]
        calls = [code(call_of(program, each), printed) for each in settings]
        found = read(code(start_of(program)), *calls)
        cases = [edition.case(program.name, each, i) for i, each in enumerate(settings)]
        expected = [as_read(case) for case in cases]
        assert [each.case for each in found.printed] == expected
        assert found.left_out == ()


def test_what_was_published_is_read_as_it_was_printed(tmp_path):
    executions = [*published.executions(), *published.ports()]
    assert len(executions) > 10
    for each in executions:
        if each.framework == "djl":  # in Java
            continue
        given = each.edition, each.results, each.framework
        found = read_notebook(of_results(tmp_path, *given)).printed
        assert [texts(one) for one in found] == [
            one.params or one.losses[-1:] for one in each.results
        ]
        if each.edition == "2020":
            asked = [(each.framework, one.program, one.nesterov) for one in each.results]
            assert [(one.framework, one.kind, one.nesterov)
                    for one in (one.case.program for one in found)] == asked  # fmt: skip
            continue
        # A port's call is that of the book; on how many rows is another question.
        programs = [one.program.replace("port scratch", "scratch") for one in each.results]
        assert [one.case.program.name for one in found] == programs


W, B = ("2.00156975", "-3.39996433"), "4.19986"


@pytest.mark.parametrize(
    "printed",
    [
        ndarray(W, B),
        f"w: \n[[ {W[0]}  {W[1]}]]\n<NDArray 1x2 @cpu(0)> \nb: \n[ {B}]\n<NDArray 1 @gpu(0)> \n\n",
        f"w: [[ {W[0]} {W[1]}]] b: {B} \n\n",
        f"w: [ {W[0]} {W[1]}]\nb: {B}",
        f"('w:', array([[{W[0]}, {W[1]}]]), 'b:', array([{B}]), '\\n')\n",
        f"w[0]={W[0]}, w[1]={W[1]}, b={B}\n",
        f"w: {W[0]} {W[1]} b: {B}",
        f"weight = [{W[0]}, {W[1]}], bias = {B}",
        f"w: tensor([[{W[0]}],\n        [{W[1]}]], requires_grad=True) \n"
        f"b: tensor([{B}], requires_grad=True)\n",
        f"w: tensor([[{W[0]}, {W[1]}]], device='cuda:0') b: tensor({B}, device='cuda:0')",
        "w: Parameter containing:\n"
        f"tensor([[{W[0]}, {W[1]}]], requires_grad=True) b: Parameter containing:\n"
        f"tensor([{B}], requires_grad=True)",
        "w: <tf.Variable 'Variable:0' shape=(2, 1) dtype=float32, numpy=\n"
        f"array([[{W[0]}],\n       [{W[1]}]], dtype=float32)> \n"
        f"b: <tf.Variable 'Variable:0' shape=(1,) dtype=float32, numpy=array([{B}], "
        "dtype=float32)>",
        "w: tf.Tensor(\n"
        f"[[{W[0]}]\n [{W[1]}]], shape=(2, 1), dtype=float32) "
        f"b: <tf.Tensor: shape=(), dtype=float32, numpy={B}>",
        "w: Tensor(shape=[2, 1], dtype=float32, place=Place(cpu), stop_gradient=False,\n"
        f"       [[{W[0]}],\n        [{W[1]}]])\n"
        "b: Tensor(shape=[1], dtype=float32, place=Place(cpu), stop_gradient=False,\n"
        f"       [{B}])",
    ],
)
def test_w_and_b_in_every_form(read, printed):
    [found] = read(code(CALL, printed)).printed
    assert (found.w, found.b, found.loss, found.epoch_losses) == (W, B, None, ())


@pytest.mark.parametrize(
    "number",
    ["2", "2.", "-2.5", ".5", "+1", "1e-05", "1.e-05", "-4.64e+01", "1E6", "nan", "inf", "-inf"],
)
def test_numbers_stay_as_printed(read, number):
    [found] = read(code(CALL, f"w: [[{number}]\n [ {number}]]\nb: [{number}]")).printed
    assert texts(found) == (number,) * 3
    [found] = read(code(CALL, f"loss: {number}, 0.302130 sec per epoch")).printed
    assert texts(found) == (number,)


@pytest.mark.parametrize(
    "printed",
    ["loss: 0.244321, 0.302130 sec per epoch\n", "loss:0.244321\n", "Loss = 0.244321",
     "loss 0.244321", "loss: tensor(0.244321, grad_fn=<MeanBackward0>)",
     "loss: \n[ 0.244321]\n<NDArray 1 @cpu(0)>",
     "<Figure size 252x180 with 1 Axes>\nloss: 0.244321\n"],
)  # fmt: skip
def test_a_loss_in_every_form(read, printed):
    [found] = read(code(CALL, printed)).printed
    assert (found.w, found.b, found.loss, found.epoch_losses) == ((), None, "0.244321", ())


@pytest.mark.parametrize(
    "printed",
    ["", "epoch 20, x1 -0.943467, x2 -0.000073\n", "<Figure size 252x180 with 1 Axes>",
     "w: [[1. 2.]]", "b: [4.2]", "w: <NDArray 2x1 @cpu(0)> b: 4.2", "w: [[1. 2.", "w: ]1[ b: 4.2",
     "loss: 0.5abc", "glossy 5 val_loss: 0.3", "w: [1] loss: [] b:", "w: [1] loss: 5x b: 4",
     "max_w: [1. 2.] b: 4.2"],
)  # fmt: skip
def test_what_is_no_result(read, printed):
    found = read(code(CALL, printed), GOOD)
    assert [each.cell for each in found.printed] == [2]
    assert [each.cell for each in found.left_out] == [1]


LOSSES = ("5.5845e-04", "6.5758e-05", "4.9267e-05")
FIRST = "".join(epoch_lines(LOSSES))
SECOND = "".join(f"epoch {n}, learning rate 0.200000, loss {n}.0\r" for n in (1, 2))
END = f"w: [[ {W[0]} {W[1]}]] b: {B} \n\n"


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (FIRST, [((LOSSES[-1],), LOSSES[-1], LOSSES)]),
        (FIRST + END, [((*W, B), LOSSES[-1], LOSSES)]),
        # The epochs start anew: two calls.
        (FIRST + SECOND, [((LOSSES[-1],), LOSSES[-1], LOSSES), (("2.0",), "2.0", ("2.0",))]),
        # A loss of no epoch ends a call.
        (
            SECOND + "loss: 0.5, 0.1 sec per epoch\n" + END,
            [(("0.5",), "0.5", ()), ((*W, B), None, ())],
        ),
        (SOME + LOSS + END, [(("2.0", "-3.4", "4.2"), None, ()), (("0.244",), "0.244", ()),
                             ((*W, B), None, ())]),
    ],
)  # fmt: skip
def test_losses_of_epochs_and_several_results(read, printed, expected):
    source = "\n".join([CALL] * len(expected))
    found = read(code(source, printed)).printed
    assert [(texts(each), each.loss, each.epoch_losses) for each in found] == expected


def test_one_call_may_print_losses_around_its_parameters(read):
    [found] = read(code(CALL, *epoch_lines(["3.0"]), "loss: 7\n", SOME, "loss: 5e-05\n")).printed
    assert (found.b, found.loss, found.epoch_losses) == ("4.2", "5e-05", ("3.0",))


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    ["loss", "loss ", "loss.", "loss\n\n", "w", "w ", "w: ", "w: [", "b: ", "epoch ", "1", "1-",
     "loss 1 ", "w[0]=1 ", "[", "numpy=", " ", "e1"],
)  # fmt: skip
def test_long_odd_text_takes_no_long_time(read, piece):
    start = time.process_time()
    for printed in (piece * 20_000, "loss: " + piece * 20_000, "w: " + piece * 20_000 + "b: "):
        with contextlib.suppress(ValueError):
            read(code(CALL, printed))
    # Ten times what it takes; what grows with the square takes minutes.
    assert time.process_time() - start < 10


# What calls ask for.


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("optimize(batch_size=10, lr=0.2, mom=0.99, num_epochs=3, log_interval=10)", (0.2, 0.99)),
        ("optimize(5, 0.2, 0.99, 4, 10)", (0.2, 0.99, 5, 4)),
        ("gb.optimize(10, 0.2, 0.99, 3, 10)", (0.2, 0.99)),
        ("x = [optimize(10, 0.2, 0.99, 3, 10)]", (0.2, 0.99)),
        ("s = dict(lr=0.2, mom=0.99)\noptimize(10, num_epochs=3, **s)", (0.2, 0.99)),
        ("optimize(10, num_epochs=3, **dict(**{'lr': 0.5}, mom=0.9))", (0.5, 0.9)),
        ("optimize(10, num_epochs=3, **{**a, 'lr': 1, 'mom': 0})", None),
        ("optimize(10, num_epochs=3, **{m: 1, 'lr': 1, 'mom': 0})", None),
        ("optimize(10, 0.2, num_epochs=3, **dict(table, mom=0.9))", None),
        (OWN + "optimize(10, 0.2, 0.99)", (0.2, 0.99)),
        (OWN + "optimize(10, mom=0, lr=1)", (1.0, 0.0)),
        (OWN + "gb.optimize(10, 0.2, 0.99)", None),  # whose defaults are not those
        ("def optimize(mom, lr, batch_size=10, num_epochs=3): pass\noptimize(0.9, 0.2)",
         (0.2, 0.9)),
        ("n = 4\ndef optimize(batch_size, /, lr, mom=0.5, *, num_epochs=n, last): pass\n"
         "optimize(7, 0.1, last=x)", (0.1, 0.5, 7, 4)),
        ("train(batch_size=10, lr=0.2, mom=0.9, epochs=3, period=10)", (0.2, 0.9)),
        ("def train(batch_size, lr, mom, epochs): pass\ntrain(10, 0.2, 0.9, 3)", (0.2, 0.9)),
        (TRAINER + "gb.optimize(batch_size=10, trainer=t, num_epochs=3, decay_epoch=2, "
         "log_interval=10, features=features, labels=labels, net=net)", (0.2, 0.9)),
        (TRAINER + "utils.optimize(10, t, 3, 2, 10, X, y, net)", (0.2, 0.9)),
        (TRAINER + "gb.optimize_gluon(trainer=t, net=net, decay_epoch=2)", (0.2, 0.9)),
        (TRAINER + "gb.optimize(trainer=t, net=net, num_epochs=1)", (0.2, 0.9, 10, 1)),
        (TRAINER + "gb.optimize(trainer=t, decay_epoch=3, num_epochs=2)", (0.2, 0.9, 10, 2)),
        (TRAINER + "def optimize(batch_size, trainer, num_epochs): pass\noptimize(10, t, 3)",
         (0.2, 0.9)),
        (TRAINER + "t.set_learning_rate(0.02)\nutils.optimize(10, t, 3, 2)", (0.02, 0.9)),
        ("s = {'learning_rate': 0.2, 'momentum': 0.9}\nt = Trainer(params, 'sgd', s)\n"
         "t.set_learning_rate(5)\nutils.optimize(10, Trainer(params, 'sgd', s), 3, 2)",
         (0.2, 0.9)),
        ("t = SGD(0.2, 0.9)\nt.set_learning_rate(0.02)\nutils.optimize(10, t, 3, 2)", (0.02, 0.9)),
        ("t.set_learning_rate(0.02)\noptimize(10, 0.2, 0.9, 3)", (0.2, 0.9)),
        ("gb.optimize(optimizer_fn=sgd_momentum, params_vars=init(), decay_epoch=2, "
         "hyperparams={'lr': 0.2, 'mom': 0.5}, features=X, labels=y)", (0.2, 0.5)),
        (f"train_ch7(sgd_momentum, init(), {{'lr': 0.02, 'momentum': 0.5}}, {DATA})", (0.02, 0.5)),
        (f"train_ch7(sgd_momentum, s, {{'lr': 0.02, 'mom': 0.5}}, {DATA}, 5, 7)",
         (0.02, 0.5, 5, 7)),
        ("train_ch7(optimizer_fn=sgd_momentum, states=s, batch_size=4, features=X, labels=y, "
         "hyperparams={'lr': 0.02, 'momentum': 0.5})", (0.02, 0.5, 4, 2)),
        (f"d2l.train_gluon_ch7('sgd', {{'learning_rate': 0.05}}, {DATA}, 20)", (0.05, 0, 20, 2)),
        (f"train_pytorch_ch7(torch.optim.SGD, {{'lr': 0.004, 'momentum': 0.9}}, {DATA})",
         (0.004, 0.9)),
        (f"train_nn_ch7(optim.SGD(net.parameters(), lr=0.1, momentum=0.5), {{}}, {DATA})",
         (0.1, 0.5)),
        # Where a made optimizer and a table are both given, the optimizer is what trains.
        ("t = optimizers.SGD(learning_rate=0.004, momentum=0.9)\n"
         f"train_tensorflow2_ch7(t, {{'lr': 5, 'momentum': 0.1}}, {DATA})", (0.004, 0.9)),
        (f"train_tensorflow2_ch7(keras.optimizers.SGD(0.004), {{'momentum': 0.9}}, {DATA})", None),
        ("t = Trainer(params, optimizer='sgd', optimizer_params={'learning_rate': 0.3})\n"
         f"train_gluon_ch7(t, {{}}, {DATA})", (0.3, 0)),
        (f"train_gluon_ch7(Trainer(params, SGD(learning_rate=0.1)), {{}}, {DATA})", (0.1, 0)),
    ],
)  # fmt: skip
def test_what_calls_ask_for(read, source, expected):
    cell = code(source, LOSS if "ch7" in source else SOME)
    if expected is None:
        with pytest.raises(ValueError, match=r"^[^\n]+$"):
            read(cell)
        return
    edition = EDITIONS["2019" if "ch7" in source else "2018"]
    [found] = read(cell).printed
    lr, mom, *sizes = expected
    batch_size, num_epochs = sizes or (10, edition.usual.num_epochs)
    asked = edition.usual._replace(
        lr=lr, mom=mom, batch_size=batch_size, num_epochs=num_epochs, log_interval=edition.interval
    )
    assert (found.case.edition.name, found.case.settings) == (edition.name, asked)


VALUES = "rate, rates, big, table = 0.2, [0.1, 0.2], 1000000000000000000, {'lr': 0.5}\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("0.2", 0.2), ("+3", 3), ("2e-1", 0.2), ("1 / 5", 0.2), ("2 * rate - 1 + 1", 0.4),
        ("7 // 2", 3), ("7 % 4", 3), ("2**3", 8), ("1 - -1", 2), ("rate", 0.2), ("big", 10**18),
        ("+".join("1" * 300), 300),
        ("unknown", None), ("unknown + 1", None), ("-'a'", None), ("'a' * 10**9", None),
        ("True + 1", None), ("1 / 0", None), ("9.0**9**9", None), ("9**9**9", None),
        ("big * 10", None), ("big * 10 / 10", None), ("rate @ rate", None), ("~-2", None),
        ("not 1", None), ("rate < 1", None), ("rates[0]", 0.1), ("rates", None), ("table", None),
        ("np.array([1])", None), ("dict(rates)", None), ("f'{rate}'", None), ("lambda: 1", None),
        ("-1", None), ("0", None), ("1e999", None), ("'0.2'", None), ("True", None), ("None", None),
    ],
)  # fmt: skip
def test_values_of_expressions(read, source, expected):
    cell = code(f"{VALUES}optimize(10, {source}, 0.9, 3)", SOME)
    if expected is None:
        with pytest.raises(ValueError, match=r"its lr |lr must be|no lr "):
            read(cell)
    else:
        assert read(cell).printed[0].case.settings.lr == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "value"),
    [("mom", "1.5"), ("mom", "-0.1"), ("mom", "m"), ("batch_size", "0"), ("batch_size", "2.5"),
     ("num_epochs", "-3"), ("num_epochs", "n"), ("decay_epoch", "d"), ("decay_epoch", "2.0")],
)  # fmt: skip
def test_what_cannot_be_a_run_is_named(read, name, value):
    usual = {"batch_size": 10, "lr": 0.2, "mom": 0.9, "num_epochs": 3, name: value}
    given = ", ".join(f"{key}={value}" for key, value in usual.items())
    with pytest.raises(ValueError, match=f"{name} [^\n]+$"):
        read(code(f"optimize({given})", SOME))


def test_an_argument_may_be_missing(read):
    with pytest.raises(ValueError, match="batch_size"):
        read(code("optimize(lr=0.2, mom=0.9, num_epochs=3)", SOME))


@pytest.mark.parametrize(
    "source",
    [*(f"train_gluon_ch7('{name}', {{'learning_rate': 0.1, 'momentum': 0.9}}, {DATA})"
       for name in ("adam", "nag", "rmsprop", "ftrl", "lbfgs", "signum")),
     f"train_ch7(d2l.adagrad, init(), {{'lr': 0.1, 'momentum': 0.9}}, {DATA})",
     "def train_ch7(fn, rates): pass\ntrain_ch7(adam, {'lr': 1, 'momentum': 0.9})",
     "train_ch7(optimizer_fn=adadelta, states=s, hyperparams={'lr': 1, 'mom': 0})",
     f"train_ch7(mine, init(), {{'lr': 0.1}}, {DATA})",
     "optimize(batch_size=10, lr=0.2, num_epochs=3)", "study.optimize(objective, n_trials=100)",
     TRAINER + "gb.optimize(trainer=t, net=net)",
     TRAINER + "gb.optimize(trainer=t, net=net, decay_epoch=1)",
     TRAINER + "gb.optimize(trainer=t, net=net, decay_epoch=None)",
     TRAINER + "gb.optimize(trainer=t, decay_epoch=5, num_epochs=4)",
     "x = [1]\n" + "x = [x, x]\n" * 60 + "if x == x: pass\ntrain_ch7(x, 0, {}, 1, 2)"],
)  # fmt: skip
def test_runs_of_other_programs_are_left_out(read, source):
    found = read(code(source, LOSS if "ch7" in source else SOME), GOOD)
    assert [each.cell for each in found.printed] == [2]
    assert [each.cell for each in found.left_out] == [1]


# Which calls are made.


@pytest.mark.parametrize(
    "source",
    ["train(net, 0.9)", "net.train()", "train_ch12(0.9)", "my_train_ch11(0.9)", "my_train_ch7(1)",
     "def run(mom):\n    optimize(mom)", "class A:\n    def f(self): optimize(0.9)",
     "f = lambda: optimize(0.9)",
     "async def f():\n    optimize(0.9)", "# optimize(0.9)", "'optimize(0.9)'", "optimize",
     "def train(net): pass\ntrain(net)", "%%bash\noptimize(1)", "%%html\noptimize(1)",
     "%%writefile a.py\noptimize(1)", "for i in range(3):\n    x = i", "print('$\\gamma$')"],
)  # fmt: skip
def test_what_is_no_call_of_a_training_function(read, source):
    found = read(code(source, SOME, SOME), GOOD)
    assert [(each.cell, each.case.place) for each in found.printed] == [(2, 0)]
    assert found.left_out == ()


@pytest.mark.parametrize(
    "source",
    ["%matplotlib inline\n{}", "!pip install mxnet\n{}", "files = !ls\n{}", "f?\n{}", "%time {}",
     "%%time\n{}", "%%time\n%matplotlib inline\n{}", "%%capture out\n{}", "%time x = {}", "{};",
     "%prun {}", "%%time\nx = [{}]", "print('a %d'\n      % {})", "import x\n%time\n{}"],
)  # fmt: skip
def test_magics_are_taken_off(read, source):
    call = CALL if "%" in source else "optimize(10, 0.2,\n  0.9, 3, 10)"
    [found] = read(code(source.format(call), SOME)).printed
    assert found.call == CALL


@pytest.mark.parametrize(
    ("before", "value"),
    [
        ("m = 0.9", 0.9), ("m: float = 0.9", 0.9), ("a, m = 0.1, 0.9", 0.9), ("n = m = 0.9", 0.9),
        ("[a, m] = 0.1, 0.9", 0.9), ("m = 1\nm -= 0.5", 0.5), ("m = 0.9\ndef f():\n    m = 1", 0.9),
        ("if __name__ == '__main__':\n    m = 0.9", 0.9), ("with open(x) as f:\n    m = 0.9", 0.9),
        ("if False:\n    m = 0.1\nelse:\n    m = 0.9", 0.9),
        ("if 1 == 2:\n    m = 0.1\nelse:\n    m = 0.9", 0.9),
        ("with open('x') as f:\n    m = 0.9", 0.9),
        ("m = 0.9\ntry:\n    m = 0.1\nexcept OSError:\n    m = 1\nelse:\n    m = 0.5", None),
        ("m = 0.9\ndef f():\n    m = 0.1", 0.9),
        ("m = 0.1\nm = net.momentum", None),
        ("m = 0.1\nm += x", None),
        ("m = 0.1\na, m = 1, 2, 3", None),
        ("m = 0.1\nif x:\n    m = 0.2", None),
        ("m = 0.1\nfor x in y:\n    m *= 2", None),
        ("m = 0.1\nwhile m < 1:\n    m *= 2", None),
        ("m = 0.1\nfor m in y: pass", None),
        ("m = 0.1\nif x == 2:\n    m = 0.2", None),
        ("m: float", None),
    ],
)  # fmt: skip
def test_values_of_names(read, before, value):
    cells = code(before), code("optimize(10, 0.2, m, 3)", SOME)
    if value is None:
        with pytest.raises(ValueError, match=r"its mom |mom must be"):
            read(*cells)
    else:
        assert momenta(read(*cells)) == [value]


@pytest.mark.parametrize("change", ["s['mom'] = 2", "s['mom'] += 2", "s.mom = 2"])
def test_a_table_that_was_changed_is_not_known(read, change):
    source = f"s = {{'lr': 0.2, 'mom': 0.5}}\n{change}\noptimize(10, num_epochs=3, **s)"
    assert read(code(source, SOME), GOOD).left_out[0].cell == 1


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("for m in (0.5, 0.9):\n    o(m)", [0.5, 0.9]),
        ("for m in ms:\n    o(m)\nelse:\n    o(1)", [0.1, 0.2, 1]),
        ("for n, m in enumerate(ms):\n    o(m)", [0.1, 0.2]),
        ("for n, m in zip((1, 2), ms):\n    o(m)", [0.1, 0.2]),
        ("for a in (0.1, 0.2):\n    for b in (1, 2):\n        o(a * b)", [0.1, 0.2, 0.2, 0.4]),
        ("for m in ms:\n    if m == 0.2:\n        o(m)", [0.2]),
        ("for i in range(3):\n    o(i / 10)", [0.0, 0.1, 0.2]),
        ("for i in range(1000):\n    if i == 999: o(0.5)", [0.5]),
        ("for i in range(3):\n    x = i\no(1)", [1]),
        ("x = o(0.1), o(0.2)\nwith o(0.3): o(0.4)", [0.1, 0.2, 0.3, 0.4]),
        # Which of them is made is not known.
        ("if x:\n    o(0.1)\nelse:\n    o(0.2)", None),
        ("if 1 == 2 == 3:\n    o(0.1)", None),
        # How often is not known.
        *((source, None) for source in (
            "for m in unknown:\n    o(0.9)", "for i in range(1001):\n    o(0.9)",
            "for i in range(10**30):\n    o(0.9)", "for i in range('a'):\n    o(0.9)",
            "for i in zip(1):\n    o(0.9)", "while True:\n    o(0.9)", "[o(m) for m in ms]",
            "{o(m) for m in ms}", "list(o(m) for m in ms)", "{m: o(m) for m in ms}")),
    ],
)  # fmt: skip
def test_calls_in_loops_and_branches(read, source, found):
    source = source.replace("o(", "optimize(10, 0.2, num_epochs=3, mom=")
    cells = code("ms = [0.1, 0.2]"), code(source, SOME * len(found or "12"))
    if found is None:
        for cell in (cells[1], code(source, SOME), code(source)):
            reading = read(cells[0], cell, GOOD)
            assert [each.cell for each in reading.printed] == [3]
            assert reading.left_out[0].cell == 2
    else:
        assert momenta(read(*cells)) == found


@pytest.mark.slow
@pytest.mark.parametrize("inner", ["if c == 5: optimize(0.9)", "optimize(0.9)"])
def test_loops_in_loops_end(read, inner):
    loops = "for a in range(1000):\n for b in range(1000):\n  for c in range(1000):\n   "
    assert read(code(loops + inner), GOOD).left_out


def test_calls_that_are_left_out(read):
    found = read(
        GOOD,
        code(CALL),
        code("print 'loss'\noptimize(10)", SOME),
        code("d2l.train_ch7(sgd, s, {'lr': 1}, X, y)", SOME),
        code(CALL, "w: [1.0 2.0 3.0] b: 4.0"),
        code(f"{CALL}\n{CALL}\n{CALL}", SOME, ERROR),
        code(f"{CALL}\n{CALL}", SOME, *epoch_lines(["0.1", "0.2"]), ERROR),
        code(CALL, *epoch_lines(["0.1", "0.2"]), ERROR),
    )
    assert [each.cell for each in found.printed] == [1, 6, 7]
    assert [each.cell for each in found.left_out] == [2, 3, 4, 5, 6, 6, 7, 8]
    assert [each.call for each in found.left_out][:3] == [
        CALL, "optimize(...)", "d2l.train_ch7(sgd, s, {'lr': 1}, X, y)"
    ]  # fmt: skip
    # Each for its own reason, but for the cells that an error ended.
    assert len({each.reason for each in found.left_out}) == 5


def test_a_long_call_is_shortened(read):
    source = f"optimize(batch_size=10, lr=0.2, mom=0.9, num_epochs=3, x={'動' * 60})"
    [found] = read(code(source, SOME)).printed
    assert found.call == source[:97] + "..."
    assert read(code(source[:99] + ")", SOME)).printed[0].call == source[:99] + ")"


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [code("x = 1", "1")],
        [text(CALL)],
        [code("train_momentum(0.02, 0.5)", "loss: 0.243, 0.05 sec/epoch\n")],
        [code(CALL)],
        [code("1", "1"), code(CALL), code(CALL)],
        [code(f"{CALL}\n{CALL}", SOME)],
        [code(CALL, SOME, SOME)],
        [code(CALL, SOME, SOME, ERROR)],
    ],
)
def test_notebooks_in_which_nothing_can_be_compared(read, cells):
    with pytest.raises(ValueError, match=r"^[^\n]+\.$"):
        read(*cells)


def test_what_is_looked_for_is_said(read):
    with pytest.raises(ValueError, match=r"optimize\(.*train_ch7\(.*train_gluon_ch7\("):
        read(code("x = 1"))
    with pytest.raises(ValueError, match=r"train_ch11\(.*train_concise_ch11\("):
        read(code("x = 1"))


# The first weights.


@pytest.mark.parametrize(
    ("before", "scale"),
    [("x = 1", 0.01),
     ("def init_params():\n    w = nd.random_normal(scale=1, shape=(num_inputs, 1))", 1),
     ("def init_params():\n    w = nd.random_normal(shape=(num_inputs, 1))", 1),
     ("def init_params():\n    w = nd.random.normal(0, 1, (num_inputs, 1))", 1),
     ("def init_params():\n    w = np.random.normal(0, 0.01, (num_inputs, 1))", 0.01),
     ("s = 0.01\ndef init():\n    w = nd.random.normal(scale=s, shape=(num_inputs, 1))", 0.01),
     ("def init_params():\n    w = torch.normal(mean=0, std=0.01, size=(2, 1))", 0.01),
     ("def init_params():\n    w = tf.random.normal((2, 1), stddev=0.01)", 0.01),
     ("def init_params():\n    w = tf.random.normal([2, 1], 0, 0.01)", 0.01),
     ("def init_params():\n    w = nd.random_normal(scale=0.5, shape=(2, 1))", None),
     ("def init_params(s):\n    w = nd.random_normal(scale=s, shape=(2, 1))", None),
     ("def init_params(s=1):\n    w = nd.random_normal(scale=s, shape=(2, 1))", 1),
     ("features = nd.random.normal(scale=1, shape=(1000, 2))", 0.01),
     ("def data():\n    return nd.random_normal(scale=1, shape=(1000, 2))", 0.01),
     ("net.initialize(init.Normal(sigma=1))", 1),
     ("net.initialize(mx.init.Normal(1), force_reinit=True)", 1),
     ("net.initialize(init.Normal(sigma=0.01))", 0.01), ("net.initialize(init.Normal())", 0.01),
     ("net.initialize(init.Normal(sigma=0.5))", None)],
)  # fmt: skip
@pytest.mark.parametrize("call", [CALL, TRAINER + "gb.optimize(10, t, 3, 2, 10, X, y, net)"])
def test_the_program_has_the_notebooks_first_weights(read, before, scale, call):
    if scale is None:
        found = read(code(call, SOME), code(before), code(call, SOME))
        assert [each.cell for each in found.printed] == [1]
        [left_out] = found.left_out
        assert (left_out.cell, "Unread" in left_out.reason) == (3, False)
        return
    [found] = read(code(before), code(call, SOME)).printed
    assert found.case.program.scale == scale
    assert found.case.program.signatures[0].trainer == ("Trainer" in call)


ADAM = "train_gluon_ch7('adam', {'learning_rate': 0.1}, features, labels)"


@pytest.mark.parametrize(
    ("first", "places"),
    [
        ([GOOD], [0, 1]), ([GOOD, GOOD], [0, 1, 2]),
        ([code(f"{CALL}\n{CALL}", SOME, SOME)], [0, 1, 2]),
        # They printed nothing, or what is not theirs.
        ([code(CALL, count=3)], [1]), ([code(CALL, FIGURE)], [1]),
        ([code(f"{CALL}\n{CALL}", count=3)], [2]), ([code(f"{CALL}\n{CALL}", SOME, ERROR)], [0, 2]),
        ([code("optimize(10, 0.2, num_epochs=3)", SOME)], [1]),  # it has no momentum
        ([code(CALL, "w: [1.0 2.0 3.0] b: 4.0")], [1]),
        # Not executed, or of another edition.
        ([code(CALL)], [0]), ([code(ADAM, LOSS)], [0]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", [whole, whole_3])
def test_a_call_that_ran_has_drawn_weights_whether_or_not_it_is_compared(read, first, places, form):
    found = read(*first, GOOD, form=form)
    assert [each.case.place for each in found.printed] == places


def test_calls_of_another_optimizer_draw_weights_too(read):
    good = "train_ch7(sgd_momentum, s, {'lr': 0.02, 'momentum': 0.5}, features, labels)"
    found = read(code(ADAM, LOSS), GOOD, code(good, LOSS), code(good, LOSS))
    places = [(each.case.edition.name, each.case.place) for each in found.printed]
    assert places == [("2018", 0), ("2019", 1), ("2019", 2)]


# Odd text.


@pytest.mark.parametrize(
    "source",
    ["print 'loss'", "double lr = 0.2;", "f(", "\0", "(" * 5000, "x" * 10 + "\n  y",
     "x = " + "-" * 90 + "1" + "+1" * 2500],
)  # fmt: skip
def test_cells_that_are_no_python_3_spoil_no_other(read, source):
    found = read(code(f"{source}\n{CALL}", SOME), GOOD)
    assert 2 in [each.cell for each in found.printed]


def test_the_packages_own_notebook():
    found = read_notebook(Path(__file__).parents[1] / "notebooks" / "01_momentum.ipynb").printed
    assert [each.case for each in found] == [as_read(case) for case in CHAPTER.cases()][:3]
    assert [len(each.w) for each in found] == [2, 2, 2]


@pytest.mark.slow
def test_reading_imports_no_mxnet(tmp_path):
    path = notebook(tmp_path, code(f"%time {CALL}", SOME))
    program = (
        "import sys; from gluon_momentum.notebook import read_notebook; "
        f"assert read_notebook({str(path)!r}); assert 'mxnet' not in sys.modules"
    )
    assert run_process([sys.executable, "-c", program]).returncode == 0


PIECES = st.lists(
    st.sampled_from(
        ["optimize(", "train_ch7(", "train_gluon_ch7(", "10, ", "0.2, ", "lr=0.2, ", "mom=0.9, ",
         "batch_size=10", "num_epochs=3", "{'lr': 0.2, 'momentum': 0.9}, ", "'sgd', ", "x", ")",
         "\n", "for x in (1, 2):\n    ", "if x:\n    ", "while x:\n    ", "x = ", "x, x = ",
         "x += ", "Trainer(", "SGD(", "**x, ", "*x, ", "[", "]", "{", "}", "lambda: ",
         "def init_params", "(mom=0.9): pass\n", "%time ", "!ls\n", "decay_epoch=", "Normal(",
         "x.y = ", "x[0] = ", "1 / 0", "-", CALL]
    ),
    max_size=15,
).map("".join)  # fmt: skip
ODD_CODE = PIECES | st.text() | st.text(st.sampled_from("%!? \nxf(1)=time\"'\\:,;#"))
PRINTS = st.lists(
    st.sampled_from(
        [SOME, "w: [[1. 2.]] ", "b: 3\n", "loss: 0.2\n", "Epoch 1, loss 5\n", "w[0]=1 ", "x"]
    )
    | st.text(st.sampled_from("wb:=[]()., \n\r-+0123456789einfa<>'\"loepch")),
    max_size=5,
)


@settings(max_examples=200, **ANY)
@given(cells=st.lists(st.tuples(ODD_CODE, PRINTS, st.booleans()), max_size=3))
def test_any_cells_give_calls_or_a_value_error(tmp_path, cells):
    assume(not any("\ud800" <= one <= "\udfff" for source, *_ in cells for one in source))
    written = [
        code(source, *prints, *([ERROR] if stopped else [])) for source, prints, stopped in cells
    ]
    found = ()
    with contextlib.suppress(ValueError):
        found = read_notebook(notebook(tmp_path, *written)).printed
    for each in found:
        assert each.case.settings.lr > 0
        assert 0 <= each.case.settings.mom <= 1
        assert [isinstance(float(one), float) for one in texts(each)]
