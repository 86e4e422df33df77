"""The chapter's exercise: many momenta, learning rates and shuffles at once.

`sweep` is the function that users call. `plan` says what it computes, `regression` puts the data
into coordinates where a step is a small matrix, `kernel` takes the steps of the `runs`,
`distribute` shares them out, `memory` says whether they fit, `dataset` gives their form, and
`exercise` what they show.
"""
