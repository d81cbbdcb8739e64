"""Where things are: `sheetops.toml`, the environment, and the folders of this computer.

What the business decides stands in the tab `Settings`; what depends on the computer stands here.
Secrets stand in neither: they come from the keyring, the environment, a file or a command.

`python -m sheetops.settings` makes `settings.schema.json` anew, by which an editor knows the keys.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from platformdirs import user_data_path, user_log_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from sheetops.errors import ConfigError
from sheetops.workbook.contract import BY_NAME
from sheetops.workbook.mapping import ONE_OFFER, Mapping, StepColumns

FILE_NAME = "sheetops.toml"
SCHEMA = Path(__file__).with_name("settings.schema.json")
_SECRET = re.compile(r"pass|secret|token|api.?key", re.IGNORECASE)


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_SHEET = re.compile(
    r"(?:https?:/+docs\.google\.com/spreadsheets/(?:u/\d+/)?d/)?([\w-]{20,})(?:[/?#].*)?"
)


class WorkbookSettings(_Section):
    """Where the workbook is: the `path` of a file, or the address of a sheet at `google`.

    `id` names it where its tab Settings does not.
    """

    path: Path = Path()
    google: str = ""
    id: str = ""
    copies: Path | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if bool(self.google) == (self.path != Path()):
            raise ValueError('name the workbook, either as path = "…" or as google = "…"')
        if self.google and not self.spreadsheet:
            raise ValueError(
                f'"{self.google}" is no Google Sheet\'s address; copy it from the browser, such as '
                "https://docs.google.com/spreadsheets/d/…"
            )
        return self

    @property
    def spreadsheet(self) -> str:
        """The Google Sheet's id; blank where the workbook is a file."""
        found = _SHEET.fullmatch(self.google.strip())
        return found[1] if found else ""

    @property
    def file(self) -> Path | None:
        """The workbook's file; None where it is a Google Sheet."""
        return None if self.google else self.path

    @property
    def is_live(self) -> bool:
        """Whether staff edit at the same moment: then no cell of theirs is ever touched."""
        return bool(self.google)

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return self.google or str(self.path)


class GoogleSettings(_Section):
    """How sheetops signs in to Google; `key_file` is where gspread looks for it, unless given.

    `timeout` is in seconds, for each request.
    """

    sign_in: Literal["service account", "application default", "oauth user"] = "service account"
    key_file: Path | None = None
    timeout: float = Field(default=60, gt=0, le=600)


