"""The chapter's edition of January 2019: measurements of airfoil noise, the last loss printed.

The update rule is the chapter's; the learning rate stays. The loss of a mini-batch is its mean, so
that a smaller last one counts its own examples, but for Gluon's program.

The book's MXNet package has all 1,503 rows. The function that its chapter on mini-batches prints
keeps the first 1,500, standardised over all, and so do the ports to other frameworks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..chapter.experiments import Settings
from ..sweeps.schedule import ENDED, Records
from . import airfoil
from .edition import Edition, Program, Signature, on_mxnet

if TYPE_CHECKING:
    from pathlib import Path

    from .edition import Data, Normal

_INTERVAL = 100
_KEPT = 1500
_TORCH = 5**-0.5  # PyTorch draws the weights and the bias of a layer within 1 / sqrt(inputs)
_REST = ("hyperparams", "features", "labels", "batch_size", "num_epochs")
# The English edition has the chapter as its ninth.
_SCRATCH = (Signature("train_ch[79]", ("optimizer", "states", *_REST), "train_ch7(...)"),)
_GLUON = (
    Signature("train_gluon_ch[79]", ("optimizer", *_REST), "train_gluon_ch7(...)"),
    Signature(r"train_\w+_ch[79]", ("optimizer", *_REST), "another train_*_ch7(...)"),
)


def _make(path: Path | None, _: Normal) -> Data:
    from ..environment import import_mxnet

    features, labels = map(import_mxnet().nd.array, airfoil.load(path))
    return features, labels


def _settings(lr: float, mom: float) -> Settings:
    return Settings(10, lr, mom, 2, _INTERVAL)


EDITION = Edition(
    name="2019",
    group="edition-2019",
    about="airfoil data",
    shape=(1503, 5),
    load=airfoil.load,
    make=_make,
    drawn=(),
    truth=None,
    programs=(
        Program("scratch", _SCRATCH, on_mxnet("scratch"), mean=True),
        Program("gluon", _GLUON[:1], on_mxnet("gluon")),
        # A framework's own layer and optimizer take the same steps, from the layer's own start.
        Program("port scratch", _SCRATCH, None, mean=True, rows=_KEPT, anew=True),
        Program(
            "port concise",
            _GLUON[1:],
            None,
            mean=True,
            rows=_KEPT,
            anew=True,
            uniform=_TORCH,
            bias=_TORCH,
        ),
    ),
    notebooks=(
        (
            ("scratch", _settings(0.02, 0.5)),
            ("scratch", _settings(0.02, 0.9)),
            ("scratch", _settings(0.004, 0.9)),
            ("gluon", _settings(0.004, 0.9)),
        ),
    ),
    decay=1.0,
    records=Records(counted=ENDED),
    interval=_INTERVAL,
)
