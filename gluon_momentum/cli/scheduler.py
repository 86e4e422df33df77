"""A sweep on a dask scheduler's workers: one sentence when that fails, never a silent wait."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import warnings
from concurrent.futures import Executor, Future, InvalidStateError, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Callable, Iterator

from .. import __version__, arguments

if TYPE_CHECKING:
    from distributed import Client

_TICK = 0.25  # seconds between two looks at the scheduler

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
def scheduler_executor(address: str | None, timeout: float) -> Iterator[Executor | None]:
    """Yield an executor of the scheduler at address, or None for this machine.

    Args:
        address: the scheduler's, such as tcp://127.0.0.1:8786.
        timeout: seconds to wait for an answer of the scheduler, and for a worker if there is none.

    Raises:
        ImportError: dask.distributed is not installed, or not what a worker needs.
        OSError: there is no scheduler at address; it ends, or its workers do, and none come.
        ValueError: timeout is not a finite number above 0.
    """
    arguments.positive_number("--scheduler-timeout", timeout)
    if address is None:
        yield None
        return
    try:
        from distributed import KilledWorker
    except ModuleNotFoundError as error:
        raise ImportError(
            "--scheduler needs dask.distributed: pip install 'gluon-momentum[dask]'."
        ) from error
    _silence_logs()
    with _connected(address, timeout) as client, _Watched(client, address, timeout) as executor:
        executor.check()
        try:
            yield executor
        except Exception as error:
            # What a sweep dies of is often no more than what follows from this.
            executor.check()
            if isinstance(error, KilledWorker):
                raise OSError(
                    f"The workers of the scheduler {address} end while they compute: "
                    f"killed, out of memory, or without gluon_momentum {__version__}."
                ) from error
            raise


class _Watched(Executor):
    """A client's executor whose futures fail, rather than wait for ever, when none can compute."""

    def __init__(self, client: Client, address: str, timeout: float) -> None:
        self._client, self._address, self._timeout = client, address, timeout
        self._executor = client.get_executor(pure=False)  # what is lost is computed again
        self._futures: set[Future[Any]] = set()
        self._workers: set[str] = set()
        self._waiting_since: float | None = None
        self._error: Exception | None = None
        self._closed = Event()
        self._watch = Thread(target=self._run, daemon=True)
        self._watch.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Submit as any executor, but raise what has made the others fail."""
        self._check_connection()
        future: Future[Any] = self._executor.submit(fn, *args, **kwargs)
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)
        return future

    def shutdown(self, wait: bool = True, **_: Any) -> None:
        """Stop watching; closing the client takes what is not done from the scheduler."""
        self._closed.set()
        self._watch.join()

    def check(self) -> None:
        """Raise OSError if the scheduler has gone, ImportError if a worker cannot compute."""
        self._check_connection()
        scheduler: Any = self._client.scheduler
        try:
            workers = set(self._client.sync(scheduler.ncores, callback_timeout=self._timeout))
        except (OSError, asyncio.TimeoutError) as error:
            raise self._gone() from error
        self._workers &= workers
        if not workers <= self._workers:
            self._check_versions(sorted(workers - self._workers))

    def _check_connection(self) -> None:
        if self._error is not None:
            raise self._error
        if self._client.status != "running":
            raise self._gone()

    def _gone(self) -> OSError:
        return OSError(f"The scheduler {self._address} has ended, or cannot be reached any more.")

    def _check_versions(self, workers: list[str]) -> None:
        run, ours = self._client.run, eval(_VERSIONS)
        try:
            found = run(eval, _VERSIONS, workers=workers, callback_timeout=self._timeout)
        except (OSError, asyncio.TimeoutError):
            return  # one of them has just ended; the next look is at the others
        for worker, theirs in found.items():
            for name, version in ours.items():
                if theirs[name] != version:
                    has = f"has {name} {theirs[name]}" if theirs[name] else f"lacks {name}"
                    raise ImportError(f"The worker {worker} {has}; this sweep needs {version}.")
        self._workers.update(found)

    def _run(self) -> None:
        """Look at the scheduler until closed; let the futures fail once none can compute."""
        while not self._closed.wait(_TICK):
            try:
                self.check()
                self._check_wait()
            except Exception as error:
                self._error = error
                # At every look, since others may be submitted in this moment.
                for future in list(self._futures):
                    with suppress(InvalidStateError):
                        future.set_exception(error)

    def _check_wait(self) -> None:
        """Say that there is no worker, and raise OSError when there has been none for too long."""
        if self._workers or not self._futures:
            self._waiting_since = None
        elif self._waiting_since is None:
            self._waiting_since = monotonic()
            print(
                f"gluon-momentum: The scheduler {self._address} has no workers; "
                f"waiting at most {self._timeout:g} s for one.",
                file=sys.stderr,
            )
        elif monotonic() - self._waiting_since > self._timeout:
            raise OSError(
                f"The scheduler {self._address} has had no workers for {self._timeout:g} s."
            )


@contextmanager
def _connected(address: str, timeout: float) -> Iterator[Client]:
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


def _silence_logs() -> None:
    """Silence the loggers of dask and its loop: the command says in a sentence what they log."""
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] in ("asyncio", "concurrent", "distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
