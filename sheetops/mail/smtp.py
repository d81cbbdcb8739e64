"""The SMTP transport: MAIL, RCPT and DATA one by one, each reply told apart.

Context: smtplib's `sendmail` raises the same `SMTPServerDisconnected` wherever the connection was
lost, and says nothing of a partial refusal. Against a real server, a connection lost before the
final dot delivered nothing, and one lost after it sometimes did. Decision: the commands are given
one by one, or in one write where the server offers that (PIPELINING, RFC 2920), and their replies
heard one by one; the body waits for the last of them; the dot is a write of its own; and just
before it the server is asked whether it has already hung up. Consequence: only the span from the
dot to a well-formed reply is in doubt.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from sheetops import failpoints
from sheetops.errors import MailError
from sheetops.mail import Envelope, Handed, Outcome
from sheetops.mail.connection import connect, hang_up
from sheetops.mail.replies import (
    CLOSING,
    GO_AHEAD,
    Reply,
    body_refused,
    recipient_refused,
    sender_refused,
    shown,
)
from sheetops.settings import MailSettings

_BROKEN = (OSError, smtplib.SMTPException)
"""What a lost connection raises, and a reply that is none."""
_DOT = b".\r\n"
_LINE_START_DOT = re.compile(rb"(?m)^\.")
_LAST_ANSWER = 600.0
"""Seconds to wait for the reply after the dot, as RFC 5321 asks: who hangs up earlier makes
doubts, and mails that arrive twice."""


@dataclass(frozen=True, slots=True)
class _Lost:
    """The connection ended before the first command of a mail was taken: nothing was sent."""

    why: str


_HUNG_UP = "the server broke off before the end of the body"


class SmtpTransport:
    """Hands envelopes to one mail server over one connection, opened for the first of them.

    Use as a context manager, so that the connection is ended. `last_answer` is how long, in
    seconds, the reply after the dot is waited for.
    """

    def __init__(self, settings: MailSettings, last_answer: float = _LAST_ANSWER) -> None:
        self._settings = settings
        self._last_answer = max(last_answer, settings.timeout)
        self._smtp: smtplib.SMTP | None = None
        self._unfinished = False
        self._begun = ""
        self._ahead: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection. May be called twice, and used again afterwards."""
        if self._smtp is not None and not self._ahead:  # else QUIT could be taken for the body
            hang_up(self._smtp)
        self._drop()

    def must_wait(self) -> bool:
        """Whether there is no connection."""
        return self._smtp is None

    def was_accepted(self, key: str) -> None:
        """A mail server cannot tell."""

    def begin(self, envelope: Envelope) -> None:
        """Say MAIL, or all three commands where the server lets them come at once, and wait for no
        reply. Without a connection that is ready for it, nothing is said."""
        smtp = self._smtp
        if smtp is None or self._unfinished or self._too_large(smtp, envelope):
            return
        try:
            self._say_ahead(smtp, envelope)
        except _BROKEN:
            self._drop()

    def hand_over(self, envelope: Envelope, before_body: Callable[[], None]) -> Handed:
        """Hand over one envelope. Raises nothing but what `before_body` does; then nothing left."""
        reused = self._smtp is not None
        try:
            handed = self._try(envelope, before_body)
            if isinstance(handed, _Lost) and reused:  # servers end idle connections; once more
                handed = self._try(envelope, before_body)
        except BaseException:
            self._drop()  # not even QUIT may be said now: it could be taken for the body
            raise
        if isinstance(handed, _Lost):
            return Handed(Outcome.DEFERRED, handed.why, stop=True)
        return handed

    def _try(self, envelope: Envelope, before_body: Callable[[], None]) -> Handed | _Lost:
        try:
            smtp = self._connected(envelope)
        except MailError as error:
            return Handed(Outcome.DEFERRED, str(error), stop=True)
        refused = (
            self._too_large(smtp, envelope)
            or self._begin(smtp, envelope)
            or self._address_it(smtp, envelope)
        )
        if refused is not None:
            return refused
        failpoints.reach("smtp: server waits for the body")
        before_body()
        failpoints.reach("smtp: handing recorded")
        return self._say_body(smtp, envelope)

    def _connected(self, envelope: Envelope) -> smtplib.SMTP:
        if self._ahead and self._begun != envelope.key:
            self._drop()  # the server waits for another mail
        if self._smtp is None:
            self._smtp = connect(self._settings)
            failpoints.reach("smtp: connected")
            self._unfinished = False
        return self._smtp

    @staticmethod
    def _too_large(smtp: smtplib.SMTP, envelope: Envelope) -> Handed | None:
        said = smtp.esmtp_features.get("size", "")
        most = int(said) if said.isascii() and said.isdigit() else 0
        if not 0 < most < len(envelope.content):
            return None
        size = f"{len(envelope.content) / 1e6:.1f} MB, and the server takes {most / 1e6:.1f} MB"
        return Handed(Outcome.REFUSED, f"the mail is too large: {size}; shorten it")

    def _begin(self, smtp: smtplib.SMTP, envelope: Envelope) -> Handed | _Lost | None:
        """MAIL; None if the server takes mail from this sender."""
        try:
            if not self._ahead:
                if self._unfinished:
                    smtp.rset()
                self._say_ahead(smtp, envelope)
            reply = self._reply_to(smtp, _commands(envelope)[0])
            failpoints.reach("smtp: sender named")
        except _BROKEN as error:
            self._drop()
            return _Lost(_broke_off(error))
        if reply.code == CLOSING:
            self._drop()
            return _Lost(shown(reply, envelope))
        if not reply.ok:
            return self._skip(self._after(sender_refused(reply, envelope), reply))
        return None

    def _address_it(self, smtp: smtplib.SMTP, envelope: Envelope) -> Handed | None:
        """RCPT and DATA; None once the server waits for the body."""
        _, recipient, data = _commands(envelope)
        try:
            reply = self._reply_to(smtp, recipient)
            if not reply.ok:
                return self._skip(self._after(recipient_refused(reply, envelope), reply))
            failpoints.reach("smtp: before DATA")
            reply = self._reply_to(smtp, data)
        except _BROKEN as error:
            self._drop()
            return Handed(Outcome.DEFERRED, _broke_off(error))
        if reply.code == GO_AHEAD:
            return None
        return self._after(body_refused(reply, envelope), reply)

    def _say_ahead(self, smtp: smtplib.SMTP, envelope: Envelope) -> None:
        """Say the first command, or all, in one write; the replies are heard later."""
        commands = _commands(envelope)
        said = commands if smtp.has_extn("pipelining") else commands[:1]
        self._unfinished, self._begun, self._ahead = True, envelope.key, said
        smtp.send("".join(f"{command}\r\n" for command in said))

    def _reply_to(self, smtp: smtplib.SMTP, command: str) -> Reply:
        """Say a command, unless it was said ahead, and hear the reply."""
        if self._ahead:
            self._ahead = self._ahead[1:]
        else:
            smtp.putcmd(command)
        return Reply(*smtp.getreply())

    def _skip(self, handed: Handed) -> Handed:
        """Hear the replies to commands that were said ahead of a refusal. A server that waits for
        the body all the same is left alone: whatever it heard now would be taken for a mail."""
        codes = set()
        try:
            while self._smtp is not None and self._ahead:
                codes.add(self._reply_to(self._smtp, "").code)
        except _BROKEN:
            codes.add(CLOSING)
        if codes & {GO_AHEAD, CLOSING}:
            self._drop()
        return handed

    def _say_body(self, smtp: smtplib.SMTP, envelope: Envelope) -> Handed:
        try:
            self._patience(smtp, self._last_answer)
            smtp.send(_dots_doubled(envelope.content))
            failpoints.reach("smtp: body out, no dot")
            early = _already_said(smtp)
        except _BROKEN as error:
            self._drop()
            return Handed(Outcome.DEFERRED, _broke_off(error))
        if early is not None:
            self._drop()
            return Handed(Outcome.DEFERRED, f"{_HUNG_UP} {early}".strip())
        return self._end_body(smtp, envelope)

    def _end_body(self, smtp: smtplib.SMTP, envelope: Envelope) -> Handed:
        """The dot and its reply: whatever is not a clear answer is a doubt."""
        try:
            smtp.send(_DOT)
            failpoints.reach("smtp: dot out")
            reply = Reply(*smtp.getreply())
            failpoints.reach("smtp: reply heard")
            self._patience(smtp, self._settings.timeout)
        except _BROKEN as error:
            self._drop()
            return Handed(Outcome.IN_DOUBT, f"no reply after the body: {_broke_off(error)}")
        if reply.ok:
            self._unfinished = False
            return Handed(Outcome.ACCEPTED, shown(reply, envelope))
        if not 400 <= reply.code < 600:  # noqa: PLR2004 # neither yes nor no
            self._drop()
            return Handed(Outcome.IN_DOUBT, f"an odd reply to the body: {shown(reply, envelope)}")
        return self._after(body_refused(reply, envelope), reply)

    def _after(self, handed: Handed, reply: Reply) -> Handed:
        """A definite no: the connection may go on, unless the server closes it."""
        if reply.code == CLOSING or not 400 <= reply.code < 600:  # noqa: PLR2004 # see above
            self._drop()
        return handed

    @staticmethod
    def _patience(smtp: smtplib.SMTP, seconds: float) -> None:
        if smtp.sock is not None:
            smtp.sock.settimeout(seconds)

    def _drop(self) -> None:
        """Let go of the connection without another word."""
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None
        self._unfinished = False
        self._begun, self._ahead = "", ()


