"""The chapter as it was until the end of 2018: generated data, w and b printed.

Its programs of summer 2018 are those that this package reproduces. The early ones, of October 2017
to spring 2018, draw their first weights from a wider normal; otherwise they are the same.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ..chapter.experiments import CALLS, DATA
from ..streams import book_data
from .edition import Edition, Program, Signature, Truth, on_mxnet

if TYPE_CHECKING:
    from ..chapter.training import Run
    from .edition import Case, Data, Normal

_SHAPE = DATA.num_examples, DATA.num_inputs
_OWN = ("batch_size", "lr", "mom", "num_epochs", "log_interval")
_SCRATCH = (
    Signature("optimize", _OWN, "optimize(...)"),
    Signature("train", _OWN, "train(...) with mom", told=True),
)
_TRAINER = ("batch_size", "trainer", "num_epochs", "decay_epoch", "log_interval")
_GLUON = (Signature("optimize(_gluon)?", _TRAINER, "optimize_gluon(...)", trainer=True),)


def _make(_: Any, normal: Normal) -> Data:
    from ..chapter.data import generate_data

    return generate_data(*DATA) if normal is None else generate_data(*DATA, normal=normal)


def _scratch(features: Any, labels: Any, case: Case, normal: Normal) -> Run:
    from ..chapter.data import init_params
    from ..chapter.training import optimize

    start = partial(init_params, scale=case.program.scale)
    if normal is not None:
        start = partial(start, normal=normal)
    return optimize(features, labels, *case.settings, init_params=start)


EDITION = Edition(
    name="2018",
    group="chapter",
    about="generated data",
    shape=_SHAPE,
    load=lambda _: book_data(),
    make=_make,
    drawn=(_SHAPE, _SHAPE[:1]),  # features, noise
    truth=Truth(DATA.true_w, DATA.true_b, noise=0.01),
    programs=(
        Program("scratch", _SCRATCH, _scratch),
        Program("gluon", _GLUON, on_mxnet("gluon")),
        Program("early scratch", _SCRATCH, _scratch, scale=1.0),
        Program("early gluon", _GLUON, on_mxnet("gluon"), scale=1.0),
    ),
    notebooks=tuple(
        tuple((program, settings) for settings in CALLS) for program in ("scratch", "gluon")
    ),
    prints="params",
)
