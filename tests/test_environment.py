"""Seeding, and what ran."""

import random
import sys

import pytest
from mxnet import nd

import gluon_momentum as gm
from gluon_momentum import environment


def test_seed_fixes_both_generators():
    def draws():
        return nd.random.normal(shape=(3,)).asnumpy().tolist(), random.random()

    gm.seed(3)
    first = draws()
    assert draws() != first
    gm.seed(3)
    assert draws() == first
    gm.seed(4)
    second = draws()
    assert second[0] != first[0]
    assert second[1] != first[1]


@pytest.mark.parametrize("seed", [-1, 2**31, 1.0, True, "0", None])
def test_a_bad_seed_gets_one_sentence(seed):
    with pytest.raises(ValueError, match="seed must be an integer from 0 to 2"):
        gm.seed(seed)


def test_describe_tells_what_runs():
    import mxnet

    told = environment.describe()
    assert told["mxnet"] == mxnet.__version__
    assert told["package"] == gm.__version__
    assert told["d2l"] == "0.8.7"
    assert told["blas"]
    assert told["cpu"]
    assert told["engine"]


def test_the_processor_has_a_name_without_proc(monkeypatch):
    def absent(*_):
        raise OSError

    monkeypatch.setattr(environment.Path, "read_text", absent)
    assert environment._cpu()


def test_before_1_5_mxnet_does_not_tell_its_features(monkeypatch):
    monkeypatch.setitem(sys.modules, "mxnet.runtime", None)  # as if there were none
    told = environment.describe()
    assert told["mxnet_features"] is None
    assert told["blas"] is None
