"""How a mail is built and handed over: messages, and the transports that carry them.

Context: no transport can promise exactly once, and each fails in its own way. Decision: a transport
only says what became of one envelope and never decides what happens next; the ledger does that.
Consequence: a folder and a mail server fit through the same two-method door, and a transport that
cannot say afterwards whether it accepted something answers None, which the ledger shows as a doubt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What became of one envelope; the words are the ledger's states."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    IN_DOUBT = "in doubt"


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message to one recipient, ready to leave. `sender` and `to` are bare ascii addresses."""

    key: str
    sender: str
    to: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Handed:
    """A transport's answer. `reply` is for people and holds no address.

    `stop` means that nothing else should be tried in this run (421, a full disk, a login that
    fails); the rest stays planned. `bad_address` means that the recipient does not exist.
    """

    outcome: Outcome
    reply: str = ""
    stop: bool = False
    bad_address: bool = False


class Transport(Protocol):
    """A way for envelopes to leave."""

    def begin(self, envelope: Envelope) -> None:
        """Say what can be said before `hand_over` of this envelope, and wait for nothing, so that
        the other side has something to do meanwhile. No byte of the body leaves. Raises nothing."""
        ...

    def hand_over(self, envelope: Envelope, before_body: Callable[[], None]) -> Handed:
        """Hand over one envelope.

        `before_body` is called once, after everything that can be refused beforehand was accepted
        and before the first byte of the body: it is where the ledger commits `handing`. If it
        raises, nothing has left. Raises MailError only if nothing has left.
        """
        ...

    def must_wait(self) -> bool:
        """Whether the next envelope cannot leave at once: for the pace, or for a connection."""
        ...

    def was_accepted(self, key: str) -> bool | None:
        """Whether the message of this mail key was accepted earlier; None if it cannot be told."""
        ...


def domain_of(address: str) -> str:
    """The part of an address that may stand in a log."""
    return address.rpartition("@")[2]
