"""The public names, lazily loaded; every example runs; what other files repeat of the version."""

import doctest
import importlib
import pkgutil
import re
from contextlib import contextmanager
from pathlib import Path

import pytest

import gluon_momentum as gm

ROOT = Path(__file__).parents[1]
MODULES = [
    info.name
    for info in pkgutil.walk_packages(gm.__path__, "gluon_momentum.")
    if not info.name.endswith("__main__")
]


@contextmanager
def needing_mxnet():
    """Skip a test whose block cannot be run for want of MXNet."""
    try:
        yield
    except ImportError:
        pytest.importorskip("mxnet")
        raise


@pytest.mark.parametrize("name", sorted({*gm.__all__} - {"__version__", "published"}))
def test_every_public_name_is_there_with_an_example_and_a_source(name):
    assert name in dir(gm)
    with needing_mxnet():
        value = getattr(gm, name)
    assert callable(value)
    assert value.__doc__
    if value.__module__.startswith("gluon_momentum") and name not in ("Run", "seed"):
        assert doctest.DocTestFinder(recurse=False).find(value)[0].examples
        assert "Defined in the chapter's section" in value.__doc__


def test_a_function_is_not_hidden_by_the_module_of_its_name():
    assert gm.ewma is importlib.import_module("gluon_momentum.chapter.averages").ewma


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nag"):
        gm.nag  # noqa: B018


@pytest.mark.parametrize("name", MODULES)
def test_examples_print_what_they_say(name):
    with needing_mxnet():
        module = importlib.import_module(name)
    examples = "".join(found.docstring for found in doctest.DocTestFinder().find(module))
    if re.search(r">>> (gm\.seed|from mxnet)", examples):
        pytest.importorskip("mxnet")
    assert doctest.testmod(module).failed == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_examples_in_the_readme_print_what_they_say(name, capsys):
    pytest.importorskip("mxnet")
    code = "".join(re.findall(r"```python\n(.*?)```", (ROOT / name).read_text("utf8"), re.S))
    exec(code, {})
    printed = re.findall(r"^print\(.*\)  # (.*)$", code, re.M)
    assert printed
    assert capsys.readouterr().out.splitlines() == printed


@pytest.mark.parametrize(
    ("name", "version"),
    [("Dockerfile", r'image\.version="(.*?)"'), ("CITATION.cff", r"^version: (.*)$")],
)
def test_what_repeats_the_version_has_this_one(name, version):
    if not (ROOT / name).exists():
        pytest.skip("It is not in the image.")
    assert re.findall(version, (ROOT / name).read_text("utf8"), re.M) == [gm.__version__]
