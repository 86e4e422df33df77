"""The connection to a dask scheduler: one sentence where there is none."""

from __future__ import annotations

import asyncio
import logging
import socket
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Iterable, Iterator

if TYPE_CHECKING:
    from distributed import Client


# A worker of another Python, or without this package, cannot read a function that is sent to it;
# it can evaluate this.
_VERSIONS = """{
    "Python": "%d.%d" % __import__("sys").version_info[:2],
    **{
        name: getattr(
            __import__("importlib.util").util.find_spec(name) and __import__(name),
            "__version__",
            None,
        )
        for name in ("gluon_momentum", "numpy")
    },
}"""


@contextmanager
def connected(address: str, timeout: float) -> Iterator[Client]:
    """Yield a client of the scheduler at address; close it without waiting for a lost one."""
    from distributed import Client
    from distributed.versions import VersionMismatchWarning

    try:
        # A client has no time limit for what accepts a connection and says nothing.
        # In a thread of its own, since asyncio.run drops the event loop that a thread has.
        with ThreadPoolExecutor(1) as pool:
            role = pool.submit(asyncio.run, _role(address, timeout)).result()
        if role != "Scheduler":
            raise ValueError(f"it is a {role.lower()}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VersionMismatchWarning)
            client = Client(address, timeout=timeout, set_as_default=False)
    except Exception as error:
        cause = _cause(error, address, timeout)
        raise OSError(f"The scheduler {address!r} cannot be reached: {cause}.") from error
    try:
        yield client
    finally:
        with suppress(asyncio.TimeoutError, OSError):
            client.close(timeout=2)


async def _role(address: str, timeout: float) -> str:
    """Return what listens at address: a Scheduler, a Worker, a Nanny."""
    from distributed.core import rpc
    from distributed.security import Security

    async def identity() -> Any:
        options = Security().get_connection_args("client")
        async with rpc(address, timeout=timeout, connection_args=options) as server:
            return await server.identity()

    return str((await asyncio.wait_for(identity(), timeout))["type"])


def _cause(error: BaseException, address: str, timeout: float) -> str:
    """Return why there is no connection, in words."""
    if isinstance(error, ValueError):
        return f"{error}; an address looks like tcp://127.0.0.1:8786"
    if isinstance(error, (ImportError, TypeError)):
        return f"dask lacks what {address.split(':')[0]}:// needs, a library or certificates"
    from distributed.comm.addressing import get_address_host_port

    # dask tries again and again; what the last try failed of is often that time was up.
    try:
        socket.create_connection(get_address_host_port(address), timeout=1).close()
    except OSError as refusal:
        if refusal.strerror:
            return refusal.strerror
    return f"no scheduler has answered within {timeout:g} s"


def silence_logs() -> None:
    """Silence the loggers of dask and its loop: the command says in a sentence what they log."""
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] in ("asyncio", "concurrent", "distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def check_versions(client: Client, workers: list[str], timeout: float) -> Iterable[str]:
    """Return those of the workers that answer.

    Raises:
        ImportError: one of them has not the Python, NumPy or gluon_momentum that runs here.
    """
    ours = eval(_VERSIONS)
    try:
        found = client.run(eval, _VERSIONS, workers=workers, callback_timeout=timeout)
    except (OSError, asyncio.TimeoutError):
        return ()  # one of them has just ended; the next look is at the others
    for worker, theirs in found.items():
        for name, version in ours.items():
            if theirs[name] != version:
                has = f"has {name} {theirs[name]}" if theirs[name] else f"lacks {name}"
                raise ImportError(f"The worker {worker} {has}; this sweep needs {version}.")
    return tuple(found)
