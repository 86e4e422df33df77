import re

from explore import script

from gluon_momentum.explore.figures import figures


def test_every_name_is_given_once():
    names = [model.name for plot in figures().values() for model in plot.references() if model.name]
    grids = ["grid-x", "grid-y"]
    single = [name for name in names if name not in grids]
    assert len(single) == len(set(single))


def test_the_scripts_name_no_model_that_is_not_there():
    names = {model.name for plot in figures().values() for model in plot.references()}
    table = script("start").partition("COLOURS: {")[2].partition("\n  },\n")[0]
    coloured = set(re.findall(r'"?([\w-]+)"?: "\w+"', table))
    assert len(coloured) > 20
    assert coloured <= names
    for name in ("valley", "average", "run", "final"):
        filled = set(re.findall(r'page\.fill\("([\w-]+)"', script(name)))
        assert filled
        assert {f"{each}-source" for each in filled} <= names


def test_every_line_can_be_told_without_its_colour():
    loss = figures()["loss"]
    dashes = [
        tuple(each.glyph.line_dash)
        for each in loss.renderers
        if each.name in ("run", "outside", "published", "median")
    ]
    assert len(set(dashes)) == 4
