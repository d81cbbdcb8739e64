"""`sheetops undo` and `sheetops restore`: the way back."""

from __future__ import annotations

from typing import Annotated

import typer

from sheetops.cli.options import (
    Apply,
    AsJson,
    Config,
    Quiet,
    Talk,
    Today,
    Verbose,
    Workbook,
    request_of,
    show,
)

app = typer.Typer()


@app.command()
def undo(  # noqa: PLR0913, PLR0917 # one parameter an option
    run: Annotated[
        str,
        typer.Argument(
            metavar="[RUN]",
            help="The run, by the beginning of its name; else the last that wrote.",
            show_default=False,
        ),
    ] = "",
    config: Config = None,
    workbook: Workbook = None,
    today: Today = "",
    apply: Apply = False,
    as_json: AsJson = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Put back what a run wrote, as far as nobody has changed it since. Mail stays sent."""
    from sheetops.cli.views import undo as views
    from sheetops.jobs import undo as job

    do = job.undo if apply else job.preview
    view = views.of(do(request_of(config, workbook, today), run))
    show(view, views.lines, as_json=as_json)
    if not apply:
        again = f"sheetops undo {view.undoes} --apply"
        Talk(quiet).say(f"This was a preview: nothing was written. To do it: {again}")


@app.command()
def restore(  # noqa: PLR0913, PLR0917 # one parameter an option
    copy: Annotated[
        str,
        typer.Argument(
            metavar="[COPY]",
            help="The copy: its number in the list, its file, or its day. Else all are listed.",
            show_default=False,
        ),
    ] = "",
    config: Config = None,
    workbook: Workbook = None,
    apply: Apply = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """List the copies from before each run, or put one back in the workbook's place."""
    from sheetops.cli.views import restore as views
    from sheetops.jobs import restore as job

    request = request_of(config, workbook, "")
    if not copy:
        show(views.of_copies(job.copies(request)), views.copy_lines, as_json=as_json)
        return
    do = job.restore if apply else job.preview
    show(views.of_restore(do(request, copy)), views.lines, as_json=as_json)
    if not apply:
        Talk(quiet).say("This was a preview: nothing was changed. To do it, add --apply")
