"""The page's kernel in V8, without a browser: its runs are those of `optimize`."""

import json
import random

import numpy as np
import pytest
from explore import SETTINGS, assert_same_runs, content, optimized, script

import gluon_momentum as gm
from gluon_momentum import claims
from gluon_momentum.claims import Outcome, Truth
from gluon_momentum.experiments import CALL, MOMENTA

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


def failure(v8, expression):
    """Return the name and message of what an expression throws."""
    return v8(
        "(() => { try { return " + expression + "; } catch (e) { return [e.name, e.message]; } })()"
    )


@pytest.mark.slow
def test_shuffles_are_pythons(v8):
    seeds = [*range(990), 2**31 - 1, 2**31, 2**32 - 1, *random.Random(7).sample(range(2**32), 7)]
    assert len(seeds) == 1000
    orders = v8(f"{json.dumps(seeds)}.map((seed) => pythonShuffles.shuffled(seed, 1000))")
    for seed, order in zip(seeds, orders):
        random.seed(seed)
        expected = list(range(1000))
        random.shuffle(expected)
        assert order == expected


@pytest.mark.parametrize("length", [1, 2, 3, 64, 65, 2000])
def test_shuffles_of_other_lengths_are_pythons(v8, length):
    random.seed(3)
    expected = list(range(length))
    random.shuffle(expected)
    assert v8(f"pythonShuffles.shuffled(3, {length})") == expected


@pytest.mark.slow
def test_runs_are_those_of_optimize(v8):
    # All of them are run in the browser.
    assert_same_runs(v8(f"{json.dumps(SETTINGS[:20])}.map(momentum.run)"), optimized(20))


def test_runs_are_those_of_a_sweep_in_float64(v8, book_data):
    for settings in SETTINGS[::4]:
        axes = {name: [settings[name]] for name in ("lr", "mom")}
        call = {**settings, **axes, "seeds": [settings["seed"]]}
        del call["seed"]
        theirs = gm.sweep(*book_data, **call, trace=True, dtype="float64").loss.values.ravel()
        ours = np.array(v8(f"momentum.run({json.dumps(settings)}).losses"), np.float64)
        below = theirs < 3e38
        np.testing.assert_allclose(ours[below], theirs[below], rtol=1e-7, atol=0)


def test_the_settings_are_both_converging_and_diverging(v8):
    runs = v8(f"{json.dumps(SETTINGS)}.map((each) => momentum.run(each).losses)")
    final = np.array([losses[-1] for losses in runs], np.float64)
    assert np.sum(final < 1e-3) >= 15
    assert np.sum(~(final < 1e3)) >= 10
    assert np.sum(~np.isfinite(final)) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("mom", MOMENTA)
def test_the_books_experiments_start_where_the_book_did(v8, book, mom):
    ours = v8(
        f"momentum.run({{...{json.dumps({**CALL, 'mom': mom})}, seed: 0,"
        f" start: data.experiments.find((each) => each.call.mom === {mom}).start}})"
    )
    assert_same_runs([ours], [book.runs[mom]])


def test_a_map_holds_the_final_losses_of_a_sweep(v8, book_data):
    lr, mom = np.geomspace(0.01, 5, 9).tolist(), [0.0, 0.5, 0.9, 0.99, 1.0]
    call = {"batch_size": 20, "num_epochs": 4, "lr": lr, "mom": mom}
    ours = np.array(v8(f"momentum.map({json.dumps({**call, 'seed': 8})})"), np.float64)
    ours[np.isnan(ours)] = np.inf  # JSON's null
    theirs = gm.sweep(*book_data, **call, seeds=[8], dtype="float64").final_loss[0].values
    assert ours.shape == (5, 9)
    below = theirs < 3e38
    assert 20 < below.sum() < 45
    np.testing.assert_allclose(ours[below], theirs[below], rtol=1e-9, atol=0)
    assert (ours[~below] == np.inf).all()


@pytest.mark.parametrize("mom", [0.9, 0.99])
def test_outside_is_the_rule_of_pytorch(v8, book_data, mom):
    from reference import train

    features, labels = (array.asnumpy() for array in book_data)
    start = content("data")["starts"][5]
    random.seed(5)
    call = {"batch_size": 30, "lr": 0.1, "mom": mom, "num_epochs": 4, "log_interval": 30}
    w, b, losses = train(features, labels, start, random.shuffle, **call, convention="pytorch")
    ours = v8(f"momentum.run({json.dumps({**call, 'seed': 5, 'outside': True})})")
    np.testing.assert_allclose(ours["losses"], losses, rtol=1e-6, atol=0)
    np.testing.assert_allclose([*ours["w"], ours["b"]], [*w, b], rtol=1e-7, atol=0)


