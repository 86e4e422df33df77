"""tools/matrix/environments.py: what a step leaves, and what is installed."""

import os
import re
import subprocess

import pytest

nox_command = pytest.importorskip("nox.command")  # where the tools are not installed
from tools.matrix import environments, stamps  # noqa: E402


class Session:
    """A nox session that runs nothing, or fails."""

    def __init__(self, fails=False, posargs=()):
        self.fails, self.posargs, self.commands = fails, posargs, []

    def run(self, *command, stdout, **options):
        self.commands.append(command)
        stdout.write("said\n")
        stdout.flush()
        if self.fails:
            raise nox_command.CommandFailed

    def error(self, text):
        raise RuntimeError(text)

    def log(self, text):
        self.logged = text


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the folder of all rows."""
    monkeypatch.setattr(environments, "FOLDER", tmp_path)
    return tmp_path


def test_a_lock_without_mxnet_lacks_mxnet_alone():
    lock = (stamps.ROOT / "requirements.lock").read_text("utf8")
    kept = environments.without_mxnet(lock)
    names = [re.findall(r"^[\w.-]+==\S+", text, re.MULTILINE) for text in (lock, kept)]
    assert [name for name in names[0] if name not in names[1]] == ["mxnet==1.9.1"]
    hashes = [text.count("--hash=") for text in (lock, kept)]
    of_mxnet = re.search(r"^mxnet==.*\n(?: .*\n)*", lock, re.MULTILINE)[0]
    assert hashes[0] - hashes[1] == of_mxnet.count("--hash=") > 0


def test_a_row_that_ends_is_stamped_and_not_run_again(folder):
    findings = environments.Findings(Session(), "row", 1)
    assert findings.needed
    with findings as made:
        environments.step(Session(), made, "one", "command")
        environments.step(Session(), made, "one", "command")
    assert (folder / "row/one.log").read_text() == "said\nsaid\n"
    assert not environments.Findings(Session(), "row", 1).needed
    assert environments.Findings(Session(), "row", 2).needed
    assert environments.Findings(Session(posargs=["--again"]), "row", 1).needed


def test_a_row_that_fails_says_at_what_and_is_run_again(folder):
    findings = environments.Findings(Session(), "row", 1)
    with pytest.raises(RuntimeError, match=r"one\.log says how it failed"), findings as made:
        environments.step(Session(fails=True), made, "one", "command")
    assert (folder / "row/failed").read_text() == "one"
    assert stamps.read(folder / "row")
    assert environments.Findings(Session(), "row", 1).needed


def test_a_row_that_is_interrupted_is_made_anew(folder):
    findings = environments.Findings(Session(), "row", 1)
    (findings.__enter__() / "half").touch()
    findings.__exit__(KeyboardInterrupt)
    findings = environments.Findings(Session(), "row", 1)
    assert findings.needed
    with findings as made:
        assert not (made / "half").exists()


def test_the_python_of_a_row_has_its_wheel_in_front(folder, monkeypatch):
    for name in ("WHEEL", "LIBRARIES"):
        monkeypatch.setattr(environments, name, folder / name.lower())
    book = folder / "book/bin/python"
    library = folder / "book/lib/python3.6/site-packages/numpy/.libs/libgfortran-1.so.3.0.0"
    library.parent.mkdir(parents=True)
    library.touch()
    monkeypatch.setattr(environments, "BOOK", book)
    session = Session()
    python = environments.exchange(session, folder, "/usr/bin/env", "mxnet==0.12.0")
    assert session.commands[0][-1] == "mxnet==0.12.0"
    link = folder / "libraries/libgfortran.so.3"
    assert os.path.samefile(link, library)
    said = subprocess.run([python], stdout=subprocess.PIPE, encoding="utf8", check=True).stdout
    assert f"PYTHONPATH={folder / 'wheel'}\n" in said
    assert f"LD_LIBRARY_PATH={link.parent}\n" in said
