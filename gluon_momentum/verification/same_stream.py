"""The measure of two programs' losses that drew the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

import numpy as np

from .check import Check, Seen

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .measured import Measured

# Some 170 float32 ulps.
SAME_STREAM = 2e-5


def stream_differences(losses: ArrayLike, expected: ArrayLike) -> NDArray[np.float64]:
    r"""Return how far two programs' losses are apart that drew the same numbers, (steps,).

    .. math:: \frac{|\ell_t - \ell'_t|}{\sqrt{\ell'_t \max_{s \le t} \ell'_s}}

    Rounding moves the parameters by a share of how far they have been, and the loss feels that
    through its slope, the square root of the loss: hence the scale.

    Args:
        losses: of one program, (steps,).
        expected: of the other, (steps,).

    Example:
        >>> from gluon_momentum.verification.same_stream import stream_differences
        >>> stream_differences([16.0, 1.5], [16.0, 1.0])
        array([0.   , 0.125])
    """
    theirs = np.asarray(expected, np.float64)
    scale = np.sqrt(theirs * np.fmax.accumulate(theirs))
    with np.errstate(invalid="ignore"):  # inf - inf, after overflow, is no agreement
        differences: NDArray[np.float64] = np.abs(np.asarray(losses, np.float64) - theirs) / scale
    return differences


def stream_check(
    id: str,
    ties: str,
    program: str,
    source: str,
    hint: str,
    losses: Callable[[Measured], tuple[ArrayLike, ArrayLike]],
) -> Check:
    """Return the check that a program's losses are the sweep's on the same shuffle.

    Args:
        id: of the check.
        ties: what it ties to what.
        program: its name.
        source: of the published run that it is about.
        hint: what it may mean if the check fails.
        losses: returns those of the program and of the sweep.
    """

    def measure(measured: Measured) -> Seen:
        worst = float(stream_differences(*losses(measured)).max())
        return Seen(f"{worst:.1e}", worst <= SAME_STREAM)

    return Check(
        id,
        f"(none: ties {ties})",
        f"|{program} - sweep| / sqrt(loss * largest loss so far) at most {SAME_STREAM:g}",
        "rounding moves the parameters by a share of how far they have been, and the loss feels "
        "that through its slope",
        source,
        hint,
        measure,
    )
