"""What Google, its sign-in or the way there can refuse: a plain sentence each, with its mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from google.auth.exceptions import (
    DefaultCredentialsError,
    GoogleAuthError,
    RefreshError,
    TransportError,
)
from gspread.exceptions import APIError

from sheetops.errors import GoogleError

_BAD, _UNKNOWN, _DENIED, _MISSING, _TOO_BIG, _QUOTA, _SERVER = 400, 401, 403, 404, 413, 429, 500
API_PAGE = "https://console.cloud.google.com/apis/library/sheets.googleapis.com"


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, by address, and of which spreadsheet, by id."""

    account: str = ""
    spreadsheet: str = ""


class RangeGone(GoogleError):
    """Raised when a tab or range is not there any more; nothing was read or written by it."""


class Uncertain(GoogleError):
    """Raised when nobody can say whether a request that may not be repeated was carried out."""


NETWORK = (requests.exceptions.RequestException, GoogleAuthError)
"""What a request may raise beside an answer."""


def of_answer(error: APIError, context: Context) -> GoogleError:
    """An answer that refuses, in words."""
    code, text = error.response.status_code, str(error.error.get("message", "")).strip()
    if code == _BAD:
        return _bad_request(text, str(error.error.get("status", "")))
    if code == _DENIED:
        return _denied(text, error.error, context)
    if code >= _SERVER:
        mend = "Run it again in a few minutes."
        return GoogleError(f"Google Sheets has trouble of its own ({code}).", mend)
    what, mend = _BY_CODE.get(code, (f"Google refused: {text or code}.", "See: sheetops doctor"))
    return GoogleError(what.format(id=context.spreadsheet), mend)


_BY_CODE = {
    _UNKNOWN: (
        "Google does not accept this sign-in.",
        "Make a new key for the service account, or sign in again; see: sheetops doctor",
    ),
    _MISSING: (
        "There is no Google Sheet with the id {id}.",
        "Copy its address from the browser again.",
    ),
    _QUOTA: (
        "Google's limit of requests a minute is used up.",
        "Run it again in two minutes.",
    ),
    _TOO_BIG: ("A request was too large for Google.", "Please tell us how it came."),
}


def _bad_request(text: str, status: str) -> GoogleError:
    if "Unable to parse range" in text:
        return RangeGone(
            f"A tab is not there any more ({text.partition(':')[2].strip()}).", "Run it again."
        )
    if status == "FAILED_PRECONDITION" or "not supported for this document" in text:
        return GoogleError(
            "This is an Excel file opened in Drive, not a Google Sheet.",
            "Open it, choose File → Save as Google Sheets, and take the address of the new one.",
        )
    if "protected" in text:
        return GoogleError(
            "A tab of sheetops is protected against sheetops itself.",
            "Let this account edit all ranges under Data → Protect sheets and ranges.",
        )
    return GoogleError(f"Google cannot carry that out: {text}", "Look with: sheetops doctor")


def _denied(text: str, error: Mapping[str, Any], context: Context) -> GoogleError:
    reasons = {str(one.get("reason", "")) for one in error.get("details", ()) if one}
    if "SERVICE_DISABLED" in reasons or "has not been used in project" in text:
        return GoogleError(
            "The Google Sheets API is switched off for this project.", f"Enable it at {API_PAGE}"
        )
    if "ACCESS_TOKEN_SCOPE_INSUFFICIENT" in reasons or "insufficient authentication sc" in text:
        return GoogleError(
            "This sign-in may not edit Google Sheets: its scope is too small.",
            "Sign in again, allowing sheetops to see and edit spreadsheets.",
        )
    who = context.account or "the account that sheetops signs in with"
    return GoogleError(
        "The Google Sheet is not shared with sheetops, or only to look at.",
        f"Click Share in it, and add {who} as editor.",
    )


def of_network(error: Exception, context: Context) -> GoogleError:
    """What happened on the way there, in words."""
    if isinstance(error, RefreshError):
        return _sign_in(str(error), context)
    if isinstance(error, DefaultCredentialsError):
        return GoogleError(
            "There are no application default credentials on this computer.",
            "Make them with: gcloud auth application-default login, or use a service account.",
        )
    cause: BaseException = error
    if isinstance(error, TransportError) and error.args and isinstance(error.args[0], Exception):
        cause = error.args[0]
    if isinstance(cause, requests.exceptions.Timeout):
        return GoogleError("Google did not answer in time.", "Run it again in a few minutes.")
    if isinstance(cause, requests.exceptions.SSLError):
        return GoogleError(
            "The encrypted connection to Google could not be verified.",
            "Check the clock, and whether something between here and Google opens connections.",
        )
    return GoogleError(
        "Google cannot be reached, or the connection was lost.",
        "Check the connection to the internet, and run it again.",
    )


def _sign_in(text: str, context: Context) -> GoogleError:
    who = context.account or "This account"
    lowered = text.lower()
    if "iat" in lowered or "timeframe" in lowered or "short-lived" in lowered:
        return GoogleError(
            "The clock of this computer is wrong, so Google refuses the sign-in.",
            "Set date, time and time zone, best by letting the computer do it itself.",
        )
    if "invalid_scope" in lowered or "unauthorized_client" in lowered:
        return GoogleError(
            f"{who} may not ask for access to Google Sheets.",
            "Let the administrator of your Google Workspace allow it.",
        )
    if "signature" in lowered:
        return GoogleError(
            f"The key of {who} is not valid any more.",
            "Make a new key for it in Google Cloud, and put it in the place of the old one.",
        )
    return GoogleError(
        f"The sign-in of {who} was revoked or has expired.",
        "Make a new key for the service account, or sign in again.",
    )
