"""Right Support: the reminder ladder, and what is said after a start or a finish.

What is due is worked out by the agenda; here it is put into words, and held back where it must be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import pandas as pd

from sheetops.model.findings import Findings
from sheetops.model.mail import Audience, FollowUp, MailState
from sheetops.model.snapshot import Snapshot
from sheetops.systems.clients.exclusions import is_barred
from sheetops.systems.messages import definitions, recurring
from sheetops.systems.messages.definitions import Fields, Message
from sheetops.systems.messages.post_service_delta import ASKING, Answer, follow_on
from sheetops.systems.messages.schedule import Agenda, Due, is_past
from sheetops.systems.messages.timing import Moment
from sheetops.systems.path.reasons import days
from sheetops.workbook.arrays import Objects
from sheetops.workbook.choices import MessageKind, Recipient, SendMode
from sheetops.workbook.headers import folded
from sheetops.workbook.problem import Problem
from sheetops.workbook.values import day_text

_RANK = {Moment.WAITING: 300, Moment.AFTER_DUE: 200, Moment.BEFORE_DUE: 500}


def follow_ups(snapshot: Snapshot) -> Findings:
    """The follow-ups due today, what will be next for each client, and reminders sent so far."""
    found, problems = definitions.read(snapshot)
    agenda = Agenda(snapshot, found)
    today = [one for one in agenda.due if agenda.is_due(one)]
    writer = _Writer(agenda)
    proposed = tuple(writer.write(one) for one in today if writer.may_reach(one))
    return Findings(
        status={
            "Clients": _next(agenda, writer, {one.key for one in today}),
            "Steps": _reminders_sent(snapshot),
        },
        follow_ups=proposed,
        problems=(*problems, *writer.problems, *_unaddressed(snapshot, found)),
    )


def _unaddressed(snapshot: Snapshot, found: Sequence[Message]) -> Iterator[Problem]:
    """Messages that are for a segment by their part, and name none."""
    for message in found:
        if message.usable:
            yield from recurring.without_segment(snapshot, message)


class _Writer:
    """Writes follow-ups: words, recipient and reason; and says what holds one back."""

    def __init__(self, agenda: Agenda) -> None:
        self.agenda = agenda
        self.snapshot = snapshot = agenda.snapshot
        self.fields = Fields(snapshot)
        self.follow_on = follow_on(snapshot)
        self.problems: list[Problem] = []
        clients, steps = snapshot.book.frame("Clients"), snapshot.book.frame("Steps")
        self.is_lifting = clients["Lift consequence"].to_numpy()
        self.row = clients["row"].to_numpy()
        self.step_row = steps["row"].to_numpy()
        self.third_party = steps["Third party email"].to_numpy()
        # whoever was refunded gets nothing about an earlier engagement either
        self.is_out = is_barred(snapshot)

    def may_reach(self, due: Due) -> bool:
        """Whether it may be proposed at all. What the sheet forbids is not even asked for. A
        client without an ID may get mail: the run writes the ID before any mail leaves."""
        if self.is_out[due.client_at]:
            return False
        if due.message.part in ASKING and not self._may_ask(due):
            return False
        return not self.agenda.is_barred(due)

    def _may_ask(self, due: Due) -> bool:
        """Nobody is asked for more before they have said that they were not unhappy."""
        return self.follow_on.answer(due.client_at) in {Answer.CONTENT, Answer.IN_WORDS}

    def _send(self, due: Due) -> SendMode:
        """How it is sent; where only words tell how a client liked it, a person judges them."""
        message = due.message
        judged = message.part in ASKING and self.follow_on.answer(due.client_at) is Answer.IN_WORDS
        return SendMode.ASK if judged and message.send is SendMode.AUTO else message.send

    def write(self, due: Due) -> FollowUp:
        clients, message = self.snapshot.clients, due.message
        at = due.client_at
        fields = self.fields.of(message, at, due.step_at)
        subject, body = definitions.filled(message, fields)
        owner = str(clients.owner[at])
        owner_address = self.snapshot.people.get(folded(owner), "")
        audience = _audience(message)
        addresses = {Audience.CLIENT: str(clients.email[at]), Audience.TEAM: owner_address}
        names = {Audience.CLIENT: str(clients.name[at]), Audience.TEAM: owner}
        address = addresses.get(audience) or self._third_party(due, audience)
        skipped = self.agenda.skipped(due)
        blank = tuple(dict.fromkeys((*subject.blank, *body.blank)))
        return FollowUp(
            key=due.key,
            client=str(clients.key[at]),
            client_name=str(clients.name[at]),
            message=message.name,
            step=due.step_key,
            occasion=due.occasion,
            to=address,
            to_name=names.get(audience, ""),
            subject=" ".join(subject.text.split()),
            body=body.text,
            why=f"{self._why(due)}{_what_follows(message, skipped)}",
            part=message.part,
            kind=message.kind,
            send=self._send(due),
            reply_to=owner_address,
            audience=audience,
            rank=_rank(due),
            held=self._held(due, address, blank, audience) or self._unclear(due),
            minutes_saved=message.minutes_saved,
            consequence="" if skipped else message.consequence,
        )

    def _third_party(self, due: Due, audience: Audience) -> str:
        """Where a third party is reminded: as the step says, else as the offer does."""
        if audience is not Audience.THIRD_PARTY:
            return ""
        table, heading = self.snapshot.book.tables["Steps"], "Third party email"
        own, row = str(self.third_party[due.step_at]), int(self.step_row[due.step_at])
        declared = int(self.snapshot.steps.offer_step_at[due.step_at])
        if own or declared < 0 or (row, heading) in table.unreadable:
            return own  # one that cannot be read is not another one
        return str(self.snapshot.book.frame("Offer steps")[heading].iloc[declared])

    def _held(self, due: Due, address: str, blank: Sequence[str], audience: Audience) -> str:
        table = self.snapshot.book.tables["Clients"]
        row = int(self.row[due.client_at])
        if not address:
            return self._without_address(due, row, audience)
        if due.message.consequence and self.is_lifting[due.client_at]:
            return self._problem(
                table.cell(row, "Lift consequence"),
                f'Lift consequence is still ticked, and "{due.message.name}" has a consequence.',
                "Take the tick away, and it goes out with the next run.",
            )
        if (
            audience is Audience.CLIENT
            and due.message.kind is MessageKind.MARKETING
            and not self._postal
        ):
            return self._without_postal()
        if blank:
            at = table.cell(row, blank[0]) if blank[0] in table.tab.by_heading else ""
            what = f'{blank[0]} is blank, and "{due.message.name}" needs it.'
            return self._problem(at or table.cell(row, "Client"), what)
        return ""

    def _without_address(self, due: Due, row: int, audience: Audience) -> str:
        table, steps = self.snapshot.book.tables["Clients"], self.snapshot.book.tables["Steps"]
        if audience is Audience.THIRD_PARTY:
            cell = steps.cell(int(self.step_row[due.step_at]), "Third party email")
            found = "There is no address of the third party, and a reminder is due."
            return self._problem(cell, found, tab="Steps")
        if audience is Audience.CLIENT:
            return self._problem(
                table.cell(row, "Email"), "There is no Email to use, and a follow-up is due."
            )
        owner = str(self.snapshot.clients.owner[due.client_at])
        who = f'Owner "{owner}" has no address in Team' if owner else "Owner is blank"
        return self._problem(table.cell(row, "Owner"), f"{who}, and something is for them.")

    def _unclear(self, due: Due) -> str:
        cells = self.fields.unreadable(due.message, due.client_at, due.step_at)
        return f"{cells[0]} cannot be read, and the words need it." if cells else ""

    @property
    def _postal(self) -> str:
        return self.snapshot.business.postal_address.strip()

    def _without_postal(self) -> str:
        found = "Postal address is blank, and marketing mail must carry it."
        problem = Problem("Settings", "", found, "Fill it in, and it goes out with the next run.")
        if problem not in self.problems:
            self.problems.append(problem)
        return f"Settings: {found}"

    def _problem(self, cell: str, found: str, mend: str = "", tab: str = "Clients") -> str:
        mend = mend or "Fill it in, and it goes out with the next run."
        problem = Problem(tab, cell, found, mend)
        if problem not in self.problems:
            self.problems.append(problem)
        return f"{tab}!{cell}: {found}"

    def _why(self, due: Due) -> str:
        steps = self.snapshot.steps
        when = due.message.when
        if when.moment in recurring.ON_A_CADENCE:
            return recurring.why(self.snapshot, due.message, due.client_at, due.occasion)
        if due.step_at < 0:
            event = "finish" if when.moment is Moment.AFTER_FINISH else "start"
            return f"{days(when.number)} after the {event} on {day_text(due.occasion)}."
        name = steps.name[due.step_at]
        if when.moment is Moment.DONE_EARLY:
            done, by = steps.done[due.step_at].item(), steps.due[due.step_at].item()
            return f'"{name}" was done on {day_text(done)}, before it was due on {day_text(by)}.'
        if when.moment is Moment.WAITING:
            return f'"{name}" has waited {days(int(steps.age[due.step_at]))}.'
        left = int(steps.left[due.step_at])
        if left < 0:
            return f'"{name}" was due on {day_text(due.occasion)}, {days(-left)} ago.'
        return f'"{name}" is due on {day_text(due.occasion)}.'


def _audience(message: Message) -> Audience:
    to_team = message.to is Recipient.OWNER or message.send is SendMode.BY_HAND
    return Audience.TEAM if to_team else Audience(message.to)


def _what_follows(message: Message, skipped: Sequence[str]) -> str:
    """What else the owner must know: which rungs were skipped, and the consequence."""
    words = ""
    if skipped:
        names = ", ".join(f'"{name}"' for name in dict.fromkeys(skipped))
        words = f" Skipped, because no such mail goes to this client: {names}."
    if message.consequence and not skipped:
        words += f" What follows: {message.consequence.rstrip('.')}."
    elif message.consequence:
        words += " Its consequence is not carried out: they were not warned."
    return words


def _rank(due: Due) -> int:
    """Most serious first: the further up a ladder, the more so."""
    return _RANK.get(due.message.when.moment, 700) - due.message.when.number


def _next(agenda: Agenda, writer: _Writer, today: set[str]) -> pd.DataFrame:
    """What will be said to each client next, and when; as of the state after today's mail."""
    snapshot = agenda.snapshot
    shown: dict[int, tuple[date, str]] = {}
    for one in agenda.due:
        soonest = shown.get(one.client_at, (date.max, ""))
        if one.day > soonest[0] or (one.day <= snapshot.today and not one.earlier):
            continue  # something comes sooner, or it would have gone already
        if one.key in today or not _will_go(agenda, writer, one):
            continue
        day = agenda.ready_on(one) or one.day
        if day > snapshot.today:
            to_whom = "" if one.message.to is Recipient.CLIENT else f" (to {one.message.to})"
            shown[one.client_at] = min(soonest, (day, f"{one.message.name}{to_whom}"))
    values: Objects = np.full(len(snapshot.clients.key), None, dtype=object)
    for at, (day, name) in shown.items():
        values[at] = f"{day_text(day)}: {name}"
    index = pd.Index(snapshot.clients.key, dtype=object)
    return pd.DataFrame({"Next follow-up": values}, index=index, dtype=object)


