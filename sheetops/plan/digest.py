"""The morning mail to each member of staff, and the summary to the owner.

A digest says what is stalled and why, what is theirs to do, and what waits for their decision. Who
has nothing to do and nothing to know gets none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from sheetops.model.history import Stage
from sheetops.model.mail import FollowUp, Mail, Purpose
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.plan.follow_ups_tab import doubts
from sheetops.plan.routing import Routing, mail_key
from sheetops.systems.clients import activity, fit
from sheetops.systems.clients.completeness import to_ask
from sheetops.systems.messages.personal import MESSAGE
from sheetops.systems.path import consequences
from sheetops.workbook.headers import folded
from sheetops.workbook.problem import Problem
from sheetops.workbook.values import day_text

_MOST = 20  # lines of one kind; more is not read over coffee
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_STAGES = {
    Stage.OWNER: "Sending has just begun, in three careful runs. In this first one every mail "
    "comes to you alone, and says for whom it is. The next run sends one mail to one client; the "
    "one after that sends all. To send to all at once: sheetops daily --apply --all",
    Stage.ONE: "This is the second of three careful runs: one client gets a mail, the others wait. "
    "The next run sends all.",
}
_TITLES = {
    "stalled": "Stalled",
    "inactive": "No sign of life",
    "soon": "Due soon",
    "todo": "For you to do",
    "told": "Please look at",
    "by_hand": "Please do by hand, then choose Done by hand in Follow-ups",
    "decide": "Please decide: choose Send, Hold or Skip in Follow-ups",
    "ask": "When you speak to them, please ask, and add what they say to Answers",
    "unready": "Leads who are not ready to start: the new ones, and once a week all of them",
    "mend": "Please mend in the workbook",
}


@dataclass
class _Person:
    """What one member of staff is to be told: lines by section, and the follow-ups in them."""

    name: str
    address: str
    lines: dict[str, list[str]] = field(default_factory=lambda: {key: [] for key in _TITLES})
    items: list[FollowUp] = field(default_factory=list)


def digests(
    snapshot: Snapshot, routing: Routing, status: Mapping[str, pd.DataFrame]
) -> tuple[Mail, ...]:
    """One mail for each member of staff who has an address and something to know."""
    people = _people(snapshot)
    _flagged_clients(snapshot, status["Clients"], people)
    _silent(snapshot, people)
    _own_steps(snapshot, people)
    _caught_up(snapshot, people)
    _follow_ups(snapshot, routing, people)
    _questions(snapshot, people)
    return tuple(
        _digest(snapshot, person) for person in people.values() if any(person.lines.values())
    )


def _people(snapshot: Snapshot) -> dict[str, _Person]:
    frame = snapshot.book.frame("Team")
    return {
        folded(name): _Person(name, address)
        for name, address in zip(frame["Name"], frame["Email"], strict=True)
        if name and address
    }


def _flagged_clients(
    snapshot: Snapshot, flags: pd.DataFrame, people: Mapping[str, _Person]
) -> None:
    section = {
        "Stalled": "stalled",
        "Inactive": "inactive",
        "Due soon": "soon",
        "Data problem": "mend",
    }
    clients = snapshot.clients
    unready = fit.unready(snapshot)
    for at, (flag, why) in enumerate(zip(flags["Flag"], flags["Why"], strict=True)):
        person = people.get(folded(str(clients.owner[at])))
        if person is not None and at in unready:
            if _is_news(snapshot, at, why):
                person.lines["unready"].append(f"- {clients.name[at]}: {why}")
        elif flag in section and person is not None:
            advice = _advice(snapshot, int(clients.leading[at])) if flag == "Stalled" else ""
            person.lines[section[flag]].append(f"- {clients.name[at]}: {why}{advice}")


def _is_news(snapshot: Snapshot, at: int, why: str) -> bool:
    """Whether to say of a lead what the sheet has been showing: there is no hurry, so it is said
    when it is new or has changed, and again in the first run of each week."""
    last, monday = snapshot.history.last_run, snapshot.today - timedelta(snapshot.today.weekday())
    return _whys(snapshot)[at] != why or last is None or last.day < monday


@once_a_snapshot
def _whys(snapshot: Snapshot) -> list[Any]:
    """What the sheet shows as `Why` of each client, from the run before."""
    whys: list[Any] = snapshot.book.frame("Clients")["Why"].tolist()
    return whys


def _silent(snapshot: Snapshot, people: Mapping[str, _Person]) -> None:
    """Clients who are silent because they wait on us: whoever has one of their steps in hand is
    told as well, for the client gets no mail about it."""
    steps, clients = snapshot.steps, snapshot.clients
    silent = activity.inactive(snapshot)
    ours = activity.waits_on_us(snapshot)
    for at in np.flatnonzero(steps.is_in_hand).tolist():
        client = int(steps.client_at[at])
        person = people.get(folded(str(steps.owner[at])))
        if person is None or client not in silent or not ours[client]:
            continue
        line = f"- {clients.name[client]}: {silent[client]}"
        if line not in person.lines["inactive"]:
            person.lines["inactive"].append(line)


def _advice(snapshot: Snapshot, step_at: int) -> str:
    """Risk, boundary and how-to of a step, for the person who acts on it now."""
    declared = int(snapshot.steps.offer_step_at[step_at]) if step_at >= 0 else -1
    return _advices(snapshot)[declared] if declared >= 0 else ""


@once_a_snapshot
def _advices(snapshot: Snapshot) -> list[str]:
    """The advice beside each step of an offer: many clients stand at the same one."""
    return [_advice_of(row) for row in snapshot.book.frame("Offer steps").to_dict("records")]


def _advice_of(row: Mapping[Any, Any]) -> str:
    told = {
        "Risk": "Risk",
        "Boundary": "Boundary",
        "SOP link": "How we do it",
        "Link": "Where",
    }
    parts = [
        f"{name}: {str(row[heading]).rstrip('.')}."
        for heading, name in told.items()
        if row[heading]
    ]
    return " " + " ".join(parts) if parts else ""


def _own_steps(snapshot: Snapshot, people: Mapping[str, _Person]) -> None:
    steps, clients = snapshot.steps, snapshot.clients
    served = clients.is_in_hand
    mine = np.flatnonzero(steps.is_in_hand)
    for at in sorted(mine.tolist(), key=lambda at: (np.isnan(steps.left[at]), steps.left[at])):
        client = int(steps.client_at[at])
        person = people.get(folded(str(steps.owner[at])))
        if person is None or steps.waiting_on[at] != "Team" or not served[client]:
            continue
        due = steps.due[at].item()
        when = f", due by {day_text(due)}" if due is not None else ""
        line = f'- {clients.name[client]}: "{steps.name[at]}"{when}.{_advice(snapshot, at)}'
        person.lines["todo"].append(line)


def _caught_up(snapshot: Snapshot, people: Mapping[str, _Person]) -> None:
    """Clients whom a consequence still pauses, though they have done what it was about."""
    clients = snapshot.clients
    for at, (why, done) in consequences.pauses(snapshot).items():
        person = people.get(folded(str(clients.owner[at])))
        if done and person is not None:
            person.lines["told"].append(f"- {clients.name[at]}: {why}")


def _follow_ups(snapshot: Snapshot, routing: Routing, people: Mapping[str, _Person]) -> None:
    owners = dict(zip(snapshot.clients.key, snapshot.clients.owner, strict=True))

    def person_of(follow_up: FollowUp) -> _Person | None:
        return people.get(folded(str(owners[follow_up.client])))

    for follow_up in routing.waiting:
        if (person := person_of(follow_up)) is not None:
            line = f'- {follow_up.client_name}: "{follow_up.subject}". {follow_up.why}'
            person.lines["decide"].append(line)
    for section, follow_ups in (("by_hand", routing.by_hand), ("told", routing.to_staff)):
        for follow_up in follow_ups:
            if (person := person_of(follow_up)) is not None:
                person.lines[section].append(_told(follow_up))
                if section == "told":
                    person.items.append(follow_up)


def _questions(snapshot: Snapshot, people: Mapping[str, _Person]) -> None:
    for one in to_ask(snapshot):
        person = people.get(folded(one.person))
        if person is not None:
            because = f" ({one.why.rstrip('.')})" if one.why else ""
            line = f"- {snapshot.clients.name[one.client_at]}: {one.question}{because}"
            person.lines["ask"].append(line)


def _told(follow_up: FollowUp) -> str:
    if follow_up.message == MESSAGE:
        lines = (line for line in follow_up.body.splitlines() if line.strip())
        return "\n  ".join([f"- {follow_up.subject}", *lines])
    words = " ".join(follow_up.body.split())
    return f"- {follow_up.client_name}: {follow_up.subject}. {words}"


def _digest(snapshot: Snapshot, person: _Person) -> Mail:
    first = person.name.split()[0]
    return Mail(
        key=mail_key(snapshot, "digest", folded(person.name)),
        day=snapshot.today,
        purpose=Purpose.DIGEST,
        client="",
        to=person.address,
        to_name=person.name,
        subject=f"{_day(snapshot.today)}: {_headline(person.lines)}",
        body=f"Good morning {first},\n\n{_sections(person.lines)}",
        reply_to=snapshot.business.owner,
        items=tuple(person.items),
    )


def _day(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day_text(day).rsplit(' ', 1)[0]}"


def _headline(lines: Mapping[str, Sequence[str]]) -> str:
    counted = (
        ("stalled", "stalled"),
        ("inactive", "inactive"),
        ("soon", "due soon"),
        ("todo", "for you to do"),
        ("decide", "to decide"),
        ("unready", "not ready to start"),
        ("mend", "to mend"),
    )
    parts = [f"{len(lines[key])} {words}" for key, words in counted if lines[key]]
    return ", ".join(parts) or "something to look at"


def _sections(lines: Mapping[str, Sequence[str]]) -> str:
    return "\n\n".join(
        f"{title}\n{_listed(lines[key])}" for key, title in _TITLES.items() if lines[key]
    )


def _listed(lines: Sequence[str]) -> str:
    rest = len(lines) - _MOST
    more = [f"- and {rest} more; the workbook shows all."] if rest > 0 else []
    return "\n".join([*lines[:_MOST], *more])


def summary(  # noqa: PLR0913, PLR0917 # each is a part of the mail
    snapshot: Snapshot,
    routing: Routing,
    status: Mapping[str, pd.DataFrame],
    mails: Sequence[Mail],
    problems: Sequence[Problem],
    notes: Sequence[str] = (),
) -> tuple[Mail, ...]:
    """The mail to the owner: what leaves today, what is stalled, what needs a person."""
    if not snapshot.business.owner:
        return ()
    flags = status["Clients"]["Flag"]
    stalled = [
        f"- {name} ({owner or 'nobody looks after them'}): {why}"
        for name, owner, flag, why in zip(
            snapshot.clients.name,
            snapshot.clients.owner,
            flags,
            status["Clients"]["Why"],
            strict=True,
        )
        if flag == "Stalled"
    ]
    leaving = [f"- {mail.to_name or mail.to}: {mail.subject}" for mail in mails if _to_client(mail)]
    held = [f"- {one.client_name}: {one.message}. {one.held}" for one in routing.held]
    unsettled = tuple(doubts(snapshot))
    sections = {
        "In doubt: did it arrive? Please settle each": [f"- {p.found} {p.mend}" for p in unsettled],
        "Stalled": stalled,
        "Consequences in force": _in_force(snapshot, status["Clients"]),
        "New steps in offers": [f"- {note}" for note in notes],
        "Mails to clients today": leaving,
        f"Waiting for a decision in Follow-ups: {len(routing.waiting)}": [
            f"- {one.client_name}: {one.subject}" for one in routing.waiting
        ],
        "Held back until something is mended": held,
        "Problems in the workbook": [
            f"- {problem}" for problem in problems if problem not in unsettled
        ],
    }
    shown = "\n\n".join(f"{title}\n{_listed(lines)}" for title, lines in sections.items() if lines)
    headline = f"{len(stalled)} stalled, {len(leaving)} mails to clients, {len(problems)} problems"
    return (
        Mail(
            key=mail_key(snapshot, "summary", "owner"),
            day=snapshot.today,
            purpose=Purpose.SUMMARY,
            client="",
            to=snapshot.business.owner,
            to_name="",
            subject=f"{_day(snapshot.today)}: {headline}",
            body=f"Good morning,\n\n{_stage(snapshot)}{_counts(flags)}\n\n{shown}".strip(),
            reply_to="",
        ),
    )


def _in_force(snapshot: Snapshot, shown: pd.DataFrame) -> list[str]:
    rows = zip(snapshot.clients.name, shown["Consequence"], shown["Promise moved to"], strict=True)
    return [
        f"- {name}: {consequence}{f' to {day_text(moved)}' if moved else ''}."
        for name, consequence, moved in rows
        if consequence
    ]


def _to_client(mail: Mail) -> bool:
    return bool(mail.client) and mail.purpose is not Purpose.REHEARSAL


def _stage(snapshot: Snapshot) -> str:
    live = snapshot.business.sending.is_live
    words = _STAGES.get(snapshot.history.stage, "") if live else ""
    return f"{words}\n\n" if words else ""


def _counts(flags: Iterable[str]) -> str:
    counts = Counter(flag for flag in flags if flag)
    if not counts:
        return "No client is being served today."
    return "Clients today: " + ", ".join(f"{n} {flag.lower()}" for flag, n in counts.items()) + "."


def merged(mails: Sequence[Mail]) -> tuple[Mail, ...]:
    """One morning mail where the summary and a digest go to the same address.

    It has the key of the summary, which exists every day, so that it cannot leave twice.
    """
    summaries = {mail.to: mail for mail in mails if mail.purpose is Purpose.SUMMARY}
    kept = []
    for mail in mails:
        partner = summaries.get(mail.to)
        if mail.purpose is Purpose.DIGEST and partner is not None:
            words = partner.body.split("\n\n", 1)[-1]
            body = f"{mail.body}\n\nThe whole business today\n\n{words}"
            kept.append(replace(mail, key=partner.key, body=body, subject=partner.subject))
            del summaries[mail.to]
        elif mail.purpose is not Purpose.SUMMARY:
            kept.append(mail)
    return (*kept, *summaries.values())
