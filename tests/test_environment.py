"""Importing MXNet or saying why not, seeding, and what ran."""

import random
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from mxnet import nd

import gluon_momentum as gm
from gluon_momentum import environment

BROKEN = {
    "mxnet is absent": (
        "raise ModuleNotFoundError(\"No module named 'mxnet'\", name='mxnet')",
        "MXNet is not installed: on Python 3.8 to 3.11, pip install 'mxnet>=1.5.1,<2'.",
    ),
    "numpy is too new": (
        "import numpy\nnumpy.__version__ = '1.26.4'\n"
        "raise AttributeError('no bool.\\nIt was an alias.')",
        "MXNet reads names, numpy.bool for one, that NumPy 1.26.4 no longer has: "
        "pip install 'numpy<1.24'.",
    ),
    "libquadmath is missing": (
        "raise OSError('libquadmath.so.0: cannot open shared object file: No such file')",
        "MXNet needs the system library libquadmath.so.0, which is not on this machine: "
        "on Debian or Ubuntu, apt-get install libquadmath0.",
    ),
    "a library nobody thought of is missing": (
        "raise OSError('libodd.so.7: cannot open shared object file: No such file')",
        "MXNet needs the system library libodd.so.7, which is not on this machine: install it.",
    ),
    "the library is broken": (
        "raise OSError('libmxnet.so: file too short')",
        "MXNet's library cannot be loaded: libmxnet.so: file too short.",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_an_mxnet_that_cannot_be_imported_gets_one_sentence(case, tmp_path, monkeypatch):
    code, sentence = BROKEN[case]
    (tmp_path / "mxnet.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(np, "__version__", np.__version__)  # one case pretends another
    for name in [name for name in sys.modules if name.partition(".")[0] == "mxnet"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ImportError, match="MXNet") as caught:
        environment.import_mxnet()
    assert str(caught.value).endswith(sentence)
    assert str(caught.value).count("\n") == 0


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import a_module_that_mxnet_lacks", ModuleNotFoundError),
        ("raise AttributeError('a fault of its own')", AttributeError),
    ],
)
def test_a_fault_inside_mxnet_is_not_called_another(code, kind, tmp_path, monkeypatch):
    (tmp_path / "mxnet.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "mxnet")
    with pytest.raises(kind, match=r"a_module_that_mxnet_lacks|a fault of its own"):
        environment.import_mxnet()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("raise ModuleNotFoundError(name='d2l')", "d2l is not installed: pip install 'd2l==0.8.7'"),
        ("import a_module_that_d2l_lacks", "a_module_that_d2l_lacks"),
    ],
)
def test_a_d2l_that_cannot_be_imported_gets_one_sentence(code, sentence, tmp_path, monkeypatch):
    (tmp_path / "d2l.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "d2l", raising=False)
    with pytest.raises(ImportError, match=sentence):
        environment.import_d2l()


@pytest.mark.slow
def test_the_package_imports_without_mxnet_until_it_is_needed():
    program = """
        import sys
        sys.modules["mxnet"] = None  # as if it were not installed
        import gluon_momentum as gm
        assert gm.ewma([1.0], 0.5).tolist() == [0.5]
        assert gm.gd_trace(0.1).shape == (21, 2)
        assert "matplotlib" not in sys.modules
        for name in ("optimize", "generate_data", "linreg"):
            try:
                getattr(gm, name)
            except ImportError as error:
                assert str(error).startswith("MXNet is not installed"), error
            else:
                raise SystemExit(f"{name} needed no MXNet")
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True)


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
