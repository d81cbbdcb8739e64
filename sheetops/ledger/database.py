"""The ledger's database: opened durably, moved to the present schema, and its errors made plain.

Context: a commit must survive a power cut, and two processes must never both win a claim. Decision:
SQLite in WAL mode with synchronous=FULL and every writing transaction begun with BEGIN IMMEDIATE;
PostgreSQL with an advisory lock in each. Consequence: writers queue instead of failing at commit,
and the unique keys are checked by one writer at a time.
"""

from __future__ import annotations

import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Update,
    create_engine,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from sheetops import failpoints
from sheetops.errors import AnotherRun, LedgerError
from sheetops.ledger import clients, consequences, forecasts, journal, schema, statuses
from sheetops.ledger.location import refuse_bad_place

PATIENCE = 30.0
"""Seconds that a writer waits for another before it gives up."""
_BEGIN = "sheetops_begin"

MIGRATIONS: Mapping[int, Callable[[Connection], None]] = {
    1: clients.create,
    2: consequences.create,
    3: forecasts.create,
    4: journal.create,
    5: statuses.create,
}
"""By version, what brings a ledger of that version to the next."""


def make_engine(url_or_path: str | Path) -> Engine:
    """An engine for a path of a SQLite file or for a database URL.

    Raises LedgerError if the place is synced or on a network, or the URL is not understood.
    """
    try:
        url = _url(str(url_or_path))
        if url.get_backend_name() != "sqlite":
            return create_engine(url)
        if url.database in {None, "", ":memory:"}:
            return _listening(create_engine("sqlite://", poolclass=StaticPool))
        _prepare_folder(Path(str(url.database)))
        return _engine_of_file(url)
    except (ArgumentError, ImportError) as error:
        raise LedgerError(
            f"The ledger's database cannot be used: {error}",
            "Give a file's path, or a URL such as postgresql+psycopg://name@host/database.",
        ) from error


@lru_cache(maxsize=8)
def _engine_of_file(url: URL) -> Engine:
    """The engine of a file, which keeps its compiled statements: a process that opens a ledger
    again and again compiles each once. It has no connection while no ledger is open."""
    return _listening(create_engine(url, connect_args={"timeout": PATIENCE}))


def _listening(engine: Engine) -> Engine:
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _url(named: str) -> URL:
    if "://" in named:
        return make_url(named)
    return URL.create("sqlite", database=str(Path(named).expanduser()))


