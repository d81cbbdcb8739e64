"""From follow-ups to mails: who decides, what is put together, and what each line of the tab says.

`Sending` in Settings and `Send` of a message say whether a follow-up leaves by itself; a person's
`Decision` in its row of `Follow-ups` goes before both. At most one mail leaves per client and day:
what is due is put together, the most serious first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any

from sheetops.changes import NewRow
from sheetops.findings import FollowUp, Mail
from sheetops.morning import Morning
from sheetops.raw import Value
from sheetops.tables import NO_KEY

_OUTCOME_OF_STATE = {
    "accepted": "Sent",
    "planned": "Planned",
    "claimed": "Planned",
    "handing": "Planned",
    "deferred": "Deferred",
    "refused": "Refused",
    "in doubt": "In doubt",
    "cancelled": "Skipped",
}


@dataclass(frozen=True, slots=True)
class Settle:
    """A follow-up that a person has settled in its row: skipped, or done by hand."""

    follow_up: FollowUp
    by_hand: bool


@dataclass(frozen=True)
class Routing:
    """Where each follow-up of the day goes.

    `mailed` leave in mails to clients, `told` in the digest of a member of staff. `waiting` need a
    person's approval and `by_hand` a person's hand; both are listed. `held` lack something.
    """

    mailed: tuple[FollowUp, ...] = ()
    told: tuple[FollowUp, ...] = ()
    waiting: tuple[FollowUp, ...] = ()
    by_hand: tuple[FollowUp, ...] = ()
    held: tuple[FollowUp, ...] = ()
    settled: tuple[Settle, ...] = ()
    on_hold: tuple[FollowUp, ...] = ()

    @property
    def all(self) -> tuple[FollowUp, ...]:
        """Every follow-up, wherever it goes."""
        settled = (one.follow_up for one in self.settled)
        places = (self.mailed, self.told, self.waiting, self.by_hand, self.held, self.on_hold)
        return (*chain.from_iterable(places), *settled)

    def only(self, client: str) -> Routing:
        """The part that is about one client, by key."""

        def mine(places: tuple[FollowUp, ...]) -> tuple[FollowUp, ...]:
            return tuple(one for one in places if one.client == client)

        return Routing(
            mailed=mine(self.mailed),
            told=mine(self.told),
            waiting=mine(self.waiting),
            by_hand=mine(self.by_hand),
            held=mine(self.held),
            settled=tuple(one for one in self.settled if one.follow_up.client == client),
            on_hold=mine(self.on_hold),
        )


def route(morning: Morning, follow_ups: Sequence[FollowUp]) -> Routing:
    """Decide for each follow-up by the settings, its message and its row in `Follow-ups`.

    Where that row cannot be told, staff may have decided against it: it is held.
    """
    rows = _rows(morning)
    unclear = _unclear(morning)
    places: dict[str, list[Any]] = {}
    for follow_up in follow_ups:
        row = rows.get(follow_up.key)
        decision = str(row["Decision"]) if row is not None else ""
        if row is not None:
            follow_up = _as_edited(follow_up, row)  # noqa: PLW2901 # staff's words take the place
        in_doubt = bool(row["doubt"]) if row is not None else unclear(follow_up.key)
        place = _place(morning, follow_up, decision, in_doubt=in_doubt)
        entry = Settle(follow_up, decision != "Skip") if place == "settled" else follow_up
        places.setdefault(place, []).append(entry)
    return Routing(**{place: tuple(entries) for place, entries in places.items()})


def _rows(morning: Morning) -> dict[str, Mapping[Any, Any]]:
    frame = morning.book.frame("Follow-ups")
    return dict(zip(frame.index.tolist(), frame.to_dict("records"), strict=True))


def _unclear(morning: Morning) -> Callable[[str], bool]:
    """Says of a follow-up without a row whether it may have one, unread: the tab is misspelt or
    lacks a column that it needs, or it holds the ID twice."""
    book = morning.book
    if "Follow-ups" in book.present | book.misspelt and not book.has("Follow-ups"):
        return lambda _: True
    return morning.listed.__contains__


def _as_edited(follow_up: FollowUp, row: Mapping[Any, Any]) -> FollowUp:
    subject, body = str(row["Subject"]), str(row["Body"])
    return replace(
        follow_up,
        subject=" ".join(subject.split()) or follow_up.subject,
        body=body or follow_up.body,
    )


def _place(morning: Morning, follow_up: FollowUp, decision: str, *, in_doubt: bool) -> str:
    if decision in {"Skip", "Done by hand"}:
        return "settled"
    if decision == "Hold" or in_doubt:
        return "on_hold"
    if follow_up.held:
        return "held"
    if follow_up.send == "by hand":
        return "by_hand"
    asks = follow_up.send == "ask" or morning.business.sending == "ask"
    if asks and decision != "Send":
        return "waiting"
    return "told" if follow_up.audience == "team" else "mailed"


def client_mails(morning: Morning, mailed: Sequence[FollowUp]) -> tuple[Mail, ...]:
    """One mail per client: its follow-ups put together, the most serious first."""
    by_client: dict[str, list[FollowUp]] = {}
    for follow_up in sorted(mailed, key=lambda one: one.rank):
        by_client.setdefault(follow_up.client, []).append(follow_up)
    mails = (_client_mail(morning, items) for items in by_client.values())
    return tuple(mail for mail in mails if mail.key not in morning.history.mails_today)


def _client_mail(morning: Morning, items: Sequence[FollowUp]) -> Mail:
    first = items[0]
    return Mail(
        key=mail_key(morning, "follow-up", first.client),
        day=morning.today,
        purpose="follow-up",
        client=first.client,
        to=first.to,
        to_name=first.to_name,
        subject=first.subject,
        body=together(items),
        reply_to=first.reply_to,
        items=tuple(items),
        marketing=any(item.kind == "marketing" for item in items),
    )


def mail_key(morning: Morning, purpose: str, recipient: str) -> str:
    """Key of a mail: the same for the same purpose, recipient and day."""
    parts = (morning.business.workbook_id, purpose, recipient, morning.today.isoformat())
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


def as_rehearsal(morning: Morning, mail: Mail) -> Mail:
    """The mail as it goes to the rehearsal address: it says for whom, and settles nothing."""
    name = f"{mail.to_name} " if mail.to_name else ""
    return replace(
        mail,
        key=mail_key(morning, f"rehearsal {mail.purpose}", mail.client or mail.to),
        purpose="rehearsal",
        to=morning.business.rehearsal_address,
        to_name="",
        subject=f"[for {name}at {mail.to}] {mail.subject}",
        reply_to="",
        items=(),
    )


def new_rows(morning: Morning, routing: Routing) -> tuple[NewRow, ...]:
    """Rows to append to `Follow-ups`: what waits for a person, and what left and is not listed."""
    if not morning.book.has("Follow-ups"):
        return ()
    listed = morning.listed
    waiting = [
        *((one, "Waiting for approval") for one in routing.waiting),
        *((one, "To do by hand") for one in routing.by_hand),
    ]
    rows = [
        _row(follow_up, follow_up.to, morning.today, {"Outcome": outcome})
        for follow_up, outcome in waiting
        if follow_up.key not in listed and follow_up.key not in morning.history.sent
    ]
    rows += [
        _row(one.follow_up, one.to, one.day, _became(morning, one.follow_up.key))
        for one in morning.history.unlisted
        if one.follow_up.key not in listed
    ]
    return tuple(rows)


def _row(follow_up: FollowUp, to: str, day: date, became: Mapping[str, Value]) -> NewRow:
    values: dict[str, Value] = {
        "Subject": follow_up.subject,
        "Body": follow_up.body,
        "Follow-up ID": follow_up.key,
        "Date": day,
        "Client": follow_up.client_name,
        "To": to,
        "Message": follow_up.message,
        "Why": follow_up.why,
        **became,
    }
    return NewRow("Follow-ups", follow_up.key, values)


def _became(morning: Morning, key: str) -> dict[str, Value]:
    """Outcome and Sent at of a follow-up that the ledger knows."""
    sent = morning.history.sent[key]
    outcome = "Done by hand" if sent.by_hand else _OUTCOME_OF_STATE[sent.state]
    at = None
    if sent.state == "accepted" and sent.at is not None:
        local = sent.at.astimezone(morning.business.calendar.zone)
        at = local.replace(tzinfo=None, second=0, microsecond=0)
    return {"Outcome": outcome, "Sent at": at}


def outcomes(morning: Morning, routing: Routing) -> dict[str, dict[str, Value]]:
    """Outcome and Sent at of every follow-up that the tab lists, by key."""
    now = {one.key: "Waiting for approval" for one in routing.waiting}
    now |= {one.key: "To do by hand" for one in routing.by_hand}
    now |= {one.key: "Held" for one in (*routing.held, *routing.on_hold)}
    now |= {one.key: "Planned" for one in (*routing.mailed, *routing.told)}
    now |= {
        one.follow_up.key: "Done by hand" if one.by_hand else "Skipped" for one in routing.settled
    }
    found: dict[str, dict[str, Value]] = {}
    for key in morning.book.frame("Follow-ups").index.tolist():
        if key.startswith(NO_KEY):
            found[key] = {"Outcome": None, "Sent at": None}
            continue
        sent = morning.history.sent.get(key)
        if sent is not None and sent.is_settled:
            found[key] = _became(morning, key)
        else:
            found[key] = {"Outcome": now.get(key, "No longer due"), "Sent at": None}
    return found
