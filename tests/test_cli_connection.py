"""The connection to a dask scheduler, or one sentence."""

import asyncio
import logging
import platform
import socket
from types import SimpleNamespace

import numpy as np
import pytest

import gluon_momentum as gm
from gluon_momentum.cli import connection

VERSIONS = {
    "Python": ".".join(platform.python_version_tuple()[:2]),
    "gluon_momentum": gm.__version__,
    "numpy": np.__version__,
}


class Workers:
    """A client whose workers answer as they are told to, or raise."""

    def __init__(self, answers):
        self.answers = answers

    def run(self, function, argument, workers, callback_timeout):
        if isinstance(self.answers, Exception):
            raise self.answers
        assert function(argument) == VERSIONS  # what a worker evaluates
        return {worker: self.answers[worker] for worker in workers}


def test_the_workers_that_answer_are_returned():
    client = Workers({"a": VERSIONS, "b": VERSIONS, "c": None})
    assert connection.check_versions(client, ["a", "b"], 1) == ("a", "b")


@pytest.mark.parametrize("error", [OSError("gone"), asyncio.TimeoutError()])
def test_a_worker_that_has_just_ended_is_left_to_the_next_look(error):
    assert connection.check_versions(Workers(error), ["a"], 1) == ()


@pytest.mark.parametrize(
    ("name", "version", "has"),
    [
        ("Python", "3.6", "has Python 3.6"),
        ("gluon_momentum", None, "lacks gluon_momentum"),
        ("numpy", "1.0", "has numpy 1.0"),
    ],
)
def test_a_worker_with_other_versions_is_named(name, version, has):
    client = Workers({"a": VERSIONS, "b": {**VERSIONS, name: version}})
    sentence = f"^The worker b {has}; this sweep needs {VERSIONS[name]}\\.$"
    with pytest.raises(ImportError, match=sentence):
        connection.check_versions(client, ["a", "b"], 1)


def test_the_loggers_of_dask_alone_fall_silent(monkeypatch):
    loggers = {name: logging.Logger(name) for name in ("distributed.core", "distributedly")}
    root = SimpleNamespace(manager=SimpleNamespace(loggerDict=loggers))
    there = SimpleNamespace(root=root, getLogger=loggers.get, CRITICAL=logging.CRITICAL)
    monkeypatch.setattr(connection, "logging", there)
    connection.silence_logs()
    silent, other = loggers.values()
    assert not silent.isEnabledFor(logging.CRITICAL)
    assert other.isEnabledFor(logging.CRITICAL)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "cause"),
    [
        ("", "missing port number in address ''"),
        ("tcp://127.0.0.1", "missing port number"),
        ("tcp://127.0.0.1:port", "'port'"),
        ("post://127.0.0.1:1", "unknown address scheme 'post'"),
        ("tls://127.0.0.1:1", "dask lacks what tls:// needs, a library or certificates"),
        ("ucx://127.0.0.1:1", "dask lacks what ucx:// needs, a library or certificates"),
        ("tcp://no-such-host.invalid:8786", "Name or service not known"),
        ("tcp://127.0.0.1:1", "Connection refused"),
        ("the silent server's", "no scheduler has answered within 0.3 s"),
        ("a worker's", "it is a worker"),
    ],
)
def test_an_address_without_a_scheduler_is_one_sentence(command, client, address, cause):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        if address == "the silent server's":
            address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        if address == "a worker's":
            address = min(client.scheduler_info()["workers"])
        status, out, err = command("sweep", "--scheduler", address, "--scheduler-timeout", "0.3")
    assert (status, out) == (2, "")
    assert err.startswith(f"gluon-momentum: The scheduler {address!r} cannot be reached: ")
    assert cause in err
    assert err.endswith(".\n")
    assert err.count("\n") == 1
