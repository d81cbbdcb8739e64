"""All figures of the capacity report, of one morning."""

from __future__ import annotations

import numpy as np

from sheetops.model.history import PastForecast
from sheetops.model.snapshot import Snapshot
from sheetops.report.figures import completions, data_gaps, flow, headroom, leads
from sheetops.report.figures.clients import in_hand
from sheetops.report.figures.figures import HORIZONS, Capacity, RestsOn
from sheetops.report.figures.workload import AS_IT_IS, Supposed, Workload, person_loads, workload
from sheetops.systems.path.event_log import happened
from sheetops.workbook.values import day_text


def capacity(snapshot: Snapshot, supposed: Supposed = AS_IT_IS) -> Capacity:
    """The figures of a morning, or of what it would be with what is `supposed`. Nothing is read
    but the morning, and the same morning always gives the same figures."""
    work = workload(snapshot, supposed)
    found = leads.known(snapshot)
    days = [work.weeks.days[one.day] for one in supposed.more for _ in range(one.number)]
    more = completions.Likely(np.array(days, dtype="datetime64[D]"), (1.0,) * len(days))
    return Capacity(
        today=snapshot.today,
        forecasts=completions.forecasts(snapshot, leads.likely(found), more),
        loads=person_loads(work, leads.work_of(found, work.who, work.weeks)),
        can_take_on=headroom.can_take_on(work),
        on_hand=flow.on_hand(snapshot),
        unclosed=flow.unclosed(snapshot),
        leads=leads.figures(found),
        records=tuple(completions.record(snapshot, weeks) for weeks in HORIZONS),
        rests_on=_rests_on(snapshot, work),
        left_out=data_gaps.left_out(work, found),
    )


def to_keep(snapshot: Snapshot, figures: Capacity) -> tuple[PastForecast, ...]:
    """What the ledger should keep (`Ledger.record_forecasts`): what these figures expect, and what
    came of earlier forecasts."""
    return completions.to_keep(snapshot, figures.forecasts)


def _rests_on(snapshot: Snapshot, work: Workload) -> RestsOn:
    found = happened(snapshot)
    clients = found.clients
    finished = int((clients.counts & ~np.isnat(clients.finished)).sum())
    known = found.days >= 0
    done = int((known & found.is_done).sum())
    first = found.started[known].min() if known.any() else np.datetime64("NaT", "D")
    since = None if np.isnat(first) else first.item()
    open_clients, to_come = len(in_hand(snapshot).clients), int(work.ahead.is_team.sum())
    return RestsOn(
        open_clients=open_clients,
        finished_clients=finished,
        steps_done=done,
        steps_open=int((known & ~found.is_done).sum()),
        team_steps_to_come=to_come,
        since=since,
        draws=work.draws,
        said=(
            f"{open_clients:,} open and {finished:,} finished clients, {done:,} {_steps(done)} done"
            + (f" since {day_text(since)}" if since else "")
            + f", and {to_come:,} {_steps(to_come)} of the team to come."
        ),
    )


def _steps(count: int) -> str:
    return "step" if count == 1 else "steps"
