"""The command ``explore``."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import typer

from . import options


def explore(
    out: Path = options.file("The page to write.", "explore.html"),
    data: Optional[Path] = options.data("if not the one that was fetched before"),
    open_: bool = typer.Option(False, "--open", help="Show it in the browser of this machine."),
) -> None:
    """Write a page on which a browser runs the chapter, without Python or network."""
    import webbrowser

    from ..files import together

    if open_:
        try:
            browser = webbrowser.get()
        except webbrowser.Error:
            raise OSError(
                "--open found no browser on this machine: write the page without it, and open the "
                "file in a browser elsewhere."
            ) from None
    with together() as files:
        files.reserve(out)
        from ..explore.page import render

        page = render(data)
        files.write_text(out, page)
    size = len(page.encode()) / 1e6
    typer.echo(f"Wrote {out} ({size:.1f} MB): open it in a browser; it needs no network.")
    if open_:
        browser.open(out.resolve().as_uri())
