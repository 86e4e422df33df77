"""The editions of the chapter: what is asked of one is asked of each, of all its programs."""

import hashlib
import random
import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from reference import assert_same_stream

import gluon_momentum as gm
from gluon_momentum.checks.measured import Measured
from gluon_momentum.editions import CHAPTER, EDITIONS, airfoil
from gluon_momentum.published import GROUPS, Execution, Result, Source
from gluon_momentum.sweeps.schedule import BEGUN, ENDED, SEEN

mx = pytest.importorskip("mxnet")

# Each call of each notebook, and each program as an edition's usual call.
CASES = [
    pytest.param(case, id=f"{name}.{case.program.name}.{case.settings.mom}.{case.place}")
    for name, edition in EDITIONS.items()
    for case in (
        *edition.cases(),
        *(edition.case(program.name, edition.usual, 1) for program in edition.programs),
    )
]
every_program = pytest.mark.parametrize("case", CASES)
every_case = pytest.mark.parametrize("case", [one for one in CASES if one.values[0].program.train])
every_edition = pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)


@pytest.fixture(autouse=True)
def data_file(request):
    """Skip what needs a file that is not here."""
    given = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    edition = given["case"].edition if "case" in given else given.get("edition")
    if edition is not None and edition.truth is None:
        request.getfixturevalue("airfoil_file")


@pytest.fixture(scope="module")
def measured():
    return Measured(300)


def short(case):
    """Return the call with few and large mini-batches, of which the last of an epoch is smaller.

    The learning rate decays twice, and a loss is recorded after some mini-batches and not others.
    """
    size = case.edition.shape[0] // 7 - 3
    interval = 2 * size
    if case.edition.records.counted == SEEN:
        size, interval = 220, 40  # 1,500 examples are no multiple of 40, but 3,000 are
    return case._replace(
        settings=case.settings._replace(batch_size=size, num_epochs=4, log_interval=interval)
    )


def normal_of(case):
    """Return MXNet's function that a program draws its first weights with."""
    of = {"nd": mx.nd, "np": mx.np}[case.edition.namespace]
    return lambda scale=1, shape=(): of.random.normal(0, scale, shape)


def drawn_weights(case):
    """Draw from MXNet what an unseeded notebook has drawn, up to this call's first weights."""
    if case.program.anew:
        return case.starts(1)[0, :-1]
    mx.random.seed(0)
    for shape in case.edition.drawn:
        mx.nd.random.normal(shape=shape)
    for _ in range(case.place + 1):
        w = normal_of(case)(case.program.scale, (case.edition.shape[1], 1))
    return w.asnumpy().ravel()


def through_a_buffer(order, size, generator):
    """Shuffle a list in place as tf.data does."""
    waiting, buffer = iter(order[size:]), order[:size]
    for place in range(len(order)):
        drawn = generator.randrange(len(buffer))
        order[place] = buffer[drawn]
        last = buffer.pop()
        following = next(waiting, None)
        if following is not None:
            buffer.append(last)
            buffer[drawn] = following
        elif drawn < len(buffer):
            buffer[drawn] = last


def by_hand(case, x, y, w, shuffle, b=0.0):
    """Return (w, b, epochs, losses) of a case, in float64 and by no code of the package's."""
    edition, (batch_size, lr, mom, num_epochs, interval) = case.edition, case.settings
    design = np.column_stack([x, np.ones(len(x))]).astype(np.float64)
    theta, velocity = np.append(w, b).astype(np.float64), 0.0
    num_epochs = num_epochs if case.program.asked else case.program.num_epochs
    epochs, losses = [], []

    def record(epoch):
        epochs.append(epoch)
        losses.append(0.5 * np.mean((design @ theta - y) ** 2))

    if edition.records.before:
        record(0)
    for epoch in range(num_epochs):
        rate, order = lr * edition.decay ** max(0, epoch - 1), list(range(len(x)))
        shuffle(order)
        for first in range(0, len(x), batch_size):
            rows = order[first : first + batch_size]
            gradient = design[rows].T @ (design[rows] @ theta - y[rows])
            gradient *= case.program.gradient
            gradient /= len(rows) if case.program.mean else batch_size
            velocity = mom * velocity + rate * gradient
            ahead = mom * velocity + rate * gradient
            theta = theta - (ahead if case.program.nesterov else velocity)
            seen = epoch * len(x) + first + len(rows)
            counted = {BEGUN: first, ENDED: first + batch_size, SEEN: seen}
            if counted[edition.records.counted] % interval == 0:
                record(seen / len(x))
    return theta[:-1], theta[-1], epochs, losses


