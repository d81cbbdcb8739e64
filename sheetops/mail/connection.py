"""Connecting to the mail server: reached, encrypted and verified, logged in; or the mend.

Each step is its own function, so that a run and `sheetops doctor` take the same ones.
"""

from __future__ import annotations

import base64
import re
import smtplib
import socket
import ssl
from contextlib import suppress
from typing import Any

from sheetops.errors import MailError
from sheetops.mail.replies import Reply, plain, shown
from sheetops.mail.secrets import secret_of
from sheetops.settings import MailSettings

_NAME = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_STRANGER = "[127.0.0.1]"
"""How a computer without a full name greets a server (RFC 5321)."""
_GREETED, _LOGGED_IN, _MORE, _LOGIN_LATER = 250, 235, 334, 454


def connect(settings: MailSettings) -> smtplib.SMTP:
    """A connection that is encrypted, verified and logged in as the settings say.

    Raises MailError with the mend; then nothing is left open.
    """
    smtp = reach(settings)
    try:
        secure(smtp, settings)
        log_in(smtp, settings)
    except MailError:
        smtp.close()
        raise
    return smtp


def reach(settings: MailSettings) -> smtplib.SMTP:
    """Connect and hear the greeting; with `security = "tls"` encrypted from the first byte."""
    host, port, patience = settings.host, settings.port_used, settings.timeout
    me = _my_name()
    try:
        if settings.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, me, timeout=patience, context=trust(settings)
            )
        else:
            smtp = smtplib.SMTP(host, port, me, timeout=patience)
    except smtplib.SMTPConnectError as error:
        raise _not_welcome(settings, error.smtp_code, error.smtp_error) from error
    except ssl.SSLError as error:
        raise not_trusted(settings, error) from error
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise MailError(
            f"The mail server {host}:{port} cannot be reached ({_cause(error)}).",
            "Check host, port and security in sheetops.toml, and the network.",
        ) from error
    if smtp.sock is not None:
        # else the last three bytes of a body wait for the server's delayed acknowledgement
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return smtp


def secure(smtp: smtplib.SMTP, settings: MailSettings) -> None:
    """Say hello and, with `security = "starttls"`, encrypt; never go on without."""
    try:
        _hello(smtp, settings)
        if settings.security != "starttls":
            return
        if not smtp.has_extn("starttls"):
            raise MailError(
                f"The mail server {settings.host} does not offer STARTTLS.",
                'Try security = "tls" with port 465; nothing is sent unencrypted.',
            )
        smtp.starttls(context=trust(settings))
        _hello(smtp, settings)
    except ssl.SSLError as error:
        raise not_trusted(settings, error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailError(
            f"The mail server {settings.host} broke off before anything was sent "
            f"({_cause(error)}).",
            "Try again later; if it stays so, check port and security in sheetops.toml.",
        ) from error


def log_in(smtp: smtplib.SMTP, settings: MailSettings) -> None:
    """Log in with a password or a token (XOAUTH2), once: many servers lock after a few wrong tries.

    Without `login` it does nothing.
    """
    if not settings.login:
        return
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    secret = secret_of(settings)
    try:
        if settings.auth == "xoauth2":
            code, words = _say_token(smtp, settings, secret, offered)
        else:
            code, words = _say_password(smtp, settings, secret, offered)
    except smtplib.SMTPAuthenticationError as error:
        code, words = error.smtp_code, _bytes(error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        raise MailError(
            f"The mail server {settings.host} broke off during the login ({_cause(error)}).",
            "Try again later.",
        ) from error
    if code != _LOGGED_IN:
        raise MailError(
            f"The mail server {settings.host} refused the login: {shown(Reply(code, words))}.",
            "Try again later."
            if code == _LOGIN_LATER
            else "Check login and the stored secret; many providers want an app password.",
        )


def _say_password(
    smtp: smtplib.SMTP, settings: MailSettings, secret: str, offered: list[str]
) -> tuple[int, bytes]:
    ways: dict[str, Any] = {
        "PLAIN": smtp.auth_plain,
        "LOGIN": smtp.auth_login,
        "CRAM-MD5": smtp.auth_cram_md5,
    }
    way = next((way for way in ways if way in offered), None)
    if way is None:
        raise _no_such_login(settings, "a password", offered)
    smtp.user, smtp.password = settings.login, secret
    try:
        return smtp.auth(way, ways[way])
    finally:
        smtp.user = smtp.password = ""


def _say_token(
    smtp: smtplib.SMTP, settings: MailSettings, secret: str, offered: list[str]
) -> tuple[int, bytes]:
    if "XOAUTH2" not in offered:
        raise _no_such_login(settings, "a token (XOAUTH2)", offered)
    said = f"user={settings.login}\x01auth=Bearer {secret}\x01\x01".encode()
    code, words = smtp.docmd("AUTH", f"XOAUTH2 {base64.b64encode(said).decode()}")
    if code == _MORE:  # the reason of a refusal; after an empty line the refusal itself comes
        code, words = smtp.docmd("")
    return code, words


def trust(settings: MailSettings) -> ssl.SSLContext:
    """The certificates that are trusted: the system's, and those of `ca_file`."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.ca_file is not None:
        try:
            context.load_verify_locations(settings.ca_file)
        except OSError as error:  # SSLError is one
            raise MailError(
                f"The certificates in {settings.ca_file} cannot be used.",
                "Name a PEM file as ca_file in sheetops.toml.",
            ) from error
    return context


def hang_up(smtp: smtplib.SMTP) -> None:
    """End the connection politely if it still listens."""
    with suppress(OSError, smtplib.SMTPException):  # nothing is under way that could be lost
        smtp.quit()
    smtp.close()


def not_trusted(settings: MailSettings, error: ssl.SSLError) -> MailError:
    """Why the encryption failed, with the mend."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailError(
            f"The certificate of the mail server {settings.host} is not to be trusted: "
            f"{plain(error.verify_message)}.",
            "Check host in sheetops.toml; for a server of your own, name its CA as ca_file.",
        )
    return MailError(
        f"The mail server {settings.host}:{settings.port_used} does not speak TLS as asked "
        f"({plain(error.reason or 'TLS error')}).",
        'Use security = "starttls" with port 587, or "tls" with port 465.',
    )


def _hello(smtp: smtplib.SMTP, settings: MailSettings) -> None:
    code, words = smtp.ehlo()
    if code != _GREETED:
        raise _not_welcome(settings, code, words)


def _not_welcome(settings: MailSettings, code: int, words: str | bytes) -> MailError:
    return MailError(
        f"The mail server {settings.host} does not let us in: {shown(Reply(code, _bytes(words)))}.",
        "Try again later; if it stays so, ask whoever runs it.",
    )


def _no_such_login(settings: MailSettings, way: str, offered: list[str]) -> MailError:
    return MailError(
        f"The mail server {settings.host} takes no login with {way} "
        f"(it offers {plain(', '.join(offered)) or 'none'}).",
        "Check auth and security in sheetops.toml.",
    )


def _my_name() -> str:
    """This computer's full name if it knows one. `getfqdn` asks the network, and may take long."""
    name = socket.gethostname()
    return name if _NAME.fullmatch(name) else _STRANGER


def _bytes(words: str | bytes) -> bytes:
    return words if isinstance(words, bytes) else words.encode("ascii", "replace")


def _cause(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return plain(error.strerror)
    return plain(str(error)) or type(error).__name__
