"""A comparison as a record, for a JSON file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

if TYPE_CHECKING:
    from .compare import Comparison
    from .judge import Judged


def record(found: Comparison, environment: Mapping[str, Any]) -> dict[str, Any]:
    """Return a comparison, and what it was computed with."""
    return {
        "environment": dict(environment),
        "shuffles": found.shuffles,
        "any_data": found.any_data,
        "verdict": found.verdict,
        "p": found.p,
        "calls": [_record(each) for each in found.calls],
        "left_out": [each._asdict() for each in found.left_out],
    }


def _record(judged: Judged) -> dict[str, Any]:
    call = judged.call
    names = ("edition", "lr", "mom", "batch_size", "num_epochs")
    return {
        "call": call.name,
        **{name: getattr(call, name) for name in names},
        "printed": list(call.printed),
        "as_strange": judged.as_strange,
        "p": judged.p,
        "verdict": judged.verdict,
        "explained_by": [{"mistake": mistake.name, "p": p} for mistake, p in judged.explained],
        "cannot_tell": [mistake.name for mistake in judged.untold],
    }
