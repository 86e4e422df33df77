"""A call is read only if its settings, its rows and its values are certain; else it is left out."""

import json
from pathlib import Path

import pytest
from notebook_forms import ERROR, code, ndarray, notebook, result, stream

from gluon_momentum.notebook import read_notebook

CASES = Path(__file__).parents[2] / "shared" / "compare-cases"
SOME, LOSS = ndarray(["2.0", "-3.4"], "4.2"), "loss: 0.244, 0.3 sec per epoch\n"
CALL = "optimize(10, 0.2, 0.9, 3, 10)"
GOOD = code(CALL, SOME)
TABLE = "train_ch7(sgd_momentum, states, {}, features, labels)"
GIVEN = "{'lr': 0.02, 'momentum': 0.5}"
AIRFOIL = TABLE.format(GIVEN)
OTHER = "d2l." + TABLE.format("{'lr': 0.3, 'momentum': 0.5}")


@pytest.fixture
def read(tmp_path):
    """Return a function that reads a notebook of some cells."""
    return lambda *cells: read_notebook(notebook(tmp_path, *cells))


def values(printed):
    return [*printed.w, printed.b] if printed.b is not None else [printed.loss]


def rates(reading):
    return [(each.case.settings.lr, each.case.settings.mom) for each in reading.printed]


def case_names():
    try:
        return list(json.loads((CASES / "cases.json").read_text("utf8")))
    except FileNotFoundError:
        return [pytest.param("", marks=pytest.mark.skip(f"{CASES} is not here."))]


@pytest.mark.parametrize("name", case_names())
def test_cases_of_public_kinds(name):
    case = json.loads((CASES / "cases.json").read_text("utf8"))[name]
    try:
        found = read_notebook(CASES / f"{name}.ipynb")
    except ValueError:
        assert 2 in [case["status"]] + (case["status"] if isinstance(case["status"], list) else [])
        return
    asked = rates(found)
    if "calls" in case:
        assert asked == [(one["lr"], one["mom"]) for one in case["calls"]]
        for one, each in zip(case["calls"], found.printed):
            assert values(each) == one.get("printed", values(each))
    for one in case.get("calls_at_least", []):
        assert (one["lr"], one["mom"]) in asked
    if "calls_at_most" in case:
        assert set(asked) <= {(one["lr"], one["mom"]) for one in case["calls_at_most"]}
    many = case.get("left_out", len(found.left_out))
    assert len(found.left_out) in (many if isinstance(many, list) else [many])
    if name == "rows-1500":
        assert {each.rows for each in found.printed} == {(1500,)}


# Names.


@pytest.mark.parametrize(
    "change",
    [
        "d.update(lr=1)", "d['lr'] = 1", "d['lr'] /= 2", "del d['lr']", "d |= {'lr': 1}",
        "d.pop('lr')", "d.setdefault('nesterov', True)", "f(d)", "f(x=[d])", "f(*[d])",
        "f(**{'x': [d]})",
        "e = d\ne['lr'] = 1", "box = [d]\nbox[0]['lr'] = 1", "box = (d, 1)\nf(box)",
        "box[k] = d", "box.d = d", "u = d.update", "e = d or {}\ne['lr'] = 1", "e = d if x else {}",
        "if x:\n    d['lr'] = 1", "while x:\n    d.clear()", "for k in ks:\n    d[k] = 1",
        "for k, e in zip((1,), [d]):\n    e['lr'] = 1",
        "try:\n    d['lr'] = 1\nexcept KeyError: pass",
        "with suppress(KeyError):\n    d = {'lr': 1, 'momentum': 0.9}", "def g(): d['lr'] = 1\ng()",
        "def g():\n    global d\n    d = {'lr': 1, 'momentum': 0.1}", "g = lambda: d.update(lr=1)",
        "class A:\n    d['lr'] = 1", "async def g():\n    d['lr'] = 1",
        "x = (d.update(lr=1) for _ in y)",
        "[d.update(lr=1) for _ in y]", "exec(text)", "eval('d.update(lr=1)')", "globals()['d'] = 1",
        "from m import *", "%run other.py", "import sys\nsys.modules['__main__'].d = 1",
        "import a as d",
        "from a import d", "del d", "d: dict = f()", "d, e = f()", "(d := f())", "x and (d := f())",
        "for d in ds: pass", "with f() as d: pass", "try:\n    pass\nexcept E as d: pass",
        "def d(): pass", "class d: pass", "[*d]", "d.lr = 1", "[*e, f] = d, 1",
        "setattr(d, 'lr', 1)", "x = y if d else d", "[(d := 1) for x in y]",
        "def g(x=(d := f())): pass", "def g(*, x: (d := 1) = 2): pass", "g = lambda x=(d := 1): x",
        "class A(f(d := {})): pass", "def g(x=(d := {})): d['lr'] = 1\ng()",
        "def g(x=d): x['lr'] = 1\ng()", "class A:\n    def g(self, d=d): d['lr'] = 1",
    ],
)  # fmt: skip
def test_what_may_have_changed_is_not_known(read, change):
    """Each change lies between the table and its call, which else is read."""
    call = code(TABLE.format("d"), LOSS)
    found = read(code(f"d = {GIVEN}"), code(change), call, GOOD)
    assert [each.cell for each in found.printed] == [4]
    assert [each.cell for each in found.left_out] == [3]


