"""The outbox for the terminal: one line a mail, or one mail whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sheetops.cli.views.columns import clean, table, wrap
from sheetops.ledger import Entry, Known
from sheetops.mail import domain_of
from sheetops.plan.follow_ups_tab import how_to_settle
from sheetops.workbook.values import day_text

NOTHING = "The outbox holds no such mail."
_KEY = 10  # signs of a key that are enough to name it


def lines(found: Sequence[Entry]) -> Iterator[str]:
    """One line a mail, in the order given; those in doubt say what to do."""
    if not found:
        yield NOTHING
        return
    rows = (
        (one.key[:_KEY], day_text(one.day), one.state, _to(one), _subject(one)) for one in found
    )
    yield from table(("Key", "Day", "State", "To", "Subject"), rows, most=(0, 0, 0, 24), give=4)
    doubtful = [one for one in found if one.state == "in doubt"]
    if doubtful:
        yield ""
        yield from wrap(how_to_settle(doubtful[0].key))


def _to(one: Entry) -> str:
    name = one.mail.to_name if one.mail else one.client
    return name or f"…@{domain_of(one.address)}"


def _subject(one: Entry) -> str:
    return one.mail.subject if one.mail else "(its words were forgotten)"


def whole(one: Entry) -> Iterator[str]:
    """One mail with its history and its words."""
    facts = {
        "Key": one.key,
        "State": one.state,
        "Since": _moment(one.changed),
        "Day": day_text(one.day),
        "Purpose": one.purpose,
        "Client": one.client,
        "To": one.address,
        "Tries put off": str(one.tries) if one.tries else "",
        "Next try": _moment(one.again) if one.again else "",
        "Last said": one.reply,
        "Run": one.run,
        "Follow-ups": " ".join(one.follow_ups),
    }
    for name, value in facts.items():
        if value:
            yield from wrap(value, f"{name + ':':<15}")
    if one.state == "in doubt":
        yield ""
        yield from wrap(how_to_settle(one.key))
    yield ""
    if one.mail is None:
        yield "Its words were forgotten; keys are kept for ever."
        return
    yield f"Subject: {clean(one.mail.subject)}"
    yield ""
    yield from (clean(line) for line in one.mail.body.splitlines())


def addresses(found: Mapping[str, Known]) -> Iterator[str]:
    """Addresses that get no mail."""
    if not found:
        yield "Mail may go to every address."
        return
    rows = ((name, _moment(one.moment), one.why) for name, one in sorted(found.items()))
    yield from table(("Address", "Since", "Why"), rows, give=2)


def _moment(moment: datetime) -> str:
    local = moment.astimezone()
    return f"{day_text(local.date())} {local:%H:%M}"
