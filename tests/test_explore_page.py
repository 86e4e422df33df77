import re

import pytest
from explore import FOLDER, content, page

from gluon_momentum.explore.page import render, words
from gluon_momentum.published import chapter

SOURCES = "".join(
    path.read_text("utf8") for path in FOLDER.iterdir() if path.suffix in (".js", ".html")
)


@pytest.mark.parametrize("key", sorted(words()))
def test_every_text_is_there_in_both_languages(key):
    texts = words()[key]
    assert set(texts) == {"en", "zh"}
    assert all(texts.values())
    # Both have the same gaps and the same elements.
    gaps = {name: re.findall(r"\{\w+\}", text) for name, text in texts.items()}
    assert sorted(gaps["en"]) == sorted(gaps["zh"])
    tags = {name: sorted(set(re.findall(r"</?\w+>", text))) for name, text in texts.items()}
    assert tags["en"] == tags["zh"] or key == "intro"
    assert re.search("[\u4e00-\u9fff]", texts["zh"]) or re.match("axis-x|percent", key)
    assert not re.search("[\u3000-\uffef]", texts["en"]) or key == "intro"


def test_every_text_is_used_and_every_text_that_is_used_is_there():
    named = set(
        re.findall(r'(?:data-(?:text|label)=|say\(|key\(|reading\("[\w-]+", )"([\w-]+)"', SOURCES)
    )
    quoted = set(re.findall(r'"([\w.-]+)"', SOURCES)) | {f"key-{name}" for name in named}
    quoted |= {f"label-{name}" for name in content("plots")["names"]}
    assert set(words()) <= quoted
    assert set(re.findall(r'data-(?:text|label)="([\w-]+)"', SOURCES)) <= set(words())
    assert set(re.findall(r'say\("([\w-]+)"', SOURCES)) <= set(words())


def test_the_chapters_sentences_are_those_of_the_published_file():
    assert {name: words()[name]["en"] for name in chapter()["sentences"]} == chapter()["sentences"]


def test_the_page_is_whole_and_small():
    assert len(page().encode()) < 2.5e6
    assert page().startswith("<!DOCTYPE html>")
    assert page().endswith("</html>")
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]*)"', page())
    assert loaded == ["data:,"]
    assert not re.search(r"@import|url\(", (FOLDER / "page.css").read_text("utf8"))


@pytest.mark.slow
def test_it_is_the_same_each_time():
    def without_ids(text):
        return re.sub(r"\bp\d{4,}\b", "p", text)

    assert without_ids(render()) == without_ids(page())


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.js")), ids=lambda path: path.name)
def test_a_script_is_short_and_strict(path):
    text = path.read_text("utf8")
    assert text.startswith('"use strict";\n')
    assert len(text.splitlines()) <= 150
    assert max(map(len, text.splitlines())) <= 100
    assert "</script" not in text
