"""Ways in which sheetops could be wrong, to see that the programme would notice each of them.

Every mutant is made in the process that is about to run, and gone with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, update

from sheetops import failpoints
from sheetops.jobs import send_policy
from sheetops.ledger import Ledger, claims, schema, transitions
from sheetops.mail import Envelope, Handed, Outcome, folder, smtp
from sheetops.model.mail import MailState
from sheetops.model.snapshot import Snapshot
from sheetops.plan import follow_ups_tab
from sheetops.stores import lock
from sheetops.systems.messages import schedule
from tests.crash.points import HALF, Point

DOT = Point("smtp: dot out", 1)
HANDING = Point("smtp: handing recorded", 1)
HALF_BODY = Point(HALF, 1)
IN_FOLDER = Point("folder: handing recorded", 1)
HALF_FILE = Point("mutant: half the file", 1)
CLAIMED = Point("send: mail built", 1)
SENT = Point("run: sent", 1)
MACHINE = "another computer runs"
"""What may happen between the runs: a second computer, with a ledger of its own, runs the day."""


@dataclass(frozen=True)
class Mutant:
    """A wrong sheetops, a death (or another event) that shows it, and what must be reported.

    `plans` if it may make another plan of the same morning.
    """

    make: Callable[[], None]
    transport: str
    point: Point | None
    reports: str
    edit: str = ""
    dot: str = ""
    plans: bool = False


def _put(owner: Any, name: str, value: Any) -> None:
    assert hasattr(owner, name), f"{owner} has no {name} any more"
    setattr(owner, name, value)


def _moves(**more: str) -> None:
    """Let the ledger allow what it would refuse, so that the mutant is as bad as it can be."""
    table: Any = schema.MOVES
    for old, new in more.items():
        state = old.replace("_", " ")
        table[state] = table[state] | {new}


def no_handing() -> None:
    """Nothing is recorded before the body leaves."""

    def accepted(self: Ledger, key: str, at: datetime) -> None:
        self._one_move(key, MailState.ACCEPTED, at)

    _moves(claimed=MailState.ACCEPTED)
    _put(Ledger, "handing", lambda _self, _key, _at: None)
    _put(Ledger, "accepted", accepted)


def sent_too_early() -> None:
    """`accepted` is recorded before the body leaves."""
    _moves(claimed=MailState.ACCEPTED)
    _put(Ledger, "handing", lambda self, key, at: self._one_move(key, MailState.ACCEPTED, at))
    _put(Ledger, "accepted", lambda _self, _key, _at: None)


def no_recovery() -> None:
    """What a dead run left under way stays so."""
    _put(Ledger, "recover", lambda _self, _transport, _at: [])


def doubts_sent_again() -> None:
    """Recovery takes what was being handed to a server for not sent."""
    _put(
        transitions, "_told", lambda accepted: MailState.ACCEPTED if accepted else MailState.PLANNED
    )


def doubts_taken_for_sent() -> None:
    """Recovery takes what was being handed to a server for sent."""
    _put(
        transitions,
        "_told",
        lambda told: MailState.PLANNED if told is False else MailState.ACCEPTED,
    )


def claimed_taken_for_sent() -> None:
    """Recovery takes what was only claimed for sent."""
    real = transitions.recover

    def recover(connection: Connection, transport: Any, stamp: transitions.Stamp) -> Any:
        for table in (schema.mails, schema.follow_ups):
            claimed = update(table).where(table.c.state == MailState.CLAIMED)
            connection.execute(claimed.values(state=MailState.ACCEPTED))
        return real(connection, transport, stamp)

    _put(transitions, "recover", recover)


def no_temporary_file() -> None:
    """The folder writes each mail straight to its name."""

    def hand_over(
        self: folder.FolderTransport, envelope: Envelope, before_body: Callable[[], None]
    ) -> Handed:
        before_body()
        self.path.mkdir(parents=True, exist_ok=True)
        target: Path = self._file(envelope.key)
        with target.open("wb") as file:
            file.write(envelope.content[: len(envelope.content) // 4])
            file.flush()
            os.fsync(file.fileno())
            failpoints.reach(HALF_FILE.name)
            file.write(envelope.content[len(envelope.content) // 4 :])
        return Handed(Outcome.ACCEPTED)

    _put(folder.FolderTransport, "hand_over", hand_over)


def address_in_the_key() -> None:
    """A follow-up's key changes with the client's address."""
    real = schedule._key

    def key(snapshot: Snapshot, message: Any, step_at: int, occasion: date) -> str:
        clients = snapshot.clients
        address = clients.email[snapshot.steps.client_at[step_at]]
        return f"{real(snapshot, message, step_at, occasion)}{address}"

    _put(schedule, "_key", key)


def no_second_guard() -> None:
    """A renamed client is somebody else."""
    _put(claims, "_renamed_from", lambda *_: "")


def lost_reply_is_a_no() -> None:
    """A connection that is lost after the dot counts as not sent."""
    real = smtp.SmtpTransport._end_body

    def end_body(self: smtp.SmtpTransport, *rest: Any) -> Handed:
        handed = real(self, *rest)
        doubtful = handed.outcome is Outcome.IN_DOUBT
        return Handed(Outcome.DEFERRED, handed.reply, stop=True) if doubtful else handed

    _put(smtp.SmtpTransport, "_end_body", end_body)


def doubts_not_shown() -> None:
    """The sheet says Sent where the ledger is in doubt."""
    follow_ups_tab._OUTCOME_OF_STATE[MailState.IN_DOUBT] = "Sent"


def accepted_not_kept() -> None:
    """The run forgets to record what the server took, and plans it anew."""
    _put(Ledger, "accepted", lambda self, key, at: self.release(key, at))


def any_ledger_sends() -> None:
    """A second computer does not ask whose workbook it is."""
    for name in ("_other_ledger", "_unknown"):
        _put(send_policy, name, lambda *_: "")
    _put(lock, "_must_be_ours", lambda *_: None)


MUTANTS: Mapping[str, Mutant] = {
    "no handing record": Mutant(no_handing, "smtp", DOT, "duplicates"),
    "marked sent too early": Mutant(sent_too_early, "smtp", HALF_BODY, "losses"),
    "recovery off": Mutant(no_recovery, "folder", IN_FOLDER, "losses"),
    "recovery off, by SMTP": Mutant(no_recovery, "smtp", DOT, "hidden"),
    "doubts are sent again": Mutant(doubts_sent_again, "smtp", DOT, "duplicates"),
    "doubts are taken for sent": Mutant(doubts_taken_for_sent, "smtp", HANDING, "losses"),
    "claimed is taken for sent": Mutant(claimed_taken_for_sent, "smtp", CLAIMED, "losses"),
    "no temporary file": Mutant(no_temporary_file, "folder", HALF_FILE, "losses"),
    "the address is in the key": Mutant(
        address_in_the_key, "smtp", None, "duplicates", edit="address", plans=True
    ),
    "second guard off": Mutant(no_second_guard, "smtp", None, "duplicates", edit="id"),
    "a lost reply counts as no": Mutant(
        lost_reply_is_a_no, "smtp", None, "duplicates", dot="(keep and drop)"
    ),
    "accepted is not kept": Mutant(accepted_not_kept, "smtp", None, "duplicates"),
    "any ledger may send": Mutant(any_ledger_sends, "smtp", SENT, "duplicates", edit=MACHINE),
    "doubts are not shown": Mutant(doubts_not_shown, "smtp", DOT, "hidden", plans=True),
}
