"""The command ``gluon-momentum``: parse, call, print.

This module imports nothing of weight, so that `main` answers signals before the rest is loaded.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import Any


def main() -> None:
    """Run the command line: exit status 2 and one sentence on stderr for bad input.

    Interrupted, or terminated as by `docker stop` or a closed terminal, it ends at once and leaves
    no partial file; its status is the shell's, 128 and the signal's number.
    """
    for name in {"SIGINT", "SIGTERM", "SIGHUP"} & set(dir(signal)):  # Windows has no SIGHUP
        number = getattr(signal, name)
        if signal.getsignal(number) is not signal.SIG_IGN:  # as in a background job, or by nohup
            signal.signal(number, _interrupt)
    _open_closed_streams()
    from .app import run

    sys.exit(run())


def _interrupt(number: int, _: Any) -> None:
    # Not KeyboardInterrupt: raised in a __del__ it is lost, in C++ code it turns into other errors.
    try:
        files = sys.modules.get("gluon_momentum.files")
        if files:
            files.settle()
        if os.isatty(2):  # sys.stderr may be the progress bar's at this moment
            os.write(2, b"\x1b[?25h\n")  # the cursor, which the progress bar hides
    finally:
        os._exit(128 + number)


def _open_closed_streams() -> None:
    """Put /dev/null where the caller closed a standard stream, as ``>&-`` does.

    A file that is opened later would take its place, and be written to by whoever prints.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest descriptor that is free
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf8"))  # noqa: SIM115 (for good)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a path may hold any bytes
