"""Notebooks of what was published, as `compare` reads them, and the calls of 2019's edition."""

from notebook_forms import code, notebook

from gluon_momentum.comparison.calls import from_notebook
from gluon_momentum.comparison.spreads import Spreads
from gluon_momentum.notebook import Printed
from gluon_momentum.published import edition_2019


def of_2018(folder, experiments):
    """Write a notebook of calls of `optimize`, with the w and b that each printed."""
    cells = []
    for each in experiments:
        call = each.call
        sizes = f"batch_size={call.batch_size}, lr={call.lr}, mom={call.mom}"
        source = f"optimize({sizes}, num_epochs={call.num_epochs}, log_interval=10)"
        cells.append(code(source, f"w[0]={each.w[0]}, w[1]={each.w[1]}, b={each.b}\n"))
    return notebook(folder, *cells)


def of_2019(folder, losses):
    """Write a notebook of the four runs of the edition of 2019, with their losses."""
    cells = []
    for run, loss in zip(edition_2019().runs, losses):
        if run.program == "scratch":
            asked = f"{{'lr': {run.lr}, 'momentum': {run.mom}}}, features, labels"
            source = f"d2l.train_ch7(sgd_momentum, init_momentum_states(), {asked})"
        else:
            asked = f"{{'learning_rate': {run.lr}, 'momentum': {run.mom}}}, features, labels"
            source = f"d2l.train_gluon_ch7('sgd', {asked})"
        cells.append(code(source, f"loss: {loss}, 0.512345 sec per epoch\n"))
    return notebook(folder, *cells)


def four_rankings():
    """Return the four calls of the edition of 2019, and what each prints over 20,000 shuffles."""
    names = {"scratch": "train_ch7", "gluon.Trainer": "train_gluon_ch7"}
    calls = from_notebook(
        [
            Printed(1, "", names[run.program], "2019", run.lr, run.mom, 10, 2, (), None, "0.2", ())
            for run in edition_2019().runs
        ]
    )
    spreads = Spreads(calls, False, None)
    return calls, [spreads.own(call, range(20_000)) for call in calls], spreads