def test_an_overflow_is_infinite(v8):
    assert v8("momentum.run({lr: 1e30, mom: 0.5}).losses.map(String)")[-1] == "Infinity"
    assert v8("momentum.run({lr: 1e300, mom: 1}).losses.map(String)")[-1] == "Infinity"
    assert v8("momentum.map({lr: [1e30], mom: [0.5]}).map(String)") == ["Infinity"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("seed: 100", "seed must be an integer from 0 to 99, not 100."),
        ("seed: -1", "seed must be an integer from 0 to 99, not -1."),
        ("seed: 0.5", "seed must be an integer from 0 to 99, not 0.5."),
        ("seed: '1'", "seed must be an integer from 0 to 99, not 1."),
        ("seed: 2 ** 32, start: [0, 0]", "seed must be an integer from 0 to 4294967295, not "),
        ("lr: 0", "lr must be a finite number above 0, not 0."),
        ("lr: Infinity", "lr must be a finite number above 0, not Infinity."),
        ("lr: undefined", "lr must be a finite number above 0, not undefined."),
        ("mom: 1.5", "mom must be a number from 0 to 1, not 1.5."),
        ("mom: NaN", "mom must be a number from 0 to 1, not NaN."),
        ("mom: null", "mom must be a number from 0 to 1, not null."),
        ("batch_size: 0", "batch_size must be an integer from 1 to 1000, not 0."),
        ("batch_size: 1001", "batch_size must be an integer from 1 to 1000, not 1001."),
        ("num_epochs: 0", "num_epochs must be an integer from 1 to 1000, not 0."),
        ("log_interval: 1.5", "log_interval must be an integer from 1 to 2147483647, not 1.5."),
    ],
)
def test_bad_arguments_are_refused_in_a_sentence(v8, change, sentence):
    name, message = failure(v8, f"momentum.run({{lr: 0.2, mom: 0.9, {change}}})")
    assert name == "RangeError"
    assert message.startswith(sentence)
    assert message.endswith(".")


def test_a_map_refuses_bad_arguments_too(v8):
    assert failure(v8, "momentum.map({lr: [0.1, 0], mom: [0.5]})")[0] == "RangeError"
    assert failure(v8, "momentum.map({lr: 0.1, mom: [0.5]})") == [
        "RangeError",
        "lr must be an array of numbers, not 0.1.",
    ]
    assert failure(v8, "momentum.map()")[0] == "RangeError"
    assert failure(v8, "momentum.run()")[0] == "RangeError"


@pytest.mark.parametrize(("lr", "mom"), [(0.45, 0.5), (0.4, 0), (0.9, 0.95)])
def test_traces_are_those_of_the_package(v8, lr, mom):
    steps = v8(f"chapter.trace({{lr: {lr}, mom: {mom}, start: [-4, 1.5]}})")
    expected = gm.momentum_trace(lr, mom, start=(-4, 1.5))
    np.testing.assert_allclose([step["x"] for step in steps], expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(
        [step["v"] for step in steps[1:]], -np.diff(expected, axis=0), rtol=1e-9, atol=1e-12
    )


def test_weights_are_those_of_the_package(v8):
    ours = v8("chapter.weights(0.95, 30)")
    np.testing.assert_allclose(ours, gm.ewma_weights(0.95, 30), rtol=1e-12, atol=0)


@pytest.mark.slow
def test_the_chapters_sentences_hold_where_the_package_says_so(v8, book):
    data = content("data")
    truth = Truth(data["truth"]["w"], data["truth"]["b"])
    assert v8("Object.keys(chapter.sentences)") == list(claims.SENTENCES)
    spreads = {mom: book.spread(mom) for mom in MOMENTA}
    verdicts = set()
    for seed in range(40):
        runs = {
            mom: Outcome(each.losses[seed], each.params[seed, :-1], each.params[seed, -1])
            for mom, each in spreads.items()
        }
        ours = v8(
            f"""(() => {{
                const of = (mom) => momentum.run({{...{json.dumps(CALL)}, mom, seed: {seed},
                    start: data.experiments.find((each) => each.call.mom === mom).start}});
                return Object.values(chapter.sentences).map((holds) => holds(of, data.truth));
            }})()"""
        )
        expected = [bool(holds(runs.__getitem__, truth)) for holds in claims.SENTENCES.values()]
        assert ours == expected
        verdicts |= set(zip(claims.SENTENCES, ours))
    assert ("mom-0.99.rises", False) in verdicts
    assert ("mom-0.99.rises", True) in verdicts


@pytest.mark.parametrize(
    ("w", "b", "close"),
    [
        ([2.0049, -3.4], 4.2, True),
        ([2.0051, -3.4], 4.2, False),
        ([2, -3.4051], 4.2, False),
        ([2, -3.4], 4.1949, False),
    ],
)
def test_close_means_two_decimals(v8, w, b, close):
    assert claims.is_close(w, b, [2, -3.4], 4.2) == close
    assert v8(f"chapter.isClose({{w: {w}, b: {b}}}, data.truth)") == close


def test_fallen_risen_and_rough_are_those_of_the_package(v8):
    for losses in ([3.0, 9.0, 1.0], [3.0, 1.0, 9.0], [3.0, 3.0]):
        run = f"{{losses: {losses}}}"
        assert v8(f"chapter.hasFallen({run})") == claims.has_fallen(losses)
        assert v8(f"chapter.hasRisen({run})") == claims.has_risen(losses)
        assert v8(f"chapter.roughness({losses})") == pytest.approx(claims.roughness(losses))
    assert v8("chapter.hasRisen({losses: [3, Infinity]})")
