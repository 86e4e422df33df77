"""What `make matrix` tries, and how docs/builds.md, docs/performance.md and the READMEs tell of it.

noxfile.py runs the ROWS of `rows`, in the `environments`, and leaves a folder for each; `stamps`
says which of them are up to date. `findings` reads a folder, `tables` and `verdict` put into words
what was found, and `python -m tools.matrix FOLDER` writes the pages.
"""
