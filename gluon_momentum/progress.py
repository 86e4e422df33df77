"""A progress bar on stderr."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator


class Bar:
    """What tells a progress bar how far the work is; this one draws nothing."""

    def advance(self, done: int) -> None:
        """Tell how many more are done."""

    def begin(self, what: str) -> None:
        """Tell what is being done from here on."""


@contextmanager
def progress_bar(what: str, total: int | None, visible: bool) -> Iterator[Bar]:
    """Draw a bar while the block runs, and yield what tells it how far the work is.

    Args:
        what: what is being done, or of what so many are being done.
        total: how many there will be; None where that is not known.
        visible: whether to draw it.
    """
    if not visible:
        yield Bar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
    from rich.text import Text

    class Done(ProgressColumn):
        """What is being done, how many are, and how many a second."""

        def render(self, task: Task) -> Text:
            if task.total is None:
                return Text(task.description)
            rate = "" if task.speed is None else f", {task.speed:,.0f}/s"
            return Text(f"{task.completed:,.0f} {task.description}{rate}")

    class Drawn(Bar):
        def advance(self, done: int) -> None:
            progress.advance(task, done)

        def begin(self, what: str) -> None:
            progress.update(task, description=what)

    columns = BarColumn(), Done(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield Drawn()
