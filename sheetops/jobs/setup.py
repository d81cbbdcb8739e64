"""Setting up: a new workbook from the template, and the demo."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path

import tzlocal

from sheetops import settings, template
from sheetops.errors import ConfigError
from sheetops.jobs import daily
from sheetops.jobs.context import Request, utc_now
from sheetops.jobs.open_store import google_store
from sheetops.jobs.results import Applied
from sheetops.template import demo as made_up

_TOML = """\
# Where things are on this computer. What the business decides stands in the tab Settings.

[workbook]
path = "{workbook}"
id = "{workbook_id}"{copies}

[mail]
# "folder" writes each mail as a file into the outbox, and sends nothing.
transport = "folder"
outbox = "outbox"
"""
_GOOGLE_TOML = """\
# Where things are on this computer. What the business decides stands in the tab Settings.

[workbook]
google = "{address}"
id = "{workbook_id}"

[mail]
# "folder" writes each mail as a file into the outbox, and sends nothing.
transport = "folder"
outbox = "outbox"
"""
_DEMO_COPIES = """
copies = "copies"  # of the workbook before each run; else in your data folder"""
_DEMO_TOML = """
[ledger]
# What was sent and seen. A real business leaves this out: the ledger is then in your data folder.
path = "ledger/demo.ledger"
"""
_WORKBOOK = "clients.xlsx"


def init(path: Path, *, small: bool = False) -> tuple[Path, ...]:
    """Make a workbook from the template, and `sheetops.toml` beside it if there is none.

    Returns the files that were made. Raises ConfigError if the workbook is already there.
    """
    if path.suffix.lower() != ".xlsx":
        raise ConfigError(f"{path.name} is no workbook's name.", "Let it end in .xlsx.")
    if path.exists():
        raise ConfigError(f"{path} is there already, and is left as it is.", "Choose another name.")
    workbook_id = secrets.token_hex(6)
    toml = path.parent / settings.FILE_NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        template.build(path, small=small, settings=_first_settings(workbook_id))
        if toml.exists():
            return (path,)
        toml.write_text(_toml(path.name, workbook_id), "utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be made: {error.strerror}.") from error
    return (path, toml)


def init_google(address: str, folder: Path, *, small: bool = False) -> tuple[str, ...]:
    """Prepare a Google Sheet, and write `sheetops.toml` into `folder` if there is none.

    `small` adds only the tabs that are needed. Returns what was made, in words. Raises ConfigError
    if it is no sheet's address, GoogleError if the sheet cannot be prepared.
    """
    from sheetops.stores.google import prepare  # noqa: PLC0415 # heavy: for those who use it

    toml = folder / settings.FILE_NAME
    if not settings.is_address(address):
        raise ConfigError(f'"{address}" is no address.', "Copy the sheet's from the browser.")
    try:
        known = settings.load(toml if toml.is_file() else None, address)
    except ValueError as error:  # pydantic's: the address is no sheet's
        raise ConfigError(f"{address} is no Google Sheet.", "Copy its address again.") from error
    workbook_id = secrets.token_hex(6)
    store = google_store(known)
    made = prepare.prepare(store, {"Workbook id": workbook_id}, small=small)
    if toml.exists():
        return made
    try:
        toml.write_text(_GOOGLE_TOML.format(address=address, workbook_id=workbook_id), "utf-8")
    except OSError as error:
        raise ConfigError(f"{toml} cannot be made: {error.strerror}.") from error
    return (*made, str(toml))


def _toml(workbook: str, workbook_id: str, copies: str = "") -> str:
    return _TOML.format(workbook=workbook, workbook_id=workbook_id, copies=copies)


def _first_settings(workbook_id: str) -> dict[str, str]:
    return {"Workbook id": workbook_id, "Time zone": tzlocal.get_localzone_name() or "UTC"}


def demo(folder: Path, today: date | None = None) -> Applied:
    """Lay out the demo in `folder` and run its day for real.

    Raises ConfigError if there is a demo, or anything else of these names, already.
    """
    for name in (_WORKBOOK, settings.FILE_NAME):
        if (folder / name).exists():
            raise ConfigError(
                f"{folder / name} is there already, and is left as it is.",
                "Choose another folder, or delete this one.",
            )
    day = today or utc_now().astimezone().date()
    workbook_id = f"demo-{secrets.token_hex(4)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "outbox").mkdir(exist_ok=True)
        values = {**made_up.settings(day), "Workbook id": workbook_id}
        template.build(folder / _WORKBOOK, rows=made_up.business(day), settings=values)
        words = _toml(_WORKBOOK, workbook_id, _DEMO_COPIES) + _DEMO_TOML
        (folder / settings.FILE_NAME).write_text(words, "utf-8")
    except OSError as error:
        raise ConfigError(f"{folder} cannot be made: {error.strerror}.") from error
    request = Request(settings.load(folder / settings.FILE_NAME), today, any_hour=True)
    return daily.daily(request)


def to_open(folder: Path, command: str) -> tuple[str, ...]:
    """What to look at after the demo, in words; `command` is how sheetops is called here."""
    return (
        "The problems above are the demo's own: typical slips of staff, left in on purpose.",
        "",
        f"Open {folder / _WORKBOOK}: the grey columns of Clients and Steps, and Follow-ups.",
        f"Open {folder / 'outbox'}: one .eml file for each mail; a double click shows it.",
        f"Then: cd {folder} && {command} daily --apply   (sends nothing more today)",
        f"And there: {command} explain C026",
    )
