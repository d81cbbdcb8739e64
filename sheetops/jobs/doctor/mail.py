"""What the workbook's Settings say of mail, and the way by which it leaves."""

from __future__ import annotations

import os
import secrets
import smtplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sheetops.errors import MailError
from sheetops.jobs.doctor.check import Check
from sheetops.mail import Outcome, connection
from sheetops.mail.addresses import address
from sheetops.mail.message import envelope
from sheetops.mail.replies import Reply, shown
from sheetops.mail.transports import transport_of
from sheetops.model.mail import Mail, Purpose
from sheetops.settings import MailSettings
from sheetops.systems.messages.definitions import MARKETING
from sheetops.workbook.book import Book
from sheetops.workbook.business import Business
from sheetops.workbook.values import day_text

_SOON = timedelta(days=14)
"""A certificate that ends sooner is told, because the run after it will send nothing."""


# ---- what the workbook's Settings say


def of_settings(book: Book) -> Iterator[Check]:
    """The addresses that mail needs."""
    business = book.business
    yield _address("Sender address", business.sender)
    yield _address("Owner's address", business.owner)
    if business.sending.startswith("rehearse"):
        yield _address("Rehearsal address", business.rehearsal_address)
    yield _postal_address(book)
    yield Check("Sending", True, business.sending)


def _postal_address(book: Book) -> Check:
    found = " ".join(book.business.postal_address.split())
    messages = book.frame("Messages")
    marketing = bool((messages["Kind"].eq("marketing") | messages["Part"].isin(MARKETING)).any())
    if found or not marketing:
        return Check("Postal address", True, found or "blank, and no message needs it")
    mend = "Fill in Postal address in Settings, because marketing mail must carry it."
    return Check("Postal address", False, "blank", mend)


def _address(name: str, text: str) -> Check:
    if not text:
        return Check(name, False, "blank", f"Fill in {name} in Settings.")
    try:
        return Check(name, True, address(name, text))
    except MailError as error:
        return Check(name, False, error.what, error.mend)


# ---- the way by which mail leaves


def of_mail(settings: MailSettings, business: Business, now: datetime) -> Iterator[Check]:
    """The folder, or the mail server: reached, encrypted, logged in, and our sender accepted."""
    if settings.transport == "folder":
        yield _folder(settings.outbox)
        return
    where = f"{settings.host}:{settings.port_used}"
    try:
        smtp = connection.reach(settings)
    except MailError as error:
        yield Check("Mail server", False, error.what, error.mend)
        return
    try:
        yield Check("Mail server", True, where)
        connection.secure(smtp, settings)
        yield _encryption(smtp, now)
        connection.log_in(smtp, settings)
        yield Check("Login", True, f"as {settings.login}" if settings.login else "none is set")
        if business.sender:
            yield _sender(smtp, business.sender)
    except MailError as error:
        yield Check("Mail server", False, error.what, error.mend)
    finally:
        connection.hang_up(smtp)


def _folder(outbox: Path) -> Check:
    there = next(folder for folder in (outbox, *outbox.absolute().parents) if folder.exists())
    ok = there.is_dir() and os.access(there, os.W_OK)
    if ok:
        return Check("Outbox", True, f"every mail becomes a file in {outbox}; nothing is sent")
    mend = f"Let this account write the folder {there}, or name another outbox."
    return Check("Outbox", False, f"{outbox} cannot be written", mend)


def _encryption(smtp: smtplib.SMTP, now: datetime) -> Check:
    if not isinstance(smtp.sock, ssl.SSLSocket):
        return Check("Encryption", True, "none, on this computer only")
    ends = str((smtp.sock.getpeercert() or {}).get("notAfter", ""))
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC)
    found = f"{smtp.sock.version()}, certificate verified, until {day_text(until.date())}"
    if until - now < _SOON:
        mend = "Ask whoever runs the mail server to renew its certificate, or mail will stop."
        return Check("Encryption", False, found, mend)
    return Check("Encryption", True, found)


def _sender(smtp: smtplib.SMTP, sender: str) -> Check:
    """MAIL and RSET: nothing is sent."""
    try:
        reply = Reply(*smtp.mail(address("Sender address", sender)))
        smtp.rset()
    except (OSError, smtplib.SMTPException):
        reply = Reply(-1, b"the connection was lost")
    if reply.ok:
        return Check("Sender", True, "the server takes mail from the sender address")
    mend = "Check Sender address in Settings: it must be one that this login may send from."
    return Check("Sender", False, f"the server refuses it: {shown(reply)}", mend)


def one_mail(settings: MailSettings, business: Business, now: datetime) -> Check:
    """One message to the owner. It is no follow-up, so the ledger need not remember it."""
    mail = Mail(
        key=f"test-{secrets.token_hex(8)}",
        day=business.calendar.today(now),
        purpose=Purpose.TEST,
        client="",
        to=business.owner,
        to_name="",
        subject="A test by sheetops: mail works",
        body="Good day,\n\nthis is the test message that you asked for. Nothing else was sent.",
        reply_to="",
    )
    try:
        one = envelope(mail, sender=business.sender, business=business.name)
        with transport_of(settings) as transport:
            handed = transport.hand_over(one, lambda: None)
    except MailError as error:
        return Check("Test message", False, error.what, error.mend)
    if handed.outcome is Outcome.ACCEPTED:
        return Check("Test message", True, f"sent to the owner ({handed.reply})")
    mend = "Mend what is said there, then try again."
    return Check("Test message", False, f"{handed.outcome}: {handed.reply}", mend)
