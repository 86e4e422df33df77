"""Judgement: the published programs run again, and what was published compared with this build.

`check` says what a check is, `suite` lists all of them and carries them out; `seeded`, `curves`,
`params`, `traces` and `chapter` hold them, by what they look at. `programs` runs the published
programs, `spread` says what the unknown order of the mini-batches does, `measured` keeps both, and
`formats` writes findings down.
"""

SHUFFLES = 20_000  # over which the unseeded runs are spread
