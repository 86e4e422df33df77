"""A sweep on a dask scheduler's workers: one sentence where dask has none, or waits for ever."""

from __future__ import annotations

import asyncio
import logging
import sys
from concurrent.futures import CancelledError, Executor, Future, InvalidStateError
from contextlib import closing, contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Callable, Iterator
from warnings import catch_warnings, simplefilter

from .. import arguments

if TYPE_CHECKING:
    from distributed import Client

_TICK = 0.25  # seconds between two looks at the scheduler


@contextmanager
def scheduler_executor(address: str | None, timeout: float) -> Iterator[Executor | None]:
    """Yield an executor of the scheduler at address, or None for this machine.

    Wait timeout seconds at most for an answer of the scheduler, and for a worker if it has none;
    then, and if either ends, raise OSError, or ImportError where a worker cannot compute.
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
    logging.disable()  # the command says in a sentence what dask and its loop log
    try:
        with _connected(address, timeout) as client, _Watched(client, timeout) as executor:
            executor.check()
            try:
                yield executor
            except Exception as error:
                executor.check()  # what a sweep dies of is often no more than what follows
                if isinstance(error, CancelledError):
                    lost = "has dropped the sweep: restarted, cancelled, or cut off"
                elif isinstance(error, KilledWorker):
                    lost = "has lost worker after worker to the sweep: killed, or out of memory"
                else:
                    raise
                raise OSError(f"The scheduler {address} {lost}.") from error
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def _connected(address: str, timeout: float) -> Iterator[Client]:
    """Yield a client of the scheduler at address; close it without waiting for a lost one."""
    from distributed import Client
    from distributed.core import rpc
    from distributed.security import Security

    async def check() -> None:
        async with rpc(address, connection_args=Security().get_connection_args("client")) as server:
            kind = (await server.identity())["type"]
            if kind != "Scheduler":
                raise ValueError(f"it is a {kind.lower()}")
            python = (await server.versions(packages=[]))["packages"]["python"].split(".")
            if python[:2] != [str(part) for part in sys.version_info[:2]]:
                raise ValueError(f"it has Python {'.'.join(python[:2])}")

    try:
        # A client has no time limit for what accepts a connection and says nothing.
        with closing(asyncio.new_event_loop()) as loop:
            loop.run_until_complete(asyncio.wait_for(check(), timeout))
        with catch_warnings():
            simplefilter("ignore")  # of versions that differ; those that matter are an error
            client = Client(address, timeout=timeout, set_as_default=False)
    except Exception as error:
        cause = str(error) or f"it has not answered within {timeout:g} s"
        raise OSError(
            f"The scheduler {address!r} cannot be reached: {cause} "
            "(an address looks like tcp://127.0.0.1:8786)."
        ) from error
    try:
        yield client
    finally:
        with suppress(asyncio.TimeoutError, OSError):
            client.close(timeout=2)


class _Watched(Executor):
    """A client's executor whose futures fail, rather than wait for ever, when none can compute."""

    def __init__(self, client: Client, timeout: float) -> None:
        self._client, self._timeout = client, timeout
        self._executor = client.get_executor(pure=False)
        self._futures: set[Future[Any]] = set()
        self._workers: set[str] = set()
        self._error: Exception | None = None
        self._closed = Event()
        self._watch = Thread(target=self._run, daemon=True)
        self._watch.start()

    # typeshed does not know of the positional-only argument on Python 3.8.
    def submit(  # type: ignore[override, unused-ignore]
        self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        """Submit as any executor, but raise what has made the others fail."""
        future: Future[Any] = self._executor.submit(fn, *args, **kwargs)
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)
        if self._error is not None:
            raise self._error
        return future

    def shutdown(self, wait: bool = True, **_: Any) -> None:
        """Stop watching; closing the client takes what is not done from the scheduler."""
        self._closed.set()
        self._watch.join()

    def check(self) -> None:
        """Raise OSError without a scheduler or a worker, ImportError if a worker cannot compute."""
        if self._error is not None:
            raise self._error
        scheduler: Any = self._client.scheduler
        missing = "has ended, or cannot be reached any more"
        try:
            if self._client.status != "running":
                raise OSError(self._client.status)
            workers = set(self._ask(scheduler.ncores))
            if not workers:
                missing = f"has had no workers for {self._timeout:g} s"
                self._ask(self._client.wait_for_workers, n_workers=1)
        except Exception as error:
            raise OSError(f"The scheduler {scheduler.address} {missing}.") from error
        if workers and workers <= self._workers:
            return
        # One of them may have just ended; the next look is at the others.
        with suppress(OSError, asyncio.TimeoutError):
            versions = self._ask(self._client.get_versions, packages=["gluon_momentum"])
            self._workers = _equal(versions["workers"], versions["client"])

    def _ask(self, function: Callable[..., Any], **kwargs: Any) -> Any:
        """Return what a coroutine of the client returns, within the time to wait."""
        return self._client.sync(function, callback_timeout=self._timeout, **kwargs)

    def _run(self) -> None:
        """Look at the scheduler until closed; let the futures fail once none can compute."""
        while self._error is None and not self._closed.wait(_TICK):
            try:
                if self._futures:
                    self.check()
            except Exception as error:
                self._error = error
                for future in list(self._futures):
                    with suppress(InvalidStateError):
                        future.set_exception(error)


def _equal(workers: dict[str, Any], client: dict[str, Any]) -> set[str]:
    """Return the workers' addresses; raise ImportError if one has other versions than the client.

    Both are what dask's own question for versions brings.
    """
    for worker, found in workers.items():
        for name, parts in {"python": 2, "numpy": None, "gluon_momentum": None}.items():
            theirs, ours = (
                ".".join((each["packages"][name] or "").split(".")[:parts])
                for each in (found, client)
            )
            if theirs != ours:
                has = f"has {name} {theirs}" if theirs else f"lacks {name}"
                raise ImportError(f"The worker {worker} {has}; this sweep needs {ours}.")
    return set(workers)
