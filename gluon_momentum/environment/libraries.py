"""Importing MXNet and d2l, or one clear sentence that says why they cannot be imported."""

from __future__ import annotations

import importlib
import re
import sys
import warnings
from types import ModuleType

# Of the libraries that the MXNet wheel links against, those that a slim image lacks.
_DEBIAN_PACKAGES = {
    "libgomp.so.1": "libgomp1",
    "libquadmath.so.0": "libquadmath0",
}
# As in setup.cfg.
_REMEDY = "pip install 'mxnet>=1.1,!=1.2.*,<2'"
_D2L = "pip install 'd2l==0.8.7'"


def import_mxnet() -> ModuleType:
    """Return the module mxnet.

    Raises:
        ImportError: MXNet is not installed, is not of a version that this package runs on, NumPy
            is too new for it, or it lacks a system library; the message is one sentence that
            names the cause and the remedy.
    """
    try:
        mxnet = _load()
    except ModuleNotFoundError as error:
        if error.name != "mxnet":
            raise
        raise ImportError(f"MXNet is not installed: on Python 3.8 to 3.11, {_REMEDY}.") from error
    except AttributeError as error:
        numpy = importlib.import_module("numpy").__version__
        if tuple(map(int, numpy.split(".")[:2])) < (1, 24):
            raise
        raise ImportError(
            f"MXNet reads names, numpy.bool for one, that NumPy {numpy} no longer has: "
            "pip install 'numpy<1.24'."
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
    with warnings.catch_warnings():
        # NumPy 1.24 and later warn of the very name that is then lacking.
        warnings.filterwarnings("ignore", "In the future `np.bool`", FutureWarning)
        try:
            return importlib.import_module("mxnet")
        except Exception as error:
            # If the version would not do anyway, that is what to say, whatever failed.
            _check_version(sys.modules.get("mxnet.libinfo"), error)
            raise


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
