"""Options that several commands have."""

from pathlib import Path

import pytest
import typer

from gluon_momentum.cli import options
from gluon_momentum.experiments import CALL


def test_the_defaults_are_the_chapters():
    defaults = (options.BATCH_SIZE, options.NUM_EPOCHS, options.LOG_INTERVAL, options.SEED)
    names = ("batch_size", "num_epochs", "log_interval")
    assert [option.default for option in defaults] == [*map(CALL.get, names), 0]


@pytest.mark.parametrize(
    "option", [options.folder("a", ""), options.folder_argument("a", ""), options.file("")]
)
def test_what_is_written_to_needs_a_name(option):
    assert option.parser("a/b") == option.parser(Path("a/b")) == Path("a/b")
    with pytest.raises(typer.BadParameter, match=r"^the name is empty\.$"):
        option.parser("")
