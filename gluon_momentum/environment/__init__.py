"""Random state, what runs here, and how MXNet and d2l are imported."""

from __future__ import annotations

import importlib
import os
import platform
import random
import re
from pathlib import Path
from typing import Any

from .libraries import import_d2l, import_mxnet

__all__ = ("__version__", "describe", "import_d2l", "import_mxnet", "seed")

__version__ = "0.1.0"


def seed(seed: int) -> None:
    """Fix what the chapter's programs draw: MXNet's normals and the order of the mini-batches.

    The book's runs were not seeded, and an unseeded MXNet 1.x draws the stream of seed 0: so
    ``seed(0)`` gives the book's own features, labels and initial weights. The order of the
    mini-batches comes from Python's `random`, which the book left to chance; so it does in our
    programs of the edition of 2019. NumPy's generator, by which a Gluon DataLoader shuffles in that
    edition itself, is left alone.

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
    from .. import arguments  # imports NumPy, which this package does when it must

    seed = arguments.seed(seed)
    import_mxnet().random.seed(seed)
    random.seed(seed)


def describe() -> dict[str, Any]:
    """Return what runs here: versions, platform, MXNet's features, BLAS, CPU and engine.

    MXNet tells its features, and its BLAS among them, from 1.5 on; of an older one they are None.
    So are MXNet and d2l where they cannot be imported.
    """
    import matplotlib
    import numpy

    try:
        mxnet, d2l = import_mxnet().__version__, import_d2l().__version__
        features = _features()
    except ImportError:
        mxnet = d2l = features = None
    return {
        "package": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "mxnet": mxnet,
        "numpy": numpy.__version__,
        "d2l": d2l,
        "matplotlib": matplotlib.__version__,
        "blas": None if features is None else [n for n in features if n.startswith("BLAS_")],
        "mxnet_features": features,
        "cpu": _cpu(),
        "cpu_count": os.cpu_count(),
        "engine": os.environ.get("MXNET_ENGINE_TYPE", "ThreadedEnginePerDevice"),
        "omp_num_threads": os.environ.get("OMP_NUM_THREADS"),
    }


def _features() -> list[str] | None:
    """Return the names of what this MXNet was built with, or None before 1.5, which has no list."""
    try:
        # By name, since MXNet 1.5 does not import it unasked.
        runtime = importlib.import_module("mxnet.runtime")
    except ModuleNotFoundError:
        return None
    return [feature.name for feature in runtime.feature_list() if feature.enabled]


def _cpu() -> str:
    """Return the processor's name; Linux keeps it in /proc/cpuinfo, other systems in `platform`."""
    try:
        names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text("utf8"))
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()
