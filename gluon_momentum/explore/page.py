"""Writing the page: its data, plots, words and scripts in one text."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("page")
# In the order in which they build on each other; the worker gets the first five of them as text.
_SCRIPTS = (
    "shuffles", "kernel", "ranks", "judge", "worker", "chapter", "core", "link", "printing",
    "valley", "average", "run", "results", "final", "calls", "yours", "start",
)  # fmt: skip


def words() -> dict[str, dict[str, str]]:
    """Return every text of the page by its name, in English (en) and Chinese (zh)."""
    table: dict[str, dict[str, str]] = json.loads((_FOLDER / "words.json").read_text("utf8"))
    return table


def render(path: Path | None = None) -> str:
    """Return the page, an HTML document that asks no network.

    Args:
        path: a copy of the airfoil data, if not the one that `airfoil.at_hand` finds. Where there
            is none, the page judges runs of the edition of 2018 alone, and says why.

    Raises:
        ValueError: the file is another one.
        OSError: it cannot be read.
    """
    from bokeh.embed import json_item
    from bokeh.resources import Resources
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from .data import page_data
    from .figures import MAP_LR, MAP_SHAPE, figures

    data = page_data(path)
    drawn = figures()
    plots: dict[str, Any] = {
        "names": list(drawn),
        "map": {"shape": MAP_SHAPE, "lr": MAP_LR},
        "items": {name: json_item(plot) for name, plot in drawn.items()},
    }
    # The renderers alone: the page's controls are HTML's own.
    library = "\n".join(Resources("inline", components=["bokeh"], log_level="warn").js_raw)
    jinja = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Bokeh names a model where it first stands, and refers to it after that.
    jinja.policies["json.dumps_kwargs"] = {
        "sort_keys": False, "ensure_ascii": False, "separators": (",", ":"),
    }  # fmt: skip
    return jinja.get_template("page.html").render(
        words=words(),
        data=data,
        plots=plots,
        bokeh=b64encode(gzip.compress(library.encode(), mtime=0)).decode(),
        scripts={name: (_FOLDER / f"{name}.js").read_text("utf8") for name in _SCRIPTS},
        style=(_FOLDER / "page.css").read_text("utf8"),
    )
