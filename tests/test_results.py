"""What is written: strict JSON, figures, each whole or not there."""

import json
import os

import numpy as np
import pytest
from mxnet import nd

import gluon_momentum as gm
from gluon_momentum import results


def made_up_run(losses):
    losses = np.array(losses, np.float32)
    return gm.Run(nd.array([[1], [2]]), nd.array([3]), np.arange(len(losses)) / 1.0, losses)


def test_json_has_null_and_a_flag_for_what_overflowed(tmp_path):
    record = results.run_record({"mom": 1.0}, made_up_run([1, 2.5, np.inf, np.nan]))
    results.write_json(tmp_path / "run.json", record)
    read = json.loads((tmp_path / "run.json").read_text("utf8"))
    assert read == {
        "call": {"mom": 1.0},
        "w": [1.0, 2.0],
        "b": 3.0,
        "epochs": [0.0, 1.0, 2.0, 3.0],
        "losses": [1.0, 2.5, None, None],
        "diverged": True,
    }
    assert not results.run_record({}, made_up_run([1, 2]))["diverged"]


def test_a_number_json_cannot_say_is_refused_and_the_old_file_stays(tmp_path):
    path = tmp_path / "a.json"
    results.write_json(path, [1])
    with pytest.raises(ValueError, match="not JSON compliant"):
        results.write_json(path, [float("nan")])
    assert path.read_text() == "[\n 1\n]\n"
    assert os.listdir(tmp_path) == ["a.json"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError])
def test_an_interrupt_leaves_the_old_file_and_no_partial_one(tmp_path, interruption):
    path = tmp_path / "a.txt"
    results.write_text(path, "old")

    def interrupted():
        with results.replacing(path) as temporary:
            temporary.write_text("half")
            raise interruption

    with pytest.raises(interruption):
        interrupted()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_file_that_cannot_be_written_gets_one_sentence(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OSError, match=r"a\.txt cannot be written: Is a directory\.$"):
        results.write_text(tmp_path / "a.txt", "new")
    assert os.listdir(tmp_path) == ["a.txt"]
    with pytest.raises(OSError, match=r"a\.txt cannot be written: it is a folder\.$"):
        results.prepare_file(tmp_path / "a.txt")


def test_a_file_is_readable_as_the_umask_says(tmp_path):
    old = os.umask(0o022)
    try:
        results.write_text(tmp_path / "a.txt", "é")
    finally:
        os.umask(old)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644


def test_a_folder_that_cannot_be_made_gets_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"The folder .*below cannot be written: Not a directory"):
        results.prepare_folder(tmp_path / "file" / "below")
    assert results.prepare_folder(tmp_path / "a" / "b").is_dir()


def test_the_same_drawing_gives_the_same_bytes(tmp_path):
    written = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        paths = results.write_figure(tmp_path / name / "f", lambda ax: ax.plot([1, 2], label="a"))
        assert [path.name for path in paths] == ["f.svg", "f.png"]
        written.append([path.read_bytes() for path in paths])
    assert written[0] == written[1]
