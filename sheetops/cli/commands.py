"""The commands of every day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sheetops.cli.options import (
    Apply,
    AsJson,
    Client,
    Config,
    Exit,
    Quiet,
    Talk,
    Today,
    Verbose,
    Workbook,
    called,
    day_of,
    print_json,
    print_lines,
    request_of,
    show,
    write_page,
)

if TYPE_CHECKING:
    from sheetops.jobs.context import Request

app = typer.Typer()


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to lay it out.")] = Path("sheetops-demo"),
    today: Today = "",
    quiet: Quiet = False,
) -> None:
    """Lay out a made-up business of 60 clients, and run its day for real."""
    from sheetops.cli.views import day, day_text
    from sheetops.jobs import setup

    Talk(quiet).progress(f"Laying out sixty made-up clients in {folder} …")
    done = setup.demo(folder, day_of(today))
    print_lines([*day_text.done(day.of_run(done)), *setup.to_open(folder, called())])


@app.command()
def init(  # noqa: PLR0913, PLR0917 # one parameter an option
    path: Annotated[
        Path | None,
        typer.Argument(help="The workbook to make, for example clients.xlsx.", show_default=False),
    ] = None,
    small: Annotated[
        bool, typer.Option("--small", help="Only the three tabs that are needed.")
    ] = False,
    google: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS", help="Prepare this Google Sheet instead.", show_default=False
        ),
    ] = "",
    today: Today = "",
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Make a new workbook from the template, and a sheetops.toml beside it."""
    from sheetops.jobs import setup

    day_of(today)
    talk = Talk(quiet)
    if bool(google) == (path is not None):
        raise typer.BadParameter("Name a workbook to make, or --google with a sheet's address.")
    if path is None:
        for made in setup.init_google(google, Path.cwd(), small=small):
            talk.say(f"Made {made}")
        talk.say("Fill in the tabs Clients, Offer steps and Steps, and then try: sheetops daily")
        return
    for file in setup.init(path, small=small):
        talk.say(f"Made {file}")
    talk.say(f"Open {path}, read the tab Start here, and then try: sheetops daily")


@app.command()
def check(  # noqa: PLR0913, PLR0917 # one parameter an option
    config: Config = None,
    workbook: Workbook = None,
    today: Today = "",
    as_json: AsJson = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Read the workbook, and say which systems are on and what needs a person."""
    from sheetops.cli.views import systems
    from sheetops.jobs.daily import preview

    view = systems.of_plan(preview(request_of(config, workbook, today)))
    show(view, systems.check_lines, as_json=as_json)
    if not view.problems:
        Talk(quiet).say("No problems.")
    raise typer.Exit(Exit.PROBLEMS if view.problems else Exit.DONE)


@app.command()
def daily(  # noqa: PLR0913, PLR0917 # one parameter an option
    config: Config = None,
    workbook: Workbook = None,
    today: Today = "",
    apply: Apply = False,
    force: Annotated[bool, typer.Option("--force", help="Go on past the guard rails.")] = False,
    any_hour: Annotated[
        bool, typer.Option("--any-hour", help="Send outside of the mail hours, too.")
    ] = False,
    all_at_once: Annotated[
        bool, typer.Option("--all", help="Send to all, past the careful first runs.")
    ] = False,
    client: Client = "",
    html: Annotated[
        Path | None, typer.Option(help="Write the plan as a page.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Show what the day asks for, old → new and every mail; with --apply, do it."""
    if apply and client:
        raise typer.BadParameter("--client is for a preview; --apply is for the whole workbook.")
    from dataclasses import replace

    request = request_of(config, workbook, today)
    request = replace(request, force=force, any_hour=any_hour, all_at_once=all_at_once)
    if apply:
        _apply(request, html=html, as_json=as_json, talk=Talk(quiet))
    else:
        _preview(request, client=client, html=html, as_json=as_json, talk=Talk(quiet))


def _preview(
    request: Request, *, client: str, html: Path | None, as_json: bool, talk: Talk
) -> None:
    from sheetops.cli.views import day, day_page, day_text, one_client
    from sheetops.jobs.daily import preview

    plan = preview(request)
    if client:
        plan = one_client.plan_of_client(plan, one_client.client_key(plan, client))
    view = day.of_plan(plan)
    if html is not None:
        write_page(html, day_page.page(view))
    if as_json or html is None:
        show(view, day_text.lines, as_json=as_json)
    talk.say("This was a preview: nothing was written or sent. To do it: sheetops daily --apply")
    raise typer.Exit(Exit.PROBLEMS if view.problems else Exit.DONE)


def _apply(request: Request, *, html: Path | None, as_json: bool, talk: Talk) -> None:
    from sheetops.cli.views import day, day_page, day_text
    from sheetops.jobs.daily import daily as run

    view = day.of_run(run(request))
    if html is not None:
        write_page(html, day_page.page(view.day))
    show(view, day_text.done, as_json=as_json)
    if view.day.problems:
        talk.say("Done, with problems.")
    raise typer.Exit(Exit.PROBLEMS if view.day.problems else Exit.DONE)


@app.command()
def explain(
    client: Annotated[str, typer.Argument(help="The client, by name or Client ID.")],
    config: Config = None,
    workbook: Workbook = None,
    today: Today = "",
    as_json: AsJson = False,
) -> None:
    """Tell one client's whole story on one screen."""
    from sheetops.cli.views import one_client, story, story_text
    from sheetops.jobs.daily import preview

    plan = preview(request_of(config, workbook, today))
    view = story.of_client(plan, one_client.client_key(plan, client))
    show(view, story_text.lines, as_json=as_json)


@app.command()
def insights(  # noqa: PLR0913, PLR0917 # one parameter an option
    config: Config = None,
    workbook: Workbook = None,
    today: Today = "",
    html: Annotated[
        Path | None, typer.Option(help="Write them as a page.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say what slows the business down, with the evidence and the clients behind it."""
    from sheetops.cli.views import insights as views
    from sheetops.jobs.daily import preview

    view = views.of_plan(preview(request_of(config, workbook, today)))
    if html is not None:
        write_page(html, views.page(view))
        Talk(quiet).say(f"Wrote {html}")
    if as_json or html is None:
        show(view, views.lines, as_json=as_json)


@app.command()
def runs(
    config: Config = None,
    workbook: Workbook = None,
    today: Today = "",
    as_json: AsJson = False,
    most: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
) -> None:
    """List the last runs: when, with what result, what they did."""
    day_of(today)
    from sheetops.cli.views import runs as views
    from sheetops.jobs import session

    past = session.past_runs(request_of(config, workbook, ""), most)
    show(views.of(past), views.lines, as_json=as_json)


@app.command()
def doctor(
    config: Config = None,
    workbook: Workbook = None,
    send_test: Annotated[
        bool, typer.Option("--send-test", help="Send the owner one test message.")
    ] = False,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Look whether everything is set up, mail above all, and say what to mend."""
    from sheetops.jobs import doctor as checks

    checked = list(checks.examine_all(config, workbook, send_test=send_test))
    if as_json:
        print_json([check.as_dict() for check in checked])
    else:
        print_lines(checks.lines(checked))
    wrong = sum(not check.ok for check in checked)
    Talk().say(f"{wrong} to mend." if wrong else "All is in order.")
    raise typer.Exit(Exit.ERROR if wrong else Exit.DONE)
