"""Every example in a docstring runs and prints what it says."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import gluon_momentum

MODULES = [
    info.name
    for info in pkgutil.walk_packages(gluon_momentum.__path__, "gluon_momentum.")
    if not info.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_print_what_they_say(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", gluon_momentum.__all__)
def test_our_public_functions_have_an_example_and_a_source(name):
    value = getattr(gluon_momentum, name)
    if value.__module__.startswith("gluon_momentum") and name not in ("Run", "seed"):
        assert doctest.DocTestFinder(recurse=False).find(value)[0].examples
        assert "Defined in the chapter's section" in value.__doc__


@pytest.mark.slow
@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_examples_in_the_readme_print_what_they_say(name, capsys):
    readme = (Path(__file__).parents[1] / name).read_text("utf8")
    code = "".join(re.findall(r"```python\n(.*?)```", readme, re.S))
    exec(code, {})
    printed = re.findall(r"^print\(.*\)  # (.*)$", code, re.M)
    assert printed
    assert capsys.readouterr().out.splitlines() == printed
