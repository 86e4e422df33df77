"""Reading an executed Jupyter notebook: the calls of the chapter's training functions, and results.

`cells` reads the file and parses its code, `values` evaluates what a cell assigns, `follow` finds
the calls, `settings` tells what each asked for, `outputs` what was printed, `figures` and `curves`
what was drawn; `read` puts them together. Nothing of the notebook is run, and no number is judged
here.
"""

from .figures import Losses
from .read import LeftOut, Printed, Reading, read_notebook

__all__ = ["LeftOut", "Losses", "Printed", "Reading", "read_notebook"]
