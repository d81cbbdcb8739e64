"""Real SMTP servers (aiosmtpd) on this computer that behave well, or badly where told to.

    with SmtpServer() as server:                      # plain
    with SmtpServer(security="starttls", ca=ca):      # a certificate of the test's own CA
    with SmtpServer(script={"rcpt": ["451 greylisted"]}) as server:

`script` says per stage what to do at the first, second … time, and after that the server behaves:
a reply to give, or `DROP`, `KEEP_AND_DROP`, `SLOW` or "" (behave). The stages are `mail`, `rcpt`,
`data` (in place of 354), `body` (after 354, before the dot) and `dot`. A mail dropped at `dot` with
`DROP` was not accepted, with `KEEP_AND_DROP` it was. `SLOW` answers after three seconds.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Literal, Self

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

DROP, KEEP_AND_DROP, SLOW = "(drop)", "(keep and drop)", "(slow)"
Security = Literal["none", "starttls", "tls"]
Script = Mapping[str, Sequence[str]]


@dataclass
class Delivered:
    """A message that the server accepted, from and to whom by its envelope."""

    sender: str
    to: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        found = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found


@dataclass
class _Handler:
    """Keeps what is delivered, and follows the script."""

    script: dict[str, list[str]]
    logins: Mapping[str, str]
    delivered: list[Delivered] = field(default_factory=list)
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    slowness: float = 3.0
    pipelining: bool = False

    def next_of(self, stage: str) -> str:
        self.commands.append(stage)
        left = self.script.get(stage)
        return left.pop(0) if left else ""

    async def act(self, server: _Server, stage: str) -> str | None:
        """The reply to give instead of behaving, if any."""
        action = self.next_of(stage)
        if action in {DROP, KEEP_AND_DROP}:
            server.drop()
            return "421 gone"
        if action == SLOW:
            await asyncio.sleep(self.slowness)
            return None
        if action.startswith("421"):
            server.last_words = True
        return action or None

    async def handle_EHLO(  # noqa: N802 # aiosmtpd's name
        self,
        _server: _Server,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:1], *["250-PIPELINING"][: self.pipelining], *responses[1:]]

    async def handle_MAIL(  # noqa: N802 # aiosmtpd's name
        self, server: _Server, session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.logins and not session.authenticated:
            return "530 5.7.0 log in first"
        reply = await self.act(server, "mail")
        if reply is None:
            envelope.mail_from = address
        return reply or "250 2.1.0 fine"

    async def handle_RCPT(  # noqa: N802 # aiosmtpd's name
        self, server: _Server, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        reply = await self.act(server, "rcpt")
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 2.1.5 fine"

    async def handle_DATA(  # noqa: N802 # aiosmtpd's name
        self, server: _Server, _session: Session, envelope: Envelope
    ) -> str:
        keep = self.script.get("dot", [])[:1] == [KEEP_AND_DROP]
        reply = await self.act(server, "dot")
        if reply is None or keep:
            content = envelope.original_content or b""
            assert envelope.mail_from is not None
            one = Delivered(envelope.mail_from, list(envelope.rcpt_tos), content)
            self.delivered.append(one)
        return reply or "250 2.0.0 taken as 4711"

    async def auth_XOAUTH2(self, server: _Server, args: list[str]) -> AuthResult:  # noqa: N802
        said = base64.b64decode(args[1]).decode()
        good = [f"user={who}\x01auth=Bearer {token}\x01\x01" for who, token in self.logins.items()]
        self.tried.append("XOAUTH2")
        if said in good:
            return AuthResult(success=True)
        await server.challenge_auth(b'{"status":"401"}')
        return AuthResult(success=False, handled=False)

    def authenticator(
        self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.tried.append(mechanism)
        known = self.logins.get(data.login.decode())
        return AuthResult(success=known == data.password.decode(), handled=False)


class _Server(SMTP):
    """aiosmtpd's server that can drop its connection, and speak out of turn."""

    last_words = False

    def drop(self) -> None:
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.abort()

    async def push(self, status: Any) -> None:
        with suppress(ConnectionError):
            await super().push(status)
            if self.last_words and self.transport is not None:
                self.transport.close()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 # aiosmtpd's name
        handler: _Handler = self.event_handler
        reply = await handler.act(self, "data")
        if reply is not None:
            await self.push(reply)
            return
        if handler.script.get("body"):
            await self.push("354 go ahead")
            reply = await handler.act(self, "body")
            if reply is not None:
                await self.push(reply)
                self.drop_softly()
                return
        await super().smtp_DATA(arg)

    def drop_softly(self) -> None:
        if self.transport is not None:
            self.transport.close()


class SmtpServer:
    """A server in a thread of its own. `delivered` is what it accepted, in order."""

    def __init__(  # noqa: PLR0913 # one parameter for each way to behave
        self,
        *,
        script: Script | None = None,
        security: Security = "none",
        ca: trustme.CA | None = None,
        certificate: trustme.LeafCert | None = None,
        logins: Mapping[str, str] | None = None,
        size: int = 33_554_432,
        idle: float = 300.0,
        pipelining: bool = False,
    ) -> None:
        self._handler = _Handler(
            {stage: list(actions) for stage, actions in (script or {}).items()},
            logins or {},
            pipelining=pipelining,
        )
        self._security = security
        leaf = certificate or (ca.issue_cert("127.0.0.1") if ca else None)
        self._tls = _tls(leaf) if leaf else None
        self._size, self._idle = size, idle
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()
        self._listening: asyncio.Server | None = None
        self.port = 0

    @property
    def delivered(self) -> list[Delivered]:
        return self._handler.delivered

    @property
    def commands(self) -> list[str]:
        """The stages that clients came to, in order."""
        return self._handler.commands

    @property
    def connections(self) -> int:
        return self._handler.connections

    @property
    def tried(self) -> list[str]:
        """The ways in which clients tried to log in."""
        return self._handler.tried

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Hang up on everybody and listen no more."""
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _factory(self) -> _Server:
        self._handler.connections += 1
        starttls = self._security == "starttls"
        return _Server(
            self._handler,
            hostname="mail.test",
            tls_context=self._tls if starttls else None,
            require_starttls=starttls,
            auth_require_tls=starttls,
            authenticator=self._handler.authenticator,
            auth_exclude_mechanism=[] if self._handler.logins else ["PLAIN", "LOGIN", "XOAUTH2"],
            data_size_limit=self._size,
            timeout=self._idle,
            loop=self._loop,
        )

    async def _listen(self) -> None:
        implicit = self._tls if self._security == "tls" else None
        self._listening = await self._loop.create_server(
            self._factory, "127.0.0.1", 0, ssl=implicit
        )
        self.port = self._listening.sockets[0].getsockname()[1]
        self._ready.set()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._loop.run_forever()
        assert self._listening is not None
        self._listening.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


def _tls(leaf: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    return context