@every_program
def test_a_case_starts_where_mxnet_does_that_nobody_seeded_or_anew(case):
    starts, shape = case.starts(500), (500, case.edition.shape[1] + 1)
    assert starts.shape == shape
    assert (case.starts(3) == starts[:3]).all()
    program = case.program
    if program.anew and program.weights is None:
        assert len(np.unique(starts[:, :-1])) == starts[:, :-1].size
        # Four standard errors of a mean of squares, normal or uniform.
        variance = program.scale**2 if program.uniform is None else program.uniform**2 / 3
        assert np.mean(starts[:, :-1] ** 2) == pytest.approx(variance, rel=0.12)
        assert np.abs(starts[:, :-1]).max() <= (program.uniform or np.inf)
    else:
        known = program.weights or drawn_weights(case)
        np.testing.assert_allclose(starts[:, :-1], np.tile(known, (500, 1)), rtol=4e-7)
    if program.bias:
        assert np.mean(starts[:, -1] ** 2) == pytest.approx(program.bias**2 / 3, rel=0.2)
    assert np.abs(starts[:, -1]).max() <= program.bias


@every_case
def test_a_program_on_mxnet_is_itself_in_float64(case, measured):
    case = short(case)
    run = measured.run(case)
    x, y = case.data(measured.data(case.edition))
    shuffle = random.Random(0).shuffle
    w, b, epochs, losses = by_hand(case, x, y, drawn_weights(case), shuffle)
    assert run.losses.dtype == np.float32
    assert_same_stream(run.losses, losses)
    np.testing.assert_allclose(run.w.asnumpy().ravel(), w, rtol=2e-5, atol=2e-5)
    np.testing.assert_allclose(run.b.asnumpy(), [b], rtol=2e-5, atol=2e-5)
    assert run.w.shape == (case.edition.shape[1], 1)
    schedule = case.schedule
    assert schedule.num_losses(len(y)) == len(losses) > 4
    np.testing.assert_allclose(schedule.epochs(len(y)), epochs, rtol=1e-14)


@every_program
def test_the_sweep_goes_the_way_of_every_program(case, measured):
    case = short(case)._replace(place=case.place)
    x, y = case.data(measured.data(case.edition))
    spread = measured.spread(case)
    for number in (0, 299):
        generator, buffer = random.Random(number), case.program.buffer
        shuffle = generator.shuffle
        if buffer:
            shuffle = partial(through_a_buffer, size=buffer, generator=generator)
        *start, bias = case.starts(300)[number]
        w, b, epochs, losses = by_hand(case, x, y, start, shuffle, bias)
        assert_same_stream(spread.losses[number], losses)
        np.testing.assert_allclose(spread.params[number], [*w, b], atol=5e-5)
        np.testing.assert_allclose(spread.epochs, epochs, rtol=1e-14)


@every_case
def test_the_sweep_goes_the_same_way(case, measured):
    case = short(case)
    run, spread = measured.run(case), measured.spread(case)
    assert_same_stream(run.losses, spread.losses[0])
    np.testing.assert_allclose(run.w.asnumpy().ravel(), spread.params[0, :-1], atol=5e-5)
    assert spread.losses.shape == (300, len(spread.epochs))
    # The same start, and another end for each order of the mini-batches.
    first = len(set(spread.losses[:, 0]))
    assert first == 1 if case.edition.records.before else first > 290  # float32 has ties
    assert len({tuple(params) for params in spread.params.tolist()}) == 300


