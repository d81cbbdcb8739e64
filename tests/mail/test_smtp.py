"""Each reply class of a real server, at each moment, means what the design says it means."""

from __future__ import annotations

import datetime
import logging
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from sheetops.errors import LedgerError, MailError
from sheetops.mail import Envelope, Handed, Outcome, Transport
from sheetops.mail.connection import connect
from sheetops.mail.folder import FolderTransport
from sheetops.mail.rate_limit import Paced
from sheetops.mail.smtp import SmtpTransport
from sheetops.mail.transports import transport_of
from sheetops.settings import MailSettings
from tests.mail.conftest import LOGIN, SECRET, SettingsFor
from tests.smtp_servers import DROP, KEEP_AND_DROP, SLOW, Script, SmtpServer

LETTER = Envelope("k1", LOGIN, "anna@example.com", b"Subject: x\r\n\r\nHello\r\n")
BYE = "421 4.3.2 closing"
NOTHING_LEFT = (Outcome.DEFERRED, Outcome.REFUSED)


def nothing() -> None:
    """What a ledger would do before the body."""


def handed_to(server: SmtpServer, settings: MailSettings, times: int = 1) -> list[Handed]:
    with SmtpTransport(settings, last_answer=2) as transport:
        return [transport.hand_over(LETTER, nothing) for _ in range(times)]


def after(script: Script, settings_for: SettingsFor) -> tuple[Handed, Handed, int]:
    """What becomes of a mail by the script, of the next one, and how many were delivered: the same
    whether the server lets commands come at once or not."""
    found = []
    for pipelining in (False, True):
        with SmtpServer(script=script, pipelining=pipelining) as server:
            first, second = handed_to(server, settings_for(server), 2)
            found.append((first, second, len(server.delivered)))
    one_by_one, at_once = found
    assert one_by_one == at_once
    return at_once


def test_many_mails_leave_over_one_connection(settings_for: SettingsFor) -> None:
    with SmtpServer() as server:
        handed = handed_to(server, settings_for(server), 3)
    assert [one.outcome for one in handed] == [Outcome.ACCEPTED] * 3
    assert server.connections == 1
    assert [(one.sender, one.to, one.content) for one in server.delivered] == [
        (LETTER.sender, [LETTER.to], LETTER.content)
    ] * 3


# ---- commands that are said before their replies are heard


@pytest.mark.parametrize("pipelining", [False, True])
def test_what_was_begun_is_said_once(pipelining: bool, settings_for: SettingsFor) -> None:
    with (
        SmtpServer(pipelining=pipelining) as server,
        SmtpTransport(settings_for(server)) as transport,
    ):
        transport.begin(LETTER)  # no connection yet: nothing is said
        for _ in range(3):
            assert transport.hand_over(LETTER, nothing).outcome is Outcome.ACCEPTED
            transport.begin(LETTER)
        assert transport.hand_over(LETTER, nothing).outcome is Outcome.ACCEPTED
        assert server.commands == ["mail", "rcpt", "data", "dot"] * 4
        assert server.connections == 1


@pytest.mark.parametrize("pipelining", [False, True])
def test_what_was_begun_and_not_handed_over_never_leaves(
    pipelining: bool, settings_for: SettingsFor
) -> None:
    other = Envelope("k2", LOGIN, "bert@example.com", b"Subject: y\r\n\r\nHello\r\n")
    with SmtpServer(pipelining=pipelining) as server:
        with SmtpTransport(settings_for(server)) as transport:
            transport.hand_over(LETTER, nothing)
            transport.begin(LETTER)
            assert transport.hand_over(other, nothing).outcome is Outcome.ACCEPTED
            transport.begin(LETTER)
        assert [one.to for one in server.delivered] == [[LETTER.to], [other.to]]


@pytest.mark.parametrize("pipelining", [False, True])
def test_a_server_that_hung_up_on_what_was_begun_is_called_again(
    pipelining: bool, settings_for: SettingsFor
) -> None:
    with SmtpServer(script={"mail": ["", DROP]}, pipelining=pipelining) as server:
        with SmtpTransport(settings_for(server)) as transport:
            transport.hand_over(LETTER, nothing)
            transport.begin(LETTER)
            assert transport.hand_over(LETTER, nothing).outcome is Outcome.ACCEPTED
        assert (server.connections, len(server.delivered)) == (2, 2)


