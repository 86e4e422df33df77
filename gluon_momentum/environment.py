"""MXNet, with a clear sentence when it cannot be imported; random state; what ran."""

from __future__ import annotations

import importlib
import os
import platform
import random
import re
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

from . import arguments

__version__ = "0.1.0"

# Of the libraries that the MXNet wheel links against, those that a slim image lacks.
_DEBIAN_PACKAGES = {
    "libgomp.so.1": "libgomp1",
    "libquadmath.so.0": "libquadmath0",
}


def import_mxnet() -> ModuleType:
    """Return the module mxnet.

    Raises:
        ImportError: MXNet is not installed, NumPy is too new for it, or it lacks a system
            library; the message is one sentence that names the cause and the remedy.
    """
    try:
        with warnings.catch_warnings():
            # NumPy 1.24 and later warn of the very name that the error below is about.
            warnings.filterwarnings("ignore", "In the future `np.bool`", FutureWarning)
            return importlib.import_module("mxnet")
    except ModuleNotFoundError as error:
        if error.name != "mxnet":
            raise
        raise ImportError(
            "MXNet is not installed: on Python 3.8 to 3.11, pip install 'mxnet>=1.5.1,<2'."
        ) from error
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


def import_d2l() -> ModuleType:
    """Return the module d2l, the book's helper package (gluonbook was its first name).

    Raises:
        ImportError: as `import_mxnet`, or d2l is not installed.
    """
    import_mxnet()
    try:
        return importlib.import_module("d2l")
    except ModuleNotFoundError as error:
        if error.name != "d2l":
            raise
        raise ImportError("d2l is not installed: pip install 'd2l==0.8.7'.") from error


def seed(seed: int) -> None:
    """Fix what the chapter's programs draw: MXNet's normals and the order of the mini-batches.

    The book's runs were not seeded, and an unseeded MXNet 1.x draws the stream of seed 0: so
    ``seed(0)`` gives the book's own features, labels and initial weights. The order of the
    mini-batches comes from Python's `random`, which the book left to chance.

    Args:
        seed: an integer from 0 to 2**31 - 1.

    Raises:
        ValueError: seed is not such an integer.

    Example:
        >>> import gluon_momentum as gm
        >>> gm.seed(0)
        >>> features, labels = gm.generate_data()
        >>> print(features[0].asnumpy(), labels[0].asscalar())
        [2.2122064 0.7740038] 6.000587
    """
    seed = arguments.seed(seed)
    import_mxnet().random.seed(seed)
    random.seed(seed)


def describe() -> dict[str, Any]:
    """Return what runs here: versions, platform, MXNet's features, BLAS, CPU and engine.

    Raises:
        ImportError: as `import_mxnet`.
    """
    import matplotlib
    import numpy

    mx, d2l = import_mxnet(), import_d2l()
    # By name, since MXNet 1.5 does not import it unasked.
    runtime = importlib.import_module("mxnet.runtime")
    features = [feature.name for feature in runtime.feature_list() if feature.enabled]
    return {
        "package": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "mxnet": mx.__version__,
        "numpy": numpy.__version__,
        "d2l": d2l.__version__,
        "matplotlib": matplotlib.__version__,
        "blas": [name for name in features if name.startswith("BLAS_")],
        "mxnet_features": features,
        "cpu": _cpu(),
        "cpu_count": os.cpu_count(),
        "engine": os.environ.get("MXNET_ENGINE_TYPE", "ThreadedEnginePerDevice"),
        "omp_num_threads": os.environ.get("OMP_NUM_THREADS"),
    }


def _cpu() -> str:
    """Return the processor's name; Linux keeps it in /proc/cpuinfo, other systems in `platform`."""
    try:
        names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text("utf8"))
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()
