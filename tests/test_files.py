"""What is written is whole, together with the rest of its run, and where it was asked for."""

import json
import os
import stat
import threading
import time
from pathlib import Path

import pytest

from gluon_momentum import files
from gluon_momentum.files import run as run_module
from gluon_momentum.files import together, write_json, write_text


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*"))


def test_a_number_json_cannot_say_is_refused_and_the_old_file_stays(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, [1])
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(path, [float("nan")])
    assert path.read_text() == "[\n 1\n]\n"
    assert names(tmp_path) == ["a.json"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError])
def test_a_run_that_fails_leaves_the_old_files_and_no_trace(tmp_path, interruption):
    write_text(tmp_path / "a.txt", "old")

    def interrupted():
        with together() as run:
            run.write_text(tmp_path / "a.txt", "new")
            run.folder(tmp_path / "b/c")
            run.write_text(tmp_path / "d/e/f.txt", "new")
            with run.writing(tmp_path / "g.txt") as temporary:
                temporary.write_text("half")
                raise interruption

    with pytest.raises(interruption):
        interrupted()
    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


def test_the_files_of_a_run_appear_when_all_are_written(tmp_path):
    with together() as run:
        for name in ("a.txt", "b/c.txt"):
            run.write_text(tmp_path / name, name)
            assert not (tmp_path / name).exists()
    assert names(tmp_path) == ["a.txt", "b", "b/c.txt"]
    assert (tmp_path / "b/c.txt").read_text() == "b/c.txt"


def test_a_folder_that_others_write_to_meanwhile_stays(tmp_path):
    with pytest.raises(ValueError, match="ours"), together() as run:
        run.folder(tmp_path / "b")
        (tmp_path / "b/theirs").write_text("")
        raise ValueError("ours")
    assert names(tmp_path) == ["b", "b/theirs"]


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_an_interrupt_among_the_renames_finishes_them(tmp_path, moved, monkeypatch):
    (tmp_path / "a").write_text("old")
    targets, move = [], run_module.move

    def interrupted(temporary, target):
        targets.append(target)
        if len(targets) == moved + 1:
            files.settle()  # as the handler of a signal does, which then ends the process
            raise SystemExit
        move(temporary, target)

    monkeypatch.setattr(run_module, "move", interrupted)
    with pytest.raises(SystemExit), together() as run:
        for name in "abc":
            run.write_text(tmp_path / name, "new")
    assert {name: (tmp_path / name).read_text() for name in names(tmp_path)} == {
        "a": "new",
        "b": "new",
        "c": "new",
    }


def test_an_interrupt_before_the_renames_leaves_no_trace(tmp_path):
    (tmp_path / "a").write_text("old")
    with pytest.raises(SystemExit), together() as run:
        run.write_text(tmp_path / "a", "new")
        with run.writing(tmp_path / "b/c") as temporary:
            temporary.write_text("half")
            files.settle()
            raise SystemExit
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_text() == "old"


def test_a_file_that_cannot_be_written_gets_one_sentence(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OSError, match=r"a\.txt cannot be written: it is a folder\.$"):
        write_text(tmp_path / "a.txt", "new")
    with pytest.raises(OSError, match=r"n+ cannot be written: File name too long\.$"):
        write_text(tmp_path / ("n" * 300), "new")
    assert names(tmp_path) == ["a.txt"]


def test_a_folder_in_a_files_place_keeps_the_rest_of_the_run_away(tmp_path):
    with pytest.raises(OSError, match="it is a folder"), together() as run:
        run.write_text(tmp_path / "a.txt", "new")
        (tmp_path / "b.txt").mkdir()
        run.write_text(tmp_path / "b.txt", "new")
    assert names(tmp_path) == ["b.txt"]


def test_a_name_as_long_as_the_file_system_takes_is_taken(tmp_path):
    write_text(tmp_path / ("n" * 255), "new")
    assert names(tmp_path) == ["n" * 255]


def test_a_file_is_readable_as_the_umask_says_and_keeps_the_mode_it_had(tmp_path):
    old = os.umask(0o022)
    try:
        write_text(tmp_path / "a.txt", "é")
        assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644
        (tmp_path / "a.txt").chmod(0o600)
        write_text(tmp_path / "a.txt", "è")
        assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(old)