_SECRET_FROM = re.compile(r"keyring|command|environment:\w+|file:.+")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class MailSettings(_Section):
    """How mail leaves: `folder` writes one .eml file for each into `outbox`, `smtp` sends.

    `port` 0 is the usual one of `security`. `secret_from` says where the password or token of
    `login` comes from, never what it is: `keyring`, `environment:NAME`, `file:PATH` (mode 0600) or
    `command` (what `secret_command` prints). `ca_file` adds to the system's trusted certificates.
    `timeout` is in seconds, for each step but the last. `computer` is this computer's name for
    Sending computer in Settings; blank: as the system has it.
    """

    transport: Literal["folder", "smtp"] = "folder"
    outbox: Path = Path("outbox")
    host: str = Field(default="", pattern=r"^[\w.:-]*$")
    port: int = Field(default=0, ge=0, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    login: str = Field(default="", pattern=r"^[\x21-\x7e]*$")
    auth: Literal["password", "xoauth2"] = "password"
    secret_from: str = "keyring"  # noqa: S105 # where it is, not what it is
    secret_command: tuple[str, ...] = ()
    ca_file: Path | None = None
    timeout: float = Field(default=60, gt=0, le=3600)
    computer: str = ""

    @property
    def really_sends(self) -> bool:
        """Whether mail leaves; out of a folder it does not by itself."""
        return self.transport != "folder"

    @property
    def port_used(self) -> int:
        """The port to connect to."""
        return self.port or _PORTS[self.security]

    @field_validator("secret_from")
    @classmethod
    def _is_a_place(cls, text: str) -> str:
        if not _SECRET_FROM.fullmatch(text):  # the text may be the secret: it is not repeated
            raise ValueError(
                "it is keyring, environment:NAME, file:PATH or command; "
                "the secret itself does not belong into this file"
            )
        return text

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.transport == "smtp" and not self.host:
            raise ValueError('transport "smtp" needs host, the name of the mail server')
        if self.security == "none" and self.host not in {"", *_LOOPBACK}:
            raise ValueError(
                'security "none" is only for a server on this computer (localhost); '
                'use "starttls" or "tls"'
            )
        if (self.secret_from == "command") != bool(self.secret_command):  # noqa: S105 # a place
            raise ValueError('secret_from "command" and secret_command go together')
        return self


class LedgerSettings(_Section):
    """Where the ledger is: a file, or a database by its URL. Blank: this user's data folder."""

    path: Path | None = None
    url: str = ""


class ScheduleSettings(_Section):
    """How often a look is taken, in minutes, and a URL that notices silence (see `heartbeat`)."""

    every: int = Field(default=5, ge=1, le=60)
    heartbeat: str = ""

    @field_validator("heartbeat")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError("it must begin with https://")
        return url


class StepSettings(_Section):
    """A step of an adopted sheet that has columns of its own, by their headings; a blank `done` is
    the heading that is called like the step."""

    done: str = ""
    mark: str = ""
    due: str = ""
    owner: str = ""
    waiting_on: Literal["", "Client", "Team", "Third party"] = ""
    days: int | None = Field(default=None, ge=0, le=1000)


class AdoptedSettings(_Section):
    """What an adopted sheet does not say itself: the name of its one offer, and how its dates are
    typed where they are text."""

    offer: str = Field(default=ONE_OFFER, min_length=1)
    dates: Literal["", "day first", "month first"] = ""


class Settings(_Section):
    """All of `sheetops.toml`, its paths made absolute.

    `tabs`, `columns`, `steps`, `words` and `adopted` are the mapping of a sheet that was adopted.
    """

    workbook: WorkbookSettings
    mail: MailSettings = Field(default_factory=MailSettings)
    ledger: LedgerSettings = Field(default_factory=LedgerSettings)
    schedule: ScheduleSettings = Field(default_factory=ScheduleSettings)
    google: GoogleSettings = Field(default_factory=GoogleSettings)
    tabs: dict[str, str] = Field(default_factory=dict)
    columns: dict[str, dict[str, str | tuple[str, ...]]] = Field(default_factory=dict)
    steps: dict[str, dict[str, StepSettings]] = Field(default_factory=dict)
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    adopted: AdoptedSettings = Field(default_factory=AdoptedSettings)

    @field_validator("tabs")
    @classmethod
    def _are_roles(cls, tabs: dict[str, str]) -> dict[str, str]:
        for title, role in tabs.items():
            if role and role not in BY_NAME:
                raise ValueError(
                    f'"{role}", of the tab "{title}", is not one of {", ".join(BY_NAME)}'
                )
        return tabs

    @property
    def mapping(self) -> Mapping:
        """How an adopted sheet is read; false where none was adopted."""
        columns = {
            tab: {ours: (n,) if isinstance(n, str) else n for ours, n in found.items()}
            for tab, found in self.columns.items()
        }
        steps = {
            tab: {
                step: StepColumns(**{**one.model_dump(), "done": one.done or step})
                for step, one in found.items()
            }
            for tab, found in self.steps.items()
        }
        adopted = self.adopted
        return Mapping(self.tabs, columns, steps, self.words, adopted.offer, adopted.dates)

    @property
    def fallback_id(self) -> str:
        """The workbook's id where its tab Settings has none: from this file, else from its path."""
        file = self.workbook.file
        path = str(file.resolve()) if file else self.workbook.spreadsheet
        return self.workbook.id or f"path-{hashlib.sha256(path.encode()).hexdigest()[:12]}"

    def ledger_at(self, workbook_id: str) -> str | Path:
        """Where the ledger of a workbook is: a URL or a path."""
        if self.ledger.url:
            return self.ledger.url
        return self.ledger.path or data_folder() / f"{_file_name(workbook_id)}.ledger"

    @property
    def memory_at(self) -> Path:
        """The file in which one look leaves word for the next."""
        beside = self.ledger.path
        if beside is not None:
            return beside.with_suffix(".look.json")
        return data_folder() / f"{_file_name(self.fallback_id)}.look.json"

    def copies_at(self, workbook_id: str) -> Path:
        """The folder for dated copies of the workbook."""
        return self.workbook.copies or data_folder() / f"{_file_name(workbook_id)}.copies"


def data_folder() -> Path:
    """This user's data folder for sheetops, which no program synchronises."""
    return user_data_path("sheetops", appauthor=False)


def log_folder() -> Path:
    """Where the log of a bug is written."""
    return user_log_path("sheetops", appauthor=False)


def _file_name(text: str) -> str:
    return re.sub(r"[^\w.-]", "_", text)[:80] or "workbook"


def load(config: Path | None = None, workbook: Path | str | None = None) -> Settings:
    """Read the settings: of `config`, else of `sheetops.toml` beside the workbook or here.

    `workbook` is a path, or the address of a Google Sheet.

    A workbook given by itself needs no file. Raises ConfigError naming the key and the mend.
    """
    given = {} if workbook is None else _place_of(str(workbook))
    path = config or _beside(given) or Path.cwd() / FILE_NAME
    if given and config is None and not path.is_file():
        return Settings(workbook=WorkbookSettings(**given))
    if not path.is_file():
        raise ConfigError(
            f"There is no {path.name} in {path.parent}.",
            "Go to the folder of your workbook, name it with --workbook, or begin with: "
            "sheetops init clients.xlsx",
        )
    found = _parsed(path)
    if given:
        kept = {k: v for k, v in found.get("workbook", {}).items() if k not in {"path", "google"}}
        found = {**found, "workbook": {**kept, **given}}
    try:
        settings = Settings.model_validate(found)
    except ValidationError as error:
        raise ConfigError(_in_words(path, error)) from error
    return _absolute(settings, path.parent.absolute())


def schema() -> dict[str, Any]:
    """The JSON schema of `sheetops.toml`: names, types and bounds, not what takes two keys."""
    found = Settings.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def is_address(workbook: str) -> bool:
    """Whether what was given is a Google Sheet's address, not a path."""
    return bool(re.match(r"https?:/", workbook))


def _place_of(workbook: str) -> dict[str, Any]:
    return {"google": workbook} if is_address(workbook) else {"path": Path(workbook).absolute()}


def _beside(given: dict[str, Any]) -> Path | None:
    return given["path"].parent / FILE_NAME if "path" in given else None


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.", "Mend that line.") from error


def _in_words(path: Path, error: ValidationError) -> str:
    lines = []
    for fault in error.errors():
        name = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden" and _SECRET.search(name):
            lines.append(f"{name}: a secret does not belong into this file; use the environment.")
        elif fault["type"] == "extra_forbidden":
            lines.append(f"{name}: there is no such setting.")
        else:
            lines.append(f"{name}: {fault['msg'].removeprefix('Value error, ')}.")
    return f"{path}: " + " ".join(lines)


def _absolute(settings: Settings, folder: Path) -> Settings:
    def at(path: Path | None) -> Path | None:
        return None if path is None else folder / path.expanduser()

    place = {} if settings.workbook.google else {"path": at(settings.workbook.path)}
    workbook = settings.workbook.model_copy(
        update={**place, "copies": at(settings.workbook.copies)}
    )
    google = settings.google.model_copy(update={"key_file": at(settings.google.key_file)})
    secret = settings.mail.secret_from
    if secret.startswith("file:"):
        secret = f"file:{at(Path(secret.removeprefix('file:')))}"
    mail = settings.mail.model_copy(
        update={
            "outbox": at(settings.mail.outbox),
            "ca_file": at(settings.mail.ca_file),
            "secret_from": secret,
        }
    )
    ledger = settings.ledger.model_copy(update={"path": at(settings.ledger.path)})
    return settings.model_copy(
        update={"workbook": workbook, "mail": mail, "ledger": ledger, "google": google}
    )


if __name__ == "__main__":
    SCHEMA.write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
