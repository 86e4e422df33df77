"""tools/matrix.py: a row leaves what is found of it, and its line in docs/ tells that."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

import matrix
import pytest
from conftest import posix

pytestmark = posix

DOCS = matrix.ROOT / "docs"
BUILDS, SPEED = "builds.md", "performance.md"
SAME = {"same_data": True, "ratio": 0.0, "agrees": True}
COMPARED = {"here": SAME, "old": {**SAME, "ratio": 1.642e-4}}
LOOP = [{"name": "one", "ratio": 1.0}, {"name": "other", "ratio": 1.7249}]
VERIFIED = {"checks": [{"id": i, "holds": i != "a.b"} for i in ("a.w", "a.b", "b.w")]}
STOPPED = {"cells": 7, "ran": 3, "line": "x[:] = y", "error": "TypeError: no"}
OF_2017 = {
    "published": {
        "2017-11": {"agree": 12, "of": 12, "ratio": 3.3e-5},
        "2018-01": {"agree": 0, "of": 12, "ratio": 0.7},
    },
    "normals": {"equal": 0.9968, "largest": 2.4e-7},
    "with_system_logf": {"equal": 1.0, "largest": 0.0},
}


def lines(page):
    """Return the cells of each line of a page's tables, heads left out."""
    rows = [line for line in page.read_text("utf8").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]
    rules = [i for i, (first, *_) in enumerate(cells) if first == "---"]
    return [row for i, row in enumerate(cells) if i not in rules and i + 1 not in rules]


@pytest.fixture
def filled(tmp_path):
    """Return a function that makes up findings and returns what lines they change of builds.md."""
    for page in (BUILDS, SPEED):
        (tmp_path / "docs").mkdir(exist_ok=True)
        shutil.copy(DOCS / page, tmp_path / "docs")

    def fill(row, failed=None, **findings):
        folder = tmp_path / "results" / row
        folder.mkdir(parents=True)
        for name, found in findings.items():
            (folder / f"{name}.json").write_text(json.dumps(found))
        if failed:
            (folder / "failed").write_text(failed[0])
            (folder / f"{failed[0]}.log").write_text(failed[1])
        matrix.fill(tmp_path / "docs", tmp_path / "results")
        return [row for row in lines(tmp_path / "docs" / BUILDS) if row not in lines(DOCS / BUILDS)]

    return fill


def test_every_row_has_one_line_in_the_docs_and_every_line_is_a_row(tmp_path):
    ours = [row.cells(tmp_path)[:2] for row in matrix.ROWS]
    theirs = [cells[:2] for cells in lines(DOCS / BUILDS)]
    assert sorted(ours) == sorted(theirs)
    assert len({row.name for row in matrix.ROWS}) == len(matrix.ROWS)


@pytest.mark.parametrize(
    ("row", "findings", "cells"),
    [
        ("3.8-mxnet-mkl-1.6.0", {"verify": VERIFIED, **COMPARED, "loop": LOOP},
         ["3.8", "mxnet-mkl 1.6.0", "2 of 3; not a.b", "0", "1.6e-4", "1.72"]),
        ("3.6-mxnet-1.2.1", {**COMPARED, "here": {**SAME, "ratio": None, "agrees": False}},
         ["3.6", "mxnet 1.2.1, the book's", "recorded again", "a loss is not finite", "1.6e-4",
          "1"]),
        ("3.6-mxnet-1.2.0", {"cells": {"cells": 5, "ran": 5}, **COMPARED, "loop": LOOP},
         ["3.6", "mxnet 1.2.0", "all 5 cells of the chapter run", "0", "1.6e-4", "1.72"]),
        ("3.8-mxnet-2.0.0a0", {"cells": STOPPED, "here": {**SAME, "agrees": False, "ratio": 2.0},
                               "old": {**SAME, "same_data": False}, "loop": LOOP},
         ["3.8", "mxnet 2.0.0a0", "3 of the chapter's 7 cells run; the next stops at `x[:] = y`: "
          "TypeError: no", "2.0e0, more than rounding", "0; other bits in the data", "1.72"]),
        ("3.6-mxnet-mkl-1.0.0", {"compare": OF_2017},
         ["3.6", "mxnet-mkl 1.0.0", "12 of 12, a loss within 3.3e-5", "0 of 12",
          "99.68 %, others within 2.4e-7", "100.00 %"]),
        ("3.6-mxnet-1.0.0.post4",
         {"compare": {**OF_2017, "normals": {"equal": 0.0, "largest": 6.8}}},
         ["3.6", "mxnet 1.0.0.post4", "12 of 12, a loss within 3.3e-5", "0 of 12",
          "another stream", "100.00 %"]),
    ],
)  # fmt: skip
def test_what_is_found_of_a_row_fills_its_line_and_no_other(filled, row, findings, cells):
    assert filled(row, **findings) == [cells]


