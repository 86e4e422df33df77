"""What every refusal of an argument has in common."""

from contextlib import contextmanager

import pytest


@contextmanager
def refused(name):
    """Expect one sentence, on one line and not long, which says what an argument must be."""
    with pytest.raises(ValueError, match=rf"^{name} must \w.*\.$") as error:
        yield error
    assert len(str(error.value)) < 200
