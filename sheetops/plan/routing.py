"""From follow-ups to mails: who decides, what is put together, and what each line of the tab says.

`Sending` in Settings and `Send` of a message say whether a follow-up leaves by itself; a person's
`Decision` in its row of `Follow-ups` goes before both. At most one mail leaves per client and day:
what is due is put together, the most serious first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from sheetops.model.history import Stage
from sheetops.model.mail import Audience, FollowUp, Mail, MailState, Purpose
from sheetops.model.snapshot import Snapshot
from sheetops.systems.messages.personal import is_answered
from sheetops.workbook.choices import Decision, MessageKind, Sending, SendMode
from sheetops.workbook.identity import plain_address


@dataclass(frozen=True, slots=True)
class SettledFollowUp:
    """A follow-up that a person has settled in its row: skipped, or done by hand."""

    follow_up: FollowUp
    by_hand: bool


@dataclass(frozen=True)
class Routing:
    """Where each follow-up of the day goes.

    `mailed` leave in mails to clients, `to_staff` in the digest of a member of staff. `waiting`
    need a person's approval and `by_hand` a person's hand; both are listed. `held` lack something.
    """

    mailed: tuple[FollowUp, ...] = ()
    to_staff: tuple[FollowUp, ...] = ()
    waiting: tuple[FollowUp, ...] = ()
    by_hand: tuple[FollowUp, ...] = ()
    held: tuple[FollowUp, ...] = ()
    settled: tuple[SettledFollowUp, ...] = ()
    on_hold: tuple[FollowUp, ...] = ()
    retries: tuple[Mail, ...] = ()
    """Mails that were put off, are still due, and whose time to be tried again has come."""
    stale: tuple[tuple[Mail, str], ...] = ()
    """Mails that were put off and are no longer due, with the reason."""

    @property
    def all(self) -> tuple[FollowUp, ...]:
        """Every follow-up, wherever it goes."""
        settled = (one.follow_up for one in self.settled)
        places = (self.mailed, self.to_staff, self.waiting, self.by_hand, self.held, self.on_hold)
        return (*chain.from_iterable(places), *settled)


def route(snapshot: Snapshot, follow_ups: Sequence[FollowUp]) -> Routing:
    """Decide for each follow-up by the settings, its message and its row in `Follow-ups`.

    Where that row cannot be told, staff may have decided against it: it is held.
    """
    rows = _rows(snapshot)
    unclear = _unclear(snapshot)
    places: dict[str, list[Any]] = {}
    for follow_up in follow_ups:
        row = rows.get(follow_up.key)
        decision = str(row["Decision"]) if row is not None else ""
        if row is not None:
            follow_up = _as_edited(follow_up, row)  # noqa: PLW2901 # staff's words take the place
        follow_up = _unless_suppressed(snapshot, follow_up)  # noqa: PLW2901 # it says why
        in_doubt = bool(row["doubt"]) if row is not None else unclear(follow_up.key)
        place = _place(snapshot, follow_up, decision, in_doubt=in_doubt)
        if place == "by_hand" and row is not None and is_answered(snapshot, follow_up, row["Date"]):
            place = "settled"
        entry = (
            SettledFollowUp(follow_up, decision != Decision.SKIP)
            if place == "settled"
            else follow_up
        )
        places.setdefault(place, []).append(entry)
    routing = Routing(**{place: tuple(entries) for place, entries in places.items()})
    retries, stale = _retries(snapshot, routing.mailed)
    return replace(routing, retries=retries, stale=stale)


def _rows(snapshot: Snapshot) -> dict[str, Mapping[Any, Any]]:
    frame = snapshot.book.frame("Follow-ups")
    return dict(zip(frame.index.tolist(), frame.to_dict("records"), strict=True))


def _unclear(snapshot: Snapshot) -> Callable[[str], bool]:
    """Says of a follow-up without a row whether it may have one, unread: the tab is misspelt or
    lacks a column that it needs, or it holds the ID twice."""
    book = snapshot.book
    if "Follow-ups" in book.present | book.misspelt and not book.has("Follow-ups"):
        return lambda _: True
    return snapshot.listed.__contains__


def _unless_suppressed(snapshot: Snapshot, follow_up: FollowUp) -> FollowUp:
    known = snapshot.history.suppressed
    why = known.get(plain_address(follow_up.to)) if known else None
    if why is None or follow_up.held:
        return follow_up
    return replace(follow_up, held=f"No mail goes to this address any more ({why}).")


def _as_edited(follow_up: FollowUp, row: Mapping[Any, Any]) -> FollowUp:
    subject, body = str(row["Subject"]), str(row["Body"])
    return replace(
        follow_up,
        subject=" ".join(subject.split()) or follow_up.subject,
        body=body or follow_up.body,
    )


def _place(snapshot: Snapshot, follow_up: FollowUp, decision: str, *, in_doubt: bool) -> str:
    if decision in {Decision.SKIP, Decision.DONE_BY_HAND}:
        return "settled"
    if decision == Decision.HOLD or in_doubt:
        return "on_hold"
    if follow_up.held:
        return "held"
    if follow_up.send is SendMode.BY_HAND:
        return "by_hand"
    asks = follow_up.send is SendMode.ASK or snapshot.business.sending is Sending.ASK
    if asks and decision != Decision.SEND:
        return "waiting"
    return "to_staff" if follow_up.audience is Audience.TEAM else "mailed"


def _retries(
    snapshot: Snapshot, mailed: Sequence[FollowUp]
) -> tuple[tuple[Mail, ...], tuple[tuple[Mail, str], ...]]:
    """Mails whose time to be tried again has come: those that are still due, and those that are
    not, with the reason."""
    due, stale = [], []
    items = {item.key: item for item in mailed}
    for mail in snapshot.history.retries:
        why = _why_stale(snapshot, mail, items)
        if why:
            stale.append((mail, why))
        else:
            due.append(mail)
    return tuple(due), tuple(stale)


def _why_stale(snapshot: Snapshot, mail: Mail, due: Mapping[str, FollowUp]) -> str:
    if not mail.purpose.is_outward:
        return "" if mail.day == snapshot.today else "its day has passed"
    if any(item.key not in due for item in mail.items):
        return "it is no longer due"
    addresses = {plain_address(due[item.key].to) for item in mail.items}
    return "" if addresses == {plain_address(mail.to)} else "the address has changed"


def client_mails(snapshot: Snapshot, routing: Routing) -> tuple[Mail, ...]:
    """One mail per client, and one to each third party of theirs: what is for them put together,
    the most serious first.

    One that was put off, and whose time has come, goes before a new one and takes its place.
    """
    by_recipient: dict[tuple[str, str], list[FollowUp]] = {}
    put_off = _put_off(snapshot, routing)
    for follow_up in sorted(routing.mailed, key=lambda item: item.rank):
        if follow_up.key not in put_off:
            party = plain_address(follow_up.to) if _is_third_party(follow_up) else ""
            by_recipient.setdefault((follow_up.client, party), []).append(follow_up)
    is_live = snapshot.business.sending.is_live and snapshot.history.stage is not Stage.OWNER
    again = [mail for mail in routing.retries if mail.purpose.is_outward] if is_live else []
    taken = {(mail.slot, mail.client) for mail in again}
    new = (_client_mail(snapshot, items) for items in by_recipient.values())
    gone = snapshot.history.mails_today
    free = (mail for mail in new if (mail.slot, mail.client) not in taken and mail.key not in gone)
    return (*again, *free)


def _is_third_party(follow_up: FollowUp) -> bool:
    """A mail to a third party is none to the client: each has its own."""
    return follow_up.audience is Audience.THIRD_PARTY


def _put_off(snapshot: Snapshot, routing: Routing) -> frozenset[str]:
    """Keys of follow-ups in a mail that waits to be tried again, and stays as it is."""
    sent = snapshot.history.sent
    stale = {item.key for mail, _ in routing.stale for item in mail.items}
    return frozenset(
        item.key
        for item in routing.mailed
        if item.key not in stale
        and (known := sent.get(item.key)) is not None
        and known.state is MailState.DEFERRED
    )


def _client_mail(snapshot: Snapshot, items: Sequence[FollowUp]) -> Mail:
    first = items[0]
    mail = Mail(
        key="",
        day=snapshot.today,
        purpose=Purpose.THIRD_PARTY if _is_third_party(first) else Purpose.FOLLOW_UP,
        client=first.client,
        to=first.to,
        to_name=first.to_name,
        subject=first.subject,
        body=together(items),
        reply_to=first.reply_to,
        items=tuple(items),
        marketing=any(item.kind is MessageKind.MARKETING for item in items),
    )
    return replace(mail, key=mail_key(snapshot, mail.slot, mail.client))


def mail_key(snapshot: Snapshot, purpose: str, recipient: str) -> str:
    """Key of a mail: the same for the same purpose, recipient and day."""
    parts = (snapshot.business.workbook_id, purpose, recipient, snapshot.today.isoformat())
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


def together(items: Sequence[FollowUp]) -> str:
    """Bodies put together: a greeting and a closing that all share are said once."""
    bodies = [item.body.strip().splitlines() for item in items]
    head = _shared([body[:1] for body in bodies])
    tail = _shared([list(reversed(body[len(head) :])) for body in bodies])
    parts = ["\n".join(head).strip()]
    for item, body in zip(items, bodies, strict=True):
        middle = "\n".join(body[len(head) : len(body) - len(tail)]).strip()
        title = "" if item is items[0] else f"— {item.subject} —\n\n"
        parts.append(f"{title}{middle}".strip())
    parts.append("\n".join(reversed(tail)).strip())
    return "\n\n".join(part for part in parts if part)


def _shared(lists: Sequence[list[str]]) -> list[str]:
    """The lines that all lists begin with; at least one line is left to each."""
    if len(lists) == 1:
        return []
    shared: list[str] = []
    for lines in zip(*lists, strict=False):
        if len(set(lines)) > 1:
            break
        shared.append(lines[0])
    return shared


def without(mail: Mail, barred: Container[str]) -> Mail | None:
    """The mail without some of its follow-ups; None if nothing is left of it."""
    items = tuple(item for item in mail.items if item.key not in barred)
    if not items:
        return None
    return replace(mail, items=items, subject=items[0].subject, body=together(items))


def at_stage(snapshot: Snapshot, mails: Sequence[Mail]) -> tuple[Mail, ...]:
    """What leaves of the mails. A rehearsal sends all to the rehearsal address; the first live run
    sends all to the owner, the next one mail to one client, and from then on all leave."""
    business, stage = snapshot.business, snapshot.history.stage
    if not business.sending.is_live:
        return tuple(_as_rehearsal(snapshot, mail, business.rehearsal_address) for mail in mails)
    if stage is Stage.OWNER:
        return tuple(
            mail
            if mail.to == business.owner and not mail.client
            else _as_rehearsal(snapshot, mail, business.owner)
            for mail in mails
        )
    if stage is Stage.ONE:
        first = next((mail for mail in mails if mail.client), None)
        return tuple(mail for mail in mails if not mail.client or mail is first)
    return tuple(mails)


def _as_rehearsal(snapshot: Snapshot, mail: Mail, to: str) -> Mail:
    """The mail as it goes to whoever rehearses: it says for whom, and settles nothing."""
    name = f"{mail.to_name} " if mail.to_name else ""
    return replace(
        mail,
        key=mail_key(snapshot, f"rehearsal {mail.slot}", mail.client or mail.to),
        purpose=Purpose.REHEARSAL,
        client="" if mail.purpose is Purpose.THIRD_PARTY else mail.client,
        to=to,
        to_name="",
        subject=f"[for {name}at {mail.to}] {mail.subject}",
        reply_to="",
        items=(),
    )
