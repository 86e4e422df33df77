"""The chapter's exercise: many momenta, learning rates and shuffles at once.

`sweep` is the function that users call. `schedule` says what a run goes through, `regression` puts
the data into coordinates where a step is a small matrix, `kernel` is all that is compiled, `runs`
computes a list of runs, `distribute` shares it out, `memory` says whether it fits, `dataset` gives
a grid its form, and `exercise` what it shows.
"""
