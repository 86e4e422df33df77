"""The chapter, in its order.

`descent` draws the traces of figures 7.2 and 7.3, `averages` are the moving averages, `optimizer`
is the update rule, `data` and `training` are the program, and `experiments` its three calls, with
what the chapter says of them.
"""
