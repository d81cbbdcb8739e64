"""The ledger of one workbook: every method that changes something is one durable transaction.

Context: mail cannot be sent exactly once, so the ledger must know at every moment what may have
left. Decision: only the run that holds the lock may claim, hand over and recover, and each mail
moves together with its follow-ups along `tables.MOVES`. Consequence: whatever a dead run left under
way is surely dead, and can be settled by asking the transport.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, Self

from sqlalchemy import Connection, Engine, and_, case, delete, func, insert, select, update

from sheetops.errors import LedgerError
from sheetops.findings import FollowUp, Mail
from sheetops.history import History, LastRun, Sent
from sheetops.ledger import database, tables
from sheetops.ledger.claiming import claim as claim_in
from sheetops.ledger.claiming import item_facts, plain_address
from sheetops.ledger.records import Claim, Known, MessageCount, Run, Settled, mail_from_text
from sheetops.ledger.tables import (
    ACCEPTED,
    CANCELLED,
    CLAIMED,
    DEFERRED,
    HANDING,
    IN_DOUBT,
    MOVES,
    PLANNED,
    REFUSED,
    follow_ups,
    letters,
    mails,
    runs,
)

RETRY_AFTER = (
    timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), *[timedelta(days=1)] * 5,
)  # fmt: skip
"""How long a deferred mail waits before each further try; after the last it is refused."""
_DAYS_REMEMBERED = 60
"""Days of `History.mails_by_day`."""


class CanTell(Protocol):
    """A transport, as far as recovery needs it."""

    def was_accepted(self, key: str) -> bool | None:
        """Whether it accepted the mail of this key earlier; None if it cannot tell."""
        ...


class Ledger:
    """One workbook's ledger. Use as a context manager, so that its files and lock are freed.

    Days are days of the business, moments must carry a time zone. Every method raises LedgerError
    if the database cannot be used; a method that changes something then changed nothing.
    """

    def __init__(self, engine: Engine, workbook: str, ledger_id: str) -> None:
        self._engine = engine
        self._lock = database.RunLock(engine, workbook)
        self._run = ""
        self._day: date | None = None
        self.workbook = workbook
        self.id = ledger_id

    @classmethod
    def open(cls, url_or_path: str | Path, workbook_id: str) -> Self:
        """Open the ledger, or make it where there is none.

        Raises LedgerError if it is another workbook's, from a newer sheetops, in a synced or
        network folder, or not a ledger at all.
        """
        if not workbook_id:
            raise LedgerError(
                "The workbook has no id, so nothing could be remembered of it.",
                "Run sheetops init on it, or fill in Workbook id in Settings.",
            )
        engine = database.make_engine(url_or_path)
        try:
            first = {"workbook": workbook_id, "ledger": secrets.token_hex(8)}
            notes = database.prepare(engine, first)
            _must_be_of(workbook_id, notes["workbook"])
        except LedgerError:
            engine.dispose()
            raise
        return cls(engine, workbook_id, notes["ledger"])

    def close(self) -> None:
        """Free the lock and the files. May be called twice."""
        self._lock.free()
        self._run = ""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    # ---- runs

    def begin_run(self, job: str, today: date, at: datetime) -> str:
        """Begin a run and take the lock; returns the run's name, such as `20261124-070005-daily`.

        Names sort by time. Raises AnotherRun if another run of this ledger is alive.
        """
        if self._run:
            raise LedgerError(f"Run {self._run} has not ended yet.")
        self._lock.take()
        try:
            with database.writing(self._engine) as connection:
                name = _free_name(connection, f"{at.astimezone(UTC):%Y%m%d-%H%M%S}-{job}")
                row = {"run": name, "job": job, "day": today, "began": at}
                connection.execute(insert(runs).values(row))
        except LedgerError:
            self._lock.free()
            raise
        self._run, self._day = name, today
        return name

    def end_run(
        self, run: str, result: str, counts: Mapping[str, int], *, at: datetime, note: str = ""
    ) -> None:
        """End the run and free the lock. Mails that it claimed and did not send are planned again.

        A result that begins with "done" is a run that was applied, see `history`.
        """
        self._must_be_mine(run)
        with database.writing(self._engine) as connection:
            ended = update(runs).where(runs.c.run == run)
            connection.execute(ended.values(ended=at, result=result, note=note))
            rows = [{"run": run, "name": name, "number": n} for name, n in counts.items()]
            if rows:
                connection.execute(insert(tables.counts), rows)
            unsent = and_(mails.c.run == run, mails.c.state == CLAIMED)
            again = {"state": PLANNED, "changed": at}
            items = follow_ups.c.mail.in_(select(mails.c.key).where(unsent))
            connection.execute(update(follow_ups).where(items).values(again))
            connection.execute(update(mails).where(unsent).values(again))
        self._run, self._day = "", None
        self._lock.free()

    def runs(self, limit: int = 20) -> list[Run]:
        """The last runs, the newest first."""
        with database.reading(self._engine) as connection:
            newest = select(runs).order_by(runs.c.began.desc(), runs.c.run.desc()).limit(limit)
            rows = connection.execute(newest).all()
            found = _counts(connection, [row.run for row in rows])
        return [Run(**row._asdict(), counts=found.get(row.run, {})) for row in rows]

    # ---- what is remembered

    def history(self, today: date) -> History:
        """All that the pure part of the house may know of the past, as of now.

        `last_run` is the last run whose result begins with "done" and that counted `clients`.
        `mails_by_day` goes back 60 days from `today` and leaves rehearsals out.
        """
        with database.reading(self._engine) as connection:
            return History(
                sent=_sent(connection),
                laid_out=frozenset(
                    (row.client, row.offer) for row in connection.execute(select(tables.laid_out))
                ),
                ticks={row.key: row.seen for row in connection.execute(select(tables.ticks))},
                last_run=_last_run(connection),
                mails_by_day=_mails_by_day(connection, today - timedelta(_DAYS_REMEMBERED)),
            )

    def outcomes(self) -> dict[str, Known]:
        """By follow-up key: its state, when it came to that (UTC), and why."""
        columns = follow_ups.c
        query = select(columns.key, columns.state, columns.changed, columns.why)
        with database.reading(self._engine) as connection:
            return {key: Known(*rest) for key, *rest in connection.execute(query)}

    def sent_counts(self, today: date) -> dict[str, MessageCount]:
        """By message: how often it went out in the month of `today`, and on which day last."""
        columns = follow_ups.c
        month = case((columns.day >= today.replace(day=1), 1), else_=0)
        query = (
            select(columns.message, func.sum(month), func.max(columns.day))
            .where(columns.state == ACCEPTED, columns.day <= today)
            .group_by(columns.message)
        )
        with database.reading(self._engine) as connection:
            return {
                message: MessageCount(count, last)
                for message, count, last in connection.execute(query)
            }

    def mails(self, *states: str) -> tuple[Mail, ...]:
        """The mails in these states whose words are still kept, as recorded, the oldest first."""
        with database.reading(self._engine) as connection:
            return _stored(connection, mails.c.state.in_(states))

    def retries(self, now: datetime) -> tuple[Mail, ...]:
        """Deferred mails whose time has come. Claim those that are still due, cancel the rest."""
        with database.reading(self._engine) as connection:
            return _stored(connection, and_(mails.c.state == DEFERRED, mails.c.again <= now))

    def accepted_since(self, moment: datetime) -> int:
        """Mails accepted since then, rehearsals too: what counts against a provider's limit."""
        query = select(func.count()).where(mails.c.state == ACCEPTED, mails.c.changed >= moment)
        with database.reading(self._engine) as connection:
            return int(connection.scalar(query) or 0)

    def record_laid_out(self, run: str, laid_out: Iterable[tuple[str, str]]) -> None:
        """Remember (client key, offer) whose steps are laid out; those known stay as they are."""
        wanted = set(laid_out)
        table = tables.laid_out
        with database.writing(self._engine) as connection:
            known = {(row.client, row.offer) for row in connection.execute(select(table))}
            rows = [{"client": c, "offer": o, "run": run} for c, o in sorted(wanted - known)]
            if rows:
                connection.execute(insert(table), rows)

    def record_ticks(self, ticks: Mapping[str, date]) -> None:
        """Remember the day on which a tick was first seen; the first day stays."""
        table = tables.ticks
        with database.writing(self._engine) as connection:
            known = set(connection.scalars(select(table.c.key)))
            rows = [{"key": k, "seen": day} for k, day in ticks.items() if k not in known]
            if rows:
                connection.execute(insert(table), rows)

    def forget_ticks(self, keys: Iterable[str]) -> None:
        """Forget ticks that staff took back."""
        with database.writing(self._engine) as connection:
            for batch in database.in_batches(keys):
                connection.execute(delete(tables.ticks).where(tables.ticks.c.key.in_(batch)))

    # ---- addresses that get no mail

    def suppress(self, address: str, why: str, at: datetime) -> None:
        """Send nothing to this address from now on, in whatever case it is written."""
        with database.writing(self._engine) as connection:
            _suppress(connection, address, why, at)

    def allow(self, address: str) -> None:
        """Take back a suppression."""
        table = tables.suppressed
        with database.writing(self._engine) as connection:
            connection.execute(delete(table).where(table.c.address == plain_address(address)))

    def suppressed(self) -> dict[str, Known]:
        """By normalised address: since when (UTC) and why it gets no mail."""
        with database.reading(self._engine) as connection:
            rows = connection.execute(select(tables.suppressed)).all()
        return {row.address: Known("suppressed", row.since, row.why) for row in rows}

    # ---- sending

    def recover(self, transport: CanTell, at: datetime) -> list[Settled]:
        """Settle what dead runs left under way; to be called by the run, before it claims.

        Claimed is planned again. Handing is accepted if the transport has it, planned again if it
        has not, and in doubt if it cannot tell. Raises AnotherRun if no run was begun here and
        another one is alive.
        """
        if self._run:
            return self._recover(transport, at)
        self._lock.take()
        try:
            return self._recover(transport, at)
        finally:
            self._lock.free()

    def _recover(self, transport: CanTell, at: datetime) -> list[Settled]:
        settled: list[Settled] = []
        query = (
            select(mails.c.key, mails.c.client, mails.c.state)
            .where(mails.c.state.in_([CLAIMED, HANDING]), mails.c.run != self._run)
            .order_by(mails.c.key)
        )
        with database.writing(self._engine) as connection:
            for key, client, found in connection.execute(query).all():
                state = PLANNED if found == CLAIMED else _told(transport.was_accepted(key))
                self._move(connection, key, state, at, "found after a run that broke off")
                settled.append(Settled(key, client, found, state))
        return settled

    def claim(
        self, run: str, proposed: Sequence[Mail], now: datetime, clients: Collection[str] = ()
    ) -> Claim:
        """Claim what may leave, in one durable transaction; nothing else may be handed over.

        `clients` are the keys of all clients now in the workbook: the same message to the same
        address for another client is refused as a renamed client unless both are in it. A mail that
        was planned or cancelled earlier is recorded anew with today's words, because it was never
        handed over; a deferred one whose time has come keeps its recorded words.
        """
        self._must_be_mine(run)
        day = self._day
        with database.writing(self._engine) as connection:
            return claim_in(connection, (run, day or now.date()), proposed, now, clients)

    def handing(self, key: str, at: datetime) -> None:
        """To be called before the first byte of the body leaves."""
        self._one_move(key, HANDING, at)

    def accepted(self, key: str, at: datetime) -> None:
        """It left."""
        self._one_move(key, ACCEPTED, at)

    def deferred(self, key: str, at: datetime, reply: str = "") -> datetime | None:
        """It did not leave and may be tried again; returns when, or None if that was the last try.

        After the last try it is refused.
        """
        with database.writing(self._engine) as connection:
            tries = connection.scalar(select(mails.c.tries).where(mails.c.key == key)) or 0
            if tries >= len(RETRY_AFTER):
                self._move(connection, key, REFUSED, at, reply or "given up after many tries")
                return None
            again = at + RETRY_AFTER[tries]
            self._move(connection, key, DEFERRED, at, reply, tries=tries + 1, again=again)
        return again

    def refused(
        self, key: str, at: datetime, reply: str = "", *, bad_address: bool = False
    ) -> None:
        """It will never leave. With `bad_address`, nothing goes to that address any more."""
        with database.writing(self._engine) as connection:
            self._move(connection, key, REFUSED, at, reply)
            if bad_address:
                query = select(mails.c.address).where(mails.c.key == key)
                _suppress(connection, connection.scalar(query) or "", reply or "refused", at)

    def in_doubt(self, key: str, at: datetime, reply: str = "") -> None:
        """It may have left. It is never sent again by itself; a person settles it (`resolve`)."""
        self._one_move(key, IN_DOUBT, at, reply)

    def release(self, key: str, at: datetime, reply: str = "") -> None:
        """Claimed, but not handed over in this run after all: planned again."""
        with database.writing(self._engine) as connection:
            self._must_be_in(connection, key, {CLAIMED}, PLANNED)
            self._move(connection, key, PLANNED, at, reply)

    def resolve(self, key: str, *, sent: bool, at: datetime) -> None:
        """A person's word on a mail in doubt: it was sent, or it was not and may go again."""
        with database.writing(self._engine) as connection:
            self._must_be_in(connection, key, {IN_DOUBT}, ACCEPTED if sent else PLANNED)
            self._move(connection, key, ACCEPTED if sent else PLANNED, at, "settled by hand")

    def cancel(self, what: FollowUp | str, why: str, at: datetime) -> None:
        """Set one follow-up aside for ever: skipped, done by hand, no longer due.

        One that the ledger does not know yet must be given whole. If it stood in a mail that has
        not left, that mail is cancelled too and its other follow-ups are planned again. Raises
        LedgerError if it is under way or settled.
        """
        key = what if isinstance(what, str) else what.key
        with database.writing(self._engine) as connection:
            row = connection.execute(select(follow_ups).where(follow_ups.c.key == key)).first()
            if row is not None:
                if row.state not in {PLANNED, CLAIMED, DEFERRED}:
                    raise LedgerError(f"Follow-up {key} is {row.state} and cannot be cancelled.")
                self._take_apart(connection, row.mail, at)
                values = {"state": CANCELLED, "why": why, "changed": at, "day": self._today(at)}
                connection.execute(update(follow_ups).where(follow_ups.c.key == key).values(values))
            elif isinstance(what, str):
                raise LedgerError(f"No follow-up {key} is known.")
            else:
                values = {"state": CANCELLED, "why": why, "changed": at, "day": self._today(at)}
                connection.execute(insert(follow_ups).values({**item_facts(what), **values}))

    # ---- upkeep

    def forget_words(self, before: date) -> int:
        """Forget what settled mails of earlier days said; keys stay. Returns how many."""
        settled = select(mails.c.key).where(
            mails.c.day < before, mails.c.state.in_([ACCEPTED, REFUSED, CANCELLED])
        )
        with database.writing(self._engine) as connection:
            return connection.execute(delete(letters).where(letters.c.key.in_(settled))).rowcount

    def backup(self, folder: Path, at: datetime, keep: int = 14) -> Path | None:
        """Copy the ledger whole into `folder` and keep the newest `keep` copies.

        None where the database has its own way (PostgreSQL: pg_dump) or no file at all.
        """
        file = self._engine.url.database
        if self._engine.dialect.name != "sqlite" or not file or file == ":memory:":
            return None
        folder = Path(folder)
        stem = Path(file).stem
        target = folder / f"{stem}-{at.astimezone(UTC):%Y%m%d-%H%M%S}.db"
        partial = target.with_suffix(".part")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            partial.unlink(missing_ok=True)
            with database.plain_errors(), database.alone(self._engine) as connection:
                connection.exec_driver_sql("VACUUM INTO ?", (str(partial),))
            _sync(partial)
            partial.replace(target)
            for old in sorted(folder.glob(f"{stem}-????????-??????.db"))[:-keep]:
                old.unlink()
        except OSError as error:
            raise LedgerError(
                f"The ledger could not be copied to {folder} ({error.strerror}).",
                "Let this account write that folder, or choose another.",
            ) from error
        return target

    # ---- moving

    def _one_move(self, key: str, state: str, at: datetime, reply: str = "") -> None:
        with database.writing(self._engine) as connection:
            self._move(connection, key, state, at, reply)

    def _move(
        self,
        connection: Connection,
        key: str,
        state: str,
        at: datetime,
        reply: str = "",
        **values: Any,
    ) -> None:
        """Move a mail and its follow-ups together, if it may make that move."""
        possible = {found for found, following in MOVES.items() if state in following}
        self._must_be_in(connection, key, possible, state)
        moved = {"state": state, "changed": at}
        connection.execute(
            update(mails).where(mails.c.key == key).values({**moved, "reply": reply, **values})
        )
        items = {**moved, "day": self._today(at), "why": reply}
        connection.execute(update(follow_ups).where(follow_ups.c.mail == key).values(items))

    def _must_be_in(
        self, connection: Connection, key: str, possible: Collection[str], state: str
    ) -> None:
        row = connection.execute(
            select(mails.c.state, mails.c.run).where(mails.c.key == key)
        ).first()
        if row is None:
            raise LedgerError(f"No mail {key} is known.")
        if row.state not in possible:
            raise LedgerError(f"Mail {key} is {row.state} and cannot become {state}.")
        if state == HANDING and row.run != self._run:
            raise LedgerError(f"Mail {key} was claimed by another run.")

    def _must_be_mine(self, run: str) -> None:
        if not run or run != self._run:
            raise LedgerError(f"Run {run or '(none)'} is not the one that was begun here.")

    def _today(self, at: datetime) -> date:
        return self._day or at.date()

    def _take_apart(self, connection: Connection, mail: str | None, at: datetime) -> None:
        if mail is None:
            return
        self._move(connection, mail, CANCELLED, at, "a follow-up in it was set aside")
        free = update(follow_ups).where(follow_ups.c.mail == mail)
        connection.execute(free.values(mail=None, state=PLANNED, why=""))


