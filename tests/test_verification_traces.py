"""The checks of the traces' end points."""

import numpy as np
import pytest

from gluon_momentum.published import source
from gluon_momentum.verification import traces
from gluon_momentum.verification.check import decide

POINTS = {  # as the version of January 2019 prints them
    "gd.lr-0.4": ("-0.943467", "-0.000073"),
    "gd.lr-0.6": ("-0.387814", "-1673.365109"),
    "momentum.lr-0.4": ("-0.062843", "0.001202"),
    "momentum.lr-0.6": ("0.007188", "0.002553"),
}
PRINTED = {
    f"2019-01.{name}.x{axis}": text
    for name, point in POINTS.items()
    for axis, text in enumerate(point, start=1)
}


def test_each_coordinate_has_its_check():
    checks = traces.checks()
    assert {check.id: check.published for check in checks} == PRINTED
    for check in checks:
        assert check.rule == "within half a unit of the last printed place"
        assert check.source == str(source("2019-01"))
        assert "velocity that does not start at zero" in check.hint


@pytest.mark.parametrize(("share", "holds"), [(0.99, True), (1.01, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_half_a_unit_is_allowed_and_no_more(monkeypatch, share, holds, sign):
    ends = {}
    for name, point in POINTS.items():
        method, _, lr = name.partition(".lr-")
        end = np.array(point, float) + sign * share * 0.5e-6
        ends[method, float(lr)] = np.array([[-5.0, -2.0], end])
    monkeypatch.setattr(traces, "gd_trace", lambda lr: ends["gd", lr])
    monkeypatch.setattr(
        traces, "momentum_trace", lambda lr, mom: ends["momentum", lr] if mom == 0.5 else None
    )
    assert [decide(check, None).holds for check in traces.checks()] == [holds] * 8
