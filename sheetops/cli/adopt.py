"""`sheetops adopt`: read a tracker that nobody made for us."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sheetops.cli.options import (
    AsJson,
    Config,
    Quiet,
    Talk,
    Today,
    day_of,
    print_json,
    print_lines,
)
from sheetops.errors import ConfigError

if TYPE_CHECKING:
    from sheetops.adopt.proposal import Proposal, Question
    from sheetops.workbook.raw import RawBook

app = typer.Typer()
_LATER = "later"


@app.command()
def adopt(  # noqa: PLR0913, PLR0917 # one parameter an option
    workbook: Annotated[
        str, typer.Argument(metavar="FILE|URL", help="The workbook as it is, or a Google Sheet.")
    ],
    config: Config = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what was understood.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: keep what is sure, leave out the rest.")
    ] = False,
    columns: Annotated[
        bool, typer.Option("--columns", help="Add our columns at the far right.")
    ] = False,
    guess: Annotated[
        bool, typer.Option("--guess", help="Take the best guess of whom each step waits on.")
    ] = False,
    today: Today = "",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Learn to read a tracker that you have: its tabs, headings and steps stay as they are."""
    if as_json and not (dry_run or yes):
        raise typer.BadParameter("--json asks nothing: add --dry-run or --yes.")
    path = workbook if "://" in workbook else Path(workbook)
    here = path.absolute().parent if isinstance(path, Path) else Path.cwd()
    place = config or here / "sheetops.toml"
    found = _proposal(path, place, day_of(today), guess=guess)
    if as_json:
        print_json(found.as_dict())
    else:
        _show(found)
    talk = Talk(quiet)
    if dry_run:
        talk.say("This was a look: nothing was kept or written.")
        return
    _refuse_ours(path, found)
    if not yes:
        found = _ask(found)
    may_write = isinstance(path, Path)
    if columns and not may_write:
        talk.say("A Google Sheet is only read: our columns are not added to it.")
    wanted = may_write and (columns or (not yes and _may_add(found)))
    _keep(path, place, found, talk, columns=wanted)


def _proposal(path: Path | str, place: Path, today: date | None, *, guess: bool) -> Proposal:
    from sheetops.adopt import questions as asking
    from sheetops.adopt.proposal import propose
    from sheetops.jobs.context import utc_now
    from sheetops.settings import load

    book = _read(path, place)
    found = propose(book, today or utc_now().astimezone().date())
    if not {"Clients", "Steps"} & set(found.mapping.tabs.values()):
        raise ConfigError(
            f"{book.name} has no tab in which clients or their steps were recognised.",
            "A list needs a row of headings, one of which says Client.",
        )
    if place.is_file():
        found = asking.carried_over(found, load(place).mapping)
    return asking.guessed(found) if guess else found


def _read(path: Path | str, place: Path) -> RawBook:
    """The workbook as it is. A Google Sheet is read as the settings say how to sign in."""
    from sheetops.stores.excel import ExcelStore

    if isinstance(path, Path):
        return ExcelStore(path).read()
    from pydantic import ValidationError

    from sheetops.adopt.google import WholeSheet
    from sheetops.jobs.open_store import google_store
    from sheetops.settings import load

    try:
        settings = load(place if place.is_file() else None, path)
    except ValidationError as error:
        raise ConfigError(f"{path} is no Google Sheet.", "Copy its address again.") from error
    return WholeSheet(google_store(settings)).read()


def _refuse_ours(path: Path | str, found: Proposal) -> None:
    """A workbook that the job can use as it is needs no mapping, and would lose by one."""
    from sheetops.workbook import book

    if book.read(found.book).is_usable:
        raise ConfigError(
            f"{found.book.name} is as sheetops knows it: there is nothing to adopt.",
            "Use it as it is: sheetops check",
        )


def _show(found: Proposal) -> None:
    from sheetops.adopt import preview as showing

    print_lines(showing.lines(found))


def _ask(found: Proposal) -> Proposal:
    """Ask every question; whatever is not answered stays unsure."""
    from sheetops.adopt import questions as asking
    from sheetops.adopt.detect.wide import best_guess

    if not sys.stdin.isatty():
        raise ConfigError("Nobody is there to be asked.", "Add --yes, or call it at a terminal.")
    for question in found.unsure:
        if asking.can_be_answered(question):
            guess = best_guess(question.step) if question.heading == "Waiting on" else _LATER
            answer = _answer(question, guess)
            if answer != _LATER:
                found = asking.answered(found, question, answer)
    _show(found)
    typer.confirm("Shall it be read like this?", abort=True, err=True)
    return found


def _answer(question: Question, guess: str) -> str:
    from sheetops.adopt import preview as showing

    choices = [*question.candidates, _LATER]
    typer.echo(showing.asked(question), err=True)
    for at, choice in enumerate(choices, 1):
        typer.echo(f"    {at} {choice}", err=True)
    default = choices.index(guess) + 1
    while True:
        number: int = typer.prompt("Which", type=int, default=default, err=True)
        if 1 <= number <= len(choices):
            return choices[number - 1]


def _may_add(found: Proposal) -> bool:
    from sheetops.adopt.status_columns import to_add

    names = [name for cells in to_add(found).cells.values() for name in cells.values()]
    if not names:
        return False
    return typer.confirm(
        f"May these columns be added at the far right: {', '.join(names)}?", err=True
    )


def _keep(path: Path | str, place: Path, found: Proposal, talk: Talk, *, columns: bool) -> None:
    from sheetops.adopt import config_file
    from sheetops.adopt.status_columns import to_add
    from sheetops.settings import load
    from sheetops.stores.excel import Options, edit

    workbook = path.absolute() if isinstance(path, Path) else path
    config_file.keep(place, workbook, found.mapping)
    talk.say(f"Kept in {place}.")
    if columns and isinstance(path, Path):
        added = to_add(found)
        copies = load(place).copies_at(load(place).fallback_id)
        if added.cells:
            edit(path, added.cells, options=Options(copies, expected=found.book.fingerprint))
            config_file.keep(place, workbook, added.mapping)
            talk.say(
                "Added columns: " + ", ".join(n for c in added.cells.values() for n in c.values())
            )
    if found.unsure:
        talk.say(f"Left out, because nobody has said: {len(found.unsure)}. To answer, adopt again.")
    talk.say("Then: sheetops check")
