"""The checks of the seeded runs, on made-up programs: just inside the margin and just outside."""

from types import SimpleNamespace

import pytest

from gluon_momentum.published import seeded_run
from gluon_momentum.verification import seeded
from gluon_momentum.verification.check import decide

RUNS = ("2017-10", "2017-11", "2018-01")
PROGRAMS = [(run, program) for run in RUNS for program in ("scratch", "gluon")]
PARTS = ("loss.1", "loss.2", "loss.3", "w.0", "w.1", "b")


@pytest.fixture
def checks():
    return {check.id: check for check in seeded.checks()}


def printed(run, program):
    """Return what a program printed, as texts in the order of its checks."""
    text = seeded_run(run).printed[program]
    return [*text.epoch_losses, *text.w, text.b]


def measured(run, program, values):
    """Return a stand-in for Measured in which one program gives these six values, and no other."""
    found = SimpleNamespace(epoch_losses=values[:3], w=values[3:5], b=values[5])
    return SimpleNamespace(seeded=lambda *asked: {(run, program): found}[asked])


def test_each_program_has_a_check_for_each_value_it_printed(checks):
    assert list(checks) == [f"{run}.{name}.{part}" for run, name in PROGRAMS for part in PARTS]
    for run, program in PROGRAMS:
        for part, text in zip(PARTS, printed(run, program)):
            check = checks[f"{run}.{program}.{part}"]
            assert check.published == text
            assert check.source == seeded_run(run).printed[program].source


def half(text):
    """Return half a unit of the last digit, written independently of the package."""
    digits, _, exponent = text.partition("e")
    return 0.5 * 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))


@pytest.mark.parametrize(("run", "program"), PROGRAMS)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_loss_may_be_a_ten_thousandth_off_and_a_parameter_a_millionth(checks, run, program, sign):
    texts = printed(run, program)
    exact = [float(text) for text in texts]
    margins = [1e-4 * loss for loss in exact[:3]] + [1e-6] * 3
    margins = [max(margin, half(text)) for margin, text in zip(margins, texts)]
    for share, holds in ((0.99, True), (1.01, False)):
        values = [value + sign * share * margin for value, margin in zip(exact, margins)]
        stand_in = measured(run, program, values)
        found = [decide(checks[f"{run}.{program}.{part}"], stand_in) for part in PARTS]
        assert [finding.holds for finding in found] == [holds] * 6


def test_only_a_loss_after_the_decay_may_mean_the_decay(checks):
    for check in checks.values():
        assert ("no decay" in check.hint) == (check.name.split(".", 1)[1] not in PARTS[:2])
        assert "another order of the mini-batches" in check.hint
        assert "float differences" in check.hint
        assert ("MXNet 0.12's on macOS" in check.hint) == (check.run == "2017-10")
        assert ("MXNet 0.12's on Linux" in check.hint) == (check.run == "2017-11")
        assert ("MXNet 1.1" in check.hint) == (check.run == "2018-01")
        assert "order of float32 sums" in check.reason
