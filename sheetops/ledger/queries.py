"""What the ledger remembers, read: the queries behind `Ledger`, each over one connection."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, String, and_, delete, func, or_, select, type_coerce

from sheetops.ledger import schema
from sheetops.ledger.database import in_batches
from sheetops.ledger.records import Known, Run, mail_from_text
from sheetops.ledger.schema import (
    follow_ups,
    letters,
    mails,
    runs,
)
from sheetops.model.history import BY_HAND, LastRun, Sent, Unlisted
from sheetops.model.mail import Mail, MailState, Purpose


def last_runs(connection: Connection, limit: int | None, since: date | None = None) -> list[Run]:
    """The last runs with their counts, the newest first; `since`: those of that day and later."""
    newest = select(runs).order_by(runs.c.began.desc(), runs.c.run.desc()).limit(limit)
    if since is not None:
        newest = newest.where(runs.c.day >= since)
    rows = connection.execute(newest).all()
    found = counts_of(connection, [row.run for row in rows])
    return [Run(**row._asdict(), counts=found.get(row.run, {})) for row in rows]


def outcomes(connection: Connection) -> dict[str, Known]:
    """By follow-up key, what became of it."""
    columns = follow_ups.c
    query = select(columns.key, columns.state, columns.changed, columns.why)
    return {key: Known(*rest) for key, *rest in connection.execute(query)}


def accepted_since(connection: Connection, moment: datetime) -> int:
    """Mails accepted since then."""
    query = select(func.count()).where(
        mails.c.state == MailState.ACCEPTED, mails.c.changed >= moment
    )
    return int(connection.scalar(query) or 0)


def laid_out(connection: Connection) -> frozenset[tuple[str, str]]:
    """(client key, offer) whose steps were laid out."""
    rows = connection.execute(select(schema.laid_out))
    return frozenset((row.client, row.offer) for row in rows)


def first_laid_out(connection: Connection, run: str) -> frozenset[str]:
    """The clients of whom nothing had been laid out before that run."""
    rows = connection.execute(select(schema.laid_out.c.client, schema.laid_out.c.run)).all()
    return frozenset(one.client for one in rows if one.run == run) - {
        one.client for one in rows if one.run != run
    }


def forget_laid_out(
    connection: Connection, names: Sequence[str], clients: Collection[str] | None = None
) -> None:
    """Forget what these runs laid out, for all clients or for some."""
    for batch in in_batches(names):
        mine = delete(schema.laid_out).where(schema.laid_out.c.run.in_(batch))
        if clients is None:
            connection.execute(mine)
        for some in in_batches(clients or ()):
            connection.execute(mine.where(schema.laid_out.c.client.in_(some)))


def runs_ended_after(connection: Connection, moment: datetime) -> list[Run]:
    """The runs that ended after a moment, or never did, the newest first; without counts."""
    late = or_(runs.c.ended > moment, and_(runs.c.ended.is_(None), runs.c.began > moment))
    rows = connection.execute(select(runs).where(late).order_by(runs.c.began.desc()))
    return [Run(**row._asdict()) for row in rows]


def ticks(connection: Connection) -> dict[str, date]:
    """By tick, the day on which it was first seen."""
    return {row.key: row.seen for row in connection.execute(select(schema.ticks))}


def suppressed(connection: Connection) -> dict[str, Known]:
    """By normalised address, since when and why it gets no mail."""
    rows = connection.execute(select(schema.suppressed))
    return {row.address: Known("suppressed", row.since, row.why) for row in rows}


def counts_of(connection: Connection, names: Sequence[str]) -> dict[str, dict[str, int]]:
    """By run, its counts by name."""
    found: dict[str, dict[str, int]] = {}
    for batch in in_batches(names):
        query = select(schema.counts).where(schema.counts.c.run.in_(batch))
        for row in connection.execute(query):
            found.setdefault(row.run, {})[row.name] = row.number
    return found


def sent(connection: Connection) -> dict[str, Sent]:
    """Every follow-up by its key."""
    columns = follow_ups.c
    # few differ, and reading each anew is slow
    days, moments, states = cache(_day), cache(_moment), cache(MailState)
    query = select(
        columns.key, columns.client, columns.message, columns.step,
        type_coerce(columns.occasion, String), columns.state, type_coerce(columns.day, String),
        columns.why == BY_HAND, type_coerce(columns.changed, String),
    )  # fmt: skip
    rows = connection.execute(query)
    return {
        key: Sent(
            key, client, message, step, days(on), states(state), days(day), by_hand, moments(at)
        )
        for key, client, message, step, on, state, day, by_hand, at in rows
    }


def _day(found: date | str) -> date:
    """SQLite gives texts, PostgreSQL dates."""
    return date.fromisoformat(found) if isinstance(found, str) else found


def _moment(found: datetime | str) -> datetime:
    if isinstance(found, str):
        return datetime.fromisoformat(found).replace(tzinfo=UTC)
    return found.astimezone(UTC)


def mails_of(connection: Connection, day: date) -> frozenset[str]:
    """Keys of the day's mails that no longer wait to be sent."""
    gone = [MailState.HANDING, MailState.ACCEPTED, MailState.REFUSED, MailState.IN_DOUBT]
    query = select(mails.c.key).where(mails.c.day == day, mails.c.state.in_(gone))
    return frozenset(connection.scalars(query))


