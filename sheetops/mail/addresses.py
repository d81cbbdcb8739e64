"""Addresses as they may stand on the wire: one, plain, in ascii, and not a look-alike."""

from __future__ import annotations

import re
from functools import lru_cache

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from sheetops.errors import MailError
from sheetops.workbook.homoglyphs import misleading

_PLAIN = re.compile(r"[a-z0-9_+-]+(\.[a-z0-9_+-]+)*")
"""A name before the @ that nothing needs to be asked of."""
_LONGEST_PLAIN = 64


@lru_cache(maxsize=1024)
def address(field: str, text: str) -> str:
    """The one address in a field, in the ascii form that may stand on the wire.

    Raises MailError that names the field. Nobody is asked over the network. Kept, because the
    sender's stands in every mail of a run; and so is each domain, because many clients share one.
    """
    user, at, domain = text.rpartition("@")
    is_plain = bool(at) and len(user) <= _LONGEST_PLAIN and bool(_PLAIN.fullmatch(user))
    try:
        found = _at_domain(domain) if is_plain else _validated(text)
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
    return f"{user}@{found.ascii_domain}" if is_plain else found.ascii_email


@lru_cache(maxsize=1024)
def _at_domain(domain: str) -> ValidatedEmail:
    """The longest plain name at this domain."""
    return _validated(f"{'x' * _LONGEST_PLAIN}@{domain}")


def _validated(text: str) -> ValidatedEmail:
    return validate_email(text, check_deliverability=False, allow_smtputf8=False)