def _prepare_folder(file: Path) -> None:
    refuse_bad_place(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(
            f"The ledger's folder {file.parent} cannot be made ({error.strerror}).",
            "Choose another folder for the ledger.",
        ) from error


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _on_begin
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={int(PATIENCE * 1000)}")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    begin = connection.get_execution_options().get(_BEGIN, "BEGIN IMMEDIATE")
    if begin:
        connection.exec_driver_sql(begin)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One durable transaction, alone. Raises LedgerError for whatever the database says."""
    with plain_errors():
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                lock = text("SELECT pg_advisory_xact_lock(:n)")
                connection.execute(lock, {"n": _number("claim")})
            yield connection
            failpoints.reach("ledger: before the commit")
        failpoints.reach("ledger: committed")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent look, which never waits for a writer. Raises LedgerError likewise."""
    with plain_errors(), engine.connect() as connection:
        yield connection.execution_options(**{_BEGIN: "BEGIN"})


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """SQLite outside of any transaction, for what cannot run in one. Raises SQLAlchemy's errors."""
    with engine.connect() as connection:
        yield connection.execution_options(**{_BEGIN: ""})


class Kept:
    """A connection of the driver itself, kept from mail to mail.

    Two moves stand between a mail and the next, and SQLAlchemy's way to a statement takes longer
    than the statement. So these are compiled once, for whichever database it is.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_file = engine.dialect.name == "sqlite"
        self._connection: Any = None
        self.unsettled = False
        """Whether a power cut could undo the last commit."""
        self._compiled: dict[Update, tuple[str, bool, list[tuple[str, Any]]]] = {}

    @contextmanager
    def writing(self, *, soon: bool = False) -> Iterator[DBAPICursor]:
        """As `database.writing`, for statements that `run` takes.

        With `soon` a SQLite file is not waited for: what is committed outlives this process at
        once, and a power cut from the next commit on, because the log is one file, in order.
        """
        with plain_errors(self._engine):
            cursor = self._begun(soon=soon)
            try:
                yield cursor
                failpoints.reach("ledger: before the commit")
                self._connection.commit()
            except BaseException:
                self.close()  # and with it whatever was begun
                raise
            finally:
                cursor.close()
            self.unsettled = soon and self._is_file
            failpoints.reach("ledger: committed")

    def run(self, cursor: DBAPICursor, statement: Update, values: Mapping[str, Any]) -> int:
        """Run one statement; returns how many rows it changed."""
        if statement not in self._compiled:
            self._compiled[statement] = self._compile(statement)
        sql, in_order, makers = self._compiled[statement]
        made = [(name, make(values[name]) if make else values[name]) for name, make in makers]
        cursor.execute(sql, [value for _, value in made] if in_order else dict(made))
        return cursor.rowcount

    def close(self) -> None:
        """Give the connection back, and what was not committed up. May be called twice."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.rollback()
            if self._is_file:
                connection.cursor().execute("PRAGMA synchronous=FULL")  # others may get it next
            connection.close()

    def _begun(self, *, soon: bool) -> DBAPICursor:
        if self._connection is None:
            self._connection = self._engine.raw_connection()
        cursor: DBAPICursor = self._connection.cursor()
        if self._is_file:
            cursor.execute(f"PRAGMA synchronous={'NORMAL' if soon else 'FULL'}")
            cursor.execute("BEGIN IMMEDIATE")
        else:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_number("claim")])
        return cursor

    def _compile(self, statement: Update) -> tuple[str, bool, list[tuple[str, Any]]]:
        """The words, whether the values come in order, and each with what fits it to the driver."""
        dialect = self._engine.dialect
        compiled = statement.compile(dialect=dialect)
        order = compiled.positiontup
        makers = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in order or compiled.binds
        ]
        return str(compiled), order is not None, makers


@contextmanager
def plain_errors(engine: Engine | None = None) -> Iterator[None]:
    """Whatever the database says becomes a LedgerError with its mend; with an engine, also what its
    driver says by itself."""
    own: tuple[type[Exception], ...] = (SQLAlchemyError,)
    if engine is not None:
        own = (SQLAlchemyError, engine.dialect.loaded_dbapi.Error)
    try:
        yield
    except own as error:
        cause = str(getattr(error, "orig", None) or error)
        raise LedgerError(f"The ledger cannot be used: {cause}.", _mend(cause)) from error


def _mend(cause: str) -> str:
    said = cause.casefold()
    for sign, mend in _MENDS.items():
        if sign in said:
            return mend
    return "Nothing was recorded by this step. Look at the ledger's disk, then run again."


_MENDS = {
    "locked": "Another program holds it open; close that and run again.",
    "full": "Make room on the disk and run again.",
    "readonly": "Let this account write the ledger's file and folder.",
    "unable to open": "Let this account write the ledger's file and folder.",
    "not a database": "Put back the newest backup of the ledger.",
    "malformed": "Put back the newest backup of the ledger.",
    "unique": "Another run recorded the same thing at the same moment; run again.",
}


