"""The command ``gluon-momentum``: parse, call, print."""

from __future__ import annotations

import signal
import sys
from typing import Any

import typer

from .. import __version__

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


def _terminate(*_: Any) -> None:
    raise KeyboardInterrupt  # `docker stop` leaves no partial file either


def main() -> None:
    """Run the command line: exit status 2 and one sentence on stderr for bad input."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        app(prog_name="gluon-momentum")
    except (ImportError, OSError, ValueError) as error:
        print(f"gluon-momentum: {error}", file=sys.stderr)
        sys.exit(2)


from . import chapter, notebooks, sweep, verify  # noqa: E402, F401  (their commands join app)
