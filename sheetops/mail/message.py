"""A mail as bytes: built once from what the ledger holds, the same on every retry.

Context: one encoded word in a subject once became a real Bcc line, and header folding has lost
quotes around names. Decision: header fields that hold control characters or `=?` are refused, every
address goes through email-validator's ascii form, and the finished bytes are parsed again and must
show exactly the headers that were meant. Consequence: a mail that anyone could bend is never sent,
and says which field to mend.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from datetime import UTC, date, datetime, time, tzinfo
from email import policy
from email.header import Header
from email.headerregistry import Address, AddressHeader
from email.parser import BytesHeaderParser
from email.utils import format_datetime, quote
from functools import lru_cache

from sheetops.errors import MailError
from sheetops.mail import Envelope, domain_of
from sheetops.mail.addresses import address
from sheetops.mail.attachments import around, boundary, kind_of_mail
from sheetops.mail.html import page
from sheetops.model.mail import Mail

_READER = BytesHeaderParser(policy=policy.compat32)
_HOUR = time(7)
"""The hour in the Date line. The clock is not asked, because a retry must be the same message."""
_SAFE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_UNFIT = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode categories that no header field may hold: controls, half characters, line ends."""
_LONGEST = 200
"""Characters of a header line that is written as it is; a line may never have more than 998."""
_STRUCTURE = {"MIME-Version", "Content-Type"}
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._-]{1,90}@[A-Za-z0-9.-]{1,253}>")
_PLAIN_MAILBOX = re.compile(
    r"\"([A-Za-z0-9 .,&'-]{1,100})\"(?:\r\n)? "
    r"<([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)>"
)
_FIELD = r"[A-Za-z-]+: [!-~][ -~]*(?:\r\n [!-~][ -~]*)*\r\n"
_PLAIN_HEAD = re.compile(rf"(?:{_FIELD})+\r\n".encode())
_PLAIN_FIELD = re.compile(r"([A-Za-z-]+): ([!-~][ -~]*(?:\r\n [!-~][ -~]*)*)\r\n")
_THREAD = 10
_BENDING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of what follows, so that a name or an address reads as another."""
_MOST = 2_000_000
"""Characters of a body; ten cells full of text are a sixth of that."""


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
    text = _words(mail, postal)
    if mail.marketing:
        headers["List-Unsubscribe"] = f"<mailto:{address('Sender address', sender)}?subject=stop>"
    content = _head(headers, kind_of_mail(mail.key, mail.enclosed))
    _refuse_if_bent(content, headers)
    shown = mail.page or page(mail.subject, text)
    parts = _part("plain", text, mail.key) + _part("html", shown, mail.key)
    closed = parts + f"--{boundary(mail.key)}--\r\n".encode()
    return content + around(closed, mail.key, mail.enclosed)


def message_id(mail: Mail, sender: str) -> str:
    """The mail's Message-ID, for ever: from its key, its day and the sender's domain."""
    return message_id_of(mail.key, mail.day, sender)


def message_id_of(key: str, day: date, sender: str) -> str:
    """The Message-ID of the mail of this key and day; see `message_id`."""
    return f"<{key}.{day:%Y%m%d}@{domain_of(address('Sender address', sender))}>"


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
        headers["Reply-To"] = _bare("Reply-To", mail.reply_to)
    if mail.thread:
        headers |= _thread(mail.thread)
    return headers


def _thread(earlier: tuple[str, ...]) -> dict[str, str | Address]:
    """In-Reply-To and References, as RFC 5322 (3.6.4) has them; of a long thread the first and the
    last few, which is what mail programs look at."""
    for name in earlier:
        if not _MESSAGE_ID.fullmatch(name):
            raise MailError("The thread names something that is no Message-ID.")
    kept = earlier if len(earlier) <= _THREAD else (earlier[0], *earlier[1 - _THREAD :])
    return {"In-Reply-To": earlier[-1], "References": " ".join(kept)}


@lru_cache(maxsize=1024)
def _mailbox(name_field: str, name: str, field: str, text: str) -> Address:
    return _bare(field, text, _line(name_field, name))


def _bare(field: str, text: str, name: str = "") -> Address:
    user, _, domain = address(field, text).rpartition("@")
    return Address(name, user, domain)


def _line(field: str, text: str) -> str:
    """One header line of words, runs of spaces made one. Raises MailError if it is not safe.

    Marks that Arabic and Hebrew names are written with (U+200E, U+200F) and joiners may stay.
    """
    for character in "" if text.isascii() and text.isprintable() else text:
        if unicodedata.category(character) in _UNFIT or character in _BENDING:
            raise MailError(
                f"{field} holds a line break or another control character "
                f"(U+{ord(character):04X}).",
                "Type it again on one line.",
            )
    if "=?" in text:
        raise MailError(f'{field} holds "=?", which mail programs may misread.', "Take it out.")
    return " ".join(text.split())


def _words(mail: Mail, postal: str) -> str:
    r"""The text with `\n` line ends, and what marketing must carry below it."""
    if len(mail.body) > _MOST:
        raise MailError(
            f"Body is {len(mail.body):,} characters long; the most is {_MOST:,}.", "Shorten it."
        )
    text = (mail.body + postal).encode(errors="replace").decode()
    if text != mail.body + postal:
        raise MailError("Body holds half a character.", "Type the odd sign in it again.")
    body = re.sub(r"\r\n?", "\n", mail.body).rstrip()
    if not mail.marketing:
        return f"{body}\n"
    if not postal.strip():
        raise MailError(
            "Marketing mail must carry the business's postal address.",
            "Fill in Postal address in Settings.",
        )
    return f'{body}\n\n{postal.strip()}\n\nIf you would rather not get such mails, reply "stop".\n'


def _head(headers: dict[str, str | Address], kind: str) -> bytes:
    """The header lines. By hand, because EmailMessage folds some long subjects wrongly (Python
    3.11: of subjects mixed from several scripts, two in a hundred came back changed)."""
    lines = [f"{name}: {_wire(name, value)}" for name, value in headers.items()]
    lines += ["MIME-Version: 1.0", f"Content-Type: {kind}"]
    return "\r\n".join((*lines, "", "")).encode("ascii")


def _wire(field: str, value: str | Address) -> str:
    if isinstance(value, str):
        return _encoded(field, value)
    if not value.display_name:
        return value.addr_spec
    plain = _is_short_ascii(value.display_name)
    name = f'"{quote(value.display_name)}"' if plain else _encoded(field, value.display_name)
    return f"{name}\r\n <{value.addr_spec}>"


def _encoded(field: str, text: str) -> str:
    """The text as it is, or all of it as encoded words of at most 75 characters.

    A thread's Message-IDs may not be encoded, and go on the next line each.
    """
    if field == "References":
        return text.replace(" ", "\r\n ")
    if field == "In-Reply-To" or _is_short_ascii(text):
        return text
    return Header(text, "utf-8", header_name=field).encode(linesep="\r\n")


def _is_short_ascii(text: str) -> bool:
    return text.isascii() and len(text) <= _LONGEST


def _part(subtype: str, text: str, key: str) -> bytes:
    """One part, seven-bit safe. By hand, because EmailMessage takes a hundred times as long."""
    lines = text.replace("\n", "\r\n").encode()
    head = (
        f"--{boundary(key)}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    return head.encode() + binascii.b2a_qp(lines, istext=True) + b"\r\n"


def _refuse_if_bent(content: bytes, headers: dict[str, str | Address]) -> None:
    """Parse the bytes as a mail program would, and compare with what was meant."""
    seen = [(name, _read(name, raw)) for name, raw in _split(content) if name not in _STRUCTURE]
    meant = [(name, _meaning(value)) for name, value in headers.items()]
    if seen != meant:
        names = {name for name, _ in set(seen) ^ set(meant)}
        raise MailError(
            f"The mail would not arrive as meant ({', '.join(sorted(names)) or 'headers'}).",
            "Shorten or simplify the names and the subject.",
        )


def _split(head: bytes) -> list[tuple[str, str]]:
    """The header fields, still folded. Where every sign is a plain one there is one way only to
    tell them apart; anything else is left to Python's parser, which takes ten times as long."""
    if _PLAIN_HEAD.fullmatch(head):
        return _PLAIN_FIELD.findall(head.decode("ascii"))
    return list(_READER.parsebytes(head).raw_items())


@lru_cache(maxsize=1024)
def _read(name: str, raw: str) -> tuple[tuple[str, str], ...]:
    """What a mail program reads in a header. Kept: most headers are the same in a run's mails, and
    reading them takes longer than all else. So a Message-ID, and a mailbox of plain letters, which
    differ in each mail and can be read in one way only, are read without the whole grammar."""
    if _MESSAGE_ID.fullmatch(raw):
        return (("", raw),)
    if plain := _PLAIN_MAILBOX.fullmatch(raw):
        return (("".join(plain[1].split()), plain[2]),)
    return _meaning(policy.default.header_fetch_parse(name, raw))


def _meaning(value: object) -> tuple[tuple[str, str], ...]:
    """Names and addresses, or the text. Spaces in names do not count: Python's parser (3.11) adds
    one where an encoded name goes on in a second encoded word."""
    if isinstance(value, AddressHeader):
        return tuple(("".join(one.display_name.split()), one.addr_spec) for one in value.addresses)
    if isinstance(value, Address):
        return (("".join(value.display_name.split()), value.addr_spec),)
    return (("", str(value)),)