def prepare(engine: Engine, first: Mapping[str, str]) -> dict[str, str]:
    """Make the tables, or bring them to the present version; returns the ledger's own notes.

    `first` are the notes of a ledger that is made now. Raises LedgerError if the ledger is from a
    newer sheetops.
    """
    if engine.dialect.name == "sqlite":
        _use_wal(engine)
    with writing(engine) as connection:
        schema.meta.create(connection, checkfirst=True)
        notes = _notes(connection)
        if not notes:
            schema.METADATA.create_all(connection)
            notes = {"version": str(schema.VERSION), **first}
            rows = [{"name": name, "value": value} for name, value in notes.items()]
            connection.execute(insert(schema.meta), rows)
        _migrate(connection, int(notes["version"]))
        return _notes(connection)


def _notes(connection: Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(select(schema.meta))}


def _migrate(connection: Connection, version: int) -> None:
    if version > schema.VERSION:
        raise LedgerError(
            f"The ledger was made by a newer sheetops (its version {version}).",
            "Update sheetops on this computer.",
        )
    for step in range(version, schema.VERSION):
        MIGRATIONS[step](connection)
    note = update(schema.meta).where(schema.meta.c.name == "version")
    connection.execute(note.values(value=str(schema.VERSION)))


def _use_wal(engine: Engine) -> None:
    """WAL is kept in the file. Switching to it does not wait for others by itself, so this does."""
    deadline = time.monotonic() + PATIENCE
    with plain_errors(), alone(engine) as connection:
        while True:
            try:
                mode = connection.exec_driver_sql("PRAGMA journal_mode=WAL").scalar_one()
                break
            except SQLAlchemyError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
    if mode not in {"wal", "memory"}:
        raise LedgerError(
            f"The ledger's disk does not allow safe writing (journal {mode}).",
            "Choose a folder on this computer's own disk.",
        )


class RunLock:
    """Held by the one run that may claim and recover; freed by the system if the process dies.

    A file lock beside a SQLite file, an advisory lock of the connection on PostgreSQL.
    """

    def __init__(self, engine: Engine, workbook: str) -> None:
        self._engine = engine
        self._workbook = workbook
        self._file: FileLock | None = None
        self._connection: Connection | None = None

    def take(self) -> None:
        """Raises AnotherRun if another run holds it."""
        if self._engine.dialect.name == "sqlite":
            self._take_file(self._engine.url.database or "")
        else:
            self._take_advisory()
        failpoints.reach("ledger: lock taken")

    def free(self) -> None:
        """Does nothing if it is not held."""
        if self._file is not None:
            self._file.release()
        if self._connection is not None:
            with suppress(SQLAlchemyError):  # a session that broke has lost the lock already
                mine = {"n": _number(self._workbook)}
                self._connection.execute(text("SELECT pg_advisory_unlock(:n)"), mine)
                self._connection.commit()
            self._connection.invalidate()  # ends the session, which the server sees a little later
            self._connection.close()
        self._file = self._connection = None

    def _take_file(self, file: str) -> None:
        if not file or file == ":memory:":
            return
        lock = FileLock(f"{file}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise _another() from error
        except OSError as error:
            raise LedgerError(
                f"The ledger's lock {file}.lock cannot be made ({error.strerror}).",
                "Let this account write the ledger's folder.",
            ) from error
        self._file = lock

    def _take_advisory(self) -> None:
        with plain_errors():
            connection = self._engine.connect()
            query = text("SELECT pg_try_advisory_lock(:n)")
            mine = connection.execute(query, {"n": _number(self._workbook)}).scalar_one()
            connection.commit()
        if not mine:
            connection.close()
            raise _another()
        self._connection = connection


def _another() -> AnotherRun:
    return AnotherRun(
        "Another run is working with this ledger.", "Wait until it is done, then run again."
    )


def _number(name: str) -> int:
    """A lock's number on PostgreSQL: the same on every computer."""
    return zlib.crc32(f"sheetops/{name}".encode())


def in_batches(keys: Any, size: int = 500) -> Iterator[list[str]]:
    """Keys in lists that fit one query, each key once, in order."""
    unique = list(dict.fromkeys(keys))
    for start in range(0, len(unique), size):
        yield unique[start : start + size]
