"""The page's data are the package's, its words stand in two languages, and it asks no network."""

import re
from base64 import b64decode
from shutil import copy

import numpy as np
import pytest
from explore import content, page

import gluon_momentum as gm
from gluon_momentum.chapter.experiments import DATA, MOMENTA
from gluon_momentum.editions import airfoil
from gluon_momentum.editions.airfoil import VARIABLE
from gluon_momentum.explore.data import page_data
from gluon_momentum.explore.figures import figures
from gluon_momentum.explore.page import render, words
from gluon_momentum.published import chapter, executions


def test_the_data_are_the_books_and_a_start_is_what_its_seed_draws_first(book_data):
    data = content("data")
    for name, array in zip(("features", "labels"), book_data):
        read = np.array(data[name], np.float32).reshape(array.shape)
        # But for a unit in the last place of few (see `mxnet_normal`).
        np.testing.assert_allclose(read, array.asnumpy(), rtol=2**-22, atol=0)
    assert data["truth"] == {"w": list(DATA.true_w), "b": DATA.true_b}
    assert len(data["starts"]) == 100
    for seed in (0, 1, 57, 99):
        gm.seed(seed)
        [w, _], _ = gm.init_params()
        start = np.array(data["starts"][seed], np.float32)
        np.testing.assert_array_equal(start, w.asnumpy().ravel())


def test_the_experiments_are_those_of_the_book(book_data):
    experiments = content("data")["experiments"]
    assert [each["call"]["mom"] for each in experiments] == list(MOMENTA)
    [published] = (one for one in executions() if one.group == "2018-08")
    for ours, result in zip(experiments, published.results):
        assert ours["call"] == result.settings._asdict()
        assert (*ours["w"], ours["b"]) == result.params
        np.testing.assert_array_equal(np.transpose(ours["curve"]), result.curve)
        [w, _], _ = gm.init_params()  # which goes on where the data have left the stream
        np.testing.assert_allclose(ours["start"], w.asnumpy().ravel(), rtol=2**-22, atol=0)


def test_the_largest_eigenvalue_is_that_of_a_sweep():
    ds = gm.sweep(*gm.book_data(), lr=[0.1], mom=[0.5])
    assert content("data")["lambda_max"] == pytest.approx(ds.lambda_max, rel=1e-12)


def test_the_airfoil_data_are_in_the_page_where_they_are_at_hand(
    airfoil_file, tmp_path, monkeypatch
):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert page_data()["measured"] is None
    kept = airfoil._cache() / airfoil.NAME
    kept.parent.mkdir(parents=True)
    kept.write_text("cut off")
    assert page_data()["measured"] is None
    with pytest.raises(ValueError, match="is not the airfoil"):
        page_data(kept)
    with pytest.raises(FileNotFoundError):
        page_data(tmp_path / "nothing")
    measured = page_data(airfoil_file)["measured"]
    for name, array in zip(("features", "labels"), airfoil.load(airfoil_file)):
        read = np.frombuffer(b64decode(measured[name]), "<f4").reshape(array.shape)
        np.testing.assert_array_equal(read, array)
    copy(airfoil_file, kept)
    assert page_data()["measured"] == measured


def test_another_file_is_refused_in_one_sentence(command, tmp_path):
    (tmp_path / "data").write_text("1 2 3")
    status, out, err = command("explore", "--data", "data")
    assert (status, out) == (2, "")
    assert "is not the airfoil_self_noise.dat" in err
    assert not (tmp_path / "explore.html").exists()


def test_every_text_is_there_in_both_languages():
    for key, texts in words().items():
        assert set(texts) == {"en", "zh"}, key
        # Both have the same gaps and the same elements.
        gaps, tags = (
            [sorted(set(re.findall(kind, texts[name]))) for name in ("en", "zh")]
            for kind in (r"\{\w+\}", r"</?\w+>")
        )
        assert gaps[0] == gaps[1], key
        assert tags[0] == tags[1] or key == "intro"
        same = "axis-[xw]|percent|tip-|comma|semicolon|yours-case$"
        assert re.search("[\u4e00-\u9fff]", texts["zh"]) or re.match(same, key)
        assert texts["en"]
        assert not re.search("[\u3000-\uffef]", texts["en"]) or key == "intro"
    sentences = chapter()["sentences"]
    assert {name: words()[name]["en"] for name in sentences} == sentences


@pytest.mark.slow
def test_the_page_is_whole_and_small_and_the_same_each_time():
    assert page().startswith("<!DOCTYPE html>")
    assert page().endswith("</html>")
    assert len(page().encode()) < 1e6
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]*)"', page())
    assert loaded == ["data:,"]
    once, again = (re.sub(r"\bp\d{4,}\b", "p", text) for text in (page(), render()))
    assert once == again


def test_models_have_names_of_their_own_and_lines_differ_without_their_colour():
    drawn = figures()
    names = [model.name for plot in drawn.values() for model in plot.references() if model.name]
    single = [name for name in names if name not in ("grid-x", "grid-y")]
    assert len(single) == len(set(single))
    lines = ("run", "outside", "published", "median")
    dashes = {tuple(r.glyph.line_dash) for r in drawn["loss"].renderers if r.name in lines}
    assert len(dashes) == 4
