"""setup.py: for whom it builds, and whom it tells of Docker."""

import platform
import re
import runpy
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
import setuptools


@pytest.mark.parametrize(
    ("system", "machine", "version", "lacking"),
    [
        ("Linux", "x86_64", (3, 8, 18), None),
        ("Linux", "aarch64", (3, 11, 7), None),
        ("Darwin", "x86_64", (3, 11, 7), None),
        ("Linux", "x86_64", (3, 12, 0), "Python 3.12"),
        ("Darwin", "arm64", (3, 13, 1), "Python 3.13"),
        ("Darwin", "arm64", (3, 11, 7), "Darwin on arm64"),
        ("Windows", "AMD64", (3, 8, 10), "Windows on AMD64"),
        ("Windows", "ARM64", (3, 11, 7), "Windows on ARM64"),
        ("Linux", "armv7l", (3, 11, 7), "Linux on armv7l"),
    ],
)
def test_it_builds_where_mxnet_has_a_wheel_and_else_names_docker(
    monkeypatch, system, machine, version, lacking
):
    built = []
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(setuptools, "setup", lambda: built.append(None))
        elsewhere.setattr(platform, "system", lambda: system)
        elsewhere.setattr(platform, "machine", lambda: machine)
        elsewhere.setattr(sys, "version_info", version)
        with pytest.raises(SystemExit) if lacking else nullcontext() as refused:
            runpy.run_path(str(Path(__file__).parents[1] / "setup.py"))
    assert len(built) == (lacking is None)
    if lacking:
        assert re.fullmatch(f"[^\n]*{lacking}[^\n]*Docker[^\n]*", refused.value.code)
