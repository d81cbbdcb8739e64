"""`sheetops look`, `serve` and `schedule`: work that is done when it is due."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from signal import SIGTERM, signal
from threading import Event
from typing import Annotated

import typer

from sheetops.cli.options import (
    AsJson,
    Config,
    Exit,
    Quiet,
    Talk,
    Workbook,
    print_json,
    request_of,
    settings_of,
)

app = typer.Typer()
schedule = typer.Typer(help="Show what starts the looks on this computer.", no_args_is_help=True)
app.add_typer(schedule, name="schedule")


@app.command()
def look(
    config: Config = None, workbook: Workbook = None, as_json: AsJson = False, quiet: Quiet = False
) -> None:
    """Do what is due now: the daily job, staff's decisions, the report."""
    from sheetops.jobs.scheduler.tick import look as take
    from sheetops.jobs.scheduler.worker import WorkbookOffice

    ending = Event()
    signal(SIGTERM, lambda *_: ending.set())  # the mail in hand is brought to its end
    request = replace(request_of(config, workbook, ""), ending=ending.is_set)
    office = WorkbookOffice(request)
    done = take(office, request.clock)
    talk = Talk(quiet)
    for one in done:
        talk.say(f"{one.job} of {one.day:%d/%m/%Y}: {one.error or one.result}")
    for sign in office.signs:
        talk.say(sign)
    if as_json:
        print_json(
            [
                {"job": one.job, "day": one.day.isoformat(), "result": one.result,
                 "error": str(one.error or "")}
                for one in done
            ]
        )  # fmt: skip
    worst = max((one.error.exit_status for one in done if one.error), default=Exit.DONE)
    raise typer.Exit(worst)


@app.command()
def serve(config: Config = None, workbook: Workbook = None, quiet: Quiet = False) -> None:
    """Look every few minutes, until it is told to end: for a computer without another scheduler."""
    from sheetops.jobs.scheduler.serve import Server, command_of

    settings = settings_of(config, workbook)
    given = {"--config": config, "--workbook": workbook}
    options = [part for name, path in given.items() if path for part in (name, str(path))]
    minutes = settings.schedule.every
    Talk(quiet).say(f"Looking every {minutes} minutes. End it with Ctrl+C.")
    Server(command_of([*options, *(["--quiet"] if quiet else [])]), minutes).run()


@schedule.command("show")
def show(
    kind: Annotated[str, typer.Argument(help="cron, systemd, launchd, windows or actions.")],
    config: Config = None,
) -> None:
    """Print a unit that starts the looks, ready for this computer."""
    from sheetops.jobs.scheduler import services
    from sheetops.settings import FILE_NAME, log_folder

    folder = log_folder()
    with suppress(OSError):  # a scheduler makes no folder for its log, and runs nothing without one
        folder.mkdir(parents=True, exist_ok=True)
    place = (config or Path(FILE_NAME)).absolute()
    setup = services.setup_of(settings_of(config, None), place, folder / "look.log")
    typer.echo(services.of(kind, setup), nl=False)
