"""Writing files: those of a run appear together, or none does.

Every file is first written under a temporary name in the folder where it will be. A program that
is ended from outside calls `settle` before it goes.
"""

from .run import Files, settle, together, write_json, write_text

__all__ = ["Files", "settle", "together", "write_json", "write_text"]
