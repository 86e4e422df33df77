"""A sweep on a dask scheduler's workers: one sentence when that fails, never a silent wait."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import Executor, Future, InvalidStateError
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Callable, Iterator

from .. import arguments
from ..environment import __version__
from .connection import check_versions, connected, silence_logs

if TYPE_CHECKING:
    from distributed import Client

_TICK = 0.25  # seconds between two looks at the scheduler


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
    silence_logs()
    with connected(address, timeout) as client, _Watched(client, address, timeout) as executor:
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

    # typeshed does not know of the positional-only argument on Python 3.8.
    def submit(  # type: ignore[override, unused-ignore]
        self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
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
            new = sorted(workers - self._workers)
            self._workers.update(check_versions(self._client, new, self._timeout))

    def _check_connection(self) -> None:
        if self._error is not None:
            raise self._error
        if self._client.status != "running":
            raise self._gone()

    def _gone(self) -> OSError:
        return OSError(f"The scheduler {self._address} has ended, or cannot be reached any more.")

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
