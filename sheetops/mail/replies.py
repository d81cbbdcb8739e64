"""What a mail server's reply means for the mail, and what of it may be shown.

Context: a code alone does not say whose fault it is. Providers refuse a recipient with 550 when in
truth the sender is over a limit or may not relay; to mark the client's address for that would lose
the client. Decision: the enhanced code (RFC 3463) and a few words decide where there are any, and
what concerns the sender stops the run. Consequence: an address is marked only if the server says
something about that address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sheetops.mail import Envelope, Handed, Outcome

OK = range(200, 300)
GO_AHEAD = 354
CLOSING, FULL = 421, 452
_LATER = range(400, 500)
_NEVER = range(500, 600)
_NOT_UNDERSTOOD = range(500, 505)
_LOGIN_MISSING = {530, 534, 535, 538}
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_SENDER = {"5.4.5", "5.7.8", "5.7.9", "5.7.60", "5.7.57", "5.7.708", "5.7.705"}
"""Enhanced codes that blame the sender: over its limit, not logged in, may not use that name."""
_SENDER_WORDS = re.compile(
    r"\brelay|rcpthosts|authenticat|\blog ?in\b|(sending|daily|hourly|rate|message) (limit|quota)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]+@([^\s<>()\[\]\"',;:]+)")
_LONGEST = 200
_SHORTEST_NAME = 3
"""A shorter name before the @ stands in too many words to be taken out of a reply."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer: its code (-1: it was no answer at all) and its words."""

    code: int
    words: bytes

    @property
    def ok(self) -> bool:
        return self.code in OK

    @property
    def text(self) -> str:
        return self.words.decode("ascii", "replace")

    @property
    def enhanced(self) -> str:
        """The enhanced code, such as 5.1.1, or blank."""
        found = _ENHANCED.match(self.text)
        return found[0] if found else ""


def sender_refused(reply: Reply, envelope: Envelope) -> Handed:
    """MAIL was not accepted, so no other mail would be either."""
    return _stop(f"the server does not take mail from this sender: {shown(reply, envelope)}")


def recipient_refused(reply: Reply, envelope: Envelope) -> Handed:
    """RCPT was not accepted."""
    if _is_about_us(reply):
        return _stop(shown(reply, envelope))
    if reply.code in _NEVER:
        bad = not reply.enhanced.startswith(("5.2.2", "5.3", "5.4", "5.7"))
        return Handed(Outcome.REFUSED, shown(reply, envelope), bad_address=bad)
    return Handed(Outcome.DEFERRED, shown(reply, envelope))


def body_refused(reply: Reply, envelope: Envelope) -> Handed:
    """DATA was not accepted, or the whole message was not: a definite answer either way."""
    if _is_about_us(reply):
        return _stop(shown(reply, envelope))
    outcome = Outcome.REFUSED if reply.code in _NEVER else Outcome.DEFERRED
    return Handed(outcome, shown(reply, envelope))


def _is_about_us(reply: Reply) -> bool:
    """Whether nothing else would be taken either, just now or at all."""
    if reply.code in {CLOSING, FULL, *_NOT_UNDERSTOOD, *_LOGIN_MISSING}:
        return True
    if reply.code not in _NEVER:
        return reply.code not in _LATER  # no answer to what was asked: the two talk past each other
    return reply.enhanced in _SENDER or bool(_SENDER_WORDS.search(reply.text))


def _stop(words: str) -> Handed:
    return Handed(Outcome.DEFERRED, words, stop=True)


def shown(reply: Reply, envelope: Envelope | None = None) -> str:
    """The reply on one line, without any address: only its domain may stand in a log."""
    words = plain(reply.text)
    name = envelope.to.rpartition("@")[0] if envelope else ""
    if len(name) >= _SHORTEST_NAME and name.casefold() in words.casefold():
        words = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", words, flags=re.IGNORECASE)
    return f"{reply.code} {words}".strip() if reply.code > 0 else f"no mail server's reply {words}"


def plain(text: str) -> str:
    """Foreign words on one line, no control characters, addresses cut to their domain, not long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return _ADDRESS.sub(r"…@\1", line)[:_LONGEST]
