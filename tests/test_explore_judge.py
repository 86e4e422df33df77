"""What the page says of a printed run, in V8: the verdict is that of `compare`."""

import base64
import json
import re

import numpy as np
import pytest
from explore import content, script

import gluon_momentum as gm
from gluon_momentum.comparison.calls import Call
from gluon_momentum.comparison.compare import judge_together
from gluon_momentum.comparison.judge import Ranked
from gluon_momentum.comparison.mistakes import mistakes
from gluon_momentum.editions import CHAPTER, EDITIONS, Case
from gluon_momentum.explore.page import words
from gluon_momentum.published import executions, ports

py_mini_racer = pytest.importorskip(
    "py_mini_racer",
    reason="The page's JavaScript was not run: pip install mini-racer, or use `make test`.",
)
SHUFFLES = 600  # of a mistake too
pytestmark = pytest.mark.usefixtures("few_runs_of_each_mistake")


@pytest.fixture(scope="module")
def v8():
    """Return a function that evaluates an expression with the page's data: its value as of JSON."""
    data = content("data")
    if data["measured"] is not None:
        data["measured"] = {
            name: np.frombuffer(base64.b64decode(text), "<f4").tolist()
            for name, text in data["measured"].items()
        }
    context = py_mini_racer.MiniRacer()
    for name in ("shuffles", "kernel", "ranks", "judge", "calls"):
        context.eval(script(name))
    context.eval(
        f"""
        const data = {json.dumps(data)}, words = {json.dumps(words())};
        const say = (key, values) =>
          words[key].en.replace(/\\{{(\\w+)\\}}/g, (_, name) => values[name]);
        const calls = momentumCalls(data, say), {{ judge }} = momentumJudge(data, {SHUFFLES});
        const judged = (call) => {{
          let found;
          for (const part of judge(calls.complete(call))) if (part) found = part;
          return {{ ...found, pool: null, cases: found.cases.map(({{ program, p }}) =>
            ({{ program: program.name, rows: program.rows, p }})) }};
        }};
        """
    )
    yield lambda text: json.loads(context.eval(f"JSON.stringify({text})"))
    context.close()


def judge(v8, **call):
    return v8(f"judged({json.dumps(call)})")


def same_pair(case, settings):
    return (case.settings.lr, case.settings.mom) == (settings.lr, settings.mom)


def of_a_case(execution, result, framework=None):
    """Return a published result as a call of the page, and as one that `compare` judges."""
    settings, of = result.settings, EDITIONS[execution.edition]
    program = of.ran(execution, result)
    # As the edition's own call of this momentum and rate, which comes after others.
    alike = {case.program.name: case.place for case in of.cases() if same_pair(case, settings)}
    place = alike.get(program.name, next(iter(alike.values()), 0))
    case = Case(of, program, settings, place)
    printed = result.params or result.losses[-1:]
    call = {"edition": of.name, "framework": framework or program.framework}
    call.update({"program": program.name})
    call.update({"lr": settings.lr, "mom": settings.mom, "num_epochs": settings.num_epochs})
    if result.params:
        call.update(w=printed[:-1], b=printed[-1])
    else:
        call.update(loss=printed[0])
    return call, Call("", case, tuple(printed))


def assert_same(ours, theirs, share=0.005):
    """Compare what the page found with what `compare` did.

    In float32 a number can be rounded to another printed digit than in float64, which moves ranks
    by a few shuffles.
    """
    assert ours["verdict"] == theirs.verdict
    assert abs(ours["as_strange"] - theirs.as_strange) <= share * ours["shuffles"]
    assert ours["p"] == (1 + ours["as_strange"]) / (1 + ours["shuffles"])
    told = {mistake.name: p for mistake, p in theirs.explained}
    assert {each["mistake"] for each in ours["explained"]} == set(told)
    for each in ours["explained"]:
        assert abs(each["p"] - told[each["mistake"]]) <= share
    # One may stand at the border.
    assert len(set(ours["untold"]) ^ {mistake.name for mistake in theirs.untold}) <= 1


def random_programs(rng, numbers):
    """Return what four programs print over shuffles, heavy-tailed, with what overflowed in some."""
    for program in range(4):
        pool = rng.standard_t(2, size=(400, numbers)) * 10.0 ** rng.randint(-2, 2) + program / 10
        if rng.uniform() < 0.3:
            pool[rng.uniform(size=400) < 0.1] = rng.choice([np.inf, -np.inf, np.nan])
        if rng.uniform() < 0.2:
            pool[:, 0] = 1.5
        yield pool


