"""A mail as bytes: built once from what the ledger holds, the same on every retry.

Context: one encoded word in a subject once became a real Bcc line, and header folding has lost
quotes around names. Decision: header fields that hold control characters or `=?` are refused, every
address goes through email-validator's ascii form, and the finished bytes are parsed again and must
show exactly the headers that were meant. Consequence: a mail that anyone could bend is never sent,
and says which field to mend.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, tzinfo
from email import message_from_bytes, policy
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import groupby

from email_validator import EmailNotValidError, validate_email

from sheetops.errors import MailError
from sheetops.findings import Mail
from sheetops.mail import Envelope, domain_of

_POLICY = policy.SMTP.clone(cte_type="7bit")  # any server takes it, whatever it announces
_HOUR = time(7)
"""The hour in the Date line. The clock is not asked, because a retry must be the same message."""
_SAFE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_UNFIT = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode categories that no header field may hold: controls, half characters, line ends."""
_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_AFTER_LINK = ".,;:!?)]}'"
_ITEM = "- "


def envelope(
    mail: Mail, *, sender: str, business: str, postal: str = "", zone: tzinfo = UTC
) -> Envelope:
    """The mail ready to leave. Raises MailError as `to_bytes` does."""
    content = to_bytes(mail, sender=sender, business=business, postal=postal, zone=zone)
    return Envelope(mail.key, address("Sender address", sender), address("To", mail.to), content)


def to_bytes(
    mail: Mail, *, sender: str, business: str, postal: str = "", zone: tzinfo = UTC
) -> bytes:
    """The message as bytes with CRLF line ends, seven-bit safe, the same for the same mail.

    It is from the business, replies go to `mail.reply_to`, and it has one recipient. Marketing
    carries the postal address, an opt-out line and `List-Unsubscribe`. Raises MailError, naming the
    field and the mend, if a header field or an address is not safe, or if the bytes do not read
    back as meant.
    """
    if not _SAFE_KEY.fullmatch(mail.key):
        raise MailError(f"{mail.key!r} cannot name a mail.")
    headers = _headers(mail, sender, business, zone)
    text = _plain(mail, postal)
    if mail.marketing:
        headers["List-Unsubscribe"] = f"<mailto:{address('Sender address', sender)}?subject=stop>"
    message = EmailMessage(_POLICY)
    for name, value in headers.items():
        message[name] = value
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(_page(mail.subject, text), subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{mail.key}")  # "=_" cannot stand in a quoted-printable body
    content = message.as_bytes()
    _refuse_if_bent(content, headers)
    return content


def message_id(mail: Mail, sender: str) -> str:
    """The mail's Message-ID, for ever: from its key, its day and the sender's domain."""
    return f"<{mail.key}.{mail.day:%Y%m%d}@{domain_of(address('Sender address', sender))}>"


def address(field: str, text: str) -> str:
    """The one address in a field, in the ascii form that may stand on the wire.

    Raises MailError that names the field. Nobody is asked over the network.
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
    return found.ascii_email


def _headers(mail: Mail, sender: str, business: str, zone: tzinfo) -> dict[str, str | Address]:
    subject = _line("Subject", mail.subject)
    if not subject:
        raise MailError("Subject is blank.", "Give the message a subject.")
    headers: dict[str, str | Address] = {
        "From": _mailbox("Business name", business, "Sender address", sender),
        "To": _mailbox("To", mail.to_name, "To", mail.to),
        "Subject": subject,
        "Date": format_datetime(datetime.combine(mail.day, _HOUR, zone)),
        "Message-ID": message_id(mail, sender),
        "Auto-Submitted": "auto-generated",
    }
    if mail.reply_to:
        headers["Reply-To"] = Address(addr_spec=address("Reply-To", mail.reply_to))
    return headers


def _mailbox(name_field: str, name: str, field: str, text: str) -> Address:
    return Address(_line(name_field, name), addr_spec=address(field, text))


def _line(field: str, text: str) -> str:
    """One header line of words, runs of spaces made one. Raises MailError if it is not safe."""
    for character in text:
        if unicodedata.category(character) in _UNFIT:
            raise MailError(
                f"{field} holds a line break or another control character.",
                "Type it again on one line.",
            )
    if "=?" in text:
        raise MailError(f'{field} holds "=?", which mail programs may misread.', "Take it out.")
    return " ".join(text.split())


def _plain(mail: Mail, postal: str) -> str:
    if any(unicodedata.category(character) == "Cs" for character in mail.body + postal):
        raise MailError("Body holds half a character.", "Type the odd sign in it again.")
    if not mail.marketing:
        return mail.body.rstrip() + "\n"
    if not postal.strip():
        raise MailError(
            "Marketing mail must carry the business's postal address.",
            "Fill in Postal address in Settings.",
        )
    return (
        f"{mail.body.rstrip()}\n\n{postal.strip()}\n\n"
        'If you would rather not get such mails, reply with "stop".\n'
    )


def _refuse_if_bent(content: bytes, headers: dict[str, str | Address]) -> None:
    """Parse the bytes as a mail program would, and compare with what was meant."""
    read = message_from_bytes(content, policy=policy.default)
    seen = [(name, _meaning(value)) for name, value in read.items() if name not in _STRUCTURE]
    meant = [(name, _meaning(value)) for name, value in headers.items()]
    if seen != meant or read.defects:
        names = {name for name, _ in set(seen) ^ set(meant)}
        raise MailError(
            f"The mail would not arrive as meant ({', '.join(sorted(names)) or 'headers'}).",
            "Shorten or simplify the names and the subject.",
        )


_STRUCTURE = {"MIME-Version", "Content-Type"}


def _meaning(value: object) -> tuple[tuple[str, str], ...]:
    if isinstance(value, AddressHeader):
        return tuple((one.display_name, one.addr_spec) for one in value.addresses)
    if isinstance(value, Address):
        return ((value.display_name, value.addr_spec),)
    return (("", str(value)),)


def _page(subject: str, text: str) -> str:
    """The text as a modest page: paragraphs, lists of `- ` lines, links; all values escaped."""
    blocks = "\n".join(_blocks(text.splitlines()))
    return (
        '<!doctype html>\n<html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(subject)}</title></head>\n"
        '<body style="margin:0;padding:16px;background:#ffffff;color:#1f2933;'
        "font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif\">\n"
        f'<div style="max-width:38em;margin:0 auto">\n{blocks}\n</div>\n</body></html>\n'
    )


def _blocks(lines: Iterable[str]) -> Iterator[str]:
    for kind, group in groupby((line.strip() for line in lines), _kind):
        if kind == "list":
            items = "".join(f'<li dir="auto">{_inline(line[2:])}</li>' for line in group)
            yield f'<ul style="margin:0 0 1em;padding-left:1.25em">{items}</ul>'
        elif kind == "words":
            words = "<br>\n".join(_inline(line) for line in group)
            yield f'<p dir="auto" style="margin:0 0 1em">{words}</p>'


def _kind(line: str) -> str:
    if not line:
        return "gap"
    return "list" if line.startswith(_ITEM) else "words"


def _inline(text: str) -> str:
    """Escaped words, with http and https addresses made clickable and nothing else."""
    pieces: list[str] = []
    end = 0
    for found in _LINK.finditer(text):
        link = found[0].rstrip(_AFTER_LINK)
        pieces.append(html.escape(text[end : found.start()]))
        pieces.append(f'<a href="{html.escape(link)}">{html.escape(link)}</a>')
        end = found.start() + len(link)
    pieces.append(html.escape(text[end:]))
    return "".join(pieces)