def test_a_file_that_may_not_be_written_is_not_replaced(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("old")
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)  # root may write all
    with pytest.raises(OSError, match="cannot be written: Permission denied"):
        write_text(tmp_path / "a.txt", "new")


def test_a_folder_that_cannot_be_made_gets_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with together() as run:
        for folder in ("file", "file/below", "file/below/further"):
            with pytest.raises(OSError, match=r"^The folder .*be written: .*/file is a file\.$"):
                run.folder(tmp_path / folder)
        assert run.folder(tmp_path / "a" / "b").is_dir()


def test_links_are_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real/a.txt")
    (tmp_path / "linked").symlink_to("real")
    (tmp_path / "new.txt").symlink_to("real/new.txt")  # leads to a file that does not exist yet
    with together() as run:
        for name in ("link.txt", "linked/b.txt", "new.txt"):
            run.write_text(tmp_path / name, name)
    assert names(tmp_path) == [
        "link.txt", "linked", "new.txt", "real", "real/a.txt", "real/b.txt", "real/new.txt"
    ]  # fmt: skip
    assert (tmp_path / "real/a.txt").read_text() == "link.txt"
    assert (tmp_path / "link.txt").is_symlink()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match=r"loop cannot be written: its links lead back to it\.$"):
        write_text(tmp_path / "loop", "new")


def test_two_outputs_need_two_files(tmp_path):
    (tmp_path / "link").symlink_to("a.txt")
    with together() as run:
        run.reserve(tmp_path / "a.txt")
        for same in ("a.txt", "link", "../" + tmp_path.name + "/a.txt"):
            with pytest.raises(ValueError, match="is named for two outputs: each needs a file"):
                run.reserve(tmp_path / same)
        run.write_text(tmp_path / "a.txt", "once")
        with pytest.raises(ValueError, match="is named for two outputs"):
            run.write_text(tmp_path / "a.txt", "twice")
    assert (tmp_path / "a.txt").read_text() == "once"


def test_a_pipe_is_written_to(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    read = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_text()))
    reader.start()
    write_json(tmp_path / "pipe", {"a": 1})
    reader.join(timeout=60)
    assert json.loads(read[0]) == {"a": 1}
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert names(tmp_path) == ["pipe"]


def test_a_device_is_written_to_and_stays_one(tmp_path):
    write_text(Path("/dev/null"), "gone")
    (tmp_path / "full").symlink_to("/dev/full")
    for path in (Path("/dev/full"), tmp_path / "full"):
        with pytest.raises(OSError, match=r"full cannot be written: No space left on device\.$"):
            write_text(path, "too much")
    for device in ("/dev/null", "/dev/full"):
        assert stat.S_ISCHR(os.stat(device).st_mode)


def test_a_device_that_fails_keeps_the_files_of_its_run_away(tmp_path):
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(OSError, match="No space left"), together() as run:
        run.write_text(tmp_path / "a.txt", "new")
        run.write_text(Path("/dev/full"), "too much")
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_name_under_proc_for_a_file_is_refused(tmp_path):
    with (tmp_path / "a.txt").open("w") as file:
        path = Path(f"/proc/self/fd/{file.fileno()}")
        with pytest.raises(OSError, match=r"cannot be written: name .*/a\.txt itself, which it"):
            write_text(path, "new")


def test_temporary_names_differ_and_leftovers_are_removed(tmp_path):
    path = tmp_path / "a.txt"
    with together() as run, together() as other, run.writing(path) as one, other.writing(
        path
    ) as two:
        assert one != two
        for temporary in (one, two):
            temporary.write_text("")
    leftover = tmp_path / one.name
    fresh = tmp_path / two.name
    theirs = tmp_path / ".theirs.tmp"
    for path, age in ((leftover, 25), (fresh, 23), (theirs, 1000)):
        path.write_text("")
        os.utime(path, times=2 * (time.time() - age * 3600,))
    write_text(tmp_path / "b.txt", "")
    assert names(tmp_path) == sorted([".theirs.tmp", fresh.name, "a.txt", "b.txt"])