def mailed_on(connection: Connection, day: date) -> dict[str, str]:
    """By client, the key of the mail that was handed over to them on a day, retries among them."""
    query = (
        select(mails.c.client, mails.c.key)
        .join(follow_ups, follow_ups.c.mail == mails.c.key)
        .where(
            mails.c.client != "",
            mails.c.state.in_([MailState.HANDING, MailState.ACCEPTED, MailState.IN_DOUBT]),
            follow_ups.c.day == day,
            follow_ups.c.state == mails.c.state,
        )
    )
    return {row.client: row.key for row in connection.execute(query)}


def unlisted(connection: Connection) -> tuple[Unlisted, ...]:
    """Follow-ups that were handed over, or tried to be, and are in no row of `Follow-ups` yet."""
    tried = [
        MailState.HANDING,
        MailState.ACCEPTED,
        MailState.DEFERRED,
        MailState.REFUSED,
        MailState.IN_DOUBT,
    ]
    query = (
        select(follow_ups.c.key, follow_ups.c.mail)
        .where(follow_ups.c.listed.is_(False), follow_ups.c.state.in_(tried))
        .where(follow_ups.c.mail.is_not(None))
    )
    rows = connection.execute(query).all()
    keys = {row.key for row in rows}
    return tuple(
        Unlisted(item, mail.to, mail.day)
        for batch in in_batches(row.mail for row in rows)
        for mail in stored(connection, mails.c.key.in_(batch))
        for item in mail.items
        if item.key in keys
    )


def last_applied_run(connection: Connection) -> LastRun | None:
    """The last run whose result begins with "done" and that counted clients."""
    counted = select(schema.counts.c.run).where(func.lower(schema.counts.c.name) == "clients")
    query = (
        select(runs.c.run, runs.c.day)
        .where(func.lower(runs.c.result).startswith("done"), runs.c.run.in_(counted))
        .order_by(runs.c.began.desc(), runs.c.run.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    counts = counts_of(connection, [row.run])[row.run]
    found = {name.casefold(): number for name, number in counts.items()}
    known = found["clients"], found.get("steps", 0), found.get("mails", 0)
    return LastRun(row.day, *known, found)


def mails_by_day(connection: Connection, since: date) -> dict[date, int]:
    """Mails accepted by business day, rehearsals left out."""
    query = (
        select(mails.c.day, func.count())
        .where(
            mails.c.state == MailState.ACCEPTED,
            mails.c.day >= since,
            mails.c.purpose != Purpose.REHEARSAL,
        )
        .group_by(mails.c.day)
        .order_by(mails.c.day)
    )
    return {day: int(count) for day, count in connection.execute(query)}


def stored(connection: Connection, where: Any) -> tuple[Mail, ...]:
    """Mails as recorded, as far as their words are kept, the oldest first."""
    query = (
        select(letters.c.content)
        .join(mails, mails.c.key == letters.c.key)
        .where(where)
        .order_by(mails.c.day, mails.c.key)
    )
    return tuple(mail_from_text(content) for content in connection.scalars(query))