@every_case
def test_a_run_draws_its_weights_and_the_orders_and_nothing_else(case):
    case = short(case)
    gm.seed(3)
    data = case.data(case.edition.make(None, None))
    case.program.train(*data, case, None)
    after, state = mx.nd.random.normal(shape=3).asnumpy(), random.getstate()
    mx.random.seed(3)
    for shape in case.edition.drawn:
        mx.nd.random.normal(shape=shape)
    normal_of(case)(shape=(case.edition.shape[1], 1))
    assert (mx.nd.random.normal(shape=3).asnumpy() == after).all()
    expected = random.Random(3)
    for _ in range(4):
        expected.shuffle(list(range(len(data[1]))))
    assert state == expected.getstate()


def test_a_run_on_mx_np_leaves_no_switch_on(airfoil_file, monkeypatch):
    for switched in (False, True):
        for case in EDITIONS["2020"].cases():
            monkeypatch.undo()
            still = short(case)._replace(settings=case.settings._replace(num_epochs=1))
            data = still.data(case.edition.make(airfoil_file, None))
            if switched:  # an error on the way
                monkeypatch.setattr(random, "shuffle", None)
            try:
                still.program.train(*data, still, None)
            except TypeError:
                assert switched
            assert (mx.util.is_np_array(), mx.util.is_np_shape()) == (False, False)
            assert isinstance(mx.nd.ones(1) + 1, mx.nd.NDArray)


@every_case
def test_other_normals_than_mxnets_may_be_drawn(case):
    asked = []

    def normal(scale, shape):
        asked.append((scale, tuple(shape)))
        return mx.nd.array(scale * (1 + np.arange(np.prod(shape)) % 7).reshape(shape))

    data = case.edition.make(None, normal)
    still = case._replace(settings=short(case).settings._replace(lr=1e-20, num_epochs=1))
    run = still.program.train(*data, still, normal)
    num_inputs = case.edition.shape[1]
    assert [shape for _, shape in asked] == [*case.edition.drawn, (num_inputs, 1)]
    assert asked[-1][0] == case.program.scale
    expected = case.program.scale * (1 + np.arange(num_inputs) % 7)
    np.testing.assert_allclose(run.w.asnumpy().ravel(), expected, rtol=1e-6)
    if case.edition.truth:
        assert [scale for scale, _ in asked[:-1]] == [1, case.edition.truth.noise]


@every_edition
def test_an_edition_says_what_it_is(edition):
    assert EDITIONS[edition.name] is edition
    assert edition.group in GROUPS
    assert edition.about
    names, cases = [program.name for program in edition.programs], list(edition.cases())
    assert names[0] == cases[0].program.name == "scratch"
    assert all(case.program.train for case in cases)
    assert len(set(names)) == len(names)
    assert len(set(cases)) == len(cases)
    assert edition.usual == cases[0].settings
    assert set(edition.rates) == {case.settings.lr for case in cases}
    places = [place for notebook in edition.notebooks for place in range(len(notebook))]
    assert [case.place for case in cases] == places


@every_edition
def test_the_data_are_the_same_with_mxnet_and_without(edition):
    features, labels = edition.load(None)
    assert features.shape == edition.shape
    assert labels.shape == edition.shape[:1]
    assert features.dtype == labels.dtype == np.float32
    mx.random.seed(0)
    made = edition.make(None, None)
    for ours, theirs in zip((features, labels), made):
        assert isinstance(theirs, (mx.nd.NDArray, mx.np.ndarray))
        np.testing.assert_allclose(ours, theirs.asnumpy(), rtol=4e-7, atol=4e-6)
    if edition.truth:
        design = np.column_stack([features, np.ones(len(labels))])
        (*w, b), squares, *_ = np.linalg.lstsq(design, labels, rcond=None)
        noise = edition.truth.noise
        np.testing.assert_allclose([*w, b], [*edition.truth.w, edition.truth.b], atol=noise)
        assert np.sqrt(squares[0] / len(labels)) == pytest.approx(noise, rel=0.1)


