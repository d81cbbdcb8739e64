"""Flags: which steps and clients are stalled, due soon, paused or on track, and why, in words.

A step is stalled when the day it is due by has passed: the day that staff typed, or the one on
which the working days of its offer step run out. Where neither is declared, it is stalled when it
waits longer than nine in ten clients take, and longer than the least that Settings names. A client
is on course to miss the promised day, or the one to which a consequence has moved it, when at least
half of those who waited as long at the same step finished later than that.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from sheetops.model.findings import Findings
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.clients import activity, exclusions, fit, listed
from sheetops.systems.path import exceptions
from sheetops.systems.path.consequences import promises
from sheetops.systems.path.durations import learned
from sheetops.systems.path.reasons import Promise, Words, course, pauses_of
from sheetops.systems.path.survival import is_unusual, will_miss
from sheetops.workbook.arrays import Days, Numbers, Objects, Places
from sheetops.workbook.contract import FLAGS
from sheetops.workbook.values import day_text


@once_a_snapshot
def flags(snapshot: Snapshot) -> Findings:
    """`Flag` and `Why` of every step and client; blank where nothing may be said."""
    step_flags, step_whys = _step_flags(snapshot)
    client_flags, client_whys = _client_flags(snapshot, step_flags, step_whys)
    return Findings(
        status={
            "Steps": _frame(snapshot.steps.key, step_flags, step_whys),
            "Clients": _frame(snapshot.clients.key, client_flags, client_whys),
        }
    )


def _frame(keys: Objects, shown: Objects, whys: Objects) -> pd.DataFrame:
    index = pd.Index(keys, dtype=object)
    return pd.DataFrame({"Flag": shown, "Why": whys}, index=index, dtype=object)


def _step_flags(snapshot: Snapshot) -> tuple[Objects, Objects]:
    steps, clients = snapshot.steps, snapshot.clients
    count = len(steps.key)
    flag, why = np.full(count, "", dtype=object), np.full(count, "", dtype=object)
    paused = snapshot.of_client(clients.is_paused)
    judged = steps.is_current & snapshot.of_client(clients.is_served & clients.is_certain)
    late = judged & (steps.left < 0)
    usual = learned(snapshot).usual(steps.offer_step_at)
    slow = is_unusual(steps.age, usual, snapshot.business.stalled_floor)
    soon = judged & (steps.left >= 0) & (steps.left <= snapshot.business.due_soon_days)
    flag[judged] = "On track"
    flag[soon] = "Due soon"
    flag[late | (judged & np.isnan(steps.left) & slow)] = "Stalled"
    flag[judged & paused] = "Paused"
    rows = np.flatnonzero(judged)
    why[rows] = Words(snapshot, rows).said(flag[rows].tolist())
    bad = ~steps.is_certain
    flag[bad], why[bad] = "Data problem", steps.doubt[bad]
    unclear = snapshot.of_client(clients.is_served & ~clients.is_certain)
    for at in np.flatnonzero(steps.is_open & unclear & ~bad).tolist():
        why[at] = f"Left alone until this is mended: {clients.doubt[steps.client_at[at]]}"
    return flag, why


def _client_flags(snapshot: Snapshot, flags: Objects, whys: Objects) -> tuple[Objects, Objects]:
    clients, steps = snapshot.clients, snapshot.steps
    count = len(clients.key)
    flag, why = np.full(count, "", dtype=object), np.full(count, "", dtype=object)
    bad = clients.doubt != ""
    flag[bad], why[bad] = "Data problem", clients.doubt[bad]
    stalled = Counter(steps.client_at[flags == "Stalled"].tolist())
    shown = _most_serious(snapshot, flags)
    pauses = pauses_of(snapshot)
    missing = _on_course_to_miss(snapshot)
    is_listed = listed.is_listed(snapshot)
    for at in np.flatnonzero(clients.is_served & ~bad).tolist():
        step = int(shown[at])
        if clients.is_paused[at]:
            flag[at], why[at] = "Paused", pauses[at]
        elif at in missing and not stalled[at]:
            flag[at], why[at] = "On course to miss", missing[at]
        elif step >= 0:
            flag[at], why[at] = flags[step], whys[step] + _more(stalled[at] - 1)
        elif not is_listed[at]:
            flag[at], why[at] = _without_step(snapshot, at)
    _say_besides(snapshot, flag, why)
    return flag, why


def _say_besides(snapshot: Snapshot, flag: Objects, why: Objects) -> None:
    """Who has gone silent, where nothing more serious is to be said; and who lacks a prerequisite:
    that flags a lead, and of a client in hand is said without stopping the work; and exceptions;
    and why nothing follows the finish of somebody whom we do not serve."""
    for at, (its_flag, words) in listed.flags(snapshot).items():
        flag[at], why[at] = its_flag, words
    for at, words in activity.inactive(snapshot).items():
        if FLAGS.index(flag[at]) > FLAGS.index("Inactive"):
            flag[at], why[at] = "Inactive", words
    for at, words in fit.lacking(snapshot).items():
        flag[at] = flag[at] or fit.FLAG
        why[at] = f"{why[at]} {words}".strip()
    for at, words in (exceptions.said(snapshot) | exclusions.of_the_finished(snapshot)).items():
        why[at] = f"{why[at]} {words}".strip()


def _most_serious(snapshot: Snapshot, flags: Objects) -> Places:
    """By client, the step to speak of: the leading one, unless only another is stalled."""
    steps, shown = snapshot.steps, snapshot.clients.leading.copy()
    stalled = np.flatnonzero(flags == "Stalled")
    stalled = stalled[np.argsort(steps.age[stalled], kind="stable")]
    calm = flags[shown[steps.client_at[stalled]]] != "Stalled"
    shown[steps.client_at[stalled[calm]]] = stalled[calm]  # the last written, the oldest, stays
    return shown


def _on_course_to_miss(snapshot: Snapshot) -> dict[int, str]:
    """Why, by the place of each client who is more likely than not to miss the promised day, or
    the one to which a consequence has moved it."""
    steps = snapshot.steps
    promised, moved = promises(snapshot)
    at = np.flatnonzero(steps.is_in_hand)
    at = at[~np.isnat(promised[steps.client_at[at]])]
    chance, left = _chances_to_miss(snapshot, at, promised[steps.client_at[at]])
    likely = will_miss(chance)
    at, chance, left = at[likely], chance[likely], left[likely]
    order = np.argsort(chance, kind="stable")
    rows = zip(*(a[order].tolist() for a in (steps.client_at[at], at, chance, left)), strict=True)
    return {
        client: course(
            Promise(promised[client].item(), int(days), is_moved=client in moved),
            str(steps.name[step]),
            int(steps.age[step]),
            share,
        )
        for client, step, share, days in rows  # the last written, the likeliest, stays
    }


def _chances_to_miss(snapshot: Snapshot, at: Places, promised: Days) -> tuple[Numbers, Numbers]:
    """Of steps at these places: the chance that the client finishes after the promised day (NaN:
    too little is known), and the working days until that day. A day that has passed is missed."""
    steps, calendar = snapshot.steps, snapshot.business.calendar
    now = np.full(len(at), snapshot.today, dtype="datetime64[D]")
    passed = promised < now
    ago = np.maximum(calendar.ages(promised, now), 1)
    left = np.where(passed, -ago, calendar.ages(now, promised))
    until = calendar.ages(steps.started[at], promised)
    chance = learned(snapshot).miss(steps.offer_step_at[at], steps.age[at], until)
    return np.where(passed, 1.0, chance), left


def _more(others: int) -> str:
    if others < 1:
        return ""
    return f" {others} more {'step is' if others == 1 else 'steps are'} stalled."


def _without_step(snapshot: Snapshot, at: int) -> tuple[str, str]:
    """Flag of a served client none of whose steps has begun."""
    frame, clients = snapshot.book.frame("Clients"), snapshot.clients
    start = frame["Start date"].to_numpy().astype("datetime64[D]")[at].item()
    if not clients.offer[at]:
        return "Data problem", "There is no Offer: choose one, and the steps are laid out."
    if start is None:
        return "Data problem", "There is no Start date: type one, and the steps are laid out."
    if start > snapshot.today:
        return "On track", f"Starts on {day_text(start)}."
    if not clients.has_steps[at]:
        return "Data problem", f'There are no steps for "{clients.offer[at]}": add them to Steps.'
    mine = snapshot.steps.is_open & (snapshot.steps.client_at == at)
    if mine.any():
        return "On track", "The next step has not begun yet."
    return "On track", "All steps are done. If nothing is left to do, set Status to Finished."
