"""What is written is whole, together with the rest of its run, and where it was asked for."""

import json
import os
import stat
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import posix

from gluon_momentum import files
from gluon_momentum.files import together, write_json, write_text


def there(folder):
    """Return what is in a folder: the text of each file by its path, None for a folder."""
    return {
        str(path.relative_to(folder)): None if path.is_dir() else path.read_text("utf8")
        for path in sorted(Path(folder).rglob("*"))
    }


def cannot_be_written(path):
    """Expect one sentence that names the path, and gives a reason."""
    return pytest.raises(OSError, match=rf"{path} cannot be written: .+\.$")


def test_the_files_of_a_run_appear_when_all_are_written(tmp_path):
    with together() as run:
        for name in ("a.txt", "b/c.txt"):
            run.write_text(tmp_path / name, "é")
            assert not (tmp_path / name).exists()
    assert there(tmp_path) == {"a.txt": "é", "b": None, "b/c.txt": "é"}


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError])
@pytest.mark.parametrize("settled", [False, True])
def test_a_run_that_fails_leaves_the_old_files_and_no_trace(tmp_path, interruption, settled):
    write_text(tmp_path / "a.txt", "old")
    with pytest.raises(interruption), together() as run:
        run.write_text(tmp_path / "a.txt", "new")
        run.folder(tmp_path / "b/c")
        run.write_text(tmp_path / "d/e/f.txt", "new")
        with run.writing(tmp_path / "g.txt") as temporary:
            temporary.write_text("half")
            if settled:
                files.settle()  # as the handler of a signal does, which then ends the process
            raise interruption
    assert there(tmp_path) == {"a.txt": "old"}


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_an_interrupt_among_the_renames_finishes_them(tmp_path, moved, monkeypatch):
    (tmp_path / "a").write_text("old")
    targets, replace = [], os.replace

    def interrupted(temporary, target):
        targets.append(target)
        if len(targets) == moved + 1:
            files.settle()
            raise SystemExit
        replace(temporary, target)

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(SystemExit), together() as run:
        for name in "abc":
            run.write_text(tmp_path / name, "new")
    assert there(tmp_path) == dict.fromkeys("abc", "new")


def test_a_folder_that_others_write_to_meanwhile_stays(tmp_path):
    with pytest.raises(ValueError, match="ours"), together() as run:
        run.folder(tmp_path / "b")
        (tmp_path / "b/theirs").write_text("")
        raise ValueError("ours")
    assert there(tmp_path) == {"b": None, "b/theirs": ""}


def test_a_number_json_cannot_say_is_refused_and_the_old_file_stays(tmp_path):
    write_json(tmp_path / "a.json", ["é"])
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a.json", [float("nan")])
    assert there(tmp_path) == {"a.json": '[\n "é"\n]\n'}


@posix
def test_what_cannot_be_written_keeps_the_rest_of_its_run_away(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("old")
    (tmp_path / "full").symlink_to("/dev/full")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    for name in ("full", "loop", "folder", "n" * 256):
        with cannot_be_written(tmp_path / name), together() as run:
            run.write_text(tmp_path / "a.txt", "new")
            run.write_text(tmp_path / name, "new")
    with cannot_be_written(tmp_path / "b.txt"), together() as run:
        run.write_text(tmp_path / "a.txt", "new")
        run.write_text(tmp_path / "b.txt", "new")
        (tmp_path / "b.txt").mkdir()
    assert (tmp_path / "a.txt").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["a.txt", "b.txt", "folder", "full", "loop"]
    write_text(tmp_path / ("n" * 255), "as long as the file system takes")
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)  # root may write all
    with cannot_be_written(tmp_path / "a.txt"):
        write_text(tmp_path / "a.txt", "new")


def test_a_folder_that_cannot_be_made_gets_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with together() as run:
        for folder in ("file", "file/below", "file/below/further"):
            with cannot_be_written(tmp_path / folder) as error:
                run.folder(tmp_path / folder)
            assert f"{tmp_path / 'file'} is a file" in str(error.value)
        assert run.folder(tmp_path / "a" / "b").is_dir()


@posix
def test_a_file_is_readable_as_the_umask_says_and_keeps_the_mode_it_had(tmp_path):
    old = os.umask(0o022)
    try:
        for mode in (0o644, 0o600):
            write_text(tmp_path / "a.txt", "")
            assert (tmp_path / "a.txt").stat().st_mode & 0o777 == mode
            (tmp_path / "a.txt").chmod(0o600)
    finally:
        os.umask(old)


@posix
def test_links_are_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real/a.txt")
    (tmp_path / "linked").symlink_to("real")
    (tmp_path / "new.txt").symlink_to("real/new.txt")  # leads to a file that does not exist yet
    with together() as run:
        for name in ("link.txt", "linked/b.txt", "new.txt"):
            run.write_text(tmp_path / name, name)
    names = {"a.txt": "link.txt", "b.txt": "linked/b.txt", "new.txt": "new.txt"}
    assert there(tmp_path / "real") == names
    assert all((tmp_path / name).is_symlink() for name in ("link.txt", "linked", "new.txt"))
    assert len(os.listdir(tmp_path)) == 4


@posix
def test_two_outputs_need_two_files(tmp_path):
    (tmp_path / "link").symlink_to("a.txt")
    with together() as run:
        run.reserve(tmp_path / "a.txt")
        for same in ("a.txt", "link", "../" + tmp_path.name + "/a.txt"):
            with pytest.raises(ValueError, match=rf"{same} is named for two outputs"):
                run.reserve(tmp_path / same)
        run.write_text(tmp_path / "a.txt", "once")
        with pytest.raises(ValueError, match="is named for two outputs"):
            run.write_text(tmp_path / "a.txt", "twice")
    assert (tmp_path / "a.txt").read_text() == "once"


@posix
def test_pipes_and_devices_are_written_to_and_stay(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    read = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_text()))
    reader.start()
    write_json(tmp_path / "pipe", {"a": 1})
    reader.join(timeout=60)
    assert json.loads(read[0]) == {"a": 1}
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert os.listdir(tmp_path) == ["pipe"]
    write_text(Path("/dev/null"), "gone")
    with cannot_be_written("/dev/full"):
        write_text(Path("/dev/full"), "too much")
    for device in ("/dev/null", "/dev/full"):
        assert stat.S_ISCHR(os.stat(device).st_mode)


def test_a_name_under_proc_for_a_file_is_refused(tmp_path):
    with (tmp_path / "a.txt").open("w") as file:
        path = Path(f"/proc/self/fd/{file.fileno()}")
        with cannot_be_written(path) as error:
            write_text(path, "new")
    assert str(tmp_path / "a.txt") in str(error.value)


def test_temporary_names_differ_and_leftovers_are_removed(tmp_path):
    names = []
    for _ in range(2):
        with suppress(KeyError), together() as run, run.writing(tmp_path / "a.txt") as temporary:
            names.append(temporary.name)
            raise KeyError
    old, fresh = (tmp_path / name for name in names)
    assert old != fresh
    theirs = tmp_path / ".theirs.tmp"
    for path, age in ((old, 25), (fresh, 23), (theirs, 1000)):
        path.write_text("")
        os.utime(path, times=2 * (time.time() - age * 3600,))
    write_text(tmp_path / "b.txt", "")
    assert sorted(os.listdir(tmp_path)) == sorted([theirs.name, fresh.name, "b.txt"])
