"""The data of the 2019 edition: where they are found, and what is made of them."""

import hashlib
import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from gluon_momentum.airfoil import data

TEXT = "\n".join(f"{i}\t{(i * 7) % 5}\t0.3\t{i * i}\t1e-3\t{100 + i}" for i in range(12))
SENTENCE = (
    r"The data of the 2019 edition, airfoil_self_noise\.dat, are not in {folder} and cannot be "
    r"fetched now: name a copy with --data FILE or GLUON_MOMENTUM_DATA\."
)


@pytest.fixture
def archive(monkeypatch, tmp_path):
    """Serve a folder on this machine as the archives, with an empty cache: (folder, requests)."""
    monkeypatch.delenv(data.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(data, "SHA256", hashlib.sha256(TEXT.encode()).hexdigest())
    asked, folder = [], tmp_path / "archive"
    folder.mkdir()

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format, *arguments):
            asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    urls = [f"http://127.0.0.1:{server.server_port}/{name}" for name in ("first", "second")]
    monkeypatch.setattr(data, "_ARCHIVES", urls)
    yield folder, asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_is_fetched_once_and_kept(archive, tmp_path, capfd):
    folder, asked = archive
    (folder / "first").write_text(TEXT)
    found = data.find()
    assert found == tmp_path / "cache/gluon-momentum/airfoil_self_noise.dat"
    assert found.read_text() == TEXT
    assert data.find() == found
    assert asked == ["/first"]
    assert capfd.readouterr() == ("", "")


def test_an_archive_that_lacks_it_is_passed_over(archive):
    folder, asked = archive
    (folder / "second").write_text(TEXT)
    assert data.find().read_text() == TEXT
    assert sorted(set(asked)) == ["/first", "/second"]


def test_another_file_than_it_was_is_not_kept(archive, tmp_path):
    folder, _ = archive
    (folder / "first").write_text(TEXT + "changed")
    with pytest.raises(OSError, match=SENTENCE.format(folder=tmp_path / "cache/gluon-momentum")):
        data.find()
    assert not (tmp_path / "cache/gluon-momentum/airfoil_self_noise.dat").exists()
    (folder / "second").write_text(TEXT)
    assert data.find().read_text() == TEXT


def test_without_a_network_the_command_says_so_in_one_sentence(archive, command, monkeypatch):
    # Nothing listens on the port for discarding.
    monkeypatch.setattr(data, "_ARCHIVES", ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"])
    status, out, err = command("verify", "--edition", "2019")
    assert (status, out) == (2, "")
    assert re.match(f"gluon-momentum: {SENTENCE.format(folder='.*gluon-momentum')}\n$", err)


@pytest.mark.parametrize("text", ["", TEXT + "\n"])
def test_another_file_is_refused_by_its_name(tmp_path, monkeypatch, text):
    path = tmp_path / "other.dat"
    path.write_text(text)
    begins = hashlib.sha256(text.encode()).hexdigest()[:12]
    sentence = (
        f"^{re.escape(str(path))} is not the airfoil_self_noise.dat that the 2019 edition reads: "
        f"its SHA-256 begins with {begins}, not 10ee06e6cfb2\\.$"
    )
    with pytest.raises(ValueError, match=sentence):
        data.load(path)
    monkeypatch.setenv(data.VARIABLE, str(path))
    with pytest.raises(ValueError, match=sentence):
        data.load()


def test_a_named_file_goes_before_the_variable_and_nothing_is_fetched(
    archive, monkeypatch, tmp_path
):
    _, asked = archive
    for name in ("named", "set"):
        (tmp_path / name).write_text(TEXT)
    monkeypatch.setenv(data.VARIABLE, str(tmp_path / "set"))
    assert data.find(str(tmp_path / "named")) == data.find(tmp_path / "named") == tmp_path / "named"
    assert data.find() == tmp_path / "set"
    with pytest.raises(FileNotFoundError):
        data.find(tmp_path / "nowhere")
    assert asked == []


def test_an_empty_variable_names_nothing(archive, monkeypatch):
    folder, asked = archive
    (folder / "first").write_text(TEXT)
    monkeypatch.setenv(data.VARIABLE, "")
    assert data.find().name == "airfoil_self_noise.dat"
    assert asked == ["/first"]


def test_each_column_is_standardised_by_its_own_mean_and_deviation(tmp_path):
    path = tmp_path / "small.dat"
    path.write_text("1\t10\n3\t20\n5\t60\n")
    # Deviations of the population: sqrt(8 / 3) and sqrt(1400 / 3).
    expected = np.column_stack(
        [np.array([-2, 0, 2]) / np.sqrt(8 / 3), np.array([-20, -10, 30]) / np.sqrt(1400 / 3)]
    )
    np.testing.assert_allclose(data.standardised(path), expected, rtol=1e-14, atol=1e-15)


def test_the_file_itself(airfoil_file):
    features, labels = data.load(airfoil_file)
    assert (features.shape, labels.shape) == ((1503, 5), (1503,))
    assert features.dtype == labels.dtype == np.float32
    raw = [[float(cell) for cell in line.split()] for line in airfoil_file.read_text().splitlines()]
    table = np.column_stack([features.asnumpy(), labels.asnumpy()])
    for ours, column in zip(table.T, zip(*raw)):
        mean = sum(column) / 1503
        deviation = (sum((value - mean) ** 2 for value in column) / 1503) ** 0.5
        expected = [(value - mean) / deviation for value in column]
        np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-7)
