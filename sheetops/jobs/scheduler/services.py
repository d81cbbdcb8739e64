"""What starts the looks where `sheetops serve` does not: cron, systemd, launchd, Windows, Actions.

Each is printed for the set-up as it is: this Python, this settings file, this folder for the log.
All of them only look every few minutes; what is due is decided by the look itself.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from sheetops.errors import ConfigError
from sheetops.settings import Settings

MINUTES = 5
_KEY_PLACE = "~/.config/gspread/service_account.json"


@dataclass(frozen=True)
class Setup:
    """Where things are: the Python that runs sheetops, its settings file, a file for the log.

    `secret` is the variable of the environment that holds the mail password, if one does, and `key`
    where Google's key file goes, if one does. `lacks` says what keeps this set-up from working on a
    computer that forgets everything.
    """

    python: Path
    config: Path
    log: Path
    minutes: int = MINUTES
    secret: str = ""
    key: str = ""
    lacks: tuple[str, ...] = ()

    @property
    def command(self) -> tuple[str, ...]:
        """One look."""
        return (str(self.python), "-m", "sheetops", "look", "--config", str(self.config))


def setup_of(settings: Settings, config: Path, log: Path) -> Setup:
    """As these settings have it, which stand in the file `config`."""
    workbook, google, mail = settings.workbook, settings.google, settings.mail
    key, lacks = "", []
    if not workbook.google:
        lacks.append("the workbook must be a Google Sheet; a file is not there.")
    if not settings.ledger.url:
        lacks.append("the ledger must have a url, of a database that remembers.")
    if workbook.google and google.sign_in == "service account":
        key = _KEY_PLACE
        if google.key_file is not None:
            lacks.append("leave key_file out: the key is put where gspread looks for it.")
    variable = mail.secret_from.partition("environment:")[2]
    if mail.really_sends and mail.login and not variable:
        lacks.append('secret_from must be "environment:NAME": nothing else is there.')
    return Setup(
        python=Path(sys.executable),
        config=config,
        log=log,
        minutes=settings.schedule.every,
        secret=variable,
        key=key,
        lacks=tuple(lacks),
    )


KINDS = ("cron", "systemd", "launchd", "windows", "actions")


def of(kind: str, setup: Setup) -> str:
    """The unit of a kind. Raises ConfigError if there is no such kind."""
    if kind not in KINDS:
        raise ConfigError(f'"{kind}" is no scheduler.', f"Name one of {', '.join(KINDS)}.")
    return (
        _templates()
        .get_template(f"{kind}.j2")
        .render(
            command=setup.command,
            log=str(setup.log),
            minutes=setup.minutes,
            config=setup.config.name,
            key=setup.key,
            secret=setup.secret,
            lacks=setup.lacks,
        )
    )


def _templates() -> Environment:
    """The units as templates, in brackets: a workflow of GitHub's has braces of its own."""
    environment = Environment(
        autoescape=select_autoescape(),  # of HTML alone: each unit here quotes by its own rules
        loader=PackageLoader("sheetops.jobs.scheduler", "units"),
        undefined=StrictUndefined,
        block_start_string="[%",
        block_end_string="%]",
        variable_start_string="[[",
        variable_end_string="]]",
        keep_trailing_newline=True,
        trim_blocks=True,
    )
    environment.filters |= {
        "sh": shlex.join,
        "cmdline": subprocess.list2cmdline,
        "xml": escape,
        "systemd": _quoted_for_systemd,
    }
    return environment


def _quoted_for_systemd(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if escaped != word or " " in word else word
