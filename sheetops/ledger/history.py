"""What the ledger remembers of the past, for the pure part of the house and for the next run.

The half of `Ledger` that knows nothing of sending: every method is one look or one durable
transaction over the tables of its neighbours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine, and_, delete, insert, select, update

from sheetops.errors import LedgerError
from sheetops.ledger import (
    clients as snapshots,
)
from sheetops.ledger import (
    consequences,
    database,
    forecasts,
    journal,
    queries,
    schema,
    statuses,
)
from sheetops.ledger.records import Known
from sheetops.ledger.schema import follow_ups, mails
from sheetops.model.history import (
    Consequence,
    History,
    OfferPath,
    PastClient,
    PastForecast,
    SeenStatus,
    Written,
)
from sheetops.model.mail import Mail, MailState
from sheetops.workbook.changes import Changes

_DAYS_REMEMBERED = 60
"""Days of `History.mails_by_day`."""


class Remembering:
    """The remembering half of `Ledger`; see there."""

    _engine: Engine
    _run: str

    def history(self, today: date) -> History:
        """All that the pure part of the house may know of the past, as of now.

        `last_run` is the last run whose result begins with "done" and that counted `clients`.
        `mails_by_day` goes back 60 days from `today` and leaves rehearsals out.
        """
        with database.reading(self._engine) as connection:
            return History(
                sent=queries.sent(connection),
                laid_out=queries.laid_out(connection),
                ticks=queries.ticks(connection),
                last_run=queries.last_applied_run(connection),
                mails_by_day=queries.mails_by_day(connection, today - timedelta(_DAYS_REMEMBERED)),
                mails_today=queries.mails_of(connection, today),
                unlisted=queries.unlisted(connection),
                past=snapshots.all_of(connection),
                forecasts=forecasts.all_of(connection),
                consequences=consequences.all_of(connection),
                paths=consequences.all_paths(connection),
                statuses=statuses.all_of(connection),
                doubts=queries.stored(connection, mails.c.state == MailState.IN_DOUBT),
                suppressed={a: one.why for a, one in queries.suppressed(connection).items()},
            )

    def outcomes(self) -> dict[str, Known]:
        """By follow-up key: its state, when it came to that (UTC), and why."""
        with database.reading(self._engine) as connection:
            return queries.outcomes(connection)

    def mails(self, *states: str) -> tuple[Mail, ...]:
        """The mails in these states whose words are still kept, as recorded, the oldest first."""
        with database.reading(self._engine) as connection:
            return queries.stored(connection, mails.c.state.in_(states))

    def retries(self, now: datetime) -> tuple[Mail, ...]:
        """Deferred mails whose time has come. Claim those that are still due, cancel the rest."""
        with database.reading(self._engine) as connection:
            return queries.stored(
                connection, and_(mails.c.state == MailState.DEFERRED, mails.c.again <= now)
            )

    def accepted_since(self, moment: datetime) -> int:
        """Mails accepted since then, rehearsals too: what counts against a provider's limit."""
        with database.reading(self._engine) as connection:
            return queries.accepted_since(connection, moment)

    def record_laid_out(self, run: str, laid_out: Iterable[tuple[str, str]]) -> None:
        """Remember (client key, offer) whose steps are laid out; those known stay as they are."""
        wanted = set(laid_out)
        table = schema.laid_out
        with database.writing(self._engine) as connection:
            known = {(row.client, row.offer) for row in connection.execute(select(table))}
            rows = [{"client": c, "offer": o, "run": run} for c, o in sorted(wanted - known)]
            if rows:
                connection.execute(insert(table), rows)

    def record_ticks(self, ticks: Mapping[str, date]) -> None:
        """Remember the day on which a tick was first seen; the first day stays."""
        table = schema.ticks
        with database.writing(self._engine) as connection:
            known = set(connection.scalars(select(table.c.key)))
            rows = [{"key": k, "seen": day} for k, day in ticks.items() if k not in known]
            if rows:
                connection.execute(insert(table), rows)

    def forget_ticks(self, keys: Iterable[str]) -> None:
        """Forget ticks that staff took back."""
        with database.writing(self._engine) as connection:
            for batch in database.in_batches(keys):
                connection.execute(delete(schema.ticks).where(schema.ticks.c.key.in_(batch)))

    def record_statuses(self, seen: Mapping[str, SeenStatus]) -> int:
        """Remember the statuses of clients without steps, by key; returns how many differed."""
        with database.writing(self._engine) as connection:
            return statuses.record(connection, seen)

    def record_past(self, seen: Iterable[PastClient]) -> int:
        """Remember what clients did, as the sheet has it now; returns how many differed."""
        with database.writing(self._engine) as connection:
            return snapshots.record(connection, seen)

    def record_consequences(self, seen: Iterable[Consequence]) -> int:
        """Remember consequences as they are now; returns how many differed. Lifted ones stay so."""
        with database.writing(self._engine) as connection:
            return consequences.record(connection, seen)

    def record_paths(self, seen: Mapping[tuple[str, str], OfferPath]) -> int:
        """Remember the steps of offers by (client key, offer); returns how many differed."""
        with database.writing(self._engine) as connection:
            changed = consequences.record_paths(connection, seen)
            if self._run:
                journal.record_paths(connection, self._run, changed)
            return len(changed)

    def record_forecasts(self, seen: Iterable[PastForecast]) -> int:
        """Remember what a report expects, and what came of earlier ones; returns how many rows
        changed. The first forecast of a week stays."""
        with database.writing(self._engine) as connection:
            return forecasts.record(connection, seen)

    def mark_listed(self, keys: Iterable[str]) -> None:
        """These follow-ups have a row in the tab `Follow-ups` now; see `History.unlisted`."""
        with database.writing(self._engine) as connection:
            for batch in database.in_batches(keys):
                these = update(follow_ups).where(follow_ups.c.key.in_(batch))
                connection.execute(these.values(listed=True))

    # ---- what runs wrote into the workbook, so that it can be undone

    def record_writing(self, changes: Changes) -> int:
        """Keep what the run under way is about to write, old and new; returns its number.

        To be called before it is written: a run that dies in between is undone by what stands in
        the workbook, not by what was meant. The last 20 runs that wrote are kept.
        """
        if not self._run:
            raise LedgerError("No run has begun, so nothing may be written.")
        with database.writing(self._engine) as connection:
            return journal.record(connection, self._run, changes)

    def forget_writing(self, number: int) -> None:
        """Forget what the run under way was about to write and has not written."""
        with database.writing(self._engine) as connection:
            journal.forget(connection, self._run, number)

    def written_by(self, run: str) -> Written:
        """All that a run wrote; nothing if it wrote nothing, or too long ago."""
        with database.reading(self._engine) as connection:
            return journal.of_run(connection, run)

    def runs_that_wrote(self) -> list[str]:
        """The names of the runs whose writing is kept, the newest first."""
        with database.reading(self._engine) as connection:
            return journal.runs_kept(connection)

    def first_laid_out(self, run: str) -> frozenset[str]:
        """The clients of whom nothing had been laid out before that run."""
        with database.reading(self._engine) as connection:
            return queries.first_laid_out(connection, run)

    def forget_laid_out(self, run: str, clients: Collection[str]) -> None:
        """The steps of these clients that a run laid out have been taken back: what it remembered
        of them is forgotten, so that they are laid out as if it had never been."""
        with database.writing(self._engine) as connection:
            queries.forget_laid_out(connection, [run], clients)
            self._forget_paths(connection, run, clients)

    def is_of(self, moment: datetime) -> None:
        """The workbook is again as it was at that moment: what runs have laid out since is laid out
        anew, and what they listed in `Follow-ups` is listed anew. What left is remembered."""
        with database.writing(self._engine) as connection:
            since = queries.runs_ended_after(connection, moment)
            queries.forget_laid_out(connection, [one.run for one in since])
            for one in since:
                self._forget_paths(connection, one.run)
            first = min((one.began for one in since), default=moment)
            again = update(follow_ups).where(follow_ups.c.changed >= first)
            connection.execute(again.values(listed=False))

    def _forget_paths(
        self, connection: Connection, run: str, clients: Collection[str] | None = None
    ) -> None:
        before = {
            name: (new, old)
            for name, (old, new) in journal.path_changes(connection, run).items()
            if clients is None or name[0] in clients
        }
        changed = consequences.put_back_paths(connection, before)
        if self._run:
            journal.record_paths(connection, self._run, changed)
