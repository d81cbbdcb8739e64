"""The ledger of one workbook: every method that changes something is one durable transaction.

Context: mail cannot be sent exactly once, so the ledger must know at every moment what may have
left. Decision: only the run that holds the lock may claim, hand over and recover, and each mail
moves together with its follow-ups along `tables.MOVES`. Consequence: whatever a dead run left under
way is surely dead, and can be settled by asking the transport.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, and_, delete, insert, select, update

from sheetops.errors import LedgerError
from sheetops.ledger import claims, database, outbox, queries, schema, transitions
from sheetops.ledger.backup import copy_ledger
from sheetops.ledger.history import Remembering
from sheetops.ledger.journal import writings
from sheetops.ledger.records import Claim, Entry, Known, Run, Settled
from sheetops.ledger.schema import (
    follow_ups,
    letters,
    mails,
    runs,
)
from sheetops.model.history import Sent, Stage
from sheetops.model.mail import FollowUp, Mail, MailState
from sheetops.workbook.identity import plain_address


class Ledger(Remembering):
    """One workbook's ledger. Use as a context manager, so that its files and lock are freed.

    What it remembers, apart from sending, is in `Remembering`.

    Days are days of the business, moments must carry a time zone. Every method raises LedgerError
    if the database cannot be used; a method that changes something then changed nothing.
    """

    def __init__(self, engine: Engine, workbook: str, ledger_id: str) -> None:
        self._engine = engine
        self._lock = database.RunLock(engine, workbook)
        self._kept = database.Kept(engine)
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
        self._kept.close()
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
                connection.execute(insert(schema.counts), rows)
            unsent = and_(mails.c.run == run, mails.c.state == MailState.CLAIMED)
            again = {"state": MailState.PLANNED, "changed": at}
            items = follow_ups.c.mail.in_(select(mails.c.key).where(unsent))
            connection.execute(update(follow_ups).where(items).values(again))
            connection.execute(update(mails).where(unsent).values(again))
        self._run, self._day = "", None
        self._lock.free()

    def runs(self, limit: int = 20) -> list[Run]:
        """The last runs, the newest first."""
        with database.reading(self._engine) as connection:
            return queries.last_runs(connection, limit)

    def runs_since(self, day: date) -> list[Run]:
        """All runs for that day and later ones, the newest first."""
        with database.reading(self._engine) as connection:
            return queries.last_runs(connection, None, day)

    # ---- who sends, and how far it has come

    @property
    def stage(self) -> Stage:
        """How far the first live runs have come; a new ledger begins with the owner."""
        with database.reading(self._engine) as connection:
            return Stage(outbox.note(connection, "stage") or Stage.OWNER)

    def reach_stage(self, stage: Stage) -> None:
        """The next live run is at this stage."""
        with database.writing(self._engine) as connection:
            outbox.make_note(connection, "stage", stage)

    def note(self, name: str) -> str:
        """What was noted under that name; blank if nothing."""
        with database.reading(self._engine) as connection:
            return outbox.note(connection, name)

    def make_note(self, name: str, value: str) -> None:
        """Note something under a name, in place of what stood there."""
        with database.writing(self._engine) as connection:
            outbox.make_note(connection, name, value)

    def disown_future(self, now: datetime) -> int:
        """Runs that began later than now were made by a clock that was wrong: they count as done no
        longer. Returns how many."""
        with database.writing(self._engine) as connection:
            return outbox.disown_future(connection, now)

    def knows_run(self, run: str) -> bool:
        """Whether this ledger saw that run; an older copy of it did not."""
        with database.reading(self._engine) as connection:
            return outbox.knows_run(connection, run)

    def adopt(self, found: Iterable[Sent], at: datetime) -> int:
        """Take over what the sheet says became of follow-ups; returns how many."""
        with database.writing(self._engine) as connection:
            return outbox.adopt(connection, found, self._stamp(at, "taken over from the sheet"))

    def threads(self, proposed: Sequence[Mail]) -> dict[str, list[tuple[str, date]]]:
        """By mail, the key and day of the earlier mails to its client about its steps."""
        with database.reading(self._engine) as connection:
            return outbox.threads(connection, proposed)

    def has_left(self, key: str) -> bool:
        """Whether a mail left, was refused, or is in doubt: nothing more is done about it."""
        with database.reading(self._engine) as connection:
            return outbox.state_of(connection, key) in {
                MailState.ACCEPTED,
                MailState.REFUSED,
                MailState.IN_DOUBT,
            }

    def entries(self, *states: str) -> list[Entry]:
        """Every mail of the outbox, or those in these states, by day."""
        with database.reading(self._engine) as connection:
            return outbox.entries(connection, states)

    # ---- addresses that get no mail

    def suppress(self, address: str, why: str, at: datetime) -> None:
        """Send nothing to this address from now on, in whatever case it is written."""
        with database.writing(self._engine) as connection:
            transitions.suppress(connection, address, why, at)

    def allow(self, address: str) -> None:
        """Take back a suppression."""
        table = schema.suppressed
        with database.writing(self._engine) as connection:
            connection.execute(delete(table).where(table.c.address == plain_address(address)))

    def suppressed(self) -> dict[str, Known]:
        """By normalised address: since when (UTC) and why it gets no mail."""
        with database.reading(self._engine) as connection:
            return queries.suppressed(connection)

    # ---- sending

    def recover(self, transport: transitions.CanTell, at: datetime) -> list[Settled]:
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

    def _recover(self, transport: transitions.CanTell, at: datetime) -> list[Settled]:
        with database.writing(self._engine) as connection:
            return transitions.recover(connection, transport, self._stamp(at))

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
            return claims.claim(connection, (run, day or now.date()), proposed, now, clients)

    def handing(self, key: str, at: datetime) -> None:
        """To be called before the first byte of the body leaves. Durable when it returns."""
        with self._kept.writing() as cursor:
            made = transitions.step(self._kept, cursor, key, MailState.HANDING, self._stamp(at))
        if not made:
            self._one_move(key, MailState.HANDING, at)  # says why it cannot be

    def accepted(self, key: str, at: datetime) -> None:
        """It left. This outlives the process at once; in a file a power cut may undo it until the
        next durable step, or `settle`, and then the mail is found handing, which is a doubt."""
        with self._kept.writing(soon=True) as cursor:
            made = transitions.step(self._kept, cursor, key, MailState.ACCEPTED, self._stamp(at))
        if not made:
            self._one_move(key, MailState.ACCEPTED, at, only_from={MailState.HANDING})

    def settle(self, at: datetime) -> None:
        """Make sure that no power cut can undo what was recorded: to be called where no `handing`
        follows soon."""
        if self._kept.unsettled:
            with database.writing(self._engine) as connection:
                outbox.make_note(connection, "settled", at.astimezone(UTC).isoformat())
            self._kept.unsettled = False

    def deferred(self, key: str, at: datetime, reply: str = "") -> datetime | None:
        """It did not leave and may be tried again; returns when, or None if that was the last try.

        After the last try it is refused.
        """
        with database.writing(self._engine) as connection:
            return transitions.defer(connection, key, self._stamp(at, reply))

    def refused(
        self, key: str, at: datetime, reply: str = "", *, bad_address: bool = False
    ) -> None:
        """It will never leave. With `bad_address`, nothing goes to that address any more."""
        with database.writing(self._engine) as connection:
            transitions.move(connection, key, MailState.REFUSED, self._stamp(at, reply))
            if bad_address:
                transitions.suppress_recipient(connection, key, reply, at)

    def in_doubt(self, key: str, at: datetime, reply: str = "") -> None:
        """It may have left. It is never sent again by itself; a person settles it (`resolve`)."""
        self._one_move(key, MailState.IN_DOUBT, at, reply)

    def release(self, key: str, at: datetime, reply: str = "") -> None:
        """Claimed, but the transport says that nothing left: planned again, at once if need be."""
        self._one_move(
            key, MailState.PLANNED, at, reply, only_from={MailState.CLAIMED, MailState.HANDING}
        )

    def resolve(self, key: str, *, sent: bool, at: datetime) -> None:
        """A person's word on a mail in doubt: it was sent, or it was not and may go again."""
        state = MailState.ACCEPTED if sent else MailState.PLANNED
        self._one_move(key, state, at, "settled by hand", only_from={MailState.IN_DOUBT})

    def withdraw(self, key: str, why: str, at: datetime) -> None:
        """Cancel a mail that has not left; its follow-ups are planned again.

        For a retry that is no longer due as it stands, such as yesterday's digest.
        """
        with database.writing(self._engine) as connection:
            transitions.take_apart(connection, key, self._stamp(at, why))

    def cancel(self, what: FollowUp | str, why: str, at: datetime) -> None:
        """Set one follow-up aside for ever: skipped, done by hand, no longer due.

        One that the ledger does not know yet must be given whole. If it stood in a mail that has
        not left, that mail is cancelled too and its other follow-ups are planned again. Raises
        LedgerError if it is under way or settled.
        """
        with database.writing(self._engine) as connection:
            transitions.cancel(connection, what, self._stamp(at, why))

    # ---- upkeep

    def forget_words(self, before: date) -> int:
        """Forget what settled mails of earlier days said, and what runs of earlier days wrote; keys
        stay. Returns how many mails."""
        settled = select(mails.c.key).where(
            mails.c.day < before,
            mails.c.state.in_([MailState.ACCEPTED, MailState.REFUSED, MailState.CANCELLED]),
        )
        with database.writing(self._engine) as connection:
            old = select(runs.c.run).where(runs.c.day < before)
            connection.execute(delete(writings).where(writings.c.run.in_(old)))
            return connection.execute(delete(letters).where(letters.c.key.in_(settled))).rowcount

    def backup(self, folder: Path, at: datetime, keep: int = 14) -> Path | None:
        """Copy the ledger whole into `folder` and keep the newest `keep` copies.

        None where the database has its own way (PostgreSQL: pg_dump) or no file at all.
        """
        return copy_ledger(self._engine, folder, at, keep)

    # ---- inside

    def _one_move(
        self,
        key: str,
        state: str,
        at: datetime,
        reply: str = "",
        *,
        only_from: Collection[str] = (),
    ) -> None:
        stamp = self._stamp(at, reply)
        with database.writing(self._engine) as connection:
            transitions.move(connection, key, state, stamp, only_from=only_from)

    def _must_be_mine(self, run: str) -> None:
        if not run or run != self._run:
            raise LedgerError(f"Run {run or '(none)'} is not the one that was begun here.")

    def _stamp(self, at: datetime, why: str = "") -> transitions.Stamp:
        return transitions.Stamp(self._run, self._day or at.date(), at, why)


def _must_be_of(workbook: str, found: str) -> None:
    if found != workbook:
        raise LedgerError(
            f"The ledger is of another workbook ({found}, not {workbook}).",
            "Give this workbook a ledger of its own in sheetops.toml.",
        )


def _free_name(connection: Connection, name: str) -> str:
    taken = set(connection.scalars(select(runs.c.run).where(runs.c.run.startswith(name))))
    if name not in taken:
        return name
    return next(f"{name}-{n}" for n in range(2, len(taken) + 3) if f"{name}-{n}" not in taken)
