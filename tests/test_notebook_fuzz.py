"""Notebooks of random statements: what is read of a call is what running the cells gives it."""

import contextlib
import io
import json
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notebook_forms import ERROR, code, notebook

from gluon_momentum.notebook import read_notebook

PRINTED = "w: [[{mom} {lr}]] b: {b}\n"


class Stubs:
    """What the notebooks call: functions that note what they are given, and print its numbers."""

    def __init__(self):
        self.made = []

    def optimize(self, batch_size, lr, mom, num_epochs, log_interval=10):
        number = len(self.made)
        self.made.append((batch_size, lr, mom, num_epochs))
        print(PRINTED.format(mom=mom, lr=lr, b=number), end="")

    def train_ch7(self, optimizer, states, hyperparams, features, labels, batch_size=10, epochs=2):
        given = [hyperparams.get(name) for name in ("lr", "momentum")]
        if set(hyperparams) - {"lr", "momentum"}:
            given = [None, None]  # another rule
        self.made.append((batch_size, *given, epochs))
        print(f"loss: {len(self.made) - 1}.0, 0.1 sec per epoch")

    def names(self):
        class Package:
            optimize = self.optimize
            train_ch7 = self.train_ch7

        def change(*tables):
            for table in tables:
                if isinstance(table, dict):
                    table["momentum"] = 0.75

        return {
            "d2l": Package, "optimize": self.optimize, "train_ch7": self.train_ch7,
            "change": change, "sgd_momentum": None, "states": None, "X": None, "y": None,
            "yes": True, "no": False, "two": range(2), "__name__": "__main__",
        }  # fmt: skip


NAMES = st.sampled_from(["a", "m", "r"])
TABLES = st.sampled_from(["d", "e"])
LISTS = st.sampled_from(["k", "l"])
NUMBERS = st.sampled_from(["0.5", "0.25", "0.125", "1", "0.75"])
KEYS = st.sampled_from(["'lr'", "'momentum'"])


def filled(template, **parts):
    return st.builds(lambda **given: template.format(**given), **parts)


