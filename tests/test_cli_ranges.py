import numpy as np
import pytest

from gluon_momentum.cli import ranges


def test_a_range_has_both_ends():
    np.testing.assert_allclose(
        ranges.parse_values("0:0.999:200"), np.linspace(0, 0.999, 200), rtol=0
    )
    np.testing.assert_allclose(
        ranges.parse_values("0.001:3:200:log"), np.geomspace(0.001, 3, 200), rtol=0
    )


def test_a_count_may_be_one_and_a_million_and_no_more():
    assert ranges.parse_values("0.5:1:1").tolist() == [0.5]
    assert ranges.parse_values("0.5:1:1:log").tolist() == [0.5]
    assert ranges.parse_seeds("1") == [0]
    assert len(ranges.parse_values("0:1:1000000")) == len(ranges.parse_seeds("1000000")) == 10**6
    for parse, text in ((ranges.parse_values, "0:1:1000001"), (ranges.parse_seeds, "1000001")):
        with pytest.raises(ValueError, match="from 1 to 1,000,000"):
            parse(text)


def test_numbers_stand_for_themselves():
    assert ranges.parse_values("0.9").tolist() == [0.9]
    assert ranges.parse_values("0.5,0.9,0.99").tolist() == [0.5, 0.9, 0.99]


@pytest.mark.parametrize(
    "text",
    ["", "a", "0:1", "0:1:x", "0:1:0", "0:1:-3", "0:1:2.5", "0:1:5:log", "1:2:5:lin", "1:2:3:log:4",
     "0.5,", "1;2", "0:1:10000000000000", "0:inf:3", "nan:1:3:log"],
)  # fmt: skip
def test_an_unknown_range_is_named(text):
    with pytest.raises(ValueError, match=r"^'.*' is not a range: .*\.$") as error:
        ranges.parse_values(text)
    assert repr(text) in str(error.value)


def test_seeds_are_a_count_or_a_list():
    assert ranges.parse_seeds("20") == list(range(20))
    assert ranges.parse_seeds("0,5,7") == [0, 5, 7]
    assert ranges.parse_seeds("5,") == [5]


@pytest.mark.parametrize("text", ["", "0", "-1", "x", "1,x", "2.5", "0:5", "1000000000", ","])
def test_unknown_seeds_are_named(text):
    with pytest.raises(ValueError, match=r"^'.*' is neither a count of seeds.*\.$"):
        ranges.parse_seeds(text)
