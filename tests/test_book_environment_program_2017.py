"""The program of 2017, on the MXNet that is here: it draws the stream of January 2018."""

import random
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mxnet import nd

from book_environment import compare_2017, program_2017


@pytest.mark.slow
def test_both_programs_give_what_was_printed_in_january_2018():
    found = {"scratch": program_2017.from_scratch(), "gluon": program_2017.with_gluon()}
    agreement = compare_2017.agreement(found, compare_2017.printed("2018-01"))
    assert agreement["agree"] == agreement["of"] == 12
    assert compare_2017.agreement(found, compare_2017.printed("2017-11"))["agree"] == 0


def test_a_batch_is_of_shuffled_rows():
    X, y = nd.arange(2000).reshape((1000, 2)), nd.arange(1000)
    random.seed(1)
    batches = list(program_2017.batches(nd, X, y))
    assert len(batches) == 100
    labels = np.concatenate([ys.asnumpy() for _, ys in batches])
    assert sorted(labels) == list(range(1000))
    assert labels[0] != 0
    assert np.array_equal(batches[3][0].asnumpy()[:, 0], 2 * batches[3][1].asnumpy())


def test_draws_are_named_by_seed_and_call():
    drawn = program_2017.draws()
    assert drawn["3_0"].shape == (1000, 2)
    assert len(drawn) == len(program_2017.SEEDS) * len(program_2017.SHAPES)
    assert not np.array_equal(drawn["1_3"], drawn["2_3"])


def test_it_imports_nothing_of_this_repository():
    imported = re.findall(
        r"^\s*(?:import|from) (\w+)", Path(program_2017.__file__).read_text(), re.M
    )
    assert set(imported) == {"argparse", "json", "random", "numpy", "mxnet"}


@pytest.mark.slow
def test_it_writes_what_the_comparison_reads(tmp_path):
    root, files = Path(__file__).parents[1], [tmp_path / "p.json", tmp_path / "d.npz"]
    for module, *paths in (("program_2017", *files), ("compare_2017", *files, tmp_path / "c.json")):
        command = [sys.executable, "-W", "ignore", "-m", f"book_environment.{module}", *paths]
        subprocess.run(command, cwd=root, check=True)
    assert '"agree": 12' in (tmp_path / "c.json").read_text()
