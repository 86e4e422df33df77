"""``python -m gluon_momentum`` is the command ``gluon-momentum``."""

from .cli import main

main()