@pytest.mark.parametrize(
    ("source", "lr", "mom"),
    [
        (f"d = {GIVEN}\nprint(d, len(d), d['lr'])\nx = f'{{d}}'\nd == x\n" + TABLE.format("d"),
         0.02, 0.5),
        (f"d = {GIVEN}\n" + TABLE.format("{**d, 'lr': 1}"), 1, 0.5),
        (f"d = {GIVEN}\n" + TABLE.format("d | {'momentum': 0.9}"), 0.02, 0.9),
        (f"d = {GIVEN}\n" + TABLE.format("dict(d, lr=1)"), 1, 0.5),
        (f"d = {GIVEN}\ne = d.copy()\ne['lr'] = 1\n" + TABLE.format("d"), 0.02, 0.5),
        (f"for d in [{GIVEN}]:\n    " + TABLE.format("d"), 0.02, 0.5),
        ("m = list((0.5, 0.9))\n" + TABLE.format("{'lr': m[0], 'momentum': m[1]}"), 0.5, 0.9),
        ("net.initialize(init.Normal(sigma=0.01))\nif x:\n    net.initialize(init.Normal())\n"
         + AIRFOIL, 0.02, 0.5),
        ("m = [0.99, 0.9]\n" + TABLE.format("{'lr': m[0] - 0.49, 'momentum': m[-1]}"), 0.5, 0.9),
        ("x = True\nm = 0.9 if x else 0\n" + TABLE.format("{'lr': float(1), 'momentum': m}"),
         1, 0.9),
        (f"d = {GIVEN}\n%matplotlib inline\n!ls\nnet.eval()\n" + TABLE.format("d"), 0.02, 0.5),
        (f"d = {GIVEN}\ndef run(p, n=2):\n    return d2l." + TABLE.format("p") + "\nrun(d)",
         0.02, 0.5),
        ("def run(m, lr):\n    for x in [m]:\n        " + TABLE.format("{'lr': lr, 'momentum': x}")
         + "\nrun(0.9, lr=0.5)", 0.5, 0.9),
        ("def g(m): " + TABLE.format("dict(lr=m, momentum=m)")
         + "\ndef f(x):\n    m = x / 2\n    g(m)\nm = 9\nf(0.5)", 0.25, 0.25),
        (AIRFOIL.replace("train_ch7", "d2l.train_ch9"), 0.02, 0.5),
        ("d2l.train_gluon_ch9('sgd', {'learning_rate': 0.02, 'momentum': 0.5}, X, y)", 0.02, 0.5),
    ],
)  # fmt: skip
def test_what_is_certain_is_read(read, source, lr, mom):
    assert rates(read(code(source, LOSS))) == [(pytest.approx(lr), mom)]


