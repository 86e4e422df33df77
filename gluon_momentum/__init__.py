"""The momentum chapter of Dive into Deep Learning (Chinese edition, 2018), reproduced on MXNet.

The public names stand in the stub beside this file. Each is imported when it is first used, and
what it needs with it: importing this package costs neither MXNet nor NumPy.
"""

import lazy_loader

from .environment import numpy_names

numpy_names.lend()

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
