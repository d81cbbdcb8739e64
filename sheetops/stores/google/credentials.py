"""Signing in to Google: a service account, this computer's own credentials, or a person's.

Only access to spreadsheets is asked for: what sheetops may not do, no slip of it can.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import google.auth
from google.auth.credentials import Credentials
from google.auth.exceptions import DefaultCredentialsError
from google.oauth2.credentials import Credentials as UserCredentials
from google.oauth2.service_account import Credentials as AccountCredentials
from gspread.auth import get_config_dir, local_server_flow

from sheetops.errors import GoogleError
from sheetops.stores.google import errors

SCOPE = "https://www.googleapis.com/auth/spreadsheets"
SignIn = Literal["service account", "application default", "oauth user"]
_MAKE_KEY = (
    "In Google Cloud, make a service account and a JSON key for it, and save the key there, or "
    "name it as key_file under [google] in sheetops.toml."
)


@dataclass(frozen=True)
class SignedIn:
    """Credentials, and the address that a sheet is shared with ("" where Google does not say)."""

    credentials: Credentials
    account: str = ""


def key_path(sign_in: SignIn, given: Path | None) -> Path:
    """Where the key lies: as given, else where gspread looks for it."""
    name = "authorized_user.json" if sign_in == "oauth user" else "service_account.json"
    return given or get_config_dir() / name


def sign_in(how: SignIn, key_file: Path | None = None) -> SignedIn:
    """Make the credentials; nothing is asked of Google yet. Raises GoogleError."""
    if how == "application default":
        return _default()
    path = key_path(how, key_file)
    return _user(path) if how == "oauth user" else _account(path)


def _account(path: Path) -> SignedIn:
    key = _read(path)
    if key.get("type") != "service_account":
        raise GoogleError(f"{path} is {_kind(key)}, not a service account's key.", _MAKE_KEY)
    try:
        made = AccountCredentials.from_service_account_info(key, scopes=[SCOPE])  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise GoogleError(
            f"{path} is not a whole key: {error}.", "Download it from Google Cloud again."
        ) from error
    return SignedIn(made, str(made.service_account_email))


def _default() -> SignedIn:
    try:
        made, _ = google.auth.default(scopes=[SCOPE])
    except DefaultCredentialsError as error:
        raise errors.of_network(error, errors.Context()) from error
    return SignedIn(made, str(getattr(made, "service_account_email", "")).replace("default", ""))


def _user(path: Path) -> SignedIn:
    """A person: their stored consent, or the browser asks them for it once."""
    client = path.with_name("credentials.json")
    if not path.exists() and client.exists():
        made = local_server_flow(_read(client), [SCOPE])
        store(path, str(made.to_json("token")))  # type: ignore[no-untyped-call]
        return SignedIn(made)
    key = _read(path)
    if key.get("type") != "authorized_user" and "refresh_token" not in key:
        raise GoogleError(
            f"{path} is {_kind(key)}, not a person's sign-in.", f"Delete it, and save {client}."
        )
    try:
        return SignedIn(UserCredentials.from_authorized_user_info(key, [SCOPE]))  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise GoogleError(
            f"{path} is not a whole sign-in: {error}.", "Delete it, and sign in again."
        ) from error


def store(path: Path, text: str) -> None:
    """Write a secret so that nobody else reads it, not even for a moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise GoogleError(f"There is no key file {path}.", _MAKE_KEY) from error
    except OSError as error:
        raise GoogleError(
            f"The key file {path} cannot be read ({error.strerror}).",
            "Let this account read it.",
        ) from error
    except ValueError as error:  # text that is not UTF-8 among it
        raise GoogleError(
            f"The key file {path} is not JSON.", "Download it from Google Cloud again."
        ) from error
    if not isinstance(found, dict):
        raise GoogleError(f"The key file {path} holds no key.", _MAKE_KEY)
    return found


def _kind(key: dict[str, Any]) -> str:
    if key.get("type") == "service_account":
        return "a service account's key"
    if key.get("type") == "authorized_user":
        return "a person's sign-in"
    if {"installed", "web"} & key.keys():
        return "an OAuth client's file"
    return "some other file"


def others_may_read(path: Path) -> bool:
    """Whether other users of this computer may read the key."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)
