#!/usr/bin/env python3
"""Execute the notebooks anew and write them with their outputs; what is the same is not touched.

usage: tools/run_notebooks.py [NOTEBOOK ...]

The same environment gives the same bytes: no timing, path or version is kept.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from gluon_momentum.files import write_text

ROOT = Path(__file__).resolve().parents[1]
KERNEL = "python3"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": KERNEL},
    "language_info": {"name": "python"},
}
# The book's semilogy asks for SVG, which JupyterLab does not show in a notebook that its reader has
# not run yet; PNG it shows.
_STARTUP = (
    "import IPython.display\nIPython.display.set_matplotlib_formats = lambda *formats: None\n"
)


def execute(notebook: Any, kernel: str = KERNEL, seconds: int = 600) -> Any:
    """Execute a notebook in a fresh kernel and an empty folder, and return it tidied.

    Args:
        notebook: from nbformat.read; it is changed.
        kernel: the name of the kernel.
        seconds: how long one cell may take.

    Raises:
        NoSuchKernel: there is no kernel of that name.
        CellExecutionError: a cell raised.
    """
    with tempfile.TemporaryDirectory() as folder:
        # A reader's own settings stay out.
        settings = Path(folder, "settings")
        startup = settings / "profile_default/startup"
        startup.mkdir(parents=True)
        (settings / "matplotlibrc").touch()
        (startup / "00-png.py").write_text(_STARTUP, encoding="utf8")
        work = Path(folder, "work")
        work.mkdir()
        paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
        env = {
            **os.environ,
            "IPYTHONDIR": str(settings),
            "MATPLOTLIBRC": str(settings / "matplotlibrc"),
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        }
        client = NotebookClient(
            notebook,
            kernel_name=kernel,
            timeout=seconds,
            record_timing=False,
            resources={"metadata": {"path": str(work)}},
        )
        client.execute(env=env)
    return tidy(notebook)


def tidy(notebook: Any) -> Any:
    """Take out of an executed notebook what differs from one execution to the next."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{number:02}"
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
        for output in cell.get("outputs", []):
            if "metadata" in output:
                size = output.metadata.get("image/png")
                output.metadata = nbformat.from_dict({"image/png": size} if size else {})
    return notebook


def _joined(outputs: list[Any]) -> list[Any]:
    """Join what a cell printed in pieces: where it is cut is a matter of time."""
    joined: list[Any] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def main(names: list[str]) -> int:
    """Execute the notebooks of these names, or all of them; 0, or 2 and one sentence."""
    paths = [Path(name) for name in names] or sorted((ROOT / "notebooks").glob("*.ipynb"))
    for path in paths:
        try:
            old = path.read_text("utf8")
            notebook = execute(nbformat.reads(old, as_version=4))
        except NoSuchKernel:
            print(f"The kernel {KERNEL} is missing: pip install ipykernel.", file=sys.stderr)
            return 2
        except OSError as error:
            print(f"{path} cannot be read: {error.strerror}.", file=sys.stderr)
            return 2
        except CellExecutionError as error:
            print(f"{path} stopped at a cell that raised, and stays as it was.", file=sys.stderr)
            print(error, file=sys.stderr)
            return 2
        new = nbformat.writes(notebook) + "\n"
        if new != old:
            write_text(path, new)
        print(f"{path.name}: {'changed' if new != old else 'unchanged'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