NUMBER = st.one_of(
    NUMBERS,
    NAMES,
    filled("{n} / 2", n=NAMES),
    filled("{d}[{k}]", d=TABLES, k=KEYS),
    filled("{k}[{i}]", k=LISTS, i=st.sampled_from(["0", "-1", "1"])),
    filled(
        "({n} if {t} else {o})", n=NAMES, t=st.sampled_from(["yes", "True", "a == 1"]), o=NUMBERS
    ),
    filled("(a := {n})", n=NUMBERS),
)
TABLE = st.one_of(
    filled("{{'lr': {n}, 'momentum': {o}}}", n=NUMBER, o=NUMBER),
    TABLES,
    filled("{{**{d}, 'momentum': {n}}}", d=TABLES, n=NUMBER),
    filled("{{**{d}, {k}: {n}}}", d=TABLES, n=NUMBER, k=KEYS),
    filled("dict({d}, lr={n})", d=TABLES, n=NUMBER),
    filled("dict(lr={n}, momentum={o})", n=NUMBER, o=NUMBER),
    filled("{d}.copy()", d=TABLES),
    filled("({d} or {e})", d=TABLES, e=TABLES),
    filled("({d} if {t} else {e})", d=TABLES, e=TABLES, t=st.sampled_from(["no", "False"])),
    filled("box[0]"),
    filled("configs[{i}]", i=st.sampled_from(["0", "1"])),
    filled("same({d})", d=TABLES),
    filled("[*configs][0]"),
    filled("(lambda z: z)({d})", d=TABLES),
)
CALL = st.one_of(
    filled("optimize(10, {n}, {o}, 3)", n=NUMBER, o=NUMBER),
    filled("d2l.optimize(batch_size=10, mom={n}, lr={o}, num_epochs=3)", n=NUMBER, o=NUMBER),
    filled("train_ch7(sgd_momentum, states, {t}, X, y)", t=TABLE),
    filled("d2l.train_ch7(sgd_momentum, states, hyperparams={t}, features=X, labels=y)", t=TABLE),
    filled("optimize(10, mom={n}, num_epochs=3, **rate)", n=NUMBER),
    filled("run({n})", n=NUMBER),
    filled("train_with({t})", t=TABLE),
)
SIMPLE = st.one_of(
    CALL,
    filled("{n} = {v}", n=NAMES, v=NUMBER),
    filled("{n} *= 0.5", n=NAMES),
    filled("{n}, {o} = {v}, {w}", n=NAMES, o=NAMES, v=NUMBER, w=NUMBER),
    filled("{d} = {t}", d=TABLES, t=TABLE),
    filled("{d} = {e} = {t}", d=TABLES, e=TABLES, t=TABLE),
    filled("{d}[{k}] = {n}", d=TABLES, k=KEYS, n=NUMBER),
    filled("{d}[{k}] /= 2", d=TABLES, k=KEYS),
    filled("{d}.update(lr={n})", d=TABLES, n=NUMBER),
    filled("{d}.update({t})", d=TABLES, t=TABLE),
    filled("{d} |= {t}", d=TABLES, t=TABLE),
    filled("u = {d}.update; u(momentum={n})", d=TABLES, n=NUMBER),
    filled("{d}.setdefault('nesterov', True)", d=TABLES),
    filled("del {n}; {n} = {v}", n=NAMES, v=NUMBERS),
    filled("change({d})", d=TABLES),
    filled("change(*configs)"),
    filled("box = [{d}]", d=TABLES),
    filled("box[0][{k}] = {n}", k=KEYS, n=NUMBER),
    filled("box.append({d})", d=TABLES),
    filled("configs = ({d}, {e})", d=TABLES, e=TABLES),
    filled("configs = [{d}, {t}]", d=TABLES, t=TABLE),
    filled("for one in configs: one[{k}] = {n}", k=KEYS, n=NUMBER),
    filled("{k} = [{n}, {o}]", k=LISTS, n=NUMBER, o=NUMBER),
    filled("{k} = {l}", k=LISTS, l=LISTS),
    filled("{k}[0] = {n}", k=LISTS, n=NUMBER),
    filled("{k}.append({n})", k=LISTS, n=NUMBER),
    filled("{k}.reverse()", k=LISTS),
    filled("{k} += [{n}]", k=LISTS, n=NUMBER),
    filled("rate = {{'lr': {n}}}", n=NUMBER),
    filled("rate['lr'] = {n}", n=NUMBER),
    filled("exec('{n} = {v}')", n=NAMES, v=NUMBERS),
    filled("globals()['{n}'] = {v}", n=NAMES, v=NUMBERS),
    filled("print({d}, len({k}))", d=TABLES, k=LISTS),
    filled("[{n} for {n} in {k}]", n=NAMES, k=LISTS),
    filled("[(r := {n}) for _ in {k}]", n=NUMBERS, k=LISTS),
    filled("lazy = ({d}.update(lr={n}) for _ in two)", d=TABLES, n=NUMBERS),
    filled("list(lazy)"),
    filled("later = lambda: {d}.update(momentum={n})", d=TABLES, n=NUMBERS),
    filled("later()"),
    filled("bump()"),
    filled("spread({d})", d=TABLES),
    filled("from math import e as {n}; {n} = {v}", n=NAMES, v=NUMBERS),
    filled("import math as {d}; {d} = {t}", d=TABLES, t=TABLE),
    filled("optimize = d2l.optimize"),
)


def block(head, body):
    return head + "\n" + "\n".join("    " + line for one in body for line in one.split("\n"))


