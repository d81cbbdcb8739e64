"""Mails made up for the ledger's tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sheetops.ledger import Ledger
from sheetops.model.mail import FollowUp, Mail, Purpose, follow_up_key

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 7, 0, 5, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
TOMORROW = DAY + timedelta(1)


class Folder:
    """A transport that can tell: it has the mails of `keys`."""

    def __init__(self, *keys: str) -> None:
        self.keys = keys

    def was_accepted(self, key: str) -> bool:
        return key in self.keys


class Server:
    """A transport that cannot tell."""

    def was_accepted(self, key: str) -> None:
        return None


def item(client: str = "C1", step: str = "Form", message: str = "R1") -> FollowUp:
    return FollowUp(
        key=follow_up_key("wb1", client, message, step, DAY),
        client=client,
        client_name=f"Client {client}",
        message=message,
        step=step,
        occasion=DAY,
        to=f"{client}@example.com",
        to_name="Anna",
        subject="Your form",
        body="Hello",
        why="waiting 2 days",
        minutes_saved=5.0,
    )


def mail(
    client: str = "C1",
    *items: FollowUp,
    day: date = DAY,
    to: str = "",
    key: str = "",
    body: str = "Hello",
) -> Mail:
    """A follow-up mail to a client; without items it has one."""
    return Mail(
        key=key or f"m-{client}-{day:%Y%m%d}",
        day=day,
        purpose=Purpose.FOLLOW_UP,
        client=client,
        to=to or f"{client}@example.com",
        to_name="Anna",
        subject="Your form",
        body=body,
        reply_to="owen@example.com",
        items=items or (item(client),),
    )


def claimed(ledger: Ledger, *mails: Mail) -> str:
    """A run that has claimed these; returns its name."""
    run = ledger.begin_run("daily", DAY, NOW)
    assert ledger.claim(run, mails, NOW).mails == mails
    return run


def sent(ledger: Ledger, *mails: Mail) -> None:
    """A whole run in which these left."""
    run = claimed(ledger, *mails)
    for one in mails:
        ledger.handing(one.key, NOW)
        ledger.accepted(one.key, LATER)
    ledger.end_run(run, "done", counts(mails=len(mails)), at=LATER)


def counts(**more: int) -> Mapping[str, int]:
    return {"clients": 60, "steps": 400, "mails": 0, **more}


def states(ledger: Ledger) -> dict[str, str]:
    """By follow-up key, its state."""
    return {key: known.state for key, known in ledger.outcomes().items()}


def die(place: Path | str, *mails: Mail, handing: bool) -> None:
    """A run that claimed these, perhaps began to hand them over, and then was no more."""
    with Ledger.open(place, "wb1") as ledger:
        claimed(ledger, *mails)
        for one in mails if handing else ():
            ledger.handing(one.key, NOW)
