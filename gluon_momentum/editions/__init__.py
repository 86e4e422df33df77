"""The editions of the chapter, each one object in a file of its own.

`edition` says what an edition is, `training` runs programs on MXNet, and `airfoil` finds the data
of 2019. To add an edition is to write a file `of_*.py` here, and one with what was published of it.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Dict

from .edition import Case, Edition, Program

_NAMES = sorted(module.name for module in iter_modules(__path__) if module.name.startswith("of_"))
_ALL = [import_module(f".{name}", __name__).EDITION for name in _NAMES]
EDITIONS: Dict[str, Edition] = {edition.name: edition for edition in _ALL}
CHAPTER = EDITIONS["2018"]  # the edition that this package reproduces

__all__ = ["CHAPTER", "EDITIONS", "Case", "Edition", "Program"]
