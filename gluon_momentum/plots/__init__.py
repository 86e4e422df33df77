"""Every figure, as functions that draw on given matplotlib Axes and compute nothing."""

from __future__ import annotations

# Dark, middle, light: told apart in greyscale too. One per momentum of the chapter.
MOMENTUM_COLOURS = {0.99: "#3b0f70", 0.9: "#1f8a8c", 0.5: "#e8a33d"}
