"""The public names, lazily loaded."""

import importlib
from pathlib import Path

import pytest

import gluon_momentum as gm


@pytest.mark.parametrize("name", gm.__all__)
def test_every_public_name_is_there_and_documented(name):
    assert name in dir(gm)
    value = getattr(gm, name)
    assert callable(value)
    assert value.__doc__


def test_a_function_is_not_hidden_by_the_module_of_its_name():
    module = importlib.import_module("gluon_momentum.ewma")
    assert gm.ewma is module.ewma


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'nag'"):
        gm.nag  # noqa: B018


def test_the_image_is_labelled_with_this_version():
    dockerfile = (Path(__file__).parents[1] / "Dockerfile").read_text("utf8")
    assert f'image.version="{gm.__version__}"' in dockerfile
