"""The ledger's tables, and the moves that a mail may make.

`mails` and `follow_ups` are narrow and kept for ever, because their keys decide "never twice"; what
a mail says is in `letters`, which may be forgotten after a while. Three unique keys in the database
decide, whoever races: the follow-up's key, one mail per client and day, and the guard of a renamed
client (the same message about the same step and occasion to the same address).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    and_,
)

from sheetops.model.mail import MailState

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

VERSION = 6
"""Of these tables. A change to them is a new version and a line in `database.MIGRATIONS`."""


MOVES: dict[MailState, frozenset[MailState]] = {
    MailState(state): frozenset(map(MailState, following))
    for state, following in {
        "planned": ("claimed", "cancelled"),
        "claimed": ("handing", "planned", "deferred", "refused", "cancelled"),
        "handing": ("accepted", "deferred", "refused", "in doubt", "planned"),
        "deferred": ("claimed", "cancelled"),
        "in doubt": ("accepted", "planned"),
        "accepted": (),
        "refused": (),
        "cancelled": ("claimed",),
    }.items()
}
"""From a state, the states that may follow. `handing` to `planned` is for recovery only, and a
cancelled mail may be put together anew, because it was never handed over."""


class Moment(TypeDecorator[datetime]):
    """A moment, kept in UTC. A time without a zone is a bug and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a moment needs its time zone"
            raise ValueError(msg)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.replace(tzinfo=UTC)


METADATA = MetaData()

meta = Table(
    "meta",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

runs = Table(
    "runs",
    METADATA,
    Column("run", String, primary_key=True),
    Column("job", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("began", Moment, nullable=False),
    Column("ended", Moment),
    Column("result", String, nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
)

counts = Table(
    "counts",
    METADATA,
    Column("run", ForeignKey("runs.run"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("number", Integer, nullable=False),
)

mails = Table(
    "mails",
    METADATA,
    Column("key", String, primary_key=True),
    Column("day", Date, nullable=False),
    Column("purpose", String, nullable=False),
    Column("client", String, nullable=False),
    Column("address", String, nullable=False),
    Column("state", String, nullable=False),
    Column("run", ForeignKey("runs.run")),
    Column("changed", Moment, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("again", Moment),
    Column("reply", Text, nullable=False, default=""),
)
_one_a_day = and_(mails.c.client != "", mails.c.state != MailState.CANCELLED)
Index(
    "one_mail_per_client_and_day",
    mails.c.purpose,
    mails.c.client,
    mails.c.day,
    unique=True,
    sqlite_where=_one_a_day,
    postgresql_where=_one_a_day,
)
Index("mails_by_state", mails.c.state, mails.c.changed)

letters = Table(
    "letters",
    METADATA,
    Column("key", ForeignKey("mails.key"), primary_key=True),
    Column("content", Text, nullable=False),
)

follow_ups = Table(
    "follow_ups",
    METADATA,
    Column("key", String, primary_key=True),
    Column("mail", ForeignKey("mails.key"), index=True),
    Column("client", String, nullable=False),
    Column("message", String, nullable=False),
    Column("step", String, nullable=False),
    Column("occasion", Date, nullable=False),
    Column("state", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("why", Text, nullable=False, default=""),
    Column("part", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("minutes_saved", Float, nullable=False, default=0.0),
    Column("listed", Boolean, nullable=False, default=False),
    Column("guard", String),
    Column("guard_no", Integer, nullable=False, default=0),
    UniqueConstraint("guard", "guard_no", name="one_message_per_address_and_occasion"),
)
_unlisted = follow_ups.c.listed.is_(False)
Index(
    "unlisted",
    follow_ups.c.state,
    follow_ups.c.mail,
    sqlite_where=_unlisted,
    postgresql_where=_unlisted,
)
Index("follow_ups_by_message", follow_ups.c.state, follow_ups.c.message, follow_ups.c.day)

laid_out = Table(
    "laid_out",
    METADATA,
    Column("client", String, primary_key=True),
    Column("offer", String, primary_key=True),
    Column("run", ForeignKey("runs.run"), nullable=False),
)

ticks = Table(
    "ticks",
    METADATA,
    Column("key", String, primary_key=True),
    Column("seen", Date, nullable=False),
)

suppressed = Table(
    "suppressed",
    METADATA,
    Column("address", String, primary_key=True),
    Column("why", Text, nullable=False),
    Column("since", Moment, nullable=False),
)