@every_edition
def test_data_that_are_measured_are_read_from_one_file_alone(edition, tmp_path, monkeypatch):
    other = tmp_path / "other.dat"
    other.write_text("1 2 3\n")
    if edition.truth:
        assert (edition.load(other)[0] == edition.load(None)[0]).all()
        return
    for read in (edition.load, lambda path: edition.make(path, None)):
        with pytest.raises(ValueError, match=re.escape(str(other))):
            read(other)
    monkeypatch.setenv(airfoil.VARIABLE, str(other))
    with pytest.raises(ValueError, match=re.escape(str(other))):
        edition.load(None)
    with pytest.raises(OSError, match=r"nowhere\.dat"):
        edition.load(tmp_path / "nowhere.dat")


@every_case
def test_what_is_alike_goes_the_same_way(case, measured):
    case = short(case)
    alike = case.alike
    assert alike.alike == alike
    assert alike.place == (0 if case.program.anew else case.place)
    if alike != case:
        assert_same_stream(measured.run(case).losses, measured.run(alike).losses)
    for program in case.edition.programs:
        if program.train and case._replace(program=program).alike != alike:
            other = measured.run(case._replace(program=program)).losses
            with pytest.raises(AssertionError):
                assert_same_stream(measured.run(case).losses, other)


def test_a_gradient_taken_twice_is_twice_the_learning_rate():
    edition = EDITIONS["2020"]
    call = edition.usual._replace(lr=0.005, mom=0.9)
    twice = edition.case("tensorflow concise 2022-01", call, 3)
    assert (twice.rate, twice.program.as_printed.gradient) == (0.01, 1)
    alike = edition.case("tensorflow scratch", call._replace(lr=0.01), 0)
    assert twice.alike == alike != twice._replace(program=twice.program.as_printed).alike


def test_the_editions():
    assert list(EDITIONS) == ["2018", "2019", "2020"]
    assert CHAPTER is EDITIONS["2018"]
    assert [len(list(edition.cases())) for edition in EDITIONS.values()] == [6, 4, 4]
    losses = [
        {case.schedule.num_losses(edition.shape[0]) for case in edition.cases()}
        for edition in EDITIONS.values()
    ]
    assert losses == [{301}, {31}, {15}]
    scales = {program.name: program.scale for program in CHAPTER.programs}
    assert scales == {"scratch": 0.01, "gluon": 0.01, "early scratch": 1, "early gluon": 1}
    assert [edition.decay for edition in EDITIONS.values()] == [0.1, 1, 1]
    assert [edition.prints for edition in EDITIONS.values()] == ["params", "loss", "loss"]


# The file of 2019.

TEXT = "\n".join(f"{i}\t{(i * 7) % 5}\t{i % 3}\t{i * i}\t{i % 4}e-3\t{100 + i}" for i in range(12))


@pytest.fixture
def archive(monkeypatch, tmp_path):
    """Serve a folder on this machine as the archives, with an empty cache: (folder, requests)."""
    monkeypatch.delenv(airfoil.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(airfoil, "SHA256", hashlib.sha256(TEXT.encode()).hexdigest())
    asked, folder = [], tmp_path / "archive"
    folder.mkdir()

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format, *arguments):
            asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    urls = [f"http://127.0.0.1:{server.server_port}/{name}" for name in ("first", "second")]
    monkeypatch.setattr(airfoil, "ARCHIVES", urls)
    yield folder, asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_file_is_fetched_once_and_kept(archive, tmp_path, capfd, monkeypatch):
    folder, asked = archive
    (folder / "first").write_text(TEXT)
    monkeypatch.setenv(airfoil.VARIABLE, "")  # which names nothing
    found = airfoil.find()
    assert found == tmp_path / "cache/gluon-momentum/airfoil_self_noise.dat"
    assert found.read_text() == TEXT
    assert airfoil.find() == found
    assert asked == ["/first"]
    assert capfd.readouterr() == ("", "")


def test_an_archive_without_it_or_with_another_is_passed_over(archive, tmp_path):
    folder, asked = archive
    kept = tmp_path / "cache/gluon-momentum"
    (folder / "first").write_text(TEXT + "changed")
    with pytest.raises(OSError, match=f"{re.escape(str(kept))}.*{airfoil.VARIABLE}"):
        airfoil.find()
    assert not (kept / airfoil.NAME).exists()
    (folder / "second").write_text(TEXT)
    assert airfoil.find().read_text() == TEXT
    assert set(asked) == {"/first", "/second"}