def blocks(inner):
    bodies = st.lists(inner, min_size=1, max_size=3)
    heads = st.one_of(
        filled("if {t}:", t=st.sampled_from(["yes", "no", "True", "False", "a == 0.5", "m < r"])),
        filled("for {n} in {k}:", n=NAMES, k=LISTS),
        filled("for {n} in ({v}, {w}):", n=NAMES, v=NUMBER, w=NUMBERS),
        filled("for {n}, {o} in zip({k}, (0.5, 1)):", n=NAMES, o=NAMES, k=LISTS),
        filled("for i, {n} in enumerate({k}):", n=NAMES, k=LISTS),
        filled("for {d} in configs:", d=TABLES),
        filled("for i in range(2):"),
        filled("for i in two:"),
        filled("with open('/dev/null') as {n}:", n=st.sampled_from(["f", "m"])),
    )
    defined = st.one_of(
        filled("def bump():\n    global {n}\n    {n} = {v}", n=NAMES, v=NUMBERS),
        filled("def bump():\n    {d}['lr'] = {v}", d=TABLES, v=NUMBERS),
        filled("def bump():\n    configs[0]['lr'] = {v}", v=NUMBERS),
        filled("def bump():\n    for one in configs: one.update(lr={v})", v=NUMBERS),
        filled("def spread(t):\n    t['momentum'] = {v}", v=NUMBERS),
        filled("def run(m, r={v}):\n    optimize(10, r, m, 3)", v=NUMBER),
        filled("def run(q):\n    a = q\n    {s}\n    optimize(10, {n}, q, 3)",
               n=NAMES, s=st.sampled_from(["a /= 2", "pass", "global m\n    m = q", "return"])),
        filled("def run(m):\n    for r in (0.5, 1):\n        {c}", c=CALL),
        filled("run = lambda m: optimize(10, {n}, m, 3)", n=NUMBER),
        filled("def train_with(t):\n    train_ch7(sgd_momentum, states, t, X, y)\n    {s}",
               s=st.sampled_from(["t['lr'] = 1", "pass", "return t"])),
        filled("def same(t):\n    {s}\n    return t", s=st.sampled_from(["t['lr'] = 1", "pass"])),
        filled("def optimize(batch_size, mom, lr, num_epochs):\n"
               "    d2l.optimize(batch_size, lr, mom, num_epochs)"),
        filled("def sgd_momentum(params, vs, t):\n    t['lr'] = 1"),
    )  # fmt: skip
    tried = filled("try:\n    {s}\n    1 / 0\n    {t}\nexcept ZeroDivisionError:\n    {u}",
                   s=SIMPLE, t=SIMPLE, u=SIMPLE)  # fmt: skip
    whiled = filled("i = 0\nwhile i < 2:\n    i += 1\n    {s}", s=SIMPLE)
    leaving = filled("for i in (1, 2):\n    {s}\n    if i == 1: {b}\n    {t}", s=SIMPLE, t=SIMPLE,
                     b=st.sampled_from(["break", "continue"]))  # fmt: skip
    return st.one_of(st.builds(block, heads, bodies), defined, tried, whiled, leaving)


# A list that grows as it is read has no end.
ENDLESS = re.compile(r"for .*\b[kl]\b.*:\n(.*\n)*.*\b[kl](\.append| \+=)")
STATEMENT = SIMPLE | st.deferred(lambda: blocks(SIMPLE)) | blocks(blocks(SIMPLE))
STATEMENT = STATEMENT.map(lambda statement: "pass" if ENDLESS.search(statement) else statement)
CELLS = st.lists(st.lists(STATEMENT, min_size=1, max_size=4).map("\n".join), min_size=1, max_size=6)
FIRST = (
    "a, m, r = 0.5, 0.25, 1\nd, e = {'lr': 0.5, 'momentum': 0.5}, dict(lr=1, momentum=0.25)\n"
    "k, l = [0.5, 1], [0.25, 0.75]\nbox, configs, rate = [d], [d, e], {'lr': 0.5}\n"
    "lazy, later = iter(()), lambda: None\n"
    "def bump(): pass\ndef spread(t): pass\ndef run(m): pass\ndef same(t): return t\n"
    "def train_with(t): pass"
)


def executed(cells, order):
    """Run cells in an order; return them as Jupyter writes them, and all calls that were made."""
    stubs = Stubs()
    names = stubs.names()
    shown = {number: code(source) for number, source in enumerate(cells)}
    for count, number in enumerate(order, 1):
        output, stopped = io.StringIO(), []
        with contextlib.redirect_stdout(output):
            try:
                exec(cells[number], names)
            except Exception:
                stopped = [ERROR]
        printed = [output.getvalue()] if output.getvalue() else []
        shown[number] = code(cells[number], *printed, *stopped, count=count)
    return list(shown.values()), stubs.made


class Tally:
    read = left_out = 0


@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(cells=CELLS, data=st.data())
def test_what_is_read_of_a_call_is_what_it_was_given(tmp_path, cells, data):
    cells = [FIRST, *cells]
    order = list(range(len(cells)))
    if data.draw(st.booleans()):
        order = [0, *data.draw(st.permutations(order[1:]))]
        order += data.draw(st.lists(st.sampled_from(range(len(cells))), max_size=3))
    written, made = executed(cells, order)
    if data.draw(st.integers(0, 4)) == 0 and order == sorted(order):
        for cell in written:  # as it is published without them
            cell["execution_count"] = None
    try:
        found = read_notebook(notebook(tmp_path, *written))
    except ValueError:
        return
    Tally.left_out += len(found.left_out)
    for each in found.printed:
        Tally.read += 1
        number = int(float(each.b or each.loss))
        given = made[number]
        asked = each.case.settings
        assert (asked.batch_size, asked.lr, asked.mom, asked.num_epochs) == given, json.dumps(order)
        if each.w:
            assert [float(one) for one in each.w] == [asked.mom, asked.lr]
