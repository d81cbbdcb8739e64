"""`sheetops undo` and `sheetops restore`: the way back."""

from __future__ import annotations

from typing import Annotated

import typer

from sheetops.cli.options import (
    AsJson,
    Config,
    Quiet,
    Talk,
    Today,
    Verbose,
    Workbook,
    print_json,
    print_lines,
    request_of,
)

app = typer.Typer()
Apply = Annotated[bool, typer.Option("--apply", help="Do it; else it is only shown.")]


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
    from sheetops.cli.views import undo as shown
    from sheetops.jobs import undo as undoing

    request = request_of(config, workbook, today)
    done = undoing.undo(request, run) if apply else undoing.preview(request, run)
    if as_json:
        print_json(shown.as_data(done))
    else:
        print_lines(shown.applied(done) if apply else shown.lines(done))
    if not apply:
        again = f"sheetops undo {done.of.run} --apply"
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
    from sheetops.cli.views import restore as shown
    from sheetops.jobs import restore as restoring

    request = request_of(config, workbook, "")
    if not copy:
        found = restoring.copies(request)
        print_json(shown.as_data(found)) if as_json else print_lines(shown.lines(found))
        return
    done = restoring.restore(request, copy) if apply else restoring.preview(request, copy)
    if as_json:
        (data,) = shown.as_data([done.copy])
        kept = str(done.kept) if done.kept else None
        print_json({**data, "restored": done.is_done, "kept": kept})
    else:
        print_lines(shown.one(done))
    if not apply:
        Talk(quiet).say("This was a preview: nothing was changed. To do it, add --apply")
