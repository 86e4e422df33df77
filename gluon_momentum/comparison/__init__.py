"""Whether what somebody got is an ordinary run of this chapter.

`calls` makes the calls that are compared, `spreads` runs them over shuffles, `mistakes` lists what
can go wrong in the update rule, `judge` ranks a printed value, and `compare` puts them together,
for the library and for the command.
"""
