"""The form of what was published."""

from gluon_momentum.published.records import Source


def test_a_source_is_its_repository_commit_and_path():
    source = Source("d2l-ai/d2l-zh", "a8630b02", "2018-07-31", "a/momentum.md", "Without outputs.")
    assert str(source) == "d2l-ai/d2l-zh a8630b02, a/momentum.md"
