"""The page's kernel in V8, without a browser: its numbers are the package's."""

import json
import random

import numpy as np
import pytest
from explore import SETTINGS, assert_same_runs, content, script
from reference import train

import gluon_momentum as gm
from gluon_momentum.chapter.experiments import CALL, CALLS, MOMENTA, SENTENCES, Outcome, is_close
from gluon_momentum.checks.measured import chapter_case

py_mini_racer = pytest.importorskip(
    "py_mini_racer",
    reason="The page's JavaScript was not run: pip install mini-racer, or use `make test`.",
)


@pytest.fixture(scope="module")
def v8():
    """Return a function that evaluates an expression with the page's data: its value as of JSON."""
    context = py_mini_racer.MiniRacer()
    for name in ("shuffles", "kernel", "chapter"):
        context.eval(script(name))
    data = json.dumps(content("data"))
    context.eval(f"const data = {data}, momentum = momentumKernel(data);")
    yield lambda text: json.loads(context.eval(f"JSON.stringify({text})"))
    context.close()


@pytest.mark.slow
def test_shuffles_are_pythons(v8):
    seeds = [*range(490), 2**31 - 1, 2**31, 2**32 - 1, *random.Random(7).sample(range(2**32), 7)]
    asked = [*((seed, 1000) for seed in seeds), *((3, n) for n in (1, 2, 3, 64, 65, 2000))]
    orders = v8(f"{json.dumps(asked)}.map((each) => pythonShuffles.shuffled(...each))")
    for (seed, length), order in zip(asked, orders):
        random.seed(seed)
        expected = list(range(length))
        random.shuffle(expected)
        assert order == expected


def test_runs_are_those_of_a_sweep_in_float64(v8):
    # In the browser some are compared with those of `optimize`.
    runs = v8(f"{json.dumps(SETTINGS)}.map(momentum.run)")
    for settings, run in zip(SETTINGS, runs):
        axes = {"lr": [settings["lr"]], "mom": [settings["mom"]], "seeds": [settings["seed"]]}
        call = {**settings, **axes}
        del call["seed"]
        ds = gm.sweep(*gm.book_data(), **call, trace=True, dtype="float64")
        theirs, ours = ds.loss.values.ravel(), np.array(run["losses"], np.float64)
        below = theirs < 3e38
        np.testing.assert_allclose(ours[below], theirs[below], rtol=1e-7, atol=0)
        evenly = np.linspace(0, settings["num_epochs"], len(theirs))
        np.testing.assert_allclose(run["epochs"], evenly, rtol=1e-12, atol=0)
    final = np.array([run["losses"][-1] for run in runs], np.float64)
    assert np.sum(final < 1e-3) >= 15
    assert np.sum(~np.isfinite(final)) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("call", CALLS)
def test_the_books_experiments_start_where_the_book_did(v8, book, call):
    ours = v8(
        f"momentum.run({{...{json.dumps(call._asdict())}, seed: 0,"
        f" start: data.experiments.find((each) => each.call.mom === {call.mom}).start}})"
    )
    assert_same_runs([ours], [book.run(chapter_case(call.mom))])


def test_a_map_holds_the_final_losses_of_a_sweep(v8):
    lr, mom = np.geomspace(0.01, 5, 9).tolist(), [0.0, 0.5, 0.9, 0.99, 1.0]
    call = {"batch_size": 20, "num_epochs": 4, "lr": lr, "mom": mom}
    ours = np.array(v8(f"momentum.map({json.dumps({**call, 'seed': 8})})"), np.float64)
    ours[np.isnan(ours)] = np.inf  # JSON's null
    theirs = gm.sweep(*gm.book_data(), **call, seeds=[8], dtype="float64").final_loss[0].values
    assert ours.shape == (5, 9)
    below = theirs < 3e38
    assert 20 < below.sum() < 45
    np.testing.assert_allclose(ours[below], theirs[below], rtol=1e-9, atol=0)
    assert (ours[~below] == np.inf).all()


