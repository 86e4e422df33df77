"""Importing MXNet and d2l, or saying why not."""

import re
import subprocess
import sys
import textwrap
from configparser import ConfigParser
from pathlib import Path

import numpy as np
import pytest

from gluon_momentum import environment, libraries

REMEDY = "pip install 'mxnet>=1.1,!=1.2.*,<2'."
BROKEN = {
    "mxnet is absent": (
        "raise ModuleNotFoundError(\"No module named 'mxnet'\", name='mxnet')",
        "MXNet is not installed: on Python 3.8 to 3.11, pip install 'mxnet>=1.1,!=1.2.*,<2'.",
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
        libraries.import_mxnet()
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
        libraries.import_mxnet()


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
        libraries.import_d2l()


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


UNSUITED = {
    "1.0 has no contrib.text": ("1.0.0", "", "lacks mxnet.contrib.text, which d2l imports"),
    "0.12 lacks a library besides": (
        "0.12.1",
        "raise OSError('libgfortran.so.3: cannot open shared object file: No such file')",
        "lacks mxnet.contrib.text, which d2l imports",
    ),
    "1.2 is no Python 3.8": (
        "1.2.1",
        "exec('[(yield) for x in ()]')",
        "has a `yield` inside a list comprehension, which Python 3.8 and later refuse",
    ),
    "2.0 was a beta": (
        "2.0.0beta1",
        "",
        "is of a series that ended as a beta, whose Gluon refuses the book's NDArrays",
    ),
}


@pytest.fixture
def fake_mxnet(tmp_path, monkeypatch):
    """Return a function that puts an MXNet of a version, and some code, in MXNet's place."""

    def fake(version, code=""):
        (tmp_path / "mxnet").mkdir()
        (tmp_path / "mxnet/libinfo.py").write_text(f"__version__ = {version!r}")
        init = f"from .libinfo import __version__\n{code}\n"
        (tmp_path / "mxnet/__init__.py").write_text(init)
        monkeypatch.syspath_prepend(tmp_path)
        for name in [name for name in sys.modules if name.partition(".")[0] == "mxnet"]:
            monkeypatch.delitem(sys.modules, name)

    yield fake
    for name in ("mxnet", "mxnet.libinfo"):  # monkeypatch puts the real ones back
        sys.modules.pop(name, None)


@pytest.mark.parametrize("case", UNSUITED)
def test_an_mxnet_of_another_series_gets_one_sentence(case, fake_mxnet):
    version, code, why = UNSUITED[case]
    fake_mxnet(version, code)
    with pytest.raises(ImportError, match="MXNet") as caught:
        libraries.import_mxnet()
    assert str(caught.value) == f"MXNet {version} {why}: {REMEDY}"


@pytest.mark.parametrize("version", ["1.1.0", "1.2.1", "1.3.1", "1.9.1", "1.10.0", "mine"])
def test_an_mxnet_that_imports_is_taken(version, fake_mxnet):
    fake_mxnet(version)  # 1.2 imports where someone has mended it
    assert libraries.import_mxnet().__version__ == version


def test_a_syntax_error_of_another_series_is_not_explained_away(fake_mxnet):
    fake_mxnet("1.3.1", "exec('1 +')")
    with pytest.raises(SyntaxError):
        libraries.import_mxnet()


def test_the_remedy_is_what_setup_cfg_asks_for():
    setup = ConfigParser()
    setup.read(Path(__file__).parents[1] / "setup.cfg", "utf8")
    wanted = re.findall(r"^mxnet(\S+)$", setup["options"]["install_requires"], re.MULTILINE)
    assert f"pip install 'mxnet{wanted[0]}'." == REMEDY


def test_the_environment_hands_them_on():
    assert environment.import_mxnet is libraries.import_mxnet
    assert environment.import_d2l is libraries.import_d2l