def test_without_a_network_the_command_says_so_in_one_sentence(archive, command, monkeypatch):
    # Nothing listens on the port for discarding.
    monkeypatch.setattr(airfoil, "ARCHIVES", ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"])
    status, out, err = command("verify", "--edition", "2019")
    assert (status, out) == (2, "")
    assert re.match(rf"gluon-momentum: [^\n]*--data FILE or {airfoil.VARIABLE}\.\n$", err)


def test_a_named_file_goes_before_the_variable_and_nothing_is_fetched(
    archive, monkeypatch, tmp_path
):
    for name in ("named", "set"):
        (tmp_path / name).write_text(TEXT)
    monkeypatch.setenv(airfoil.VARIABLE, str(tmp_path / "set"))
    assert airfoil.find(str(tmp_path / "named")) == airfoil.find(tmp_path / "named")
    assert airfoil.find(tmp_path / "named") == tmp_path / "named"
    assert airfoil.find() == tmp_path / "set"
    assert archive[1] == []


def test_each_column_is_standardised_by_its_own_mean_and_deviation(archive, tmp_path):
    path = tmp_path / "small.dat"
    path.write_text(TEXT)
    table = np.array([line.split() for line in TEXT.splitlines()], float)
    features, labels = airfoil.load(path)
    assert (features.shape, labels.shape) == ((12, 5), (12,))
    for ours, column in zip(np.column_stack([features, labels]).T, table.T):
        away = column - column.mean()
        np.testing.assert_allclose(ours, away / np.sqrt((away**2).mean()), rtol=1e-6, atol=1e-7)


# What an execution ran.

TODAY = EDITIONS["2020"]
CONCISE = Result("concise", TODAY.usual._replace(lr=0.005, mom=0.9), losses=("0.244",))


def execution(framework, date, *results):
    return Execution("g", "2020", framework, Source("a/b", "c0ffee0", date, "d", ""), results)


@pytest.mark.parametrize("framework", ["pytorch", "tensorflow"])
@pytest.mark.parametrize(
    ("date", "trained", "since"),
    [
        ("2020-07-30", None, "2020-07"),
        ("2021-12-07", None, "2020-07"),
        ("2021-12-08", None, "2021-12"),
        ("2022-01-15", None, "2021-12"),
        ("2022-01-16", None, "2022-01"),
        ("2026-07-21", None, "2022-01"),
        # What a record says goes before its day.
        ("2022-06-22", (1.0, 1.0), "2020-07"),
        ("2021-12-01", (2.0, 2.0), "2021-12"),
    ],
)
def test_an_execution_ran_the_program_of_its_record_or_of_its_day(framework, date, trained, since):
    result = CONCISE._replace(trained=trained)
    program = TODAY.ran(execution(framework, date, result), result)
    assert program.name == f"{framework} concise {since}"
    assert (program.gradient, program.factor) == {
        "2020-07": (1, 1), "2021-12": (2, 2), "2022-01": (2, 1)
    }[since]  # fmt: skip


def test_an_execution_of_no_program_is_refused():
    result = CONCISE._replace(nesterov=True)
    assert TODAY.ran(execution("jax", "2026-07-21", result), result).nesterov
    with pytest.raises(ValueError, match=r"2020.*paddle concise"):
        TODAY.ran(execution("paddle", "2022-12-07", result), result)
    with pytest.raises(ValueError, match=r"2020.*numpy concise"):
        TODAY.ran(execution("numpy", "2022-12-07", CONCISE), CONCISE)


def test_a_call_has_its_place_whatever_the_execution_lacks():
    results = [
        Result(case.program.kind, case.settings, losses=("0.244",)) for case in TODAY.cases()
    ]
    for first in range(4):
        found = TODAY.published(execution("mxnet", "2020-01-01", *results[first:]))
        assert found == list(TODAY.cases())[first:]
    # Where weights are drawn anew, a place says nothing.
    found = TODAY.published(execution("pytorch", "2020-01-01", *results))
    assert [case.place for case in found] == [0] * 4
