"""How long the team's steps take in the days on which whoever does them is there.

Context: a step that waited over somebody's holiday took long, and the weeks ahead have holidays of
their own. Decision: the waits that the work ahead is drawn from count a person's own days, past and
to come. Consequence: no absence is counted twice, once in the waits and once in the calendar.
"""

from __future__ import annotations

import numpy as np

from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.report.figures.staff import People, doers, is_there, people
from sheetops.systems.path import survival
from sheetops.systems.path.event_log import happened
from sheetops.systems.path.survival import Waits
from sheetops.workbook.arrays import Days, Places


@once_a_snapshot
def waits_there(snapshot: Snapshot) -> Waits:
    """Waits by step, as `learned` has them, but for the days on which the team was away."""
    found, lost = happened(snapshot), _lost(snapshot)
    used = found.days >= 0
    days = np.maximum(found.days - lost, 0)[used]
    count = len(snapshot.book.frame("Offer steps"))
    return survival.learn(found.step_at[used], days, found.is_done[used], count)


@once_a_snapshot
def lost_of_open(snapshot: Snapshot) -> Places:
    """By step of the sheet, the working days of its age on which whoever does it was away."""
    found, lost = happened(snapshot), _lost(snapshot)
    by_step = np.zeros(len(snapshot.steps.key), dtype="int64")
    here = (found.at >= 0) & ~found.is_done
    by_step[found.at[here]] = lost[here]
    return by_step


@once_a_snapshot
def _lost(snapshot: Snapshot) -> Places:
    """By step that happened, the working days of the business between its start and its end (or
    today) on which its person was away; 0 for what is not the team's."""
    found, who, person = happened(snapshot), people(snapshot), doers(snapshot)
    today = np.datetime64(snapshot.today, "D")
    end = np.where(np.isnat(found.done), today, found.done)
    lost = np.zeros(len(found), dtype="int64")
    used = (found.days > 0) & (person >= 0)
    if not used.any():
        return lost
    first = found.started[used].min()
    days = np.arange(first, max(today, end[used].max()) + 1)
    days = days[np.is_busday(days, busdaycal=snapshot.business.calendar.numpy)]
    away = _away(snapshot, who, days)
    from_, until = (np.searchsorted(days, one[used]) for one in (found.started, end))
    lost[used] = away[person[used], until] - away[person[used], from_]
    return lost


def _away(snapshot: Snapshot, who: People, days: Days) -> Places:
    """By person and number of working days, on how many of these they were away."""
    away = np.zeros((len(who.names), len(days) + 1), dtype="int64")
    for at, there in enumerate(is_there(snapshot, who, days)):
        away[at, 1:] = np.cumsum(~there)
    return away