@pytest.mark.parametrize(
    "source",
    [
        TABLE.format("{**e, 'lr': 0.2}"), TABLE.format("e | {'lr': 0.2}"),
        TABLE.format("dict(e, lr=1)"),
        TABLE.format("make()"), "optimize(10, 0.2, num_epochs=3, **e)", "optimize(*e, 0.2, 0.9, 3)",
        TABLE.format(GIVEN[:-1] + ", **e}"), TABLE.replace("sgd_momentum", "make()").format(GIVEN),
        "s = partial(SGD, nesterov=True)\n" + TABLE.replace("sgd_momentum", "s").format(GIVEN),
        "optimize = partial(d2l.optimize, 10)\n" + CALL, "from m import fit as optimize\n" + CALL,
        "train_gluon_ch7(Trainer(p, SGD(0.9)), {}, X, y)",
        "study = Study()\nstudy." + CALL, "Study()." + CALL, "d2l.optimize = f\nd2l." + CALL,
        "@f\ndef optimize(batch_size, lr, mom, num_epochs, n): pass\n" + CALL,
        "def optimize(batch_size, mom, lr, num_epochs, n): pass\nfrom m import *\n" + CALL,
        "def run(m, *a):\n    optimize(10, 0.2, m, 3)\nrun(0.9)",
        "def run(m):\n    if m: return\n    optimize(10, 0.2, m, 3)\nrun(0.9)",
        "def run(m):\n    yield optimize(10, 0.2, m, 3)\nrun(0.9)",
        "def run(m):\n    optimize(10, 0.2, m, 3)\nrun(x)",
        "def run(m):\n    optimize(10, 0.2, m, 3)\n[*map(run, [0.9])]\nif x:\n    " + CALL,
        "for m in (0.5, 0.9):\n    if m == 0.9: break\n    " + CALL,
        f"try:\n    {CALL}\nfinally: pass",
        f"x or {CALL}", f"{CALL} if x else 0", f"match x:\n    case 1: {CALL}",
        f"z = zip([1], [2])\nlist(z)\nfor a in z: {CALL}",
        "t = SGD(w, lr=0.1, momentum=0.9)\nf(t)\ntrain_torch_ch7(t, {}, X, y)",
        "l = f()\ntrain_torch_ch7(SGD(l, 0.9), {}, X, y)",
        "train_ch7(SGD([{'lr': 1}], 0.1), {}, X, y)",
        TABLE.format(GIVEN).replace("features", "features[:500]"),
        "features = features[:500]\n" + AIRFOIL, "globals()\nm = 0.9\noptimize(10, 0.2, m, 3)",
        "def f(): exec(x)\nm = 0.9\noptimize(10, 0.2, m, 3)",
        "def f():\n    global m\n    m = 1\nm = 0.9\noptimize(10, 0.2, m, 3)",
        f"def sgd(p, v, h): h['lr'] = 1\nd = {GIVEN}\ntrain_ch7(sgd, s, d, X, y)\n"
        + TABLE.format("d"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_left_out(read, source):
    printed = LOSS if "ch7" in source else SOME
    good = GOOD if "ch7" in source else code(OTHER, LOSS)
    for outputs in ([printed], [printed] * 2):
        found = read(code(source, *outputs), good)
        assert {each.cell for each in found.printed if each.case.settings.lr != 0.02} == {2}
        assert found.left_out


def test_first_weights_that_may_be_others(read):
    perhaps = code("if x: net.initialize(init.Normal(1))")
    found = read(code(AIRFOIL, LOSS), perhaps, code(AIRFOIL, LOSS))
    assert [each.cell for each in found.printed] == [1]
    assert [each.cell for each in found.left_out] == [3]


@pytest.mark.parametrize(
    ("helper", "read_cells"), [("show = 1", [1, 2]), ("show = lambda: f()", [2])]
)
def test_what_may_be_printed_by_another_function_is_no_part_of_a_result(read, helper, read_cells):
    call = "train_torch_ch7(SGD(p, lr=0.02, momentum=0.5), {}, X, y)"
    shown = code(f"{helper}\n{call}\n" + "show()" * helper.endswith("()"), LOSS, SOME)
    assert [each.cell for each in read(shown, GOOD).printed] == read_cells


def test_a_call_in_the_head_of_a_function_is_one(read):
    found = read(code(f"def f(x=optimize(10, 0.5, 0.5, 3)): pass\n{CALL}", SOME, SOME))
    assert rates(found) == [(0.5, 0.5), (0.2, 0.9)]


def test_a_trainer_is_trained_with_once(read):
    made = "t = gluon.Trainer(p, 'sgd', {'learning_rate': 0.2, 'momentum': 0.9})"
    call = code("gb.optimize(10, t, 3, 2, 10, X, y, net)", SOME)
    found = read(code(made), call, call)
    assert ([each.cell for each in found.printed], [each.cell for each in found.left_out]) == (
        [2],
        [3],
    )


# Settings.


@pytest.mark.parametrize(
    "given",
    ["'nesterov': True", "'dampening': 0.1", "'weight_decay': 1e-4", "'wd': x", "'lr_scheduler': s",
     "'multi_precision': True", "'clip_gradient': 5", "'rescale_grad': 0.1", "'anything': 1"],
)  # fmt: skip
def test_settings_that_make_another_rule_are_named(read, given):
    name = given.split("'")[1]
    table = f"{{'learning_rate': 0.02, 'momentum': 0.5, {given}}}"
    keywords = f"learning_rate=0.02, momentum=0.5, {given.replace(chr(39), '').replace(': ', '=')}"
    for call in (
        f"train_gluon_ch7('sgd', {table}, X, y)",
        f"train_torch_ch7(SGD(net.parameters(), {keywords}), {{}}, X, y)",
        f"train_gluon_ch7(Trainer(p, 'sgd', {table}), {{}}, X, y)",
    ):
        [found] = read(code(call, LOSS), GOOD).left_out
        assert name in found.reason


@pytest.mark.parametrize(
    "given",
    ["'nesterov': False", "'dampening': 0", "'weight_decay': 0.0", "'wd': 0",
    "'lr_scheduler': None",
     "'rescale_grad': 1.0", "'clip_gradient': None", "'name': 'SGD'"],
)  # fmt: skip
def test_settings_that_change_nothing(read, given):
    call = f"train_gluon_ch7('sgd', {{'learning_rate': 0.02, 'momentum': 0.5, {given}}}, X, y)"
    assert rates(read(code(call, LOSS))) == [(0.02, 0.5)]


@pytest.mark.parametrize(
    "source",
    ["optimize(10, 0.2, 0.9, 3, nesterov=True)", "optimize(10, 0.2, 0.9, 3, weight_decay=0.1)",
     "def optimize(batch_size, lr, mom, num_epochs, wd=0.1): pass\noptimize(10, 0.2, 0.9, 3)",
     "train_x_ch7(SGD(p, 0.1, 0.9, 0, 0, True), {}, X, y)",
     "train_x_ch7(SGD(p, 0.1, 0.9, 0.5), {}, X, y)",
     "train_x_ch7(Momentum(0.1, 0.9, use_nesterov=True), {}, X, y)"],
)  # fmt: skip
def test_other_rules_by_other_ways(read, source):
    found = read(code(source, LOSS if "ch7" in source else SOME), code(OTHER, LOSS))
    assert [each.cell for each in found.printed] == [2]


# Order.


@pytest.mark.parametrize(
    ("cells", "momenta"),
    [
        ([("m = 0.5", 1), ("m = 0.9", 3), ("C", 2), ("C", 4)], [0.5, 0.9]),
        ([("m = 0.9", 2), ("m = 0.5", 1), ("C", 3)], [0.9]),
        ([("m = 0.5", 5), ("C", 2), ("C", 4), ("C", 6)], [None, None, 0.5]),
        ([("m = 0.5", 1), ("m = 0.9", 4), ("C", 3)], [None]),  # which may have run as 2
        ([("m = 0.5", 1), ("C", 3)], [0.5]),
        ([("m = 0.5", 1), ("m *= 2", 3), ("C", 4)], [None]),
        ([("m = 0.25", 1), ("m *= 2", 2), ("C", 3)], [0.5]),
        ([("m = 0.5", 1), ("m = 0.9", None), ("C", 2)], [0.5]),
        ([("m = 0.5", None), ("C", 1)], [None]),
        ([("m = 0.5", 1), ("m = 0.9", 1), ("C", 2)], [None]),  # of two sessions
        ([("m = 0.5", None), ("C", None)], [0.5]),
        ([("m = 0.5", 2), ("x = 1", 1), ("C", -1)], [None]),  # not told when
        ([("m = 0.5", 1), ("C", -1)], [0.5]),
        ([("m = 0.5", 1), ("m = 0.9", None), ("C", -1)], [None]),
        ([("m = 0.5", 1), ("m = 0.9", "error"), ("C", 3)], [None]),
        ([("m = 0.5", 1), ("print x; m = 0.9", 2), ("C", 3)], [None]),
        ([("m = 0.5", 1), ("def optimize(a):\n  print 5", 2), (CALL, 3)], [None]),
    ],
)  # fmt: skip
def test_cells_are_followed_as_they_ran(read, cells, momenta):
    written = []
    for source, count in cells:
        outputs = [SOME] if source in ("C", CALL) else [ERROR] if count == "error" else []
        count = {"error": 2, -1: None}.get(count, count)
        written.append(code(source.replace("C", "optimize(10, 0.2, m, 3)"), *outputs, count=count)
                       if source != CALL else code(source, *outputs, count=count))  # fmt: skip
    if None in momenta:
        written.append(code(OTHER, LOSS, count=99 if any(one[1] for one in cells) else None))
    found = read(*written)
    told = {each.cell: each.case.settings.mom for each in found.printed}
    told.update({each.cell: None for each in found.left_out})
    calls = [number for number, (source, _) in enumerate(cells, 1) if source in ("C", CALL)]
    assert [told[number] for number in calls] == momenta


# Values.


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("w [ 1.5 -3.5] b 4.5", ["1.5", "-3.5", "4.5"]),
        ("w 1.5 -3.5 b 4.5", ["1.5", "-3.5", "4.5"]),
        ("w1: 1.5, w2: -3.5, b: 4.5", ["1.5", "-3.5", "4.5"]),
        ("w1 = 1.5 w2 = \u22123.5 b = 4.5", ["1.5", "-3.5", "4.5"]),
        ("Weights: [1.5, -3.5] Bias: 4.5", ["1.5", "-3.5", "4.5"]),
        ("true w: [9, 9]\nw: [1.5, -3.5]\ntrue b: 9\nb: 4.5", None),
        ("true w: [9, 9], true b: 9\nw: [1.5, -3.5] b: 4.5", ["1.5", "-3.5", "4.5"]),
        ("\x1b[1mw:\x1b[0m [\x1b[32m1.5 -3.5] b: 4.5", ["1.5", "-3.5", "4.5"]),
        ("w: [9 9] b: 9\rw: [1.5 -3.5] b: 4.5", ["1.5", "-3.5", "4.5"]),
        ("w: [1.5 -3.5] b: 4.5\r\n", ["1.5", "-3.5", "4.5"]),
        ("error in estimating w: [1 2]\nerror in estimating b: 3", None),
        ("errors:\nw: [1 2]\nb: 3", None),
        ("w2: 1, w1: 2, b: 3", None),
        ("initial w: [1 2] b: 3", None),
        ("w: [1 2] estimation error of b: 3", None),
        ("||w||: 3 b: 1", None),
        ("w: [1 2] b: 3\nw: [4 5] b: 6", None),
    ],
)
def test_values_of_parameters(read, printed, expected):
    found = read(code(CALL, printed), GOOD)
    assert [values(each) for each in found.printed if each.cell == 1] == (
        [expected] if expected else []
    )


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("loss: [0.9, 0.5, 0.25]", "0.25"),
        ("losses: [0.9 0.5\n 0.25]", "0.25"),
        ("loss: [tensor(0.5), tensor(0.25)]", "0.25"),
        ("loss: 0.9\nloss: 0.5\nloss: 0.25", "0.25"),
        ("initial loss: 0.9\nloss: 0.25", "0.25"),
        ("loss: 0.25\ntest loss: 0.9", "0.25"),
        ("train loss 0.25, test loss 0.9", "0.25"),
        ("Train: loss 0.25 Test: loss 0.9", "0.25"),
        ("train_loss: 0.25, val_loss: 0.9", "0.25"),
        ("training loss: 0.25", "0.25"),
        ("final loss: 0.25", "0.25"),
        ("epoch 1, loss 0.9\repoch 2, loss 0.25\n", "0.25"),
        ("\x1b[31mloss\x1b[0m: 0.25", "0.25"),
        ("loss: \u22120.25", "-0.25"),
        ("loss: 0.25, 0.3 sec per epoch", "0.25"),
        ("test loss: 0.9", None),
        ("best loss: 0.9", None),
        ("evaluation:\nloss: 0.9", None),
        ("loss: [(0, 0.9), (1, 0.5)]", None),
        ("loss: 1,234.5", None),
        ("loss: 1/4", None),
        ("loss: 0.9 -> 0.25", None),
        ("loss: 0.9, 0.5, 0.25", None),
        ("loss: 25 %", None),
    ],
)
def test_values_of_losses(read, printed, expected):
    found = read(code(AIRFOIL, printed), GOOD)
    assert [each.loss for each in found.printed if each.cell == 1] == (
        [expected] if expected else []
    )


