"""The command line: thin commands over `run`. Data goes to stdout, talk to stderr."""

from __future__ import annotations

import sys
import traceback
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from sheetops import __version__
from sheetops.cli import adopt, capacity, commands, outbox, schedule, undo
from sheetops.cli.options import Exit
from sheetops.errors import SheetopsError

app = typer.Typer(
    name="sheetops",
    help="Read the workbook, flag what is stalled and why, and send the day's follow-ups.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
_STATUS_HELP = (
    "Exit status: 0 done, 1 error, 2 usage, 3 done with problems, 4 refused for safety, "
    "5 another run is under way, 70 a bug, 130 interrupted."
)


@app.callback(invoke_without_command=True, epilog=_STATUS_HELP)
def _main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


app.add_typer(commands.app)
app.add_typer(capacity.app)
app.add_typer(undo.app)
app.add_typer(adopt.app)
app.add_typer(schedule.app)
app.add_typer(outbox.app, name="outbox")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    sys.exit(_run(sys.argv[1:] if arguments is None else arguments))


def _run(arguments: list[str]) -> int:
    command = typer.main.get_command(app)
    try:
        command.main(arguments, prog_name="sheetops")  # ends with SystemExit; 2 for wrong usage
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else Exit.DONE
    except SheetopsError as error:
        typer.echo(f"sheetops: {error}", err=True)
        return error.exit_status
    except Exception as error:  # the last door: a bug is told with the path of its log, not shown
        typer.echo(f"sheetops: a bug: {error!r}. Please send us {_log(error)}", err=True)
        return Exit.BUG
    return Exit.DONE


def _log(error: BaseException) -> Path:
    from sheetops.settings import log_folder

    folder = log_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"bug-{datetime.now().astimezone():%Y%m%d-%H%M%S}.log"
    path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return path
