"""oauth2.googleapis.com: signed assertions and refresh tokens in, bearer tokens out."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.sheets_server.errors import NOT_SIGNED_IN, ApiError, scope_too_small

AUDIENCE = "https://oauth2.googleapis.com/token"
BY_ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer"
HOUR = 3600
LEEWAY = 300
"""Seconds by which a client's clock may be wrong."""

ALL_SHEETS = "https://www.googleapis.com/auth/spreadsheets"
READ_SHEETS = f"{ALL_SHEETS}.readonly"
DRIVE = "https://www.googleapis.com/auth/drive"
FEEDS = "https://spreadsheets.google.com/feeds"
WRITING = {ALL_SHEETS, DRIVE, f"{DRIVE}.file", FEEDS}
READING = WRITING | {READ_SHEETS, f"{DRIVE}.readonly"}
FILES = {DRIVE, f"{DRIVE}.file", f"{DRIVE}.readonly", f"{DRIVE}.metadata.readonly"}


class Refused(Exception):
    """A no from the token endpoint: `error` is Google's word for it."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description

    def body(self) -> dict[str, str]:
        """The JSON that the reply carries."""
        return {"error": self.error, "error_description": self.description}


@dataclass
class Account:
    """A service account: its key signs what it asks for."""

    email: str
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    key_id: str = field(default_factory=lambda: secrets.token_hex(20))
    revoked: bool = False

    def file(self, project: str) -> dict[str, str]:
        """The JSON file that Google hands out for it."""
        pem = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return {
            "type": "service_account",
            "project_id": project,
            "private_key_id": self.key_id,
            "private_key": pem.decode(),
            "client_email": self.email,
            "client_id": "100000000000000000001",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": AUDIENCE,
            "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
            "universe_domain": "googleapis.com",
        }


@dataclass
class Person:
    """Somebody who signed in by OAuth: what their refresh token stands for."""

    email: str
    client_id: str
    client_secret: str
    refresh_token: str
    scopes: frozenset[str]
    revoked: bool = False


@dataclass(frozen=True)
class Token:
    """A bearer token: whose it is, what it may do, until when (seconds of the server's clock)."""

    email: str
    scopes: frozenset[str]
    until: float


@dataclass
class Auth:
    """Who may have tokens, and which are out.

    `clock_ahead`: by how many seconds Google's clock is ahead of ours.
    """

    accounts: dict[str, Account] = field(default_factory=dict)
    persons: list[Person] = field(default_factory=list)
    tokens: dict[str, Token] = field(default_factory=dict)
    clock_ahead: float = 0

    def now(self) -> float:
        """The server's clock."""
        return time.time() + self.clock_ahead

    def expire(self) -> None:
        """Every token that is out is worth nothing from now on."""
        self.tokens.clear()

    def grant(self, body: bytes) -> dict[str, Any]:
        """The token endpoint.

        Raises:
            Refused: the assertion or refresh token is not good.
        """
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        match form.get("grant_type"):
            case "urn:ietf:params:oauth:grant-type:jwt-bearer":
                return self._by_assertion(form.get("assertion", ""))
            case "refresh_token":
                return self._by_refresh(form)
        raise Refused("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type')}")

    def _by_assertion(self, assertion: str) -> dict[str, Any]:
        head, claims, signed, signature = _read(assertion)
        account = self.accounts.get(claims.get("iss", ""))
        if account is None:
            raise Refused("invalid_grant", "Invalid grant: account not found")
        self.check_signature(account, head, signed, signature)
        self.check_times(claims)
        if claims.get("aud") != AUDIENCE:
            raise Refused("invalid_grant", "Invalid JWT: Failed audience check.")
        scopes = frozenset(str(claims.get("scope", "")).split())
        if not scopes:
            raise Refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        return self._issue(account.email, scopes)

    def check_signature(
        self, account: Account, head: dict[str, Any], signed: bytes, signature: bytes
    ) -> None:
        """Refuse an assertion that the account's own key did not sign.

        Raises:
            Refused: it did not, or the key was revoked.
        """
        if account.revoked or head.get("alg") != "RS256":
            raise Refused("invalid_grant", "Invalid JWT Signature.")
        try:
            account.key.public_key().verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise Refused("invalid_grant", "Invalid JWT Signature.") from None

    def check_times(self, claims: dict[str, Any]) -> None:
        """Refuse an assertion that is not of now, or good for more than an hour.

        Raises:
            Refused: it is.
        """
        begun, ends, now = claims.get("iat", 0), claims.get("exp", 0), self.now()
        if begun > now + LEEWAY or ends < now - LEEWAY or ends - begun > HOUR:
            raise Refused(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
                "timeframe. Check your iat and exp values in the JWT claim.",
            )

    def _by_refresh(self, form: dict[str, str]) -> dict[str, Any]:
        for person in self.persons:
            if form.get("refresh_token") != person.refresh_token:
                continue
            if (form.get("client_id"), form.get("client_secret")) != (
                person.client_id,
                person.client_secret,
            ):
                raise Refused("invalid_client", "Unauthorized")
            if person.revoked:
                raise Refused("invalid_grant", "Token has been expired or revoked.")
            return self._issue(person.email, person.scopes)
        raise Refused("invalid_grant", "Bad Request")

    def _issue(self, email: str, scopes: frozenset[str]) -> dict[str, Any]:
        token = f"ya29.{secrets.token_urlsafe(60)}"
        self.tokens[token] = Token(email, scopes, self.now() + HOUR)
        return {"access_token": token, "expires_in": HOUR - 1, "token_type": "Bearer"}

    def who(self, header: str, scopes: set[str]) -> str:
        """The e-mail address of whoever sends a bearer token that covers one of the scopes.

        Raises:
            ApiError: 401, the token is not good; 403, it covers none of them.
        """
        token = self.tokens.get(header.removeprefix("Bearer "))
        if not header.startswith("Bearer ") or token is None or token.until < self.now():
            raise ApiError(401, NOT_SIGNED_IN)
        if not scopes & token.scopes:
            raise scope_too_small()
        return token.email


def _read(assertion: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Head, claims, what was signed, and the signature.

    Raises:
        Refused: it is no JWT.
    """
    try:
        head, claims, signature = assertion.split(".")
        return (
            json.loads(_decoded(head)),
            json.loads(_decoded(claims)),
            f"{head}.{claims}".encode(),
            _decoded(signature),
        )
    except (ValueError, binascii.Error):
        raise Refused("invalid_request", "Bad Request") from None


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
