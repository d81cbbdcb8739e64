"""`sheetops capacity`: how loaded we are, whom we can take on and when, and what slows us down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sheetops.cli.options import (
    AsJson,
    Config,
    Html,
    Quiet,
    Talk,
    Today,
    Workbook,
    request_of,
    show,
    write_page,
)

if TYPE_CHECKING:
    from sheetops.cli.views.capacity import DoneReport, ReportView
    from sheetops.jobs.capacity import ReportOptions
    from sheetops.jobs.context import Request

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
    html: Html = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say how loaded we are, whom we can take on and when, and what slows us down."""
    if (send_again or if_asked) and not apply:
        raise typer.BadParameter("--send-again and --if-asked go with --apply.")
    from sheetops.cli.views import capacity as views
    from sheetops.jobs.capacity import ReportOptions

    options = ReportOptions(tuple(away or ()), tuple(more or ()), send_again)
    request, talk = request_of(config, workbook, today), Talk(quiet)
    view = _run(request, options, if_asked=if_asked) if apply else _preview(request, options)
    if view is None:
        talk.say("Report now is not ticked in Settings.")
        return
    if html is not None:
        from sheetops.report import page

        write_page(html, page.of_report(view.report))
        talk.say(f"Wrote {html}")
    if as_json or html is None:
        show(view, views.lines, as_json=as_json)
    if not apply:
        talk.say("Nothing was written or sent. To do it: sheetops capacity --apply")


def _preview(request: Request, options: ReportOptions) -> ReportView:
    from sheetops.cli.views import capacity as views
    from sheetops.jobs import capacity as job

    return views.of_report(job.preview(request, options))


def _run(request: Request, options: ReportOptions, *, if_asked: bool) -> DoneReport | None:
    from sheetops.cli.views import capacity as views
    from sheetops.jobs import capacity as job

    done = (job.report_if_asked if if_asked else job.report)(request, options)
    return None if done is None else views.of_run(done)
