"""Pictures and files in a mail: how the parts stand inside one another.

A mail with enclosures is multipart/mixed of the mail itself and what is attached; the mail itself
is multipart/related of its two texts and the pictures that its page shows by their Content-ID (RFC
2387, RFC 2392). Names are letters, digits and dots only: nothing there can bend a header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sheetops.errors import MailError
from sheetops.model.mail import Enclosure

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_CID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}@[A-Za-z0-9][A-Za-z0-9.-]{0,79}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_KINDS = {"image/png", "text/html; charset=utf-8"}
_LINE = 76
_MOST = 10_000_000
"""Characters of all enclosures together; many mail servers take no more than that."""


def kind_of_mail(key: str, enclosed: Sequence[Enclosure]) -> str:
    """The Content-Type of the mail as a whole."""
    if not enclosed:
        return f'multipart/alternative; boundary="{boundary(key)}"'
    return f'multipart/mixed; boundary="{boundary(key, "mixed")}"'


def around(alternative: bytes, key: str, enclosed: Sequence[Enclosure]) -> bytes:
    """The body of the mail: its two texts, closed already, and what is enclosed.

    Raises MailError if an enclosure is not fit to be sent.
    """
    if not enclosed:
        return alternative
    _check(enclosed)
    mixed, related = boundary(key, "mixed"), boundary(key, "related")
    pieces = [
        f'--{mixed}\r\nContent-Type: multipart/related; type="multipart/alternative"; '
        f'boundary="{related}"\r\n\r\n--{related}\r\n'
        f'Content-Type: multipart/alternative; boundary="{boundary(key)}"\r\n\r\n'.encode(),
        alternative,
        *_parts(related, (one for one in enclosed if one.cid)),
        f"--{related}--\r\n".encode(),
        *_parts(mixed, (one for one in enclosed if not one.cid)),
        f"--{mixed}--\r\n".encode(),
    ]
    return b"".join(pieces)


def boundary(key: str, of: str = "") -> str:
    """Made from the key and not at random; "=_" cannot stand in a quoted-printable or base64 body,
    and none of a mail's boundaries begins with another one."""
    return f"=_{of}.{key}" if of else f"=_{key}"


def _check(enclosed: Sequence[Enclosure]) -> None:
    if sum(len(one.content) for one in enclosed) > _MOST:
        raise MailError("What is enclosed is too large to be sent.", "See the file itself.")
    for one in enclosed:
        fit = _NAME.fullmatch(one.name) and one.kind in _KINDS and _BASE64.fullmatch(one.content)
        if not fit or (one.cid and not _CID.fullmatch(one.cid)):
            raise MailError(f"{one.name!r} cannot be enclosed in a mail.")


def _parts(outer: str, enclosed: Iterable[Enclosure]) -> Iterable[bytes]:
    for one in enclosed:
        place = "inline" if one.cid else "attachment"
        named = f"Content-ID: <{one.cid}>\r\n" if one.cid else ""
        lines = "\r\n".join(
            one.content[at : at + _LINE] for at in range(0, len(one.content), _LINE)
        )
        yield (
            f"--{outer}\r\nContent-Type: {one.kind}\r\nContent-Transfer-Encoding: base64\r\n{named}"
            f'Content-Disposition: {place}; filename="{one.name}"\r\n\r\n{lines}\r\n'
        ).encode()
