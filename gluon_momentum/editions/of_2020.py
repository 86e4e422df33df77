"""The chapter's edition that people read today: June 2019 and since, in every framework.

It trains on the first 1,500 rows, and records losses every 200 examples, counted over the whole
run, with none before the first mini-batch. The learning rate stands outside the velocity, which
takes the same steps where it stays. Each call draws its first weights: in MXNet, which nobody
seeded, those of a known stream.

From scratch, all frameworks do the same, but that TensorFlow's order goes through a buffer. Their
concise programs are each library's own. The printed text has half a squared error in all of them;
in some the library's code trains on the whole one, so that the rate is twice the printed one.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

from ..chapter.experiments import Settings
from ..sweeps.schedule import SEEN, Records
from . import airfoil
from .edition import Edition, Program, Signature, on_mxnet

if TYPE_CHECKING:
    from pathlib import Path

    from .edition import Data, Normal

_GIVEN = ("hyperparams", "data_iter")
_CALLS = {
    "scratch": (
        Signature(
            "train_ch1[01]",
            ("trainer_fn", "states", *_GIVEN, "feature_dim", "num_epochs"),
            "train_ch11(...)",
        ),
        Signature("train_momentum", ("lr", "momentum", "num_epochs"), "train_momentum(...)"),
    ),
    "concise": (
        Signature(
            r"train_\w+_ch1[01]", ("trainer_fn", *_GIVEN, "num_epochs"), "train_concise_ch11(...)"
        ),
    ),
}
_ROWS, _INPUTS = 1500, 5
_INTERVAL = 200
_BUFFER = 1000
# PyTorch draws a layer's bias within 1 / sqrt(inputs); Paddle's Xavier draws its weights within
# sqrt(6 / (inputs + outputs)).
_TORCH, _XAVIER = 1 / sqrt(_INPUTS), sqrt(6 / (_INPUTS + 1))
# The whole squared error was trained on since then, and halved again when printed since then.
_WHOLE, _HALVED = "2021-12-08", "2022-01-16"
# Of flax.nnx.Linear(5, 1, rngs=flax.nnx.Rngs(0)): jax 0.10.2, flax 0.12.8.
_JAX = (0.47859800, -0.43367511, -0.35976201, -0.55387956, -0.41738445)


def _load(path: Path | None) -> Data:
    features, labels = airfoil.load(path)
    return features[:_ROWS], labels[:_ROWS]


def _make(path: Path | None, _: Normal) -> Data:
    from ..environment import import_mxnet

    mx = import_mxnet()
    if not hasattr(mx, "np"):
        raise ValueError(
            f"The edition of 2020 needs mx.np, of MXNet 1.6 and later; this is {mx.__version__}."
        )
    features, labels = map(mx.np.array, _load(path))
    return features, labels


def _program(framework: str, kind: str, suffix: str = "", **differences: Any) -> Program:
    """Return a program of another framework."""
    name = " ".join(filter(None, (framework, kind, suffix)))
    return Program(
        name,
        _CALLS[kind],
        None,
        mean=True,
        anew=True,
        framework=framework,
        kind=kind,
        **differences,
    )


def _since(framework: str, **differences: Any) -> list[Program]:
    """Return a framework's concise programs, one after the other."""
    return [
        _program(framework, "concise", "2020-07", until=_WHOLE, **differences),
        _program(
            framework,
            "concise",
            _WHOLE[:7],
            since=_WHOLE,
            until=_HALVED,
            gradient=2.0,
            factor=2.0,
            **differences,
        ),
        _program(framework, "concise", _HALVED[:7], since=_HALVED, gradient=2.0, **differences),
    ]


def _nesterov(program: Program) -> Program:
    return program._replace(name=f"{program.name} nesterov", nesterov=True)


_CONCISE = Program("concise", _CALLS["concise"], on_mxnet("np_concise"), mean=True, kind="concise")
_PYTORCH = _since("pytorch", bias=_TORCH, num_epochs=4)
_TENSORFLOW = _since("tensorflow", buffer=_BUFFER)
_OF_JAX = _program("jax", "concise", weights=_JAX)
_WHOLE_LOSS: dict[str, Any] = {"gradient": 2.0, "num_epochs": 4}


def _settings(lr: float, mom: float) -> Settings:
    return Settings(10, lr, mom, 2, _INTERVAL)


EDITION = Edition(
    name="2020",
    group="edition-2020",
    about="airfoil data, today's book",
    shape=(_ROWS, _INPUTS),
    load=_load,
    make=_make,
    drawn=(),
    truth=None,
    programs=(
        Program("scratch", _CALLS["scratch"], on_mxnet("np_scratch"), mean=True, kind="scratch"),
        _CONCISE,
        _nesterov(_CONCISE)._replace(train=None),
        _program("pytorch", "scratch"),
        *_PYTORCH,
        _nesterov(_PYTORCH[-1]),
        _program("tensorflow", "scratch", buffer=_BUFFER),
        *_TENSORFLOW,
        _nesterov(_TENSORFLOW[-1]),
        _program("paddle", "scratch"),
        _program("paddle", "concise", uniform=_XAVIER, **_WHOLE_LOSS),
        _program("jax", "scratch"),
        _OF_JAX,
        _nesterov(_OF_JAX),
        _program("mindspore", "scratch"),
        _program("mindspore", "concise", **_WHOLE_LOSS),
        _program("mlx", "scratch", fixed=True),
        _program("mlx", "concise", fixed=True, **_WHOLE_LOSS),
        _program("djl", "scratch"),
        _program("djl", "concise", num_epochs=1, asked=False),
    ),
    notebooks=(
        (
            ("scratch", _settings(0.02, 0.5)),
            ("scratch", _settings(0.01, 0.9)),
            ("scratch", _settings(0.005, 0.9)),
            ("concise", _settings(0.005, 0.9)),
        ),
    ),
    decay=1.0,
    records=Records(counted=SEEN, before=False),
    interval=_INTERVAL,
    namespace="np",
)
