"""Where the secret of the mail server comes from: the keyring, the environment, a file, a command.

It is asked for at each connection and kept nowhere, so that a token may change. No error ever says
what was found, only where.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

from sheetops.errors import MailError
from sheetops.settings import MailSettings

SERVICE = "sheetops"
"""The name under which the keyring holds the secret."""
_PATIENCE = 60.0
_PRIVATE = stat.S_IRUSR | stat.S_IWUSR


def secret_of(settings: MailSettings) -> str:
    """The password or token for `settings.login`. Raises MailError with the mend.

    `secret_from` is `keyring`, `environment:NAME`, `file:PATH`, or `command` (`secret_command`).
    """
    kind, _, name = settings.secret_from.partition(":")
    if kind == "environment":
        found = os.environ.get(name, "")
        mend = f"Set the environment variable {name} for the job."
    elif kind == "file":
        found = _from_file(Path(name))
        mend = f"Write it into {name}."
    elif kind == "command":
        found = _from_command(settings.secret_command)
        mend = "Run secret_command by hand to see what it says."
    else:
        found = _from_keyring(settings.login)
        mend = f"Store it with: keyring set {SERVICE} {settings.login}"
    found = found.strip("\r\n")
    if not found:
        raise MailError(f"No secret for the mail server was found ({kind}).", mend)
    if not found.isprintable() or not found.isascii():
        raise MailError(
            f"The secret for the mail server ({kind}) has signs that servers read differently.",
            "Use an app password of plain letters and digits.",
        )
    return found


def _from_keyring(login: str) -> str:
    try:
        import keyring  # noqa: PLC0415 # an extra, and slow to load
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError as error:
        raise MailError(
            "The keyring is not installed.",
            'Install it with: pip install "sheetops[keyring]", or name another secret_from.',
        ) from error
    try:
        return keyring.get_password(SERVICE, login) or ""
    except KeyringError as error:
        raise MailError(
            f"The keyring of this computer cannot be used ({type(error).__name__}).",
            "Unlock it, or name another secret_from in sheetops.toml.",
        ) from None  # the keyring's own words are not ours to vouch for


def _from_file(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            _refuse_if_open_to_others(path, os.fstat(file.fileno()))
            return file.read()
    except OSError as error:
        raise MailError(
            f"The secret's file {path} cannot be read ({error.strerror}).",
            "Name a file that this account may read.",
        ) from error
    except UnicodeDecodeError:
        raise MailError(
            f"The secret's file {path} is not text.", "Write the secret alone into it."
        ) from None  # its words would be in the error


def _refuse_if_open_to_others(path: Path, found: os.stat_result) -> None:
    """Mode 0600 or 0400, and ours. Windows has no such modes: there the file must lie under the
    user's own folder, which Windows keeps from others."""
    if not stat.S_ISREG(found.st_mode):
        raise MailError(f"The secret's file {path} is no plain file.", "Name a plain file.")
    if sys.platform == "win32":
        if not path.resolve().is_relative_to(Path.home().resolve()):
            raise MailError(
                f"The secret's file {path} lies where others may read it.",
                "Move it into your own folder.",
            )
        return
    mode = stat.S_IMODE(found.st_mode)
    if mode & ~_PRIVATE:
        raise MailError(
            f"The secret's file {path} has mode {mode:04o}, so others may read it.",
            f"Close it with: chmod 600 {path}",
        )
    if found.st_uid != os.getuid():
        raise MailError(
            f"The secret's file {path} belongs to another account.",
            "Make one that belongs to the account that runs the job.",
        )


def _from_command(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 # the owner's own command, without a shell
            command, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
        raise MailError(
            f"secret_command did not answer ({type(error).__name__}).",
            "Run it by hand to see what it says.",
        ) from None  # what it printed may be the secret
    if done.returncode:
        raise MailError(
            f"secret_command ended with status {done.returncode}.",
            "Run it by hand to see what it says.",
        )
    return done.stdout
