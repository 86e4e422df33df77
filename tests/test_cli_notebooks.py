"""The command ``notebooks``; what the notebooks show is in test_notebooks.py."""

import os
import re
import sys
from pathlib import Path

import pytest

from gluon_momentum.cli import notebooks

NAMES = ["01_momentum.ipynb", "02_published_results.ipynb", "03_exercise.ipynb"]
SOURCE = Path(__file__).parents[1] / "notebooks"


@pytest.fixture
def started(monkeypatch):
    """Return a list that notes what would take this process's place, for a user who is not root."""
    calls = []
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "execv", lambda *arguments: calls.append(arguments))
    return calls


def contents(folder):
    return {path.name: path.read_bytes() for path in Path(folder).iterdir() if path.is_file()}


def test_the_notebooks_are_copied_and_how_to_open_them_is_said(command, started):
    status, out, err = command("notebooks")
    assert (status, err) == (0, "")
    assert contents("momentum-notebooks") == contents(SOURCE)
    assert sorted(contents("momentum-notebooks")) == NAMES
    assert out == (
        f"Wrote {', '.join(NAMES)} in momentum-notebooks.\n"
        "To open them: jupyter lab momentum-notebooks/01_momentum.ipynb\n"
    )
    assert started == []


def test_the_chinese_ones_are_copied_on_demand(command):
    assert command("notebooks", "english", "--lang", "en")[0] == 0
    assert contents("english") == contents(SOURCE)
    status, out, err = command("notebooks", "--lang", "zh")
    assert (status, err) == (0, "")
    assert out.startswith(f"Wrote {', '.join(NAMES)} in momentum-notebooks.\n")
    assert contents("momentum-notebooks") == contents(SOURCE / "zh")
    assert sorted(contents("momentum-notebooks")) == NAMES
    assert not set(contents(SOURCE / "zh").values()) & set(contents(SOURCE).values())
    assert [path.name for path in Path("english").iterdir() if path.is_dir()] == []


def test_no_notebook_is_overwritten_by_one_in_another_language(command):
    assert command("notebooks", "here")[0] == 0
    status, _, err = command("notebooks", "here", "--lang", "zh")
    assert status == 2
    assert "already holds" in err
    assert contents("here") == contents(SOURCE)


def test_a_folder_may_be_named_and_be_there(command, tmp_path):
    (tmp_path / "my books").mkdir()
    (tmp_path / "my books/notes.txt").write_text("kept")
    status, out, _ = command("notebooks", "my books")
    assert status == 0
    assert out.endswith("jupyter lab 'my books/01_momentum.ipynb'\n")
    assert contents("my books") == {**contents(SOURCE), "notes.txt": b"kept"}


def test_a_notebook_that_is_there_is_not_overwritten_without_force(command, tmp_path):
    mine = tmp_path / NAMES[1]
    mine.write_text("my work")
    status, out, err = command("notebooks", ".")
    assert (status, out) == (2, "")
    assert err == (
        "gluon-momentum: The folder . already holds 02_published_results.ipynb: open what is there "
        "with `jupyter lab 02_published_results.ipynb`, name another folder, or overwrite with "
        "--force.\n"
    )
    assert contents(".") == {NAMES[1]: b"my work"}
    assert command("notebooks", ".", "--force")[0] == 0
    assert contents(".") == contents(SOURCE)


def test_a_folder_in_a_notebooks_place_gets_one_sentence_and_is_kept(command, tmp_path):
    (tmp_path / NAMES[0]).mkdir()
    status, _, err = command("notebooks", ".", "--force")
    assert status == 2
    assert err == "gluon-momentum: 01_momentum.ipynb cannot be written: it is a folder.\n"
    assert os.listdir(tmp_path) == [NAMES[0]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("file", "The folder file cannot be written: file is a file."),
        ("file/below", "The folder file/below cannot be written: file is a file."),
        ("/proc/here", "The folder /proc/here cannot be written: "),
        ("a b", "Got unexpected extra argument"),
        ("a --lang fr", "'fr' is not one of 'en', 'zh'."),
    ],
)
def test_bad_usage_gets_one_sentence_and_status_2(command, arguments, sentence, tmp_path):
    (tmp_path / "file").write_text("kept")
    status, out, err = command("notebooks", *arguments.split())
    assert (status, out) == (2, "")
    assert sentence in re.sub(r"\s+", " ", err)
    assert contents(".") == {"file": b"kept"}


def test_open_starts_jupyterlab_on_the_first(command, started):
    assert command("notebooks", "here", "--open")[0] == 0
    program = [sys.executable, "-m", "jupyterlab", "here/01_momentum.ipynb"]
    assert started == [(sys.executable, program)]


@pytest.mark.parametrize(
    ("missing", "what"), [("jupyterlab", "JupyterLab"), ("ipykernel", "the kernel python3")]
)
def test_open_without_what_it_needs_gets_one_sentence(
    command, started, monkeypatch, missing, what, tmp_path
):
    monkeypatch.setattr(notebooks, "find_spec", lambda name: None if name == missing else name)
    status, out, err = command("notebooks", "--open")
    assert (status, out) == (2, "")
    assert err == (
        f"gluon-momentum: --open needs {what}, which is missing: pip install {missing}.\n"
    )
    assert started == []
    assert os.listdir(tmp_path) == []


def test_open_as_root_says_what_to_do(command, started, monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    status, out, err = command("notebooks", "my books", "--open")
    assert (status, out, started) == (2, "", [])
    assert err == (
        "gluon-momentum: JupyterLab does not start for root: run this as another user, or without "
        "--open and then `jupyter lab --allow-root 'my books/01_momentum.ipynb'`.\n"
    )
    assert os.listdir(tmp_path) == []


def test_an_installation_without_notebooks_says_so(command, monkeypatch, tmp_path):
    monkeypatch.setattr(notebooks, "_SOURCE", tmp_path)
    status, _, err = command("notebooks", "here")
    assert status == 2
    assert err == (
        f"gluon-momentum: This installation holds no notebooks in {tmp_path}: install it anew.\n"
    )
