"""The command ``compare``."""

from __future__ import annotations

import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, Optional, Tuple

import typer

import gluon_momentum as gm

from ..editions import CHAPTER, EDITIONS, Program
from ..statistics import SHUFFLES
from . import options, tables

if TYPE_CHECKING:
    from ..comparison.compare import Comparison
    from ..comparison.judge import Judged
    from ..plots import Figure

NAMED = " or ".join(f"{edition.name} ({edition.about})" for edition in EDITIONS.values())
SEVERAL = {name: each.frameworks for name, each in EDITIONS.items() if len(each.frameworks) > 1}
FRAMEWORKS = dict.fromkeys(one for frameworks in SEVERAL.values() for one in frameworks)
NOTEBOOK = typer.Argument(None, metavar="[NOTEBOOK]", help="An executed notebook.")
PRINTED_W = typer.Option(None, "--w", metavar="W0 W1", help="The weights, as printed.")


class NotOrdinaryError(Exception):
    """A value is not ordinary."""


def compare(
    notebook: Optional[Path] = NOTEBOOK,
    edition: str = typer.Option(CHAPTER.name, help=f"{NAMED}."),
    framework: Optional[str] = typer.Option(
        None, help=f"Of a call of {', '.join(SEVERAL)}: {', '.join(FRAMEWORKS)}."
    ),
    lr: Optional[float] = typer.Option(None, help="Learning rate, if the edition has several."),
    mom: Optional[float] = typer.Option(None, help="Momentum, from 0 to 1."),
    batch_size: Optional[int] = typer.Option(None, help="The edition's own if not given."),
    num_epochs: Optional[int] = typer.Option(None, help="The edition's own if not given."),
    w: Optional[Tuple[str, str]] = PRINTED_W,
    b: Optional[str] = typer.Option(None, "--b", help="The bias, as printed."),
    loss: Optional[str] = typer.Option(None, help="The last loss, as printed."),
    rows: Optional[int] = typer.Option(
        None, help="1503 or 1500: on how many of its data a run of 2019's edition trained."
    ),
    any_data: bool = typer.Option(
        False, "--any-data", help="Spread over data and starts too, as for ports."
    ),
    shuffles: int = typer.Option(SHUFFLES, help="Orders of the mini-batches."),
    data: Optional[Path] = options.data(),
    json: Optional[Path] = options.file("For what was found."),
    out: Optional[Path] = options.folder(None, "For the figures, the value among the shuffles."),
) -> None:
    """Say whether what you got is an ordinary run of this chapter.

    Give an executed notebook, or a call by its options with what it printed. The exit status is 0
    if all is ordinary and 1 if it is not.
    """
    from ..files import together
    from ..progress import progress_bar

    with progress_bar("loading", None, sys.stderr.isatty()) as bar, together() as files:
        from ..environment import describe
        from ..plots import write_figures

        if out:
            files.folder(out)
        if json:
            files.reserve(json)
        bar.begin("running the shuffles")
        found = gm.compare(
            notebook,
            edition=edition,
            framework=framework,
            lr=lr,
            mom=mom,
            batch_size=batch_size,
            num_epochs=num_epochs,
            w=w,
            b=b,
            loss=loss,
            rows=rows,
            any_data=any_data,
            shuffles=shuffles,
            data=data,
        )
        if json:
            files.write_json(json, found.record(describe()))
        if out:
            write_figures(files, out, _figures(found))
    _show(found)
    if not found.ordinary:
        raise NotOrdinaryError


def _figures(found: Comparison) -> dict[str, Figure]:
    from ..plots import Figure
    from ..plots.comparison import curve_among_shuffles, loss_among_shuffles, params_among_shuffles

    figures = {}
    for number, judged in enumerate(found.calls, start=1):
        call = judged.call
        _, lr, mom, *_ = call.case.settings
        title, shuffles = f"mom {mom:g}, lr {lr:g}: {judged.verdict}", judged.shuffles
        if call.curve is not None:
            losses, shown = call.curve.values, shuffles[:, -len(call.curve.values) :]
            curve = partial(
                curve_among_shuffles, epochs=call.epochs, losses=losses, shuffles=shown, title=title
            )
            figures[f"call_{number}_curve"] = Figure(curve, size=(6.5, 3.6))
        if call.curve is None or not call.prints_loss:
            draw = loss_among_shuffles if call.prints_loss else params_among_shuffles
            values, shown = [float(text) for text in call.printed], shuffles[:, : len(call.printed)]
            among = partial(draw, values=values, shuffles=shown, title=title)
            figures[f"call_{number}"] = Figure(among, size=(6.5, 3.6))
    return figures


