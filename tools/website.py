"""Write the documents as a static site, beside which explore.html may stand.

A link to another document leads to its page, one to any other file of the repository to where that
is published.
"""

from __future__ import annotations

import argparse
import html
import os
import re
import shutil
import sys
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt

from gluon_momentum.explore.page import words

ROOT = Path(__file__).parents[1]
HOME = "README.md"
PAGE = """<!DOCTYPE html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
body {{ margin: 0 auto; max-width: 48rem; padding: 1rem 1rem 3rem; }}
body {{ font: 1rem/1.55 system-ui, sans-serif; }}
nav a {{ margin-right: 1rem; }}
img, svg {{ max-width: 100%; height: auto; }}
pre, .wide {{ overflow-x: auto; }}
pre {{ padding: .7rem; border: 1px solid #888; border-radius: 6px; }}
table {{ border-collapse: collapse; }}
th, td {{ padding: .3rem .6rem; border-bottom: 1px solid #888; text-align: left; }}
</style>
<nav>
<a href="{up}index.html">README</a>
<a href="{up}README.zh.html" lang="zh-Hans">中文</a>
<a href="{up}explore.html">{explore}</a>
</nav>
<main>
{body}</main>
</html>
"""


def documents() -> list[PurePosixPath]:
    """Return the repository's documents, by their paths in it."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    return sorted(PurePosixPath(path.relative_to(ROOT).as_posix()) for path in found)


def place(document: PurePosixPath) -> PurePosixPath:
    """Return where a document's page is in the site."""
    if document.name == HOME and document.parent == PurePosixPath():
        return PurePosixPath("index.html")
    return document.with_suffix(".html")


def slug(heading: str) -> str:
    """Return the name by which links reach a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def target(link: str, document: PurePosixPath, source: str, files: set[PurePosixPath]) -> str:
    """Return a document's link as its page has it; `files` gains what the site then needs."""
    parts = urlsplit(link)
    if parts.scheme or not parts.path:
        return link
    path = PurePosixPath(os.path.normpath(document.parent / parts.path))
    if not (ROOT / path).exists():
        raise ValueError(f"{document} links to {link}, which does not exist.")
    anchor = f"#{parts.fragment}" if parts.fragment else ""
    if path.suffix in (".png", ".svg"):
        files.add(path)
        return parts.path
    if path in documents():
        return os.path.relpath(place(path), document.parent) + anchor
    return f"{source}/{path}{anchor}"


def page(document: PurePosixPath, source: str, files: set[PurePosixPath]) -> str:
    """Return a document's page."""
    markdown = MarkdownIt("commonmark").enable("table")
    tokens = markdown.parse((ROOT / document).read_text("utf8"))
    title = document.name
    for token, inside in zip(tokens, [*tokens[1:], None]):
        if token.type == "heading_open" and inside is not None:
            text = "".join(each.content for each in inside.children or [])
            token.attrSet("id", slug(text))
            title = text if token.tag == "h1" else title
        for each in token.children or []:
            _redirect(each, document, source, files)
    chinese = document.name.endswith(".zh.md")
    body = markdown.renderer.render(tokens, markdown.options, {})
    body = body.replace("<table>", '<div class="wide"><table>').replace(
        "</table>", "</table></div>"
    )
    return PAGE.format(
        language="zh-Hans" if chinese else "en",
        title=html.escape(title),
        up="../" * len(document.parent.parts),
        explore=words()["title"]["zh" if chinese else "en"],
        body=body,
    )


def _redirect(token: Any, *about: Any) -> None:
    for name in ("href", "src"):
        if token.attrGet(name) is not None:
            token.attrSet(name, target(token.attrGet(name), *about))


def main() -> int:
    """Write the site; return 1, with a sentence, if a document links to what does not exist."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the folder to write into")
    parser.add_argument(
        "--source", required=True, help="where the repository's other files are, as an address"
    )
    arguments = parser.parse_args()
    files: set[PurePosixPath] = set()
    try:
        pages = {place(each): page(each, arguments.source, files) for each in documents()}
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    for path, text in pages.items():
        (arguments.out / path).parent.mkdir(parents=True, exist_ok=True)
        (arguments.out / path).write_text(text, "utf8")
    for path in files:
        (arguments.out / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, arguments.out / path)
    print(f"Wrote {len(pages)} pages to {arguments.out}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
