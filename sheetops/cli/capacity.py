"""`sheetops capacity`: how loaded we are, whom we can take on and when, and what slows us down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sheetops.cli.options import (
    AsJson,
    Config,
    Exit,
    Quiet,
    Talk,
    Today,
    Workbook,
    print_json,
    print_lines,
    request_of,
    write_page,
)

if TYPE_CHECKING:
    from sheetops.jobs.capacity import ReportOptions
    from sheetops.jobs.context import Request
    from sheetops.report.report import Report

app = typer.Typer()


@app.command()
def capacity(  # noqa: PLR0913, PLR0917 # one parameter an option
    config: Config = None,
    workbook: Workbook = None,
    today: Today = "",
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the tab Capacity and send it to the owner.")
    ] = False,
    send_again: Annotated[
        bool, typer.Option("--send-again", help="Send it though this week's has left already.")
    ] = False,
    if_asked: Annotated[
        bool, typer.Option("--if-asked", help="Only if Report now is ticked in Settings.")
    ] = False,
    away: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME:DAY..DAY", help="What if somebody is away?", show_default=False),
    ] = None,
    more: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NUMBER:OFFER", help="What if more clients start?", show_default=False
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write it as a page.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say how loaded we are, whom we can take on and when, and what slows us down."""
    if (send_again or if_asked) and not apply:
        raise typer.BadParameter("--send-again and --if-asked go with --apply.")
    from sheetops.jobs.capacity import ReportOptions

    wanted = ReportOptions(tuple(away or ()), tuple(more or ()), send_again)
    request, talk = request_of(config, workbook, today), Talk(quiet)
    if apply:
        _apply(request, wanted, talk, html=html, as_json=as_json, if_asked=if_asked)
    else:
        _preview(request, wanted, talk, html=html, as_json=as_json)


def _preview(
    request: Request, wanted: ReportOptions, talk: Talk, *, html: Path | None, as_json: bool
) -> None:
    from sheetops.cli.views import capacity as shown
    from sheetops.jobs import capacity as reporting

    made = reporting.preview(request, wanted)
    _page(made, html, talk)
    if as_json:
        print_json(made.as_dict())
    elif html is None:
        print_lines(shown.lines(made))
    talk.say("Nothing was written or sent. To do it: sheetops capacity --apply")


def _apply(  # noqa: PLR0913 # each says how it is shown
    request: Request,
    wanted: ReportOptions,
    talk: Talk,
    *,
    html: Path | None,
    as_json: bool,
    if_asked: bool,
) -> None:
    from sheetops.cli.views import capacity as shown
    from sheetops.jobs import capacity as reporting

    make = reporting.report_if_asked if if_asked else reporting.report
    done = make(request, wanted)
    if done is None:
        talk.say("Report now is not ticked in Settings.")
        raise typer.Exit(Exit.DONE)
    _page(done.report, html, talk)
    if as_json:
        written = {"cells": done.receipt.cells, "rows": done.receipt.rows}
        print_json(
            {"run": done.run, "written": written, "mail": done.said, **done.report.as_dict()}
        )
    elif html is None:
        print_lines(shown.done(done))


def _page(made: Report, html: Path | None, talk: Talk) -> None:
    if html is not None:
        from sheetops.report import page

        write_page(html, page.of_report(made))
        talk.say(f"Wrote {html}")
