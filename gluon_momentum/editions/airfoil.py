"""The data of the 2019 edition: NASA's measurements of airfoil self-noise, fetched once.

T. F. Brooks, D. S. Pope and M. A. Marcolini, "Airfoil self-noise and prediction", 1989; UCI Machine
Learning Repository, CC BY 4.0.
"""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray as Array

NAME = "airfoil_self_noise.dat"
SHA256 = "10ee06e6cfb27dae6b44213d421d217012fb1f9b697592e73a4e4016b52d425f"
VARIABLE = "GLUON_MOMENTUM_DATA"  # of the environment, which names a copy

ARCHIVES = (
    f"https://archive.ics.uci.edu/ml/machine-learning-databases/00291/{NAME}",
    f"https://raw.githubusercontent.com/d2l-ai/d2l-zh/v1.1.0/data/{NAME}",
    f"https://d2l-data.s3-accelerate.amazonaws.com/{NAME}",
)


def load(path: str | Path | None = None) -> tuple[Array[np.float32], Array[np.float32]]:
    r"""Return features and labels, each column standardised by its own mean and deviation.

    .. math:: x_{ij} \leftarrow \frac{x_{ij} - \bar x_j}{\sqrt{\overline{(x_{ij} - \bar x_j)^2}}}

    Args:
        path: the file, if a copy is there; otherwise the environment's GLUON_MOMENTUM_DATA names
            one, or the file is fetched and kept in the user's cache.

    Returns:
        features, a numpy float32 array (1503, 5), and labels, (1503,): the sound pressure level.

    Raises:
        ValueError: the file is another one.
        OSError: it cannot be read, or not be fetched.
    """
    array = np.loadtxt(find(path))
    scaled = ((array - array.mean(axis=0)) / array.std(axis=0)).astype(np.float32)
    return scaled[:, :-1], scaled[:, -1]


def find(path: str | Path | None = None) -> Path:
    """Return where the file is, fetching it if need be; arguments and errors as of `load`."""
    given = path or os.environ.get(VARIABLE)
    if not given:
        return _fetch()
    found = hashlib.sha256(Path(given).read_bytes()).hexdigest()
    if found != SHA256:
        raise ValueError(
            f"{given} is not the {NAME} that the 2019 edition reads: its SHA-256 begins with "
            f"{found[:12]}, not {SHA256[:12]}."
        )
    return Path(given)


def at_hand(path: str | Path | None = None) -> Path | None:
    """Return where the file is, as `find` does, or None where it would have to be fetched."""
    if path or os.environ.get(VARIABLE):
        return find(path)
    kept = _cache() / NAME
    here = kept.is_file() and hashlib.sha256(kept.read_bytes()).hexdigest() == SHA256
    return kept if here else None


def _cache() -> Path:
    import pooch

    return Path(pooch.os_cache("gluon-momentum"))


def _fetch() -> Path:
    import pooch

    pooch.get_logger().setLevel(logging.WARNING)
    folder = _cache()
    for url in ARCHIVES:
        try:
            return Path(pooch.retrieve(url, f"sha256:{SHA256}", NAME, folder))
        except (OSError, ValueError):  # not reached, not written; another file than it was
            continue
    raise OSError(
        f"The data of the 2019 edition, {NAME}, are not in {folder} and cannot be fetched now: "
        f"name a copy with --data FILE or {VARIABLE}."
    )