@pytest.mark.parametrize("row", ["3.6-mxnet-0.12.0", "3.6-mxnet-1.2.1", "3.11-mxnet-1.9.1"])
def test_how_a_row_failed_stands_in_its_last_cell(filled, row):
    ((*_, before, last),) = filled(row, failed=("import", "Traceback\nNo | in /a/b/c.so: no\n\n"))
    assert before == ""
    assert last.endswith(r": No \| in c.so: no")


def test_the_times_of_the_loop_take_the_place_of_the_former(filled, tmp_path):
    filled("speed", loop=LOOP, failed=("torch", "no PyTorch\n"))
    page, former = lines(tmp_path / "docs" / SPEED), lines(DOCS / SPEED)
    *times, failed = (row for row in page if len(row) == 2)
    assert times == [["one", "1.00"], ["other", "1.72"]]
    assert failed[1].endswith(": no PyTorch")
    assert [row for row in page if len(row) > 2] == [row for row in former if len(row) > 2]


def test_where_one_table_is_missing_no_page_is_changed(filled, tmp_path):
    docs = tmp_path / "docs"
    (docs / SPEED).write_text("no table\n")
    with pytest.raises(ValueError, match="one run of"):
        filled("speed", loop=LOOP)
    with pytest.raises(ValueError, match="one run of"):
        filled("3.8-mxnet-1.6.0", verify=VERIFIED)
    assert (docs / BUILDS).read_bytes() == (DOCS / BUILDS).read_bytes()


def test_a_row_that_fails_keeps_what_it_found_and_says_at_what(tmp_path, capsys):
    def program(folder):
        matrix.step(folder, "here", "sh", "-c", "echo $OF", OF="a")
        matrix.step(folder, "loop", "sh", "-c", "echo no such loop; exit 3")

    assert not matrix.run("row", program, tmp_path)
    assert (tmp_path / "row/here.log").read_text() == "a\n"
    assert matrix.failure(tmp_path / "row").endswith("no such loop")
    assert "no such loop" in capsys.readouterr().out


def test_a_row_that_is_interrupted_leaves_its_former_findings(tmp_path):
    def interrupted(folder):
        (folder / "half").touch()
        raise KeyboardInterrupt

    assert matrix.run("row", lambda folder: (folder / "first").touch(), tmp_path)
    with pytest.raises(KeyboardInterrupt):
        matrix.run("row", interrupted, tmp_path)
    assert os.listdir(tmp_path / "row") == ["first"]
    assert matrix.run("row", lambda folder: (folder / "second").touch(), tmp_path)
    assert os.listdir(tmp_path / "row") == ["second"]


@pytest.mark.parametrize(("writes", "fails_at"), [("echo {} >", "here"), (": ", "verify")])
def test_a_build_is_compared_although_checks_do_not_hold(tmp_path, writes, fails_at):
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\n[ "$3" = verify ] && {writes} "$5"\nexit 1\n')
    python.chmod(0o755)
    with pytest.raises(matrix.StepFailedError, match=fails_at):
        matrix.package(tmp_path, python)


def test_a_lock_without_mxnet_lacks_mxnet_alone():
    before = "# made\nd2l==1 \\\n    --hash=a\nmxnet-mkl==2 \\\n    --hash=b\n"
    of_mxnet = "mxnet==1.9.1 ; python_version < '4' \\\n    --hash=c \\\n    --hash=d\n"
    after = "numpy==3 \\\n    --hash=e\n"
    assert matrix.without_mxnet(before + of_mxnet + after) == before + after


@pytest.mark.skipif(not matrix.UV.exists(), reason="uv is one of the tools, not of the package")
def test_a_wheel_is_in_front_of_the_environments_packages(tmp_path):
    wheel = tmp_path / "mxnet-0.1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("mxnet/__init__.py", "__version__ = 'in front'\n")
        about = {"METADATA": "Metadata-Version: 2.1\nName: mxnet\nVersion: 0.1\n", "RECORD": "",
                 "WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n"}  # fmt: skip
        for name, text in about.items():
            file.writestr(f"mxnet-0.1.dist-info/{name}", text)
    python = matrix.exchange(tmp_path / "front", sys.executable, wheel)
    code = "import sys, mxnet; print(mxnet.__version__, *sys.argv[1:])"
    assert subprocess.check_output([python, "-c", code, "a b"], text=True) == "in front a b\n"


def test_the_command_line_lists_the_rows_and_refuses_another(capsys):
    assert matrix.main(["list"]) == 0
    assert capsys.readouterr().out.split() == [*(row.name for row in matrix.ROWS), "speed"]
    with pytest.raises(SystemExit) as stopped:
        matrix.main(["run", "3.8-mxnet-1.6.0", "3.8-mxnet-9"])
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "3.8-mxnet-9" in said
