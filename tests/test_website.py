"""tools/website.py: every document has a page, and no link in the site leads nowhere."""

import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import website

ROOT = Path(website.__file__).parents[1]
SOURCE = "https://example.org/somebody/repository/blob/main"


@pytest.fixture
def site(tmp_path, monkeypatch, capsys):
    """Write the site, and return its folder."""
    monkeypatch.setattr(sys, "argv", ["website", str(tmp_path), "--source", SOURCE])
    assert website.main() == 0
    assert str(tmp_path) in capsys.readouterr().out
    return tmp_path


def test_every_document_has_a_page_and_every_link_leads_somewhere(site):
    pages = sorted(site.glob("**/*.html"))
    assert len(pages) == len([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
    followed = 0
    for page in pages:
        for link in re.findall(r'(?:href|src)="([^"]*)"', page.read_text("utf8")):
            parts = urlsplit(link)
            if link.startswith(SOURCE):
                assert (ROOT / parts.path.partition("blob/main/")[2]).exists(), (page, link)
            elif not parts.scheme and Path(parts.path).name != "explore.html":
                there = (page.parent / parts.path).resolve() if parts.path else page
                assert there.is_file(), (page, link)
                if parts.fragment:
                    assert f'id="{parts.fragment}"' in there.read_text("utf8")
                followed += 1
    assert followed > 40
    assert "<table>" in (site / "docs/builds.html").read_text("utf8")
    assert 'lang="zh-Hans"' in (site / "README.zh.html").read_text("utf8")


def test_a_link_to_what_does_not_exist_is_refused(tmp_path, monkeypatch, capsys):
    (tmp_path / "README.md").write_text("[there](nowhere.md)", "utf8")
    monkeypatch.setattr(website, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["website", str(tmp_path / "site"), "--source", SOURCE])
    assert website.main() == 1
    assert "nowhere.md" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()
