"""The command ``gluon-momentum``: parse, call, print."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import typer

from .. import __version__, results

app = typer.Typer(
    help="The momentum chapter of Dive into Deep Learning (2018), reproduced on MXNet.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gluon-momentum {__version__}")
        raise typer.Exit()


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and exit."
    ),
) -> None:
    pass


def _interrupt(number: int, _: Any) -> None:
    # Not KeyboardInterrupt: raised in a __del__ it is lost, in C++ code it turns into other errors.
    try:
        results.remove_unfinished()
        if os.isatty(2):  # sys.stderr may be the progress bar's at this moment
            os.write(2, b"\x1b[?25h\n")  # the cursor, which the progress bar hides
    finally:
        os._exit(128 + number)


def main() -> None:
    """Run the command line: exit status 2 and one sentence on stderr for bad input.

    Interrupted, or terminated as by `docker stop` or a closed terminal, it ends at once and leaves
    no partial file; its status is the shell's, 128 and the signal's number.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as in a background job, or by nohup
            signal.signal(number, _interrupt)
    try:
        app(prog_name="gluon-momentum")
    except (ImportError, OSError, ValueError) as error:
        print(f"gluon-momentum: {error}", file=sys.stderr)
        sys.exit(2)


from . import chapter, notebooks, sweep, verify  # noqa: E402, F401  (their commands join app)
