"""Pictures and files in a mail arrive as they were, whatever reads the mail."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest

from sheetops.errors import MailError
from sheetops.ledger.records import mail_as_text, mail_from_text
from sheetops.mail.message import to_bytes
from sheetops.model.mail import Enclosure, Mail, Purpose

PICTURE = bytes(range(256)) * 3
FILE = "<!doctype html><p>Größe</p>".encode()
MAIL = Mail(
    key="abc",
    day=date(2026, 11, 20),
    purpose=Purpose.REPORT,
    client="",
    to="owner@example.com",
    to_name="",
    subject="Capacity",
    body="In words.",
    reply_to="",
    page='<p>Seen: <img src="cid:load@report" alt="Load"></p>',
    enclosed=(
        Enclosure("load.png", "image/png", base64.b64encode(PICTURE).decode(), "load@report"),
        Enclosure("report.html", "text/html; charset=utf-8", base64.b64encode(FILE).decode()),
    ),
)


def read(mail: Mail) -> EmailMessage:
    content = to_bytes(mail, sender="hello@example.com", business="Small & Co")
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    return BytesParser(policy=policy.default).parsebytes(content)


def test_words_page_picture_and_file_are_all_there() -> None:
    got = read(MAIL)
    assert got.get_content_type() == "multipart/mixed"
    plain, page = got.get_body(("plain",)), got.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().strip() == "In words."
    assert "cid:load@report" in page.get_content()
    (attached,) = got.iter_attachments()
    assert attached.get_filename() == "report.html"
    assert attached.get_payload(decode=True) == FILE
    pictures = [part for part in got.walk() if part.get_content_type() == "image/png"]
    assert [part["Content-ID"] for part in pictures] == ["<load@report>"]
    assert pictures[0].get_payload(decode=True) == PICTURE
    assert pictures[0].get_content_disposition() == "inline"
    assert not list(got.defects)


def test_a_mail_without_enclosures_is_as_it_was() -> None:
    got = read(replace(MAIL, page="", enclosed=()))
    assert got.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]


def test_the_ledger_gives_the_same_mail_back() -> None:
    assert mail_from_text(mail_as_text(MAIL)) == MAIL


@pytest.mark.parametrize(
    "bent",
    [
        Enclosure('a"\r\nBcc: x@example.com', "image/png", "AAAA"),
        Enclosure("a.png", "image/png\r\nBcc: x@example.com", "AAAA"),
        Enclosure("a.png", "image/png", "AAAA", "x>\r\nBcc: x@example.com"),
        Enclosure("a.png", "image/png", "AA\r\n--=_mixed.abc--"),
        Enclosure("a.exe", "application/octet-stream", "AAAA"),
        Enclosure("a.png", "image/png", "A" * 10_000_001),
    ],
)
def test_what_could_bend_the_mail_is_refused(bent: Enclosure) -> None:
    with pytest.raises(MailError):
        read(replace(MAIL, enclosed=(bent,)))