@pytest.mark.parametrize("mom", [0.9, 0.99])
def test_outside_is_the_rule_of_pytorch(v8, book_data, mom):
    features, labels = (array.asnumpy() for array in book_data)
    random.seed(5)
    call = {"batch_size": 30, "lr": 0.1, "mom": mom, "num_epochs": 4, "log_interval": 30}
    start = content("data")["starts"][5]
    w, b, losses = train(features, labels, start, random.shuffle, **call, convention="pytorch")
    ours = v8(f"momentum.run({json.dumps({**call, 'seed': 5, 'outside': True})})")
    np.testing.assert_allclose(ours["losses"], losses, rtol=1e-6, atol=0)
    np.testing.assert_allclose([*ours["w"], ours["b"]], [*w, b], rtol=1e-7, atol=0)


def test_an_overflow_is_infinite(v8):
    for settings in ("{lr: 1e30, mom: 0.5}", "{lr: 1e300, mom: 1}"):
        assert v8(f"momentum.run({settings}).losses.map(String)")[-1] == "Infinity"
    assert v8("momentum.map({lr: [1e30], mom: [0.5]}).map(String)") == ["Infinity"]


BAD = {
    "seed": ["100", "-1", "0.5", "'1'", "2 ** 32, start: [0, 0]"],
    "lr": ["0", "Infinity", "undefined"],
    "mom": ["1.5", "NaN", "null"],
    "batch_size": ["0", "1001"],
    "num_epochs": ["0"],
    "log_interval": ["1.5"],
}


@pytest.mark.parametrize(
    ("call", "named"),
    [
        *(
            (f"run({{lr: 0.2, mom: 0.9, {name}: {value}}})", name)
            for name, values in BAD.items()
            for value in values
        ),
        ("run()", ""),
        ("map()", ""),
        ("map({lr: [0.1, 0], mom: [0.5]})", "lr"),
        ("map({lr: 0.1, mom: [0.5]})", "lr"),
    ],
)
def test_a_bad_argument_is_refused_in_a_sentence_by_its_name(v8, call, named):
    name, message = v8(
        f"(() => {{ try {{ return momentum.{call}; }}"
        " catch (e) { return [e.name, e.message]; } })()"
    )
    assert name == "RangeError"
    assert message.startswith(named)
    assert message.endswith(".")


@pytest.mark.parametrize(("lr", "mom"), [(0.45, 0.5), (0.4, 0), (0.9, 0.95)])
def test_traces_and_weights_are_those_of_the_package(v8, lr, mom):
    steps = v8(f"chapter.trace({{lr: {lr}, mom: {mom}, start: [-4, 1.5]}})")
    expected = gm.momentum_trace(lr, mom, start=(-4, 1.5))
    np.testing.assert_allclose([step["x"] for step in steps], expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(
        [step["v"] for step in steps[1:]], -np.diff(expected, axis=0), rtol=1e-9, atol=1e-12
    )
    weights = v8(f"chapter.weights({mom}, 30)")
    np.testing.assert_allclose(weights, gm.ewma_weights(mom, 30), rtol=1e-12, atol=0)


@pytest.mark.slow
def test_the_chapters_sentences_hold_where_the_package_says_so(v8, book):
    assert v8("Object.keys(chapter.sentences)") == list(SENTENCES)
    spreads = {mom: book.spread(chapter_case(mom)) for mom in MOMENTA}
    verdicts = set()
    for seed in range(40):
        runs = {
            mom: Outcome(each.losses[seed], each.params[seed, :-1], each.params[seed, -1])
            for mom, each in spreads.items()
        }
        ours = v8(
            f"""(() => {{
                const call = {{...{json.dumps(CALL._asdict())}, seed: {seed}}};
                const of = (mom) => momentum.run({{...call, mom,
                    start: data.experiments.find((each) => each.call.mom === mom).start}});
                return Object.values(chapter.sentences).map((holds) => holds(of, data.truth));
            }})()"""
        )
        expected = [bool(holds(runs.__getitem__)) for holds in SENTENCES.values()]
        assert ours == expected
        verdicts |= set(zip(SENTENCES, ours))
    assert {("mom-0.99.rises", False), ("mom-0.99.rises", True)} <= verdicts


def test_close_means_two_decimals(v8):
    for w0, w1, b in [(2.0049, -3.4, 4.2), (2.0051, -3.4, 4.2), (2, -3.4051, 4.2), (2, -3.4, 4.19)]:
        ours = v8(f"chapter.isClose({{w: [{w0}, {w1}], b: {b}}}, data.truth)")
        assert ours == is_close([w0, w1], b) == (w0 == 2.0049)