def _show(found: Comparison) -> None:
    rows = [
        (
            each.call.name,
            " ".join(each.call.printed),
            f"{each.as_strange:,} of {found.shuffles:,}",
            each.verdict,
        )
        for each in found.calls
    ]
    tables.show(("call", "printed", "shuffles as strange", "verdict"), rows)
    for left_out, times in Counter(found.left_out).items():
        again = f" ({times} times)" if times > 1 else ""
        where = f"code cell {left_out.cell}: {left_out.call}{again}"
        typer.echo(f"Left out, {where}: {left_out.reason}.")
    for judged in found.calls:
        for sentence in (*_rows(judged), *_programs(judged), *_sentences(judged), *_tells(judged)):
            typer.echo(f"{judged.call.name.partition(': ')[0]}: {sentence}")
    if len(found.calls) > 1:
        typer.echo(
            f"All {len(found.calls)} calls together: {found.verdict}. Of sound notebooks with as "
            f"many calls, {_share(found.p)} have one as strange as the strangest of these."
        )


def _rows(judged: Judged) -> Iterator[str]:
    """Yield which rows a call was compared with, where its edition has programs with others."""
    *most, last = (f"{rows:,}" for rows in judged.call.rows)
    if most:
        yield (
            f"compared with runs on {', '.join(most)} rows and on {last}, since it is not certain "
            "on how many it trained; --rows decides."
        )
    elif len(judged.call.case.edition.rows) > 1:
        yield f"compared with runs on {last} rows."


def _programs(judged: Judged) -> Iterator[str]:
    """Yield of which program a call is, where its edition has several frameworks."""
    case = judged.call.case
    if len(case.edition.frameworks) == 1:
        return
    fitting = [
        f"{_program(one.program)} (p {p:.2g})" for one, p in judged.cases if one in judged.fitting
    ]
    others = [_program(one.program) for one, _ in judged.cases if one not in judged.fitting]
    of = f"{case.program.framework}'s program"
    beside = f"; not of {' or '.join(others)}" if others else ""
    if not fitting:
        yield f"compared with {of} {' and '.join(others)}."
    elif len(fitting) == 1:
        yield f"a run of {of} {fitting[0]}{beside}."
    else:
        yield f"it cannot be told which of {of}s this is a run of: {' or '.join(fitting)}{beside}."


def _program(program: Program) -> str:
    since, until = program.since, program.until
    time = f" from {since} to {until}" if since and until else ""
    time = time or f" since {since}" * bool(since) or f" until {until}" * bool(until)
    twice = " with twice the learning rate" * (program.gradient != 1)
    return f'"{program.kind}{time}"{twice}'


def _tells(judged: Judged) -> Iterator[str]:
    """Yield how much a call tells of which no curve is known."""
    if judged.told:
        why = f" ({judged.call.no_curve})" if judged.call.no_curve else ""
        half = sum(share >= 0.5 for _, share in judged.told)
        yield (
            f"without a curve{why}, {half} of the {len(judged.told)} known mistakes would show in "
            "at least half of the runs with them."
        )


def _sentences(judged: Judged) -> Iterator[str]:
    for mistake, p in judged.explained:
        yield f"it would be ordinary, with p {p:.2f}, where {mistake.sentence}."
    if judged.verdict != "ordinary" and not judged.explained:
        yield "none of the mistakes that are known here would make it ordinary."
    if judged.untold:
        names = "; ".join(mistake.name for mistake in judged.untold)
        shown = "what it printed and drew" if judged.call.curve else "what it printed"
        yield f"{shown} cannot tell the right program from these mistakes: {names}."


def _share(p: float) -> str:
    return f"{p:.0%}" if p >= 0.01 else f"fewer than {'1 in 1,000' if p < 0.001 else '1 in 100'}"
