"""What starts the looks where `sheetops serve` does not: cron, systemd, launchd, Windows, Actions.

Each is printed for the set-up as it is: this Python, this settings file, this folder for the log.
All of them only look every few minutes; what is due is decided by the look itself.
"""

from __future__ import annotations

import plistlib
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from sheetops.errors import ConfigError

MINUTES = 5


@dataclass(frozen=True)
class Setup:
    """Where things are: the Python that runs sheetops, its settings file, a file for the log."""

    python: Path
    config: Path
    log: Path
    minutes: int = MINUTES

    @property
    def command(self) -> tuple[str, ...]:
        """One look."""
        return (str(self.python), "-m", "sheetops", "look", "--config", str(self.config))


def cron(setup: Setup) -> str:
    """A line for `crontab -e`. In cron's own language a per cent sign ends the command."""
    words = f"{shlex.join(setup.command)} >> {shlex.quote(str(setup.log))} 2>&1"
    return (
        "# Add this line with: crontab -e\n"
        f"*/{setup.minutes} * * * * {words.replace('%', chr(92) + '%')}\n"
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
        "     launchctl load ~/Library/LaunchAgents/sheetops.look.plist -->\n"
    )
    first, rest = plistlib.dumps(found).decode().split("\n", 1)
    return f"{first}\n{head}{rest}"


_TASK = """\
<?xml version="1.0" encoding="UTF-16"?>
<!-- Save as sheetops.xml in UTF-16, then: schtasks /Create /TN sheetops /XML sheetops.xml -->
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
    words = " ".join(f'"{word}"' if " " in word else word for word in rest)
    return _TASK.format(minutes=setup.minutes, command=escape(first), arguments=escape(words))


_WORKFLOW = """\
# Save as .github/workflows/sheetops.yml in a private repository that holds sheetops.toml.
# Secrets to set there: the service account's key, the mail password, the ledger's URL.
name: sheetops
on:
  schedule:
    - cron: "*/{minutes} * * * *"
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
      - run: sheetops look --config {config}
        env:
          SHEETOPS_MAIL_SECRET: ${{{{ secrets.SHEETOPS_MAIL_SECRET }}}}
"""


def actions(setup: Setup) -> str:
    """A workflow for GitHub Actions, whose computers forget everything from run to run."""
    return _WORKFLOW.format(minutes=max(setup.minutes, 5), config=setup.config.name)


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
