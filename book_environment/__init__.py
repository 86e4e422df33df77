"""The chapter's program as the book's own environment runs it: Python 3.6, mxnet 1.2.1.

`record` runs it there and writes recording.json, and needs nothing of this repository but notebook
01; `compare` says how far `optimize`, or another recording, is from that; requirements.lock is the
environment, which tools/make-book-environment makes.
"""

from contextlib import suppress

with suppress(ImportError):  # in the book's own environment
    import gluon_momentum  # noqa: F401 (with it, MXNet imports on newer NumPys)
