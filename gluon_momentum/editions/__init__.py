"""The editions of the chapter, each one object in a file of its own.

`edition` says what an edition is, `training` runs programs on MXNet, and `airfoil` finds the data
of 2019. To add an edition is to write a file here, and one with what was published of it.
"""

from . import of_2018, of_2019
from .edition import Case, Edition, Program

CHAPTER = of_2018.EDITION  # the edition that this package reproduces
EDITIONS = {edition.name: edition for edition in (CHAPTER, of_2019.EDITION)}

__all__ = ["CHAPTER", "EDITIONS", "Case", "Edition", "Program"]