def _commands(envelope: Envelope) -> tuple[str, str, str]:
    """What is said before the body. Raises ValueError if an address would make more of it."""
    said = (f"MAIL FROM:<{envelope.sender}>", f"RCPT TO:<{envelope.to}>", "DATA")
    if not all(one.isascii() and one.isprintable() for one in said):
        raise ValueError("an address must be plain ascii on one line")
    return said


def _broke_off(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPServerDisconnected) and "timed out" in str(error):
        return "the server did not answer in time"
    if isinstance(error, smtplib.SMTPResponseException):
        return "the server's reply was no mail server's reply"
    return "the connection was lost"


def _dots_doubled(content: bytes) -> bytes:
    """The body as it goes over the wire, without the final dot (RFC 5321, 4.5.2)."""
    body = _LINE_START_DOT.sub(b"..", content)
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def _already_said(smtp: smtplib.SMTP) -> str | None:
    """What the server said although it was not its turn: words, blank if it hung up, else None.

    The dot has not been sent, so the mail cannot have been accepted. Raises OSError if the
    connection is broken.
    """
    sock, file = smtp.sock, smtp.file
    if sock is None or file is None:
        return ""
    patience = sock.gettimeout()
    sock.settimeout(0)
    try:
        words: bytes = file.peek(1) or sock.recv(1024)
    except (BlockingIOError, ssl.SSLWantReadError):
        return None
    finally:
        sock.settimeout(patience)
    return words[:3].decode("ascii", "replace")