def test_ranks_are_those_of_the_package(v8):
    rng = np.random.RandomState(7)
    counts = []
    for trial in range(24):
        programs = list(random_programs(rng, 1 if trial % 2 else 3))
        texts = [f"{each:.{rng.randint(1, 7)}{rng.choice(['f', 'e'])}}" for each in programs[0][0]]
        pools = [pool.T.astype(str).tolist() for pool in programs]
        asked = json.dumps([texts, pools]).replace("inf", "Infinity").replace("nan", "NaN")
        ours = v8(
            f"(([texts, pools]) => ranks.asStrange(texts, pools.map((pool) => pool.map((column) =>"
            f" Float64Array.from(column, Number)))))({asked})"
        )
        theirs = Ranked(texts, programs)
        assert ours == [theirs.as_strange, *theirs.in_others()]
        counts.append(ours[0])
    assert len(set(counts)) > 8


WRONG = [
    {"mom": 0.9, "w": ["1.9987", "-3.4012"], "b": "4.2003"},
    {"mom": 0.5, "w": ["1.9987", "-3.4112"], "b": "4.2003"},
    {"mom": 0.5, "w": ["1.99", "-3.39"], "b": "4.19"},
    {"mom": 0.99, "w": ["2.0001", "-3.4001"], "b": "4.2001"},
    {"mom": 0.9, "lr": 0.05, "num_epochs": 2, "batch_size": 20, "w": ["nan", "nan"], "b": "nan"},
    {"mom": 0.9, "w": ["2.05", "-3.41"], "b": "inf"},
]


@pytest.mark.slow
@pytest.mark.parametrize("call", WRONG)
def test_the_verdict_on_other_values_is_that_of_compare(v8, call):
    given = {name: tuple(value) if name == "w" else value for name, value in call.items()}
    theirs = gm.compare(**given, shuffles=SHUFFLES).calls[0]
    assert_same(judge(v8, **call, shuffles=SHUFFLES), theirs)


def test_the_values_are_of_all_verdicts(v8):
    found = {judge(v8, **call, shuffles=SHUFFLES)["verdict"] for call in WRONG}
    assert {"ordinary", "not a run of this program"} <= found


@pytest.mark.slow
@pytest.mark.parametrize("edition", EDITIONS)
def test_the_verdict_on_all_that_was_published_is_that_of_compare(v8, airfoil_file, edition):
    every = {}  # what was printed twice of one call is judged once
    for one in executions():
        for result in one.results if one.edition == edition else ():
            if result.params or result.losses:
                call, given = of_a_case(one, result)
                every[json.dumps(call)] = call, given
    for name in sorted(every):  # so that calls that differ in the loss alone come together
        call, given = every[name]
        ours = judge(v8, **call, shuffles=SHUFFLES)
        theirs = judge_together([given], shuffles=SHUFFLES).calls[0]
        # Where first weights are drawn anew, both draw them from generators of their own.
        if given.case.program.anew or len(EDITIONS[edition].frameworks) > 1:
            assert ours["verdict"] == theirs.verdict
            assert abs(ours["p"] - theirs.p) <= 0.03
        else:
            assert_same(ours, theirs)
    assert {call["program"] for call, _ in every.values()} >= {
        case.program.name for case in EDITIONS[edition].cases()
    }


@pytest.mark.slow
def test_the_verdict_on_the_ports_of_2019_is_that_of_compare(v8, airfoil_file):
    verdicts = set()
    for one in ports():
        for result in one.results:
            call, given = of_a_case(one, result, "other")
            ours = judge(v8, **call, shuffles=SHUFFLES)
            theirs = judge_together([given], any_data=True, shuffles=SHUFFLES).calls[0]
            # Both draw their starts anew, from generators of their own.
            assert_same(ours, theirs, share=0.03)
            verdicts.add(ours["verdict"])
    assert len(verdicts) > 1


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["0.243", "0.255", "0.35"])
def test_a_call_of_which_the_framework_alone_is_known_may_be_of_any_program(v8, airfoil_file, loss):
    call = {"edition": "2020", "framework": "tensorflow", "lr": 0.005, "mom": 0.9, "loss": loss}
    ours = judge(v8, **call, shuffles=SHUFFLES)
    theirs = gm.compare(**call, shuffles=SHUFFLES).calls[0]
    assert [each["program"] for each in ours["cases"]] == [
        case.program.name for case, _ in theirs.cases
    ]
    for each, (_, p) in zip(ours["cases"], theirs.cases):
        assert abs(each["p"] - p) < 0.02
    assert_same(ours, theirs, share=0.03)


@pytest.mark.slow
@pytest.mark.parametrize("values", [(["1.9987", "-3.4012"], "4.2003"), (["1.99", "-3.41"], "4.2")])
def test_other_frameworks_have_data_of_their_own(v8, values):
    w, b = values
    call = json.dumps({"framework": "other", "mom": 0.9, "w": w, "b": b, "shuffles": SHUFFLES})
    ours = v8(
        f"(([...parts]) => ({{...parts.pop(), pool: null}}))"
        f"(momentumJudge(data, {SHUFFLES}).judge(calls.complete({call})))"
    )
    theirs = gm.compare(mom=0.9, w=tuple(w), b=b, any_data=True, shuffles=SHUFFLES).calls[0]
    # Both draw 600 data sets, of generators of their own.
    assert ours["verdict"] == theirs.verdict
    assert abs(ours["p"] - theirs.p) < 4 * np.sqrt(0.5 * 0.5 * 2 / SHUFFLES)


