"""The command ``notebooks``."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from enum import Enum
from importlib.util import find_spec
from pathlib import Path

import typer

from . import options

# What --open needs, by the name to import: the program, and the kernel of this Python.
_NEEDED = {"jupyterlab": "JupyterLab", "ipykernel": "the kernel python3"}
_SOURCE = Path(__file__).parents[1] / "notebooks"


class _Language(str, Enum):
    en = "en"
    zh = "zh"


def notebooks(
    folder: Path = options.folder_argument("momentum-notebooks", "Where to."),
    lang: _Language = typer.Option("en", help="Language of the text: English or Chinese."),
    force: bool = typer.Option(False, "--force", help="Overwrite notebooks that are there."),
    open_: bool = typer.Option(False, "--open", help="Start JupyterLab on the first of them."),
) -> None:
    """Copy the notebooks to a folder: the chapter, the published results, the exercise."""
    from ..files import together

    source = _SOURCE / "zh" if lang is _Language.zh else _SOURCE
    sources = sorted(source.glob("*.ipynb"))
    if not sources:
        raise OSError(f"This installation holds no notebooks in {source}: install it anew.")
    if open_:
        _check_jupyterlab(folder / sources[0].name)
    targets = [folder / source.name for source in sources]
    there = [target for target in targets if os.path.lexists(target)]
    if there and not force:
        names = ", ".join(target.name for target in there)
        raise OSError(
            f"The folder {folder} already holds {names}: open what is there with "
            f"`jupyter lab {shlex.quote(str(there[0]))}`, name another folder, or overwrite "
            "with --force."
        )
    with together() as files:
        files.folder(folder)
        for notebook, target in zip(sources, targets):
            with files.writing(target) as temporary:
                shutil.copyfile(notebook, temporary)
    typer.echo(f"Wrote {', '.join(target.name for target in targets)} in {folder}.")
    typer.echo(f"To open them: jupyter lab {shlex.quote(str(targets[0]))}")
    if open_:
        sys.stdout.flush()
        program = [sys.executable, "-m", "jupyterlab", str(targets[0])]
        if os.name == "nt":  # where an execv leaves the console to its shell
            sys.exit(subprocess.call(program))
        # In this process's place, so that Ctrl-C is JupyterLab's to answer.
        os.execv(sys.executable, program)


def _check_jupyterlab(first: Path) -> None:
    """Raise an error that says what to do if JupyterLab cannot be started on a notebook here."""
    for module, what in _NEEDED.items():
        if find_spec(module) is None:
            raise ImportError(f"--open needs {what}, which is missing: pip install {module}.")
    if getattr(os, "geteuid", lambda: None)() == 0:
        raise OSError(
            "JupyterLab does not start for root: run this as another user, or without --open and "
            f"then `jupyter lab --allow-root {shlex.quote(str(first))}`."
        )
