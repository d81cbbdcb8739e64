"""Which transport the settings ask for: the one place that knows them all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sheetops.mail import Transport
from sheetops.mail.folder import FolderTransport
from sheetops.mail.rate_limit import Paced
from sheetops.mail.smtp import SmtpTransport
from sheetops.settings import MailSettings


@contextmanager
def transport_of(settings: MailSettings, mails_per_minute: int = 30) -> Iterator[Transport]:
    """The transport of the settings, ended when done with; nothing is opened before a mail leaves.

    A folder needs no pace.
    """
    if settings.transport == "folder":
        yield FolderTransport(settings.outbox)
        return
    with SmtpTransport(settings) as transport:
        yield Paced(transport, mails_per_minute)