def _will_go(agenda: Agenda, writer: _Writer, one: Due) -> bool:
    """Whether it may still be said: it was not, and nothing is in its way or has overtaken it."""
    if agenda.is_settled(one) or not agenda.may_go(one) or not writer.may_reach(one):
        return False
    return not is_past(agenda.snapshot, one) and not agenda.is_overtaken(one)


def _reminders_sent(snapshot: Snapshot) -> pd.DataFrame:
    """How many reminders went out for each step that is still open."""
    counts: dict[str, int] = {}
    for sent in snapshot.history.sent.values():
        if sent.went_out and sent.step:
            counts[sent.step] = counts.get(sent.step, 0) + 1
    steps = snapshot.steps
    values: Objects = np.full(len(steps.key), None, dtype=object)
    if counts:
        for at in np.flatnonzero(steps.is_current).tolist():
            values[at] = counts.get(str(steps.key[at]))
    index = pd.Index(steps.key, dtype=object)
    return pd.DataFrame({"Reminders sent": values}, index=index, dtype=object)


def sent(snapshot: Snapshot) -> Findings:
    """How often each message went out this month, and when last."""
    if not snapshot.book.has("Messages"):
        return Findings()
    month = snapshot.today.replace(day=1)
    counts: dict[str, float] = {}
    last: dict[str, date] = {}
    for one in snapshot.history.sent.values():
        if one.state is MailState.ACCEPTED:
            counts[one.message] = counts.get(one.message, 0.0) + (one.day >= month)
            last[one.message] = max(one.day, last.get(one.message, one.day))
    index = snapshot.book.frame("Messages").index
    columns = {
        "Sent this month": [counts.get(key) or None for key in index],
        "Last sent": [last.get(key) for key in index],
    }
    return Findings(status={"Messages": pd.DataFrame(columns, index=index, dtype=object)})