@pytest.mark.parametrize(
    ("source", "outputs"),
    [
        ("x = " + "-" * 90 + "1" + "+1" * 3000 + "\n" + CALL, [SOME]),
        (f"{CALL}\n{CALL}", [SOME]), (f"{CALL}\n{CALL}", [SOME] * 3), (CALL, [SOME] * 2),
        (f"def f(): print(1)\nf()\n{CALL}", [SOME, ERROR]), ("x = = 1\n" + CALL, [SOME]),
        (CALL, [ERROR]), (CALL, [stream(SOME, name="stderr")]),
    ],
)  # fmt: skip
def test_what_does_not_fit_leaves_only_its_cell_out(read, source, outputs):
    found = read(code(source, *outputs), GOOD)
    assert [each.cell for each in found.printed] == [2]
    assert {each.cell for each in found.left_out} == {1}


# Rows.

OWN = "def get_data_ch7():\n    data = np.genfromtxt('a.dat')\n    return {}"


@pytest.mark.parametrize(
    ("first", "call", "rows"),
    [
        ([], AIRFOIL, (1500, 1503)),
        ([], CALL, ()),
        ([], "train_pytorch_ch7(SGD, {'lr': 0.1, 'momentum': 0.5}, X, y)", (1500,)),
        ([], "train_tensorflow2_ch9(SGD, {'lr': 0.1, 'momentum': 0.5}, X, y)", (1500,)),
        ([], "train_gluon_ch7('sgd', {'learning_rate': 0.1, 'momentum': 0.5}, X, y)", (1500, 1503)),
        ([code("import torch")], AIRFOIL, (1500,)),
        ([code("import d2lzh_pytorch as d2l")], AIRFOIL, (1500,)),
        ([code("from tensorflow import keras")], AIRFOIL, (1500,)),
        ([code("import torch, mxnet")], AIRFOIL, (1500, 1503)),
        ([code("import d2lzh as d2l\nX, y = d2l.get_data_ch7()")], AIRFOIL, (1503,)),
        ([code("from mxnet import nd\nimport d2l\nX, y = d2l.get_data_ch7()")], AIRFOIL, (1503,)),
        ([code("import d2lzh as d2l")], AIRFOIL, (1500, 1503)),
        ([code("import d2l\nX, y = d2l.get_data_ch7()")], AIRFOIL, (1500, 1503)),
        ([code("import mxnet\n" + OWN.format("nd.array(data[:1500, :-1])"))], AIRFOIL, (1500,)),
        ([code("import mxnet\n" + OWN.format("data\nget_data_ch7()"))], AIRFOIL, (1500, 1503)),
        ([code("import d2lzh", "(1500, 5)")], AIRFOIL, (1500,)),
        (
            [code("import torch"), code("X.shape", result("torch.Size([1503, 5])"))],
            AIRFOIL,
            (1503,),
        ),
        ([code("X", "<NDArray 1503x5 @cpu(0)>")], AIRFOIL, (1503,)),
        ([code("y.shape", "torch.Size([1500])")], AIRFOIL, (1500,)),
        ([code("data.shape", "(1503, 6)")], AIRFOIL, (1500, 1503)),
        ([code("1", "(1503, 5)"), code("2", "(1500, 5)")], AIRFOIL, (1500, 1503)),
    ],
)
def test_rows(read, first, call, rows):
    found = read(*first, code(call, LOSS if "ch" in call.split("(")[0] else SOME))
    assert [each.rows for each in found.printed] == [rows]