def _must_be_of(workbook: str, found: str) -> None:
    if found != workbook:
        raise LedgerError(
            f"The ledger is of another workbook ({found}, not {workbook}).",
            "Give this workbook a ledger of its own in sheetops.toml.",
        )


def _told(accepted: bool | None) -> str:
    if accepted is None:
        return IN_DOUBT
    return ACCEPTED if accepted else PLANNED


def _free_name(connection: Connection, name: str) -> str:
    taken = set(connection.scalars(select(runs.c.run).where(runs.c.run.startswith(name))))
    if name not in taken:
        return name
    return next(f"{name}-{n}" for n in range(2, len(taken) + 3) if f"{name}-{n}" not in taken)


def _counts(connection: Connection, names: Sequence[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for batch in database.in_batches(names):
        query = select(tables.counts).where(tables.counts.c.run.in_(batch))
        for row in connection.execute(query):
            found.setdefault(row.run, {})[row.name] = row.number
    return found


def _sent(connection: Connection) -> dict[str, Sent]:
    columns = follow_ups.c
    query = select(
        columns.key, columns.client, columns.message, columns.step, columns.occasion,
        columns.state, columns.day,
    )  # fmt: skip
    return {row[0]: Sent(*row) for row in connection.execute(query)}


def _last_run(connection: Connection) -> LastRun | None:
    counted = select(tables.counts.c.run).where(tables.counts.c.name == "clients")
    query = (
        select(runs.c.run, runs.c.day)
        .where(runs.c.result.startswith("done"), runs.c.run.in_(counted))
        .order_by(runs.c.began.desc(), runs.c.run.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    found = _counts(connection, [row.run])[row.run]
    return LastRun(row.day, found["clients"], found.get("steps", 0), found.get("mails", 0))


def _mails_by_day(connection: Connection, since: date) -> dict[date, int]:
    query = (
        select(mails.c.day, func.count())
        .where(mails.c.state == ACCEPTED, mails.c.day >= since, mails.c.purpose != "rehearsal")
        .group_by(mails.c.day)
        .order_by(mails.c.day)
    )
    return {day: int(count) for day, count in connection.execute(query)}


def _stored(connection: Connection, where: Any) -> tuple[Mail, ...]:
    query = (
        select(letters.c.content)
        .join(mails, mails.c.key == letters.c.key)
        .where(where)
        .order_by(mails.c.day, mails.c.key)
    )
    return tuple(mail_from_text(content) for content in connection.scalars(query))


def _suppress(connection: Connection, address: str, why: str, at: datetime) -> None:
    table = tables.suppressed
    plain = plain_address(address)
    connection.execute(delete(table).where(table.c.address == plain))
    connection.execute(insert(table).values(address=plain, why=why, since=at))


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
