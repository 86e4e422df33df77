"""Comparing numbers with those of many shuffles, whatever program they come from.

`printed` knows what printing does to a number, `curves` the band of many curves and how far two of
one stream are apart, `ranks` how strange a value is among others, `likelihood` among those of other
programs, and `samples` whether several values are like others.
"""

SHUFFLES = 20_000  # over which the unseeded runs are spread
FEWEST_SHUFFLES = 300  # the central 99 % of fewer is cut by single shuffles
