"""What starts the looks where `sheetops serve` does not: cron, systemd, launchd, Windows, Actions.

Each is printed for the set-up as it is: this Python, this settings file, this folder for the log.
All of them only look every few minutes; what is due is decided by the look itself.
"""

from __future__ import annotations

import plistlib
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from sheetops.errors import ConfigError
from sheetops.settings import Settings

MINUTES = 5
_HOUR = 60
_KEY_PLACE = "~/.config/gspread/service_account.json"
_SELDOM = 30
"""Minutes: GitHub counts each start as a minute at least, and gives 2,000 a month away."""


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


def cron(setup: Setup) -> str:
    """A line for `crontab -e`. In cron's own language a per cent sign ends the command."""
    words = f"{shlex.join(setup.command)} >> {shlex.quote(str(setup.log))} 2>&1"
    minutes = f"*/{setup.minutes}" if setup.minutes < _HOUR else "0"
    return (
        f"# Add this line with: crontab -e\n{minutes} * * * * {words.replace('%', chr(92) + '%')}\n"
    )


def systemd(setup: Setup) -> str:
    """A service and its timer for the user's own systemd. There a per cent sign is doubled."""
    words = " ".join(_quoted(word) for word in setup.command)
    return (
        "# Save as ~/.config/systemd/user/sheetops.service\n"
        "[Unit]\n"
        "Description=sheetops looks whether anything is due\n"
        "\n"
        "[Service]\n"
        "Type=oneshot\n"
        f"ExecStart={words}\n"
        "TimeoutStartSec=3h\n"
        "TimeoutStopSec=60\n"
        "\n"
        "# Save as ~/.config/systemd/user/sheetops.timer, then:\n"
        "#   systemctl --user enable --now sheetops.timer && loginctl enable-linger\n"
        "[Unit]\n"
        "Description=sheetops looks every few minutes\n"
        "\n"
        "[Timer]\n"
        "OnBootSec=1min\n"
        f"OnUnitActiveSec={setup.minutes}min\n"
        "\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if escaped != word or " " in word else word


def launchd(setup: Setup) -> str:
    """A property list for `~/Library/LaunchAgents`. A Mac that slept looks once when it wakes."""
    found = {
        "Label": "sheetops.look",
        "ProgramArguments": list(setup.command),
        "StartInterval": setup.minutes * 60,
        "RunAtLoad": True,
        "StandardOutPath": str(setup.log),
        "StandardErrorPath": str(setup.log),
    }
    head = (
        "<!-- Save as ~/Library/LaunchAgents/sheetops.look.plist, then:\n"
        "     launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/sheetops.look.plist -->\n"
    )
    first, rest = plistlib.dumps(found).decode().split("\n", 1)
    return f"{first}\n{head}{rest}"


_TASK = """\
<?xml version="1.0" encoding="UTF-16"?>
<!-- In PowerShell: sheetops schedule show windows | Out-File -Encoding Unicode sheetops.xml
     and then: schtasks /Create /TN sheetops /XML sheetops.xml -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers>
    <TimeTrigger>
      <Repetition><Interval>PT{minutes}M</Interval></Repetition>
      <StartBoundary>2026-01-01T00:00:00</StartBoundary>
      <Enabled>true</Enabled>
    </TimeTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT3H</ExecutionTimeLimit>
    <Enabled>true</Enabled>
  </Settings>
  <Actions>
    <Exec>
      <Command>{command}</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


def windows(setup: Setup) -> str:
    """A task for the Task Scheduler, which also runs what it missed while the computer was off."""
    first, *rest = setup.command
    words = subprocess.list2cmdline(rest)
    return _TASK.format(minutes=setup.minutes, command=escape(first), arguments=escape(words))


_WORKFLOW = """\
# Save as .github/workflows/sheetops.yml in a private repository that holds sheetops.toml.
# Set as secrets there: {secrets}.
# Each start counts as a minute at least, of 2,000 a month that cost nothing.
{lacks}name: sheetops
on:
  schedule:
    - cron: "{minutes} * * * *"
  workflow_dispatch:
concurrency: sheetops
permissions:
  contents: read
jobs:
  look:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install "sheetops[postgres]"
{steps}      - run: |
          sheetops look --config {config}
        env:
{secret}          PGPASSWORD: ${{{{ secrets.PGPASSWORD }}}}
"""
_KEY = """\
      - run: |
          umask 077 && mkdir -p "$(dirname {key})" && printf '%s' "$KEY" > {key}
        env:
          KEY: ${{{{ secrets.GOOGLE_KEY }}}}
"""


def actions(setup: Setup) -> str:
    """A workflow for GitHub Actions, whose computers forget everything from run to run."""
    steps = secret = ""
    secrets = ["PGPASSWORD (the ledger's)"]
    if setup.key:
        steps = _KEY.format(key=setup.key)
        secrets.append("GOOGLE_KEY (the key file's text)")
    if setup.secret:
        secret = f"          {setup.secret}: ${{{{ secrets.{setup.secret} }}}}\n"
        secrets.append(f"{setup.secret} (for mail)")
    return _WORKFLOW.format(
        minutes="0" if setup.minutes >= _HOUR else f"*/{max(setup.minutes, _SELDOM)}",
        config=shlex.quote(setup.config.name),
        secrets=", ".join(secrets),
        lacks="".join(f"# Not yet: {one}\n" for one in setup.lacks),
        steps=steps,
        secret=secret,
    )


KINDS: dict[str, Callable[[Setup], str]] = {
    "cron": cron,
    "systemd": systemd,
    "launchd": launchd,
    "windows": windows,
    "actions": actions,
}


def of(kind: str, setup: Setup) -> str:
    """The unit of a kind. Raises ConfigError if there is no such kind."""
    if kind not in KINDS:
        raise ConfigError(f'"{kind}" is no scheduler.', f"Name one of {', '.join(KINDS)}.")
    return KINDS[kind](setup)
