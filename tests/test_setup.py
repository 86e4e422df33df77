"""setup.py: for whom it builds, and whom it tells of Docker; and what CITATION.cff repeats."""

import platform
import re
import runpy
import sys
from pathlib import Path

import pytest
import setuptools

import gluon_momentum

ROOT = Path(__file__).parents[1]
CITATION = ROOT / "CITATION.cff"


@pytest.fixture
def build(monkeypatch):
    """Return a function that runs setup.py as if elsewhere: how often it called setup()."""

    def build(system, machine, version):
        calls = []
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(setuptools, "setup", lambda: calls.append(None))
            elsewhere.setattr(platform, "system", lambda: system)
            elsewhere.setattr(platform, "machine", lambda: machine)
            elsewhere.setattr(sys, "version_info", version)
            runpy.run_path(str(ROOT / "setup.py"))
        return len(calls)

    return build


@pytest.mark.parametrize("version", [(3, 8, 18), (3, 11, 7)])
@pytest.mark.parametrize(
    ("system", "machine"), [("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "x86_64")]
)
def test_it_builds_where_mxnet_has_a_wheel(build, system, machine, version):
    assert build(system, machine, version) == 1


@pytest.mark.parametrize(
    ("system", "machine", "version", "lacking"),
    [
        ("Linux", "x86_64", (3, 12, 0), "Python 3.12"),
        ("Darwin", "arm64", (3, 13, 1), "Python 3.13"),
        ("Darwin", "arm64", (3, 11, 7), "Darwin on arm64"),
        ("Windows", "AMD64", (3, 8, 10), "Windows on AMD64"),
        ("Windows", "ARM64", (3, 11, 7), "Windows on ARM64"),
        ("Linux", "armv7l", (3, 11, 7), "Linux on armv7l"),
    ],
)
def test_elsewhere_it_names_docker_in_one_sentence(build, system, machine, version, lacking):
    with pytest.raises(SystemExit) as refused:
        build(system, machine, version)
    assert refused.value.code == (
        f"MXNet 1.9.1 has no wheel for {lacking}: use the Docker image, as README.md says under "
        '"Docker".'
    )


@pytest.mark.skipif(not CITATION.exists(), reason="it is not in the image")
def test_the_citation_is_of_this_version():
    [version] = re.findall(r"^version: (.*)$", CITATION.read_text("utf8"), re.M)
    assert version == gluon_momentum.__version__