def test_after_a_refusal_a_server_that_waits_for_the_body_hears_nothing() -> None:
    hello = (b"220 hi\r\n", b"250-hi\r\n250 PIPELINING\r\n")
    with raw_server(*hello, b"250 ok\r\n", b"550 5.1.1 nobody\r\n", b"354 go\r\n") as port:
        settings = MailSettings(
            transport="smtp", host="127.0.0.1", port=port, security="none", timeout=2
        )
        with SmtpTransport(settings, last_answer=2) as transport:
            handed = transport.hand_over(LETTER, unwanted)
            assert transport.must_wait()  # the connection is gone
    assert handed == Handed(Outcome.REFUSED, "550 5.1.1 nobody", bad_address=True)


def unwanted() -> None:
    raise AssertionError


def test_an_address_that_is_two_lines_says_nothing(settings_for: SettingsFor) -> None:
    two = Envelope("k1", LOGIN, "anna@example.com>\r\nRCPT TO:<eve@example.com", b"x")
    with SmtpServer(pipelining=True) as server:
        with (
            SmtpTransport(settings_for(server)) as transport,
            pytest.raises(ValueError, match="one"),
        ):
            transport.hand_over(two, unwanted)
        assert server.commands == []


def test_dots_arrive_as_they_were(settings_for: SettingsFor) -> None:
    body = b"Subject: x\r\n\r\n.\r\n..\r\n.hidden\r\nRCPT TO:<eve@example.com>\r\n.\r\nend"
    with SmtpServer() as server, SmtpTransport(settings_for(server)) as transport:
        one = Envelope("k1", LETTER.sender, LETTER.to, body)
        assert transport.hand_over(one, nothing).outcome is Outcome.ACCEPTED
        assert transport.hand_over(LETTER, nothing).outcome is Outcome.ACCEPTED
        assert [one.content for one in server.delivered] == [body + b"\r\n", LETTER.content]
        assert {name for one in server.delivered for name in one.to} == {LETTER.to}


def test_the_ledger_knows_after_354_and_before_the_first_byte(settings_for: SettingsFor) -> None:
    seen: list[list[str]] = []
    with SmtpServer() as server, SmtpTransport(settings_for(server)) as transport:
        transport.hand_over(LETTER, lambda: seen.append([*server.commands]))
    assert seen == [["mail", "rcpt", "data"]]


def test_if_the_ledger_cannot_note_it_nothing_leaves(settings_for: SettingsFor) -> None:
    def broken() -> None:
        raise LedgerError("the disk is gone")

    with SmtpServer() as server, SmtpTransport(settings_for(server)) as transport:
        with pytest.raises(LedgerError, match="gone"):
            transport.hand_over(LETTER, broken)
        assert transport._smtp is None  # anything said now would be taken for the body
        assert transport.hand_over(LETTER, nothing).outcome is Outcome.ACCEPTED
        assert len(server.delivered) == 1
        assert server.connections == 2


@pytest.mark.parametrize("stage", ["rcpt", "data", "dot"])
@pytest.mark.parametrize("reply", ["451 4.7.1 greylisted", "450 4.2.1 busy"])
def test_a_later_is_deferred_and_the_next_goes_on(
    stage: str, reply: str, settings_for: SettingsFor
) -> None:
    first, second, delivered = after({stage: [reply]}, settings_for)
    assert first == Handed(Outcome.DEFERRED, reply)
    assert (second.outcome, delivered) == (Outcome.ACCEPTED, 1)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize("reply", [BYE, "452 4.3.1 full"])
def test_closing_or_full_stops_and_nothing_left(
    stage: str, reply: str, settings_for: SettingsFor
) -> None:
    first, second, delivered = after({stage: [reply]}, settings_for)
    assert (first.outcome, first.stop, first.bad_address) == (Outcome.DEFERRED, True, False)
    assert reply in first.reply
    assert (second.outcome, delivered) == (Outcome.ACCEPTED, 1)


@pytest.mark.parametrize("reply", ["451 4.7.1 later", "550 5.1.8 who are you", "553 5.7.1 not you"])
def test_a_sender_who_is_refused_stops(reply: str, settings_for: SettingsFor) -> None:
    first, _, delivered = after({"mail": [reply]}, settings_for)
    assert (first.outcome, first.stop, first.bad_address) == (Outcome.DEFERRED, True, False)
    assert delivered == 1


