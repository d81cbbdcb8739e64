"""Addresses as they may stand on the wire: one, plain, in ascii, and not a look-alike."""

from __future__ import annotations

from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from sheetops.errors import MailError
from sheetops.lookalikes import misleading


@lru_cache(maxsize=1024)
def address(field: str, text: str) -> str:
    """The one address in a field, in the ascii form that may stand on the wire.

    Raises MailError that names the field. Nobody is asked over the network. Kept, because the
    sender's stands in every mail of a run.
    """
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise MailError(
            f"{field} is not one mail address: {error}",
            "Type a single address such as anna@example.com, without a name.",
        ) from error
    if found.ascii_email is None or "=?" in found.ascii_email:
        raise MailError(f"{field} is an address that mail programs may misread.", "Use another.")
    why = misleading(found.domain)
    if why:
        raise MailError(
            f"{field} may not be whose it seems to be: its domain {why}.",
            "Ask for the address again and type it letter by letter.",
        )
    return found.ascii_email
