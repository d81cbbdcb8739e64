"""What would change if somebody were away, or if more clients of an offer started."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sheetops.errors import ConfigError
from sheetops.model.snapshot import Snapshot
from sheetops.report.figures.backlog import Newcomer, offered
from sheetops.report.figures.figures import Capacity, Change, PersonLoad, WhatIf
from sheetops.report.figures.headroom import usual_owners
from sheetops.report.figures.measure import capacity
from sheetops.report.figures.staff import Absence
from sheetops.report.figures.workload import Supposed, Workload, mondays_to_start, workload
from sheetops.workbook.headers import folded
from sheetops.workbook.references import nearest
from sheetops.workbook.values import day_text

_SMALL = 0.05
"""Changes of a load by less, in its own unit, are not told."""
_SENTENCES = 6


def away(
    snapshot: Snapshot, person: str, first: date, last: date, before: Capacity | None = None
) -> WhatIf:
    """What changes if a person is away from `first` to `last`. `before` saves working it out.

    Raises ConfigError if nobody of that name works for clients, or the days are in no order.
    """
    work = workload(snapshot)
    at = work.who.place.get(folded(person), -1)
    if at < 0:
        raise ConfigError(f'There is nobody called "{person}".', _near(person, work.who.names))
    if last < first:
        raise ConfigError(f"{day_text(last)} is before {day_text(first)}.", "Turn the days round.")
    name = work.who.names[at]
    question = f"What if {name} is away from {day_text(first)} to {day_text(last)}?"
    return _compared(snapshot, question, Supposed(away=(Absence(name, first, last),)), before)


def more(
    snapshot: Snapshot,
    offer: str,
    number: int,
    monday: date | None = None,
    before: Capacity | None = None,
) -> WhatIf:
    """What changes if so many more clients of an offer start in the week of `monday` (None: the
    next week that begins), shared among the offer's usual owners.

    Raises ConfigError if there is no such offer, the number is below 1, or the week is not one of
    those that are looked at.
    """
    work = workload(snapshot)
    names = {folded(one): one for one in snapshot.book.frame("Offer steps")["Offer"].tolist()}
    if folded(offer) not in names or not len(offered(snapshot).path(offer)):
        raise ConfigError(f'There is no offer "{offer}" with steps.', _near(offer, names.values()))
    if number < 1:
        raise ConfigError(f"{number} is no number of new clients.", "Give 1 or more.")
    starts = {work.weeks.mondays[at]: day for at, day in mondays_to_start(work)}
    start = min(starts) if monday is None else monday
    if start not in starts:
        weeks = f"{day_text(min(starts))} to {day_text(max(starts))}"
        raise ConfigError(f"{day_text(start)} cannot be looked at.", f"Give a Monday from {weeks}.")
    name = names[folded(offer)]
    coming = tuple(Newcomer(name, 1, starts[start], owner) for owner in _shared(work, name, number))
    clients = "client" if number == 1 else "clients"
    question = f"What if {number} more {clients} of {name} start in the week of {day_text(start)}?"
    return _compared(snapshot, question, Supposed(more=coming), before)


def _shared(work: Workload, offer: str, number: int) -> list[int]:
    owners = usual_owners(work, offer) or (-1,)
    return [owners[at % len(owners)] for at in range(number)]


def _near(name: str, names: Iterable[str]) -> str:
    known = list(names)
    found = nearest(name, known)
    return f'Did you mean "{found}"?' if found else f"There are: {', '.join(known[:6])}."


def _compared(
    snapshot: Snapshot, question: str, supposed: Supposed, before: Capacity | None
) -> WhatIf:
    was = before or capacity(snapshot)
    now = capacity(snapshot, supposed)
    changes = (*_finishes(was, now), *_loads(was, now), *_room(was, now))
    return WhatIf(question, was, now, changes, tuple(_said(was, now))[:_SENTENCES])


def _finishes(was: Capacity, now: Capacity) -> Iterator[Change]:
    for one, other in zip(was.forecasts, now.forecasts, strict=True):
        if one.point != other.point:
            figure = f"Finish within {one.weeks} weeks"
            yield Change(figure, "", None, one.point, other.point, "clients")


def _pairs(was: Capacity, now: Capacity) -> Iterator[tuple[PersonLoad | None, PersonLoad]]:
    earlier = {one.person: one for one in was.loads}
    for one in now.loads:
        yield earlier.get(one.person), one


def _loads(was: Capacity, now: Capacity) -> Iterator[Change]:
    for earlier, one in _pairs(was, now):
        unit = str(one.unit)
        weeks = earlier.weeks if earlier else (None,) * len(one.weeks)
        for before, after in zip(weeks, one.weeks, strict=True):
            needed = before.needed if before else 0.0
            if abs(needed - after.needed) >= _SMALL:
                yield Change("Work", one.person, after.monday, needed, after.needed, unit)
            room = before.available if before else None
            if room != after.available:
                yield Change("Time", one.person, after.monday, room, after.available, unit)


def _room(was: Capacity, now: Capacity) -> Iterator[Change]:
    for before, after in zip(was.can_take_on, now.can_take_on, strict=True):
        if (before.number, before.monday) != (after.number, after.monday):
            numbers = [None if one.number is None else float(one.number) for one in (before, after)]
            yield Change(
                "Can take on", after.offer, after.monday, numbers[0], numbers[1], "clients"
            )


def _said(was: Capacity, now: Capacity) -> Iterator[str]:
    """What is most telling, in words: the fullest weeks, then what can be taken on."""
    over = [
        (after.share, one.person, after.monday, before.share)
        for earlier, one in _pairs(was, now)
        if earlier
        for before, after in zip(earlier.weeks, one.weeks, strict=True)
        if after.share is not None and after.share > (before.share or 0) + 0.01 and after.share > 1
    ]
    for share, person, monday, before_share in sorted(over, reverse=True)[:3]:
        instead = "" if before_share is None else f" instead of {before_share:.0%}"
        week = f"in the week of {day_text(monday)}"
        yield f"{person} has {share:.0%} of a week's work {week}{instead}."
    for before, after in zip(was.can_take_on, now.can_take_on, strict=True):
        if before.number is None or after.number is None:
            continue
        if before.number != after.number:
            yield f"{after.offer}: can take on {after.number} instead of {before.number}."
        elif before.monday != after.monday and after.monday is not None:
            yield f"{after.offer}: {after.number} more, but only from {day_text(after.monday)} on."
