"""Work that waits now, and clients that nobody closed."""

from __future__ import annotations

import numpy as np

from sheetops.model.snapshot import Snapshot
from sheetops.report.figures.clients import WEEK, in_hand, worked_until
from sheetops.report.figures.figures import OnHand, Unclosed
from sheetops.report.figures.forecast import RECENT
from sheetops.report.figures.staff import done_lately
from sheetops.systems.path.event_log import happened
from sheetops.systems.path.survival import ENOUGH, USUAL
from sheetops.workbook.values import day_text

THIRD = 1 / 3
HALF_YEAR = 26
"""Weeks over which starts are counted; longer where clients take longer."""
_NAMED = 10
"""Clients that are named as perhaps not closed."""


def on_hand(snapshot: Snapshot) -> OnHand:
    """Open team steps against what the team gets done in a week."""
    steps, clients = snapshot.steps, snapshot.clients
    open_now = steps.is_current & (steps.waiting_on == "Team") & (steps.doubt == "")
    served = clients.is_served & ~clients.is_paused
    open_now[open_now] = served[steps.client_at[open_now]]
    count, lately = int(open_now.sum()), done_lately(snapshot)
    weeks = lately.total[:RECENT]
    per_week = float(weeks.mean()) if len(weeks) else None
    why_not = "" if per_week else "The team has done no step in the last weeks."
    return OnHand(
        steps=count,
        per_week=per_week,
        weeks=count / per_week if per_week else None,
        why_not=why_not,
        how=why_not
        or (
            f"{count} open steps wait on the team; {per_week:.1f} were done in a week, in the last "
            f"{len(weeks)} weeks."
        ),
    )


def unclosed(snapshot: Snapshot) -> Unclosed:
    """Open clients against starts a week times the weeks that clients take (Little 1961)."""
    clients = happened(snapshot).clients
    open_now = len(in_hand(snapshot).clients)
    over = clients.counts & ~np.isnat(clients.finished) & (clients.finished >= clients.started)
    took = (clients.finished - clients.started)[over].astype("int64") / WEEK
    if len(took) < ENOUGH:
        few = f"Fewer than {ENOUGH} clients have finished, so nobody knows how many should be open."
        return Unclosed(open_now, None, None, None, False, (), few, few)
    weeks = float(took.mean())
    since = max(HALF_YEAR, int(np.ceil(weeks)))
    starts = in_hand(snapshot).weekly[:since]
    if not len(starts):
        few = "No client has started in any past week."
        return Unclosed(open_now, None, None, weeks, False, (), few, few)
    per_week = float(starts.mean())
    expected = per_week * weeks
    is_more = open_now > (1 + THIRD) * expected and open_now - expected >= 1
    likeliest = (
        _likeliest(snapshot) if is_more else ()
    )  # a business that grows has more, and is fine
    return Unclosed(
        open=open_now,
        expected=expected,
        per_week=per_week,
        weeks=weeks,
        is_raised=bool(likeliest),
        clients=likeliest,
        why_not="",
        how=(
            f"{per_week:.1f} clients started in a week ({len(starts)} weeks), and the {len(took)} "
            f"who finished took {weeks:.1f} weeks: about {expected:.0f} should be open, and "
            f"{open_now} are."
        ),
    )


def _usual(snapshot: Snapshot) -> float:
    """Working days that nine in ten clients take; of those who finished, where so many are open
    that nobody can say."""
    usual = float(in_hand(snapshot).cycle.within(USUAL)[0])
    if not np.isnan(usual):
        return usual
    clients = happened(snapshot).clients
    days = worked_until(snapshot, clients.started, clients.finished)
    return float(np.quantile(days[(days >= 0) & clients.counts], USUAL))


def _likeliest(snapshot: Snapshot) -> tuple[tuple[str, str, str], ...]:
    """Open clients all of whose steps are done, then those who are open for longer than nine in
    ten who finished; of each, the one with the oldest start first."""
    clients, now = happened(snapshot).clients, snapshot.clients
    here = np.arange(len(clients.key)) < len(now.key)
    mine = np.flatnonzero(
        clients.is_open & here & (clients.started <= np.datetime64(snapshot.today))
    )
    steps = snapshot.steps
    has_open = np.zeros(len(now.key), dtype=bool)
    has_open[steps.client_at[steps.is_open & (steps.client_at >= 0)]] = True
    all_done = now.has_steps[mine] & ~has_open[mine]
    ages = snapshot.business.calendar.ages(clients.started[mine], snapshot.today)
    usual = _usual(snapshot)
    is_old = ages > usual
    order = np.lexsort((clients.started[mine], ~all_done))
    chosen = [at for at in order.tolist() if all_done[at] or is_old[at]][:_NAMED]
    return tuple(
        (
            str(now.key[mine[at]]),
            str(now.name[mine[at]]),
            "All steps are done; only the Status is not Finished."
            if all_done[at]
            else f"Open since {day_text(clients.started[mine[at]].item())}; nine in ten who "
            f"finished took {usual:.0f} working days or less.",
        )
        for at in chosen
    )
