"""Seeding, what runs, and importing MXNet and d2l, or saying in one sentence why not."""

import platform
import random
import re
import subprocess
import sys
import textwrap
from configparser import ConfigParser
from pathlib import Path

import numpy as np
import pytest
from conftest import run_process
from xarray import load_dataset

import gluon_momentum as gm
from gluon_momentum import environment


def test_seed_fixes_both_generators(mxnet):
    def draws(seed):
        gm.seed(seed)
        return [
            (mxnet.nd.random.normal(shape=(3,)).asnumpy().tolist(), random.random()) for _ in "12"
        ]

    first, again, other = draws(3), draws(3), draws(4)
    assert first == again
    for index in (0, 1):
        assert len({str(draw[index]) for draw in [*first, *other]}) == 4


@pytest.mark.usefixtures("mxnet")
def test_describe_tells_what_runs(monkeypatch):
    import mxnet

    told = environment.describe()
    assert told["mxnet"] == mxnet.__version__
    assert told["package"] == gm.__version__
    assert told["d2l"] == "0.8.7"
    assert told["blas"]
    assert set(told["blas"]) < set(told["mxnet_features"])
    assert told["cpu"]
    assert told["engine"]

    def absent(*_, **__):
        raise OSError

    monkeypatch.setitem(sys.modules, "mxnet.runtime", None)  # before 1.5 there is none
    monkeypatch.setattr(Path, "read_text", absent)  # as where there is no /proc
    told = environment.describe()
    assert told["mxnet_features"] is told["blas"] is None
    assert told["cpu"]


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Return a function that puts some code, and a version, in the place of a library."""

    def fake(library, code, version=None):
        (tmp_path / library).mkdir()
        if version:
            (tmp_path / library / "libinfo.py").write_text(f"__version__ = {version!r}")
            code = f"from .libinfo import __version__\n{code}"
        (tmp_path / library / "__init__.py").write_text(code)
        monkeypatch.syspath_prepend(tmp_path)
        for name in [name for name in sys.modules if name.partition(".")[0] == library]:
            monkeypatch.delitem(sys.modules, name)

    yield fake
    for name in ("mxnet", "mxnet.libinfo", "d2l"):  # monkeypatch puts the real ones back
        sys.modules.pop(name, None)


# As setup.cfg asks for it.
setup = ConfigParser()
setup.read(Path(__file__).parents[1] / "setup.cfg", "utf8")
[MXNET, *_] = re.findall(r"^mxnet[^;\s]+", setup["options"]["install_requires"], re.MULTILINE)

SHARED = "cannot open shared object file: No such file"
# What is in MXNet's place: its code, its version, and what the sentence names.
UNFIT = {
    "absent": ("raise ModuleNotFoundError(name='mxnet')", None, ["not installed"]),
    "too old for NumPy": (
        "import numpy\nnumpy.a_name_it_lacks",
        None,
        [f"NumPy {np.__version__}", "a_name_it_lacks"],
    ),
    "without distutils": (
        "raise ModuleNotFoundError(name='distutils')", None, ["pip install setuptools"],
    ),
    "without libquadmath": (
        f"raise OSError('libquadmath.so.0: {SHARED}')",
        None,
        ["libquadmath.so.0", "apt-get install libquadmath0"],
    ),
    "without a library of no known package": (
        f"raise OSError('libodd.so.7: {SHARED}')", None, ["libodd.so.7"],
    ),
    "broken": ("raise OSError('libmxnet.so: too short')", None, ["libmxnet.so: too short"]),
    "1.0": ("", "1.0.0", ["contrib.text", MXNET]),
    "0.12, without a library": (f"raise OSError('libq.so.3: {SHARED}')", "0.12.1", [MXNET]),
    "1.2": ("exec('[(yield) for x in ()]')", "1.2.1", ["`yield`", MXNET]),
    "2.0": ("", "2.0.0beta1", ["beta", MXNET]),
}  # fmt: skip


@pytest.mark.parametrize("case", UNFIT)
def test_an_mxnet_that_does_not_do_gets_one_sentence(case, fake):
    code, version, named = UNFIT[case]
    fake("mxnet", code, version)
    with pytest.raises(ImportError, match=r"^MXNet.*\.$") as caught:
        environment.import_mxnet()
    for what in [*named, *([f"MXNet {version} "] if version else [])]:
        assert what in str(caught.value)


@pytest.mark.parametrize(
    ("system", "machine", "version", "named"),
    [
        ("Linux", "x86_64", (3, 12, 1), f"pip install '{MXNET}'"),
        ("Darwin", "x86_64", (3, 8, 18), f"pip install '{MXNET}'"),
        ("Linux", "aarch64", (3, 13, 0), "pip install --no-deps"),
        ("Windows", "AMD64", (3, 12, 1), "Docker"),
        ("Darwin", "arm64", (3, 13, 0), "Docker"),
    ],
)
def test_how_to_install_mxnet_is_told_for_the_place(
    system, machine, version, named, fake, monkeypatch
):
    fake("mxnet", "raise ModuleNotFoundError(name='mxnet')")
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(ImportError, match=r"^MXNet is not installed: .*\.$") as caught:
        environment.import_mxnet()
    assert named in str(caught.value)


@pytest.mark.parametrize("version", ["1.1.0", "1.2.1", "1.3.1", "1.9.1", "1.10.0", "mine"])
def test_an_mxnet_that_imports_is_taken(version, fake):
    fake("mxnet", "", version)  # 1.2 imports where someone has mended it
    assert environment.import_mxnet().__version__ == version


@pytest.mark.parametrize(
    ("library", "code", "kind"),
    [
        ("mxnet", "import a_module_it_lacks", ModuleNotFoundError),
        ("mxnet", "raise AttributeError('a_module_it_lacks')", AttributeError),
        ("mxnet", "exec('a_module_it_lacks 1')", SyntaxError),
        ("d2l", "import a_module_it_lacks", ModuleNotFoundError),
    ],
)
def test_a_fault_inside_a_library_is_not_called_another(library, code, kind, fake):
    if library == "d2l":
        fake("mxnet", "", "1.9.1")
    fake(library, code, "1.3.1")
    with pytest.raises(kind) as caught:
        environment.import_d2l()
    assert "a_module_it_lacks" in str(getattr(caught.value, "text", caught.value))


def test_a_d2l_that_is_absent_gets_one_sentence(fake):
    fake("mxnet", "", "1.9.1")
    fake("d2l", "raise ModuleNotFoundError(name='d2l')")
    with pytest.raises(ImportError, match=r"^d2l .*pip install 'd2l==0\.8\.7'\.$"):
        environment.import_d2l()


@pytest.mark.parametrize("version", ["0.9.2", "0.17.6", "1.0.3"])
def test_a_d2l_of_a_later_edition_gets_one_sentence(fake, version):
    fake("mxnet", "", "1.9.1")
    fake("d2l", f"__version__ = {version!r}")
    with pytest.raises(ImportError, match=rf"^d2l {version} .*pip install 'd2l==0\.8\.7'\.$"):
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
                assert "MXNet" in str(error), error
            else:
                raise SystemExit(f"{name} needed no MXNet")
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True)


WITHOUT = """
import sys
sys.modules["mxnet"] = sys.modules["d2l"] = None  # as if they were not installed
from gluon_momentum.cli import main
main()
"""
COMMANDS = [
    "compare --mom 0.9 --w 1.9987 -3.4012 --b 4.2003 --shuffles 1000 --out figures",
    "explore --out page.html",
    "sweep --mom 0.5,0.9 --lr 0.02:0.2:3 --seeds 3 --out sweep",
    "notebooks notebooks",
]


@pytest.mark.slow
@pytest.mark.usefixtures("mxnet")
@pytest.mark.parametrize("line", COMMANDS)
def test_what_needs_no_mxnet_gives_the_same_files_without(line, tmp_path, monkeypatch):
    # The libraries of Python 3.8 number a page's models by hashes, and write the time into NetCDF.
    monkeypatch.setenv("PYTHONHASHSEED", "0")

    def content(path):
        return str(load_dataset(path).to_dict()) if path.suffix == ".nc" else path.read_bytes()

    found = []
    for name, program in (("with", ["-m", "gluon_momentum"]), ("without", ["-c", WITHOUT])):
        folder = tmp_path / name
        folder.mkdir()
        ended = run_process([sys.executable, *program, *line.split()], cwd=folder)
        assert (ended.returncode, ended.stderr) == (0, "")
        files = {p.relative_to(folder): p for p in folder.rglob("*") if p.is_file()}
        found.append((ended.stdout, {name: content(path) for name, path in files.items()}))
    assert found[0] == found[1]
    assert found[0][0]


@pytest.mark.slow
@pytest.mark.parametrize("line", ["run", "reproduce", "verify --edition all"])
def test_what_needs_mxnet_says_so_without(line, tmp_path):
    ended = run_process([sys.executable, "-c", WITHOUT, *line.split()], cwd=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert ended.stderr.startswith("gluon-momentum: MXNet is not installed: ")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_info_tells_why_there_is_no_mxnet(tmp_path):
    ended = run_process([sys.executable, "-c", WITHOUT, "info"], cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "MXNet is not installed: " in ended.stdout.splitlines()[-1]
