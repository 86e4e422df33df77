"""Judgement: the published runs again, and what was published compared with this build.

`check` says what a check and its rule are; `derived` makes them of what an execution has, `text` of
what the chapter says; `suite` lists and carries them out; `measured` runs what they look at, and
`formats` writes findings down.
"""
