"""Secrets come from four places, none of them open to others, and no error repeats one."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.errors import KeyringLocked

from sheetops import settings as settings_module
from sheetops.errors import ConfigError, MailError
from sheetops.mail.secrets import SERVICE, secret_of
from sheetops.settings import MailSettings

SECRET = "open-sesame"  # noqa: S105 # made up
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


def asked(secret_from: str, **values: Any) -> str:
    return secret_of(MailSettings(login="hello@example.com", secret_from=secret_from, **values))


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SECRET", SECRET)
    assert asked("environment:MAIL_SECRET") == SECRET
    monkeypatch.delenv("MAIL_SECRET")
    with pytest.raises(MailError, match="Set the environment variable MAIL_SECRET"):
        asked("environment:MAIL_SECRET")


def file_of(folder: Path, mode: int, content: bytes = SECRET.encode() + b"\n") -> Path:
    path = folder / "secret.txt"
    path.write_bytes(content)
    path.chmod(mode)
    return path


@posix
@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_from_a_file_that_is_ours_alone(tmp_path: Path, mode: int) -> None:
    assert asked(f"file:{file_of(tmp_path, mode)}") == SECRET


@posix
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604, 0o602, 0o700, 0o777])
def test_a_file_that_others_may_read_is_refused_with_the_mend(tmp_path: Path, mode: int) -> None:
    path = file_of(tmp_path, mode)
    with pytest.raises(MailError, match=f"mode {mode:04o}.*chmod 600") as caught:
        asked(f"file:{path}")
    assert SECRET not in str(caught.value)


@posix
def test_a_file_of_another_account_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file_of(tmp_path, 0o600)
    monkeypatch.setattr(os, "getuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(MailError, match="another account"):
        asked(f"file:{path}")


@posix
def test_a_link_is_judged_by_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(file_of(tmp_path, 0o644))
    with pytest.raises(MailError, match="mode 0644"):
        asked(f"file:{tmp_path / 'link'}")


def test_a_file_that_is_missing_no_file_no_text_or_empty(tmp_path: Path) -> None:
    with pytest.raises(MailError, match="cannot be read"):
        asked(f"file:{tmp_path / 'none'}")
    with pytest.raises(MailError, match=r"cannot be read|no plain file"):
        asked(f"file:{tmp_path}")
    with pytest.raises(MailError, match="is not text") as caught:
        asked(f"file:{file_of(tmp_path, 0o600, SECRET.encode() + bytes([0xFF]))}")
    assert caught.value.__cause__ is None
    with pytest.raises(MailError, match="No secret"):
        asked(f"file:{file_of(tmp_path, 0o600, b'')}")


@pytest.mark.parametrize("odd", ["two\nlines", "pässword", "be\x01ll"])
def test_a_secret_that_servers_read_differently(monkeypatch: pytest.MonkeyPatch, odd: str) -> None:
    monkeypatch.setenv("MAIL_SECRET", odd)
    with pytest.raises(MailError, match="app password") as caught:
        asked("environment:MAIL_SECRET")
    assert odd not in str(caught.value)


def test_from_a_command() -> None:
    command = (sys.executable, "-c", f"print('{SECRET}')")
    assert asked("command", secret_command=command) == SECRET


def test_a_command_that_fails_says_nothing_of_what_it_printed() -> None:
    failing = (sys.executable, "-c", f"import sys; print('{SECRET}'); sys.exit('{SECRET}')")
    with pytest.raises(MailError, match="ended with status 1") as caught:
        asked("command", secret_command=failing)
    assert SECRET not in str(caught.value)
    with pytest.raises(MailError, match="did not answer"):
        asked("command", secret_command=("/nowhere/at/all",))


def test_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    held: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(keyring, "get_password", lambda *who: held.get(who))
    with pytest.raises(MailError, match=r"keyring set sheetops hello@example\.com"):
        asked("keyring")
    held[SERVICE, "hello@example.com"] = SECRET
    assert asked("keyring") == SECRET


def test_a_locked_keyring_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_who: str) -> str:
        raise KeyringLocked(SECRET)

    monkeypatch.setattr(keyring, "get_password", locked)
    with pytest.raises(MailError, match="cannot be used") as caught:
        asked("keyring")
    assert SECRET not in str(caught.value)


def test_without_the_keyring_the_mend_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(MailError, match=r"pip install \"sheetops\[keyring\]\""):
        asked("keyring")


# ---- sheetops.toml


def load(folder: Path, mail: str) -> MailSettings:
    path = folder / "sheetops.toml"
    path.write_text(f'[workbook]\npath = "c.xlsx"\n[mail]\n{mail}', encoding="utf-8")
    return settings_module.load(path).mail


def test_the_usual_settings(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        'transport = "smtp"\nhost = "mail.example.com"\nlogin = "hello@example.com"\n'
        'secret_from = "file:secret.txt"\nca_file = "ca.pem"\n',
    )
    assert (found.security, found.port_used, found.auth) == ("starttls", 587, "password")
    assert found.secret_from == f"file:{tmp_path / 'secret.txt'}"
    assert found.ca_file == tmp_path / "ca.pem"


def test_the_ports_of_the_ways_to_be_safe() -> None:
    ports = {
        way: MailSettings.model_validate({"security": way}).port_used
        for way in ("starttls", "tls", "none")
    }
    assert ports == {"starttls": 587, "tls": 465, "none": 25}


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        ('transport = "smtp"\n', "needs host"),
        (f'secret_from = "{SECRET}"\n', "does not belong into this file"),
        (f'password = "{SECRET}"\n', "does not belong into this file"),
        ('secret_from = "command"\n', "go together"),
        ('secret_command = ["x"]\n', "go together"),
        ('host = "mail.example.com"\nsecurity = "none"\n', "only for a server on this computer"),
        ('host = "mail.example.com\\n"\n', "host"),
        ('login = "a b"\n', "login"),
        ("timeout = 0\n", "timeout"),
        ("port = 70000\n", "port"),
        ('security = "some"\n', "security"),
    ],
)
def test_settings_that_cannot_be_meant_are_named(tmp_path: Path, mail: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        load(tmp_path, mail)
    assert SECRET not in str(caught.value)