@pytest.mark.slow
def test_without_a_program_a_call_may_be_of_any(v8, airfoil_file):
    call = {"edition": "2019", "lr": 0.004, "mom": 0.9, "loss": "0.295256"}
    ours = judge(v8, **call, shuffles=SHUFFLES)
    assert [each["rows"] for each in ours["cases"]] == [1503, 1500]
    theirs = gm.compare(**call, shuffles=SHUFFLES).calls[0]
    assert_same(ours, theirs)


def test_every_mistake_has_its_sentence_in_the_page(v8):
    def in_html(text):
        text = re.sub("`([^`]*)`", r"<code>\1</code>", text)
        return text.replace("1 - mom", "1 − <i>γ</i>")

    told = {}
    for edition in EDITIONS.values():
        for case in edition.cases():
            for printed in (("1",), ("1",) * (edition.shape[1] + 1)):
                told.update({m.name: m.sentence for m in mistakes(Call("", case, printed))})
    ours = {
        name.partition("-")[2]: texts["en"]
        for name, texts in words().items()
        if name.startswith("mistake-")
    }
    assert ours == {name: in_html(sentence) for name, sentence in told.items()}
    assert {f"name-{name}" for name in told} <= set(words())


PASTED = [
    (
        "w: \n[[ 1.9987]\n [-3.4012]]\n<NDArray 2x1 @cpu(0)> \nb: \n[4.2003]\n<NDArray 1 @cpu(0)> ",
        3,
    ),
    ("w: [[1.9987], [-3.4012]] b: [4.2003]", 3),
    ("w[0]=1.9987, w[1]=-3.4012, b=4.2003", 3),
    ("(tensor([[ 1.9987], [-3.4012]], dtype=torch.float32), tensor([4.2003]))", 3),
    ("1.9987 −3.4012 4.2003", 3),
    ("loss: 0.245, 0.045 sec/epoch", 1),
    ("loss: 0.245469, 0.272 sec per epoch", 1),
    ("epoch 1, loss: 0.25\nepoch 2, loss: 0.245", 1),
    ("0.245", 1),
    ("loss: nan, 0.045 sec/epoch", 1),
]


@pytest.mark.parametrize(("text", "count"), PASTED)
def test_numbers_are_read_out_of_lines_as_they_were_printed(v8, text, count):
    found = v8(f"calls.numbers({json.dumps(text)}, {count})")
    if count == 3:
        assert found == ["1.9987", "-3.4012", "4.2003"]
    else:
        assert found in (["0.245"], ["0.245469"], ["nan"])
        assert found[0] in text


@pytest.mark.parametrize("text", ["", "no number", "1 2", "1 2 3 4"])
def test_lines_with_other_numbers_are_not_read(v8, text):
    assert v8(f"calls.numbers({json.dumps(text)}, 3)") is None


GOOD = {"mom": 0.9, "w": ["1.9987", "-3.4012"], "b": "4.2003"}


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"mom": None}, "mom"),
        ({"mom": 1.5}, "mom"),
        ({"mom": "0.9"}, "mom"),
        ({"lr": 0}, "lr"),
        ({"lr": "x"}, "lr"),
        ({"batch_size": 0}, "batch_size"),
        ({"batch_size": 1001}, "batch_size"),
        ({"num_epochs": 2.5}, "num_epochs"),
        ({"shuffles": 299}, "shuffles"),
        ({"edition": "2017"}, "edition"),
        ({"framework": "torch"}, "framework"),
        ({"program": "concise"}, "program"),
        ({"w": ["1.9"]}, "w"),
        ({"w": "1.9"}, "w"),
        ({"b": "4.2 or so"}, "4.2 or so"),
        ({"b": "1e999999"}, "1e999999"),
        ({"loss": "0.1"}, "loss"),
        ({"b": None, "w": None}, "null"),
        ({"momentum": 0.9}, "momentum"),
    ],
)
def test_a_bad_call_is_refused_in_one_sentence(v8, changed, named):
    name, message = v8(
        f"(() => {{ try {{ return judged({json.dumps({**GOOD, **changed})}); }}"
        " catch (e) { return [e.name, e.message]; } })()"
    )
    assert name == "RangeError"
    assert named in message
    assert message.endswith(".")
    assert message.count(". ") == 0


def test_numbers_and_texts_of_the_same_digits_are_judged_alike(v8):
    numbers = {"mom": 0.9, "lr": 0.2, "w": [1.9987, -3.4012], "b": 4.2003}
    assert judge(v8, **numbers, shuffles=SHUFFLES) == judge(v8, **GOOD, shuffles=SHUFFLES)
    assert judge(v8, **GOOD, shuffles=SHUFFLES)["cases"][0]["program"] == CHAPTER.programs[0].name
