"""The commands in one list, and how each of them can end."""

from __future__ import annotations

import inspect
import os
import sys
from typing import Callable

import typer

from ..environment import __version__
from .compare import NotOrdinaryError, compare
from .explore import explore
from .notebooks import notebooks
from .reproduce import info, reproduce, run_optimize
from .sweep import sweep
from .verify import CheckFailedError, verify

# click's UsageError, of which newer versions of typer bring their own.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]

app = typer.Typer(
    help="The momentum chapter of Dive into Deep Learning (2018), reproduced on MXNet.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
COMMANDS: dict[str, Callable[..., None]] = {
    "reproduce": reproduce,
    "run": run_optimize,
    "sweep": sweep,
    "verify": verify,
    "compare": compare,
    "explore": explore,
    "notebooks": notebooks,
    "info": info,
}
for name, command in COMMANDS.items():
    # click cuts a docstring's first line for the list of commands, but not a help named short.
    app.command(name, short_help=str(inspect.getdoc(command)).partition("\n")[0])(command)


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


def run() -> int:
    """Run the command that sys.argv names, and return its exit status.

    It is 0; 1 if a published check does not hold, or a value is not ordinary, and for that alone; 2
    with one sentence on stderr for bad input; 141, the shell's for a closed pipe, if whoever read
    the output has gone.
    """
    try:
        status = app(prog_name="gluon-momentum", standalone_mode=False)
        sys.stdout.flush()
        return 2 if status else 0  # a status of typer's own, from its options
    except (CheckFailedError, NotOrdinaryError):
        return 1
    except (BrokenPipeError, SystemExit) as error:
        # click and rich turn a closed pipe into a SystemExit of 1.
        if isinstance(error, SystemExit) and error.code != 1:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # for what Python flushes at the end
        return 141
    except _UsageError as error:
        sentence = error.format_message().rstrip(".") + "."  # type: ignore[attr-defined]
    except MemoryError:
        sentence = "There is not enough memory for this: ask for less at a time."
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        sentence = f"{where}{error.strerror}." if error.strerror else str(error)
    except (ImportError, ValueError) as error:
        sentence = str(error)
    print(f"gluon-momentum: {' '.join(sentence.split())}", file=sys.stderr)
    return 2
