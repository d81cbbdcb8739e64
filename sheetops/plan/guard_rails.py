"""The guard rails: what in a plan looks like a slip and not like a day's work.

Context: an emptied tab or a clock that jumped would be carried out as faithfully as an ordinary
day. Decision: a plan is held against the last run; where it is too far from it, nothing is written
or sent until a person has looked. Consequence: a day that is meant to be unusual needs --force.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from sheetops.errors import UnsafeRun
from sheetops.plan.plan import Plan
from sheetops.workbook.values import day_text

_FEW = 5  # a business of less has no "large share"
_VANISHED = 0.2  # share of clients that may be gone since the last run
_FAR_MORE = 3  # times the usual number of mails
_NO_ALARM = 20  # so many more mails than usual alarm nobody
_WATCHED = ("Offer steps", "Offers", "Messages", "Team", "Settings")
"""Tabs on which everything rests, and that nobody empties on purpose."""
_ROWS_OF = "rows of "
_LONGEST_SLEEP = timedelta(days=100)


def refuse_if_unsafe(plan: Plan) -> None:
    """Raises UnsafeRun with every reason against the plan; nothing of it may then be done."""
    reasons = [reason for reason in _dangers(plan) if reason]
    if reasons:
        raise UnsafeRun(
            " ".join(reasons),
            "Nothing was written or sent. If it is meant, run it again with --force.",
        )


def rows_watched(plan: Plan) -> dict[str, int]:
    """Rows of the tabs on which everything rests, for the guard rails of the next run."""
    return {f"{_ROWS_OF}{tab}": len(plan.book.frame(tab)) for tab in _WATCHED}


def _dangers(plan: Plan) -> list[str]:
    last = plan.snapshot.history.last_run
    dangers = [plan.snapshot.history.elsewhere]
    if plan.mails:
        dangers += [_too_many(plan), _unusually_many(plan)]
    if last is not None:
        dangers += [_clock(plan, last.day), _vanished(plan, last.clients, last.steps)]
        dangers += [*_emptied(plan, last.counts), _mass_change(plan)]
    return dangers


def _too_many(plan: Plan) -> str:
    history, most = plan.snapshot.history, plan.snapshot.business.mails_per_day
    by_day = history.mails_by_day.get(plan.today, 0)
    lately = by_day if history.sent_lately is None else max(history.sent_lately, by_day)
    if len(plan.mails) + lately <= most:
        return ""
    when = "today" if lately == by_day else "within 24 hours"
    return (
        f"{len(plan.mails) + lately} mails would leave {when}; at most {most} may "
        "(Mails per day at most in Settings)."
    )


def _unusually_many(plan: Plan) -> str:
    """Far more than on the days before; that is a slip far more often than a busy day."""
    by_day = plan.snapshot.history.mails_by_day
    before = sorted(count for day, count in by_day.items() if day < plan.today)
    if len(before) < _FEW:
        return ""
    count, usual = len(plan.mails) + by_day.get(plan.today, 0), before[len(before) // 2]
    if count <= max(_FAR_MORE * usual, before[-1], usual + _NO_ALARM):
        return ""
    return f"{count} mails would leave today; on other days it was about {usual}."


def _clock(plan: Plan, last: date) -> str:
    if plan.today < last:
        return f"Today is {day_text(plan.today)}, but the last run was on {day_text(last)}."
    if plan.today - last > _LONGEST_SLEEP:
        return f"The last run was on {day_text(last)}, which is long ago. Is the clock right?"
    return ""


def _vanished(plan: Plan, clients: int, steps: int) -> str:
    now = plan.counts()
    if clients >= _FEW and now["clients"] < clients * (1 - _VANISHED):
        return f"There are {now['clients']} clients; at the last run there were {clients}."
    if steps >= _FEW and not now["steps"]:
        return f"The tab Steps is empty; at the last run it had {steps} rows."
    return ""


def _emptied(plan: Plan, counts: Mapping[str, int]) -> Iterator[str]:
    """A tab that was deleted switches its system off; one that is there and empty is a slip."""
    for tab in _WATCHED:
        before = counts.get(f"{_ROWS_OF}{tab}".casefold(), 0)
        if before >= _FEW and plan.book.has(tab) and not len(plan.book.frame(tab)):
            yield f"The tab {tab} is empty; at the last run it had {before} rows."


def _mass_change(plan: Plan) -> str:
    """A flag that is given where none was is no change: a first run gives all of them."""
    flagged = sum(1 for flag in plan.snapshot.book.frame("Clients")["Flag"] if flag)
    changed = sum(
        1
        for cell in plan.cells
        if cell.tab == "Clients" and cell.heading == "Flag" and cell.old not in {None, ""}
    )
    share = plan.snapshot.business.share_that_may_change
    if flagged >= 2 * _FEW and changed > share * flagged:
        return (
            f"The flags of {changed} of {flagged} clients would change at once; at most "
            f"{share:.0%} may (Share of clients that may change in Settings)."
        )
    return ""