@pytest.mark.parametrize(
    ("reply", "bad"),
    [
        ("550 5.1.1 no such mailbox", True),
        ("550 no such mailbox", True),
        ("553 5.1.3 odd address", True),
        ("552 5.2.2 mailbox full", False),
        ("550 5.7.1 your message is not wanted here", False),
        ("554 5.4.4 no route to that domain", False),
    ],
)
def test_a_recipient_who_is_refused(reply: str, bad: bool, settings_for: SettingsFor) -> None:
    first, second, delivered = after({"rcpt": [reply]}, settings_for)
    assert first == Handed(Outcome.REFUSED, reply, bad_address=bad)
    assert (second.outcome, delivered) == (Outcome.ACCEPTED, 1)


@pytest.mark.parametrize(
    "reply",
    [
        "550 5.4.5 Daily user sending limit exceeded",
        "550 5.4.5 no more today",
        "550 5.7.60 not in that name",
        "554 5.7.1 Relay access denied",
        "550 relaying is not allowed",
        "530 5.7.0 Authentication required",
        "503 bad sequence of commands",
    ],
)
def test_what_is_our_fault_never_marks_an_address(reply: str, settings_for: SettingsFor) -> None:
    first, _, _ = after({"rcpt": [reply]}, settings_for)
    assert (first.outcome, first.stop, first.bad_address) == (Outcome.DEFERRED, True, False)


@pytest.mark.parametrize("stage", ["data", "dot"])
def test_a_message_that_is_refused_marks_no_address(stage: str, settings_for: SettingsFor) -> None:
    first, second, delivered = after({stage: ["554 5.6.0 looks like spam"]}, settings_for)
    assert first == Handed(Outcome.REFUSED, "554 5.6.0 looks like spam")
    assert (second.outcome, delivered) == (Outcome.ACCEPTED, 1)


@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_a_drop_before_the_body_is_deferred(stage: str, settings_for: SettingsFor) -> None:
    first, second, delivered = after({stage: [DROP]}, settings_for)
    assert (first.outcome, first.stop) == (Outcome.DEFERRED, False)
    assert (second.outcome, delivered) == (Outcome.ACCEPTED, 1)


@pytest.mark.parametrize(("action", "delivered"), [(DROP, 0), (KEEP_AND_DROP, 1), (SLOW, 0)])
def test_no_reply_after_the_dot_is_a_doubt(
    action: str, delivered: int, settings_for: SettingsFor
) -> None:
    with SmtpServer(script={"dot": [action]}) as server:
        (handed,) = handed_to(server, settings_for(server))
        assert handed.outcome is Outcome.IN_DOUBT
        assert "no reply after the body" in handed.reply
        assert len(server.delivered) == delivered


@pytest.mark.parametrize("reply", ["hello", "354 go on", "199 well"])
def test_an_odd_reply_after_the_dot_is_a_doubt(reply: str, settings_for: SettingsFor) -> None:
    first, second, _ = after({"dot": [reply]}, settings_for)
    assert first.outcome is Outcome.IN_DOUBT
    assert second.outcome is Outcome.ACCEPTED


def test_a_reply_too_long_is_a_doubt(settings_for: SettingsFor) -> None:
    first, _, _ = after({"dot": ["250 " + "x" * 20_000]}, settings_for)
    assert first.outcome is Outcome.IN_DOUBT


def test_a_server_that_hangs_up_between_two_mails_is_called_again(
    settings_for: SettingsFor,
) -> None:
    with SmtpServer(idle=0.3) as server, SmtpTransport(settings_for(server)) as transport:
        assert transport.hand_over(LETTER, nothing).outcome is Outcome.ACCEPTED
        threading.Event().wait(0.8)
        assert transport.hand_over(LETTER, nothing).outcome is Outcome.ACCEPTED
        assert (server.connections, len(server.delivered)) == (2, 2)


def test_a_server_that_has_closed_for_good_stops(settings_for: SettingsFor) -> None:
    with SmtpServer(script={"mail": ["", BYE, BYE]}) as server:
        handed = handed_to(server, settings_for(server), 2)
    assert [one.outcome for one in handed] == [Outcome.ACCEPTED, Outcome.DEFERRED]
    assert handed[1].stop


def test_a_mail_larger_than_the_server_takes_is_refused_before_anything(
    settings_for: SettingsFor,
) -> None:
    large = Envelope("k1", LOGIN, "anna@example.com", b"x" * 2_000)
    with SmtpServer(size=1_000) as server, SmtpTransport(settings_for(server)) as transport:
        handed = transport.hand_over(large, nothing)
        assert handed.outcome is Outcome.REFUSED
        assert "too large" in handed.reply
        assert server.commands == []


# ---- the server that does what aiosmtpd cannot be made to do


