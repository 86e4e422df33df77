"""Importing MXNet and d2l, or one clear sentence that says why they cannot be imported."""

from __future__ import annotations

import importlib
import platform
import re
import sys
from types import ModuleType

# Of the libraries that the MXNet wheel links against, those that a slim image lacks.
_DEBIAN_PACKAGES = {
    "libgomp.so.1": "libgomp1",
    "libquadmath.so.0": "libquadmath0",
}
# As in setup.cfg.
_REMEDY = "pip install 'mxnet>=1.1,!=1.2.*,<2'"
_D2L = "pip install 'd2l==0.8.7'"
# Of MXNet 1.9.1: what platform.system() and platform.machine() say.
_WHEELS = (("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "x86_64"))


def import_mxnet() -> ModuleType:
    """Return the module mxnet.

    Raises:
        ImportError: MXNet is not installed, is not of a version that this package runs on, NumPy
            is newer than was tried, or a library is missing; the message is one sentence that
            names the cause and the remedy.
    """
    try:
        mxnet = _load()
    except ModuleNotFoundError as error:
        if error.name == "distutils":
            raise ImportError(
                "MXNet imports distutils, which Python 3.12 no longer has: pip install setuptools."
            ) from error
        if error.name != "mxnet":
            raise
        raise ImportError(f"MXNet is not installed: {_how_to_install()}.") from error
    except AttributeError as error:
        if "module 'numpy" not in str(error):
            raise
        numpy = importlib.import_module("numpy").__version__
        raise ImportError(
            f"MXNet reads a name that NumPy {numpy} lacks ({' '.join(str(error).split())}): "
            "1.17 to 2.5 have been tried."
        ) from error
    except OSError as error:
        missing = re.search(r"(\S+\.so[.\d]*): cannot open shared object file", str(error))
        if missing is None:
            raise ImportError(f"MXNet's library cannot be loaded: {error}.") from error
        package = _DEBIAN_PACKAGES.get(missing[1])
        remedy = f"on Debian or Ubuntu, apt-get install {package}" if package else "install it"
        raise ImportError(
            f"MXNet needs the system library {missing[1]}, which is not on this machine: {remedy}."
        ) from error
    _check_version(mxnet)
    return mxnet


def _load() -> ModuleType:
    try:
        return importlib.import_module("mxnet")
    except Exception as error:
        # If the version would not do anyway, that is what to say, whatever failed.
        _check_version(sys.modules.get("mxnet.libinfo"), error)
        raise


def _how_to_install() -> str:
    """Return how MXNet comes to where it is not installed, or what to do where it cannot."""
    system, machine = platform.system(), platform.machine()
    if (system, machine) not in _WHEELS:
        return (
            f"it has no wheel for {system} on {machine}, so that this needs the Docker image, as "
            'README.md says under "Docker"'
        )
    if tuple(sys.version_info) >= (3, 13):
        return (
            "on Python 3.13, for which pip finds no NumPy that it asks for, `make` in a clone does "
            "it, or pip install 'ipython<9' requests setuptools, and then pip install --no-deps "
            "'mxnet<2' 'd2l==0.8.7'"
        )
    return _REMEDY


def _check_version(module: ModuleType | None, error: Exception | None = None) -> None:
    version = getattr(module, "__version__", "")
    found = re.match(r"(\d+)\.(\d+)", version)
    if found is None:
        return
    number = int(found[1]), int(found[2])
    if number < (1, 1):
        why = "lacks mxnet.contrib.text, which d2l imports"
    elif number == (1, 2) and isinstance(error, SyntaxError):
        why = "has a `yield` inside a list comprehension, which Python 3.8 and later refuse"
    elif number >= (2, 0):
        why = "is of a series that ended as a beta, whose Gluon refuses the book's NDArrays"
    else:
        return
    raise ImportError(f"MXNet {version} {why}: {_REMEDY}.") from error


def import_d2l() -> ModuleType:
    """Return the module d2l, the book's helper package (gluonbook was its first name).

    Raises:
        ImportError: as `import_mxnet`, or d2l is not installed, or is of a later edition, whose
            functions are others; 0.8 is the last that has the chapter's.
    """
    import_mxnet()
    try:
        d2l = importlib.import_module("d2l")
    except ModuleNotFoundError as error:
        if error.name != "d2l":
            raise
        raise ImportError(f"d2l is not installed: {_D2L}.") from error
    version = getattr(d2l, "__version__", "of no version")
    if not version.startswith("0.8."):
        raise ImportError(f"d2l {version} lacks the functions of the chapter's edition: {_D2L}.")
    return d2l
