"""The checks of the edition of 2019: sixteen executions, each with four runs."""

from __future__ import annotations

from typing import Callable

import numpy as np

from ..published import edition_2019, source
from ..published.store import EDITION
from .check import FAMILY, UNIFORM, Check, Seen
from .measured import Measured
from .printed import Margin, digits_check
from .programs import BOOK_SEED
from .same_stream import stream_check
from .samples import two_sample_p
from .strangeness import rank

START = Margin(
    "the curves were read from SVG paths, which carry about 7 significant digits", rtol=3e-7
)
_CAUSES = "another program, or a start that is not the published runs'"


def checks() -> list[Check]:
    """Return the checks of each of the four runs, in their order."""
    return [check for index in range(len(edition_2019().runs)) for check in _run_checks(index)]


def _run_checks(index: int) -> list[Check]:
    run, executions = edition_2019().runs[index], edition_2019().executions
    program = run.program.partition(".")[0]
    name = f"{EDITION}.{program}.lr-{run.lr:g}.mom-{run.mom:g}"
    where, count = str(source(EDITION)), len(executions)
    finals = [execution.printed[index] for execution in executions]
    curves = np.array([execution.curves[index] for execution in executions])

    def final(measured: Measured) -> Seen:
        shuffles = measured.edition.spread(index).losses[:, -1:]
        p = two_sample_p(np.array(finals, np.float64)[:, None], shuffles)
        # The least rank of so many executions is too coarse among these shuffles for a check.
        each = [rank([text], shuffles).p for text in finals]
        return Seen(f"p = {p:.4f}; each alone {min(each):.4f} to {max(each):.4f}", p=p)

    def curve(measured: Measured) -> Seen:
        # All shuffles share the start.
        p = two_sample_p(curves[:, 1:], measured.edition.spread(index).losses[:, 1:])
        return Seen(f"p = {p:.4f}", p=p)

    return [
        digits_check(
            f"{name}.initial-loss",
            str(curves[0, 0]),
            START,
            where,
            "another random stream than that of mx.random.seed(0), other data, or another scale "
            "of w",
            lambda measured: float(measured.edition.run(index).losses[0]),
        ),
        stream_check(
            f"{name}.same-stream",
            "the shuffles to the program",
            "program",
            where,
            "an update rule, or a division of the last mini-batch, that is not the edition's",
            lambda measured: (
                measured.edition.run(index).losses,
                measured.edition.spread(index).losses[BOOK_SEED],
            ),
        ),
        _ranked(
            f"{name}.final-losses",
            f"{min(finals)} to {max(finals)}, {count} executions",
            f"the share of choices of {count} shuffles that lie as far from all others, by energy "
            f"distance, p, {FAMILY}",
            where,
            final,
        ),
        _ranked(
            f"{name}.curves",
            f"{count} curves of {curves.shape[1]} vertices",
            "the same for whole curves, in coordinates in which no two vertices move together: p, "
            f"{FAMILY}",
            where,
            curve,
        ),
    ]


def _ranked(
    id: str, published: str, rule: str, where: str, measure: Callable[[Measured], Seen]
) -> Check:
    return Check(id, published, rule, UNIFORM, where, _CAUSES, measure, ranked=True)