@contextmanager
def raw_server(*said: bytes, then_read: bool = False) -> Iterator[int]:
    """A server that gives these answers in turn, whatever it hears, and then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as heard:
                for answer in said:
                    connection.sendall(answer)
                    heard.readline()
                if then_read:
                    heard.read()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(5)


def test_who_speaks_before_the_dot_has_accepted_nothing() -> None:
    hello = (b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n")
    with raw_server(*hello, b"354 go\r\n250 taken already\r\n", then_read=True) as port:
        settings = MailSettings(
            transport="smtp", host="127.0.0.1", port=port, security="none", timeout=2
        )
        with SmtpTransport(settings, last_answer=2) as transport:
            handed = transport.hand_over(LETTER, nothing)
    assert handed.outcome is Outcome.DEFERRED
    assert "before the end of the body" in handed.reply


def test_who_hangs_up_before_the_dot_has_accepted_nothing() -> None:
    hello = (b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n")
    gone = threading.Event()
    with raw_server(*hello, b"354 go\r\n") as port:
        settings = MailSettings(
            transport="smtp", host="127.0.0.1", port=port, security="none", timeout=2
        )
        large = Envelope("k1", LOGIN, LETTER.to, b"x" * 70 + b"\r\n" + b"y" * 30_000_000)
        with SmtpTransport(settings, last_answer=2) as transport:
            handed = transport.hand_over(large, gone.clear)
    assert handed.outcome is Outcome.DEFERRED


@pytest.mark.parametrize("greeting", [b"554 go away\r\n", b"421 busy\r\n", b"rubbish\r\n", b""])
def test_an_unkind_greeting_stops(greeting: bytes) -> None:
    with raw_server(greeting) as port:
        settings = MailSettings(
            transport="smtp", host="127.0.0.1", port=port, security="none", timeout=1
        )
        with SmtpTransport(settings) as transport:
            handed = transport.hand_over(LETTER, nothing)
    assert (handed.outcome, handed.stop) == (Outcome.DEFERRED, True)


def test_a_server_that_is_not_there_stops() -> None:
    with socket.socket() as taken:  # by nobody who listens
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        settings = MailSettings(transport="smtp", host="127.0.0.1", port=port, security="none")
        handed = SmtpTransport(settings).hand_over(LETTER, nothing)
    assert (handed.outcome, handed.stop) == (Outcome.DEFERRED, True)
    assert "cannot be reached" in handed.reply


# ---- encryption and login


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("auth", ["password", "xoauth2"])
def test_verified_encrypted_and_logged_in(
    security: str, auth: str, ca: trustme.CA, ca_file: Path, settings_for: SettingsFor
) -> None:
    with SmtpServer(security=security, ca=ca, logins={LOGIN: SECRET}) as server:  # type: ignore[arg-type]  # one of the three
        settings = settings_for(server, security=security, auth=auth, login=LOGIN, ca_file=ca_file)
        handed = handed_to(server, settings, 2)
    assert [one.outcome for one in handed] == [Outcome.ACCEPTED] * 2
    assert len(server.tried) == 1


def refused(server: SmtpServer, settings: MailSettings) -> str:
    (handed,) = handed_to(server, settings)
    assert (handed.outcome, handed.stop) == (Outcome.DEFERRED, True)
    assert server.commands == []
    return handed.reply


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_nobody_we_know_stops(
    security: str, ca: trustme.CA, settings_for: SettingsFor
) -> None:
    with SmtpServer(security=security, ca=ca, logins={LOGIN: SECRET}) as server:  # type: ignore[arg-type]  # one of the three
        said = refused(server, settings_for(server, security=security, login=LOGIN))
    assert "not to be trusted" in said
    assert server.tried == []


def test_a_certificate_for_another_name_stops(
    ca: trustme.CA, ca_file: Path, settings_for: SettingsFor
) -> None:
    other = ca.issue_cert("mail.example.org")
    with SmtpServer(security="starttls", certificate=other) as server:
        said = refused(server, settings_for(server, security="starttls", ca_file=ca_file))
    assert "not to be trusted" in said


def test_a_certificate_that_is_too_old_stops(
    ca: trustme.CA, ca_file: Path, settings_for: SettingsFor
) -> None:
    yesterday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    old = ca.issue_cert("127.0.0.1", not_after=yesterday)
    with SmtpServer(security="tls", certificate=old) as server:
        said = refused(server, settings_for(server, security="tls", ca_file=ca_file))
    assert "expired" in said


def test_no_starttls_no_mail(settings_for: SettingsFor) -> None:
    with SmtpServer() as server:
        assert "does not offer STARTTLS" in refused(
            server, settings_for(server, security="starttls")
        )


def test_tls_where_the_server_speaks_plainly_stops(settings_for: SettingsFor) -> None:
    with SmtpServer() as server:
        assert "does not speak TLS" in refused(server, settings_for(server, security="tls"))


@pytest.mark.parametrize("auth", ["password", "xoauth2"])
def test_a_wrong_secret_is_tried_once_and_never_shown(  # noqa: PLR0913, PLR0917 # fixtures
    auth: str,
    ca: trustme.CA,
    ca_file: Path,
    settings_for: SettingsFor,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with SmtpServer(security="starttls", ca=ca, logins={LOGIN: "another"}) as server:
        settings = settings_for(
            server, security="starttls", auth=auth, login=LOGIN, ca_file=ca_file
        )
        said = refused(server, settings)
        with pytest.raises(MailError) as caught:
            connect(settings)
    assert "refused the login: 535" in said
    assert len(server.tried) == 2
    told = said + "".join(traceback.format_exception(caught.value)) + "".join(capfd.readouterr())
    ours = [one.getMessage() for one in caplog.records if one.name.startswith("sheetops")]
    assert SECRET not in told + "".join(ours)
    assert "@example.com" not in "".join(ours)


def test_a_login_that_the_server_does_not_offer(settings_for: SettingsFor) -> None:
    with SmtpServer() as server:
        said = refused(server, settings_for(server, login=LOGIN))
    assert "takes no login with a password" in said


def test_a_ca_file_that_is_none_is_named(tmp_path: Path, settings_for: SettingsFor) -> None:
    (tmp_path / "ca.pem").write_text("hello")
    with SmtpServer() as server:
        settings = settings_for(server, security="tls", ca_file=tmp_path / "ca.pem")
        assert "ca.pem cannot be used" in refused(server, settings)


# ---- what is said of it


def test_replies_hold_no_address(settings_for: SettingsFor) -> None:
    reply = "550 5.1.1 <anna@example.com>: user anna unknown to Postmaster@example.com"
    first, _, _ = after({"rcpt": [reply]}, settings_for)
    assert first.reply == "550 5.1.1 <…@example.com>: user … unknown to …@example.com"


def test_replies_are_one_line_of_plain_signs(settings_for: SettingsFor) -> None:
    first, _, _ = after({"rcpt": ["550-one\r\n550 two \x1b[31m\x07" + "x" * 400]}, settings_for)
    assert first.reply.isprintable()
    assert len(first.reply) < 220


# ---- which transport


def test_the_settings_name_the_transport(tmp_path: Path, settings_for: SettingsFor) -> None:
    with transport_of(MailSettings(outbox=tmp_path)) as folder:
        assert isinstance(folder, FolderTransport)
    with SmtpServer() as server, transport_of(settings_for(server), 30) as paced:
        assert isinstance(paced, Paced)
        assert paced.was_accepted("k1") is None
        assert paced.hand_over(LETTER, nothing).outcome is Outcome.ACCEPTED
    assert server.connections == 1


class _Recording:
    def __init__(self) -> None:
        self.keys: list[str] = []
        self.begun = 0

    def begin(self, _envelope: Envelope) -> None:
        self.begun += 1

    def hand_over(self, envelope: Envelope, _before_body: object) -> Handed:
        self.keys.append(envelope.key)
        return Handed(Outcome.ACCEPTED)

    def must_wait(self) -> bool:
        return False

    def was_accepted(self, key: str) -> bool:
        return key in self.keys


def test_no_more_than_so_many_in_any_minute() -> None:
    now = [100.0]
    at: list[float] = []

    def sleep(seconds: float) -> None:
        now[0] += seconds

    inner: Transport = _Recording()
    paced = Paced(inner, 3, clock=lambda: now[0], sleep=sleep)
    for _ in range(9):
        paced.hand_over(LETTER, nothing)
        at.append(now[0])
        now[0] += 1
    assert at == [100, 101, 102, 160, 161, 162, 220, 221, 222]
    assert paced.must_wait()
    now[0] += 60
    assert not paced.must_wait()
    assert paced.was_accepted("k1") is True


def test_a_slow_sender_never_waits() -> None:
    def sleep(_seconds: float) -> None:
        raise AssertionError

    now = iter(range(0, 10_000, 30))
    paced = Paced(_Recording(), 3, clock=lambda: float(next(now)), sleep=sleep)
    for _ in range(9):
        paced.hand_over(LETTER, nothing)
