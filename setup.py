"""Refuse to be built where MXNet has no wheel. What there is to build, setup.cfg says."""

import platform
import sys

from setuptools import setup

place = (platform.system(), platform.machine())
if sys.version_info >= (3, 12):
    lacking = "Python {}.{}".format(*sys.version_info)
elif place not in (("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "x86_64")):
    lacking = "{} on {}".format(*place)
else:
    lacking = None

# pip would name the versions of Python, or fail on MXNet, and leave its user there.
if lacking:
    raise SystemExit(
        f"MXNet 1.9.1 has no wheel for {lacking}: use the Docker image, as README.md says under "
        '"Docker".'
    )

setup()
