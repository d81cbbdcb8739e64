"""What the commands share: options, exit statuses, and how they print and talk."""

from __future__ import annotations

import json
import logging
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from sheetops.errors import ConfigError

if TYPE_CHECKING:
    from sheetops.jobs.context import Request
    from sheetops.settings import Settings


V = TypeVar("V")


class Exit(IntEnum):
    """The exit statuses."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    PROBLEMS = 3
    UNSAFE = 4
    LOCKED = 5
    BUG = 70
    INTERRUPTED = 130


Config = Annotated[Path | None, typer.Option(help="Use this sheetops.toml.", show_default=False)]
Workbook = Annotated[
    str | None,
    typer.Option(
        metavar="PATH",
        help="Use this workbook, or the Google Sheet at this address.",
        show_default=False,
    ),
]
Today = Annotated[
    str,
    typer.Option(
        metavar="DATE", help="Take this day for today, as 2026-11-24.", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Html = Annotated[Path | None, typer.Option(help="Write it as a page.", show_default=False)]
Apply = Annotated[bool, typer.Option("--apply", help="Do it; else it is only shown.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing on stderr but errors.")]


class _Listener(logging.Handler):
    """Tells of every request to Google on stderr, and counts them."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.asked: list[tuple[int, int, float]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if hasattr(record, "asked"):
            self.asked.append(record.asked)
        typer.echo(record.getMessage(), err=True)

    def sum_up(self) -> None:
        """Say how much it was."""
        sent, received, seconds = (sum(part) for part in zip(*self.asked, strict=True))
        typer.echo(
            f"Asked Google {len(self.asked)} times: {sent:,} bytes sent, {received:,} received, "
            f"{seconds:.2f} s.",
            err=True,
        )


def _listen(context: typer.Context, wanted: bool) -> bool:
    if wanted:
        listener, log = _Listener(), logging.getLogger("sheetops.google")
        log.setLevel(logging.INFO)
        log.addHandler(listener)

        def end() -> None:
            log.removeHandler(listener)
            if listener.asked:
                listener.sum_up()

        context.call_on_close(end)
    return wanted


Verbose = Annotated[
    bool, typer.Option("--verbose", help="Tell of every request to Google.", callback=_listen)
]
Client = Annotated[
    str,
    typer.Option(
        metavar="CLIENT", help="Only this client, by name or Client ID.", show_default=False
    ),
]


@dataclass(frozen=True)
class Talk:
    """Talk on stderr, unless it shall be quiet."""

    quiet: bool = False

    def say(self, text: str) -> None:
        if not self.quiet:
            typer.echo(text, err=True)

    def progress(self, text: str) -> None:
        """Said only to a person at a terminal."""
        if sys.stderr.isatty():
            self.say(text)


def print_lines(lines: Iterable[str]) -> None:
    """Print data, a line each."""
    typer.echo("\n".join(lines))


def called() -> str:
    """How sheetops can be called from anywhere: by its name, else by its path."""
    return "sheetops" if shutil.which("sheetops") else str(Path(sys.argv[0]).absolute())


def print_json(view: Any) -> None:
    """Print a view as JSON, alone on stdout."""
    from sheetops.cli.views.as_json import plain

    typer.echo(json.dumps(plain(view), ensure_ascii=False, indent=2))


def show(view: V, lines: Callable[[V], Iterable[str]], *, as_json: bool) -> None:
    """Print a view: as JSON, or in lines."""
    if as_json:
        print_json(view)
    else:
        print_lines(lines(view))


def day_of(text: str) -> date | None:
    """The day that `--today` names, if any. BadParameter where it is no day."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day such as 2026-11-24.") from error


def settings_of(config: Path | None, workbook: str | None) -> Settings:
    """The settings. ConfigError where they cannot be read."""
    from sheetops.settings import load

    return load(config, workbook)


def request_of(config: Path | None, workbook: str | None, today: str) -> Request:
    """What a run is asked to do."""
    day = day_of(today)
    from sheetops.jobs.context import Request

    return Request(settings_of(config, workbook), day)


def write_page(path: Path, text: str) -> None:
    """Write a page. ConfigError where the file cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"The page {path} cannot be written: {error.strerror}.") from error
