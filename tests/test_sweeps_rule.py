"""The update rules of a sweep; that the kernel takes their steps is in test_sweeps_kernel.py."""

from gluon_momentum.sweeps.rule import CHAPTER, Rule


def test_the_chapters_rule_decays_in_the_velocity_and_is_not_nesterovs():
    assert CHAPTER == Rule() == (0.1, False, False)
    assert CHAPTER._asdict() == {"decay": 0.1, "outside": False, "nesterov": False}
