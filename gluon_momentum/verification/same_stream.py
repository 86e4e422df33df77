"""The measure of two programs' losses that drew the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Some 170 float32 ulps.
SAME_STREAM = 2e-5


def stream_difference(losses: ArrayLike, expected: ArrayLike, below: float | None = None) -> float:
    r"""Return the largest difference of two programs' losses that drew the same numbers.

    .. math:: \max_t \frac{|\ell_t - \ell'_t|}{\sqrt{\ell'_t \max_{s \le t} \ell'_s}}

    Rounding moves the parameters by a share of how far they have been, and the loss feels that
    through its slope, the square root of the loss: hence the scale.

    Args:
        losses: of one program, (steps,).
        expected: of the other, (steps,).
        below: look only where the expected loss is below this.

    Example:
        >>> from gluon_momentum.verification.same_stream import stream_difference
        >>> stream_difference([16.0, 1.5], [16.0, 1.0])
        0.125
    """
    theirs = np.asarray(expected, np.float64)
    scale = np.sqrt(theirs * np.fmax.accumulate(theirs))
    seen = slice(None) if below is None else theirs < below
    ours = np.asarray(losses, np.float64)
    return float(np.max(np.abs(ours[seen] - theirs[seen]) / scale[seen]))
