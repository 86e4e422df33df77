"""Whether what somebody got is an ordinary run of this chapter.

`call` says what a call is and what was printed of it, and `calls` makes it; `spreads` runs it over
shuffles, `mistakes` lists what can go wrong in the update rule, `judge` ranks a printed value, for
which `likelihood` says which program makes it how likely, and `compare` puts them together, for the
library and for the command.
"""
