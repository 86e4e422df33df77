"""The chapter in the book's edition of 2019: another program, on other data.

`data` finds the measurements of airfoil noise which that edition fits, and `program` is what it
runs: the same update rule, in a training loop of its own. `sampler` gives it the mini-batches that
a sweep has.
"""
