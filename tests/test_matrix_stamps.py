"""tools/matrix/stamps.py: a row is up to date until something that it depends on changes."""

import json
import time

import pytest

from tools.matrix import stamps


@pytest.fixture
def repository(tmp_path):
    """Return a folder with all that a row depends on."""
    for name in stamps.INPUTS:
        path = tmp_path / name
        if "." in path.name or path.parent.name == "tools":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("1")
        else:
            path.mkdir(parents=True, exist_ok=True)
            (path / "module.py").write_text("1")
    return tmp_path


def test_the_inputs_are_there():
    assert all((stamps.ROOT / name).exists() for name in stamps.INPUTS)


@pytest.mark.parametrize(
    "name",
    ["requirements.lock", "noxfile.py", "gluon_momentum/module.py", "book_environment/r.json"],
)
def test_a_change_of_an_input_changes_the_digest(repository, name):
    before = stamps.digest("row", repository)
    assert stamps.digest("row", repository) == before
    (repository / name).write_text("2")
    assert stamps.digest("row", repository) != before


def test_another_definition_changes_the_digest(repository):
    assert stamps.digest("row", repository) != stamps.digest("other row", repository)


def test_what_python_and_numba_leave_changes_nothing(repository):
    before = stamps.digest("row", repository)
    (repository / "gluon_momentum/module.cpython-38.pyc").write_text("1")
    (repository / "gluon_momentum/kernel.nbi").write_text("1")
    assert stamps.digest("row", repository) == before


def test_a_row_without_a_stamp_was_interrupted(tmp_path):
    assert not stamps.up_to_date(tmp_path, "d")
    assert not stamps.up_to_date(tmp_path / "absent", "d")


def test_a_stamped_row_is_up_to_date_unless_it_failed(tmp_path):
    stamps.write(tmp_path, "d", time.time() - 60)
    assert stamps.up_to_date(tmp_path, "d")
    assert not stamps.up_to_date(tmp_path, "e")
    assert json.loads((tmp_path / stamps.STAMP).read_text())["seconds"] >= 60
    (tmp_path / "failed").write_text("mxnet")
    assert not stamps.up_to_date(tmp_path, "d")
