"""What people ask of the outbox: see it, settle what is in doubt, take over from another ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sheetops.errors import ConfigError
from sheetops.jobs import location, run_log, session
from sheetops.jobs.context import Request
from sheetops.ledger import Entry, Known, Ledger
from sheetops.model.history import Stage
from sheetops.plan import follow_ups_tab
from sheetops.stores.lock import workbook_lock
from sheetops.workbook.book import Book
from sheetops.workbook.changes import Changes

STATES = (
    "in doubt", "handing", "deferred", "refused", "claimed", "planned", "accepted", "cancelled",
)  # fmt: skip
"""What may have become of a mail, what needs a person first."""
_SHORTEST = 4


@dataclass(frozen=True)
class Adopted:
    """What was taken over: how many follow-ups, and the ledger that now is the workbook's."""

    follow_ups: int
    ledger: str
    computer: str


def entries(request: Request, states: Sequence[str] = ()) -> list[Entry]:
    """The mails of the outbox, what needs a person first, then the newest first.

    Raises ConfigError if a state is none.
    """
    unknown = [state for state in states if state not in STATES]
    if unknown:
        raise ConfigError(f'"{unknown[0]}" is no state.', f"There are: {', '.join(STATES)}.")
    with _opened(request) as (ledger, _):
        found = ledger.entries(*states)
    newest = sorted(found, key=lambda one: (one.day, one.changed, one.key), reverse=True)
    return sorted(newest, key=lambda one: STATES.index(one.state) if _needs(one) else len(STATES))


def _needs(one: Entry) -> bool:
    return one.state in {"in doubt", "handing"}


def entry(request: Request, key: str) -> Entry:
    """One mail by the beginning of its key, or of that of a follow-up in it.

    Raises ConfigError if it is not exactly one.
    """
    with _opened(request) as (ledger, _):
        return _one(ledger, key)


def _one(ledger: Ledger, key: str) -> Entry:
    wanted = key.strip().casefold()
    if len(wanted) < _SHORTEST:
        raise ConfigError(f'"{key}" is too short.', f"Give {_SHORTEST} signs of the key or more.")
    found = [
        one
        for one in ledger.entries()
        if any(name.casefold().startswith(wanted) for name in (one.key, *one.follow_ups))
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ConfigError(f'There is no mail "{key}".', "See: sheetops outbox list")
    raise ConfigError(f'"{key}" may be {len(found)} mails.', "Give more of the key.")


def resolve(request: Request, key: str, *, sent: bool) -> Entry:
    """Settle a mail in doubt by a person's word; returns it as it is then."""
    with _opened(request) as (ledger, _):
        one = _one(ledger, key)
        if one.state != "in doubt":
            raise ConfigError(f"Mail {one.key} is {one.state}, not in doubt: it is left as it is.")
        ledger.resolve(one.key, sent=sent, at=request.clock())
        return _one(ledger, one.key)


def adopt(request: Request) -> Adopted:
    """Take over what `Follow-ups` says was sent, and make this computer's ledger the workbook's.

    Raises AnotherRun while a run is under way, ConfigError if the workbook has no tab Runs to say
    so in, and what the store raises.
    """
    computer, path = request.computer, request.settings.workbook.file
    with _opened(request) as (ledger, before):
        moment = request.clock()
        today = session.today_of(request, before)
        name = ledger.begin_run("adopt", today, moment)
        with workbook_lock(path, ledger.id, computer, moment):
            found = session.read_workbook(request).book
            if not run_log.names_ledger(found):
                raise ConfigError(
                    "The workbook has no tab Runs with the column Ledger.",
                    "Copy that tab from the template.",
                )
            theirs = follow_ups_tab.from_sheet(found, ledger.history(today)).values()
            count = ledger.adopt(theirs, moment)
            if any(one.state == "accepted" for one in theirs):
                ledger.reach_stage(Stage.ALL)
            local = moment.astimezone(found.business.calendar.zone)
            line = run_log.line(local, "adopt", computer, "done", ledger.id)
            changes = Changes((), (), found.layout, found.fingerprint)
            request.store(ledger.workbook).write(run_log.add_line(changes, found, name, line))
        location.remember(ledger, request.settings, computer)
        ledger.end_run(name, "adopted", {"follow-ups": count}, at=request.clock())
        return Adopted(count, ledger.id, computer)


def suppressed(request: Request) -> dict[str, Known]:
    """Addresses that get no mail: since when, and why."""
    with _opened(request) as (ledger, _):
        return ledger.suppressed()


def suppress(request: Request, address: str, why: str) -> None:
    """Send nothing to this address from now on."""
    with _opened(request) as (ledger, _):
        ledger.suppress(_address(address), why, request.clock())


def allow(request: Request, address: str) -> None:
    """Take that back. Raises ConfigError if mail may go there anyway."""
    with _opened(request) as (ledger, _):
        before = ledger.suppressed()
        ledger.allow(_address(address))
        if ledger.suppressed() == before:
            raise ConfigError(
                f"{address} is not kept from mail.", "See: sheetops outbox suppressed"
            )


def _address(text: str) -> str:
    if text.count("@") != 1 or text.strip().startswith("@") or text.strip().endswith("@"):
        raise ConfigError(f'"{text}" is no address.', "Give one like anna@example.com.")
    return text


@contextmanager
def _opened(request: Request) -> Iterator[tuple[Ledger, Book]]:
    found = session.read_workbook(request).book
    workbook_id = found.business.workbook_id
    with Ledger.open(request.settings.ledger_at(workbook_id), workbook_id) as ledger:
        yield ledger, found
