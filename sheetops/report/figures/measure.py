"""All figures of the capacity report, of one morning."""

from __future__ import annotations

import numpy as np

from sheetops.model.history import PastForecast
from sheetops.model.snapshot import Morning
from sheetops.report.figures import completions, data_gaps, flow, headroom, leads
from sheetops.report.figures.clients import in_hand
from sheetops.report.figures.figures import HORIZONS, Capacity, RestsOn
from sheetops.report.figures.workload import AS_IT_IS, Supposed, Workload, person_loads, workload
from sheetops.systems.path.event_log import happened
from sheetops.workbook.values import day_text


def capacity(morning: Morning, supposed: Supposed = AS_IT_IS) -> Capacity:
    """The figures of a morning, or of what it would be with what is `supposed`. Nothing is read
    but the morning, and the same morning always gives the same figures."""
    work = workload(morning, supposed)
    found = leads.known(morning)
    days = [work.weeks.days[one.day] for one in supposed.more for _ in range(one.number)]
    more = completions.Likely(np.array(days, dtype="datetime64[D]"), (1.0,) * len(days))
    return Capacity(
        today=morning.today,
        forecasts=completions.forecasts(morning, leads.likely(found), more),
        loads=person_loads(work, leads.work_of(found, work.who, work.weeks)),
        can_take_on=headroom.can_take_on(work),
        on_hand=flow.on_hand(morning),
        unclosed=flow.unclosed(morning),
        leads=leads.figures(found),
        records=tuple(completions.record(morning, weeks) for weeks in HORIZONS),
        rests_on=_rests_on(morning, work),
        left_out=data_gaps.left_out(work, found),
    )


def to_keep(morning: Morning, figures: Capacity) -> tuple[PastForecast, ...]:
    """What the ledger should keep (`Ledger.record_forecasts`): what these figures expect, and what
    came of earlier forecasts."""
    return completions.to_keep(morning, figures.forecasts)


def _rests_on(morning: Morning, work: Workload) -> RestsOn:
    found = happened(morning)
    clients = found.clients
    finished = int((clients.counts & ~np.isnat(clients.finished)).sum())
    known = found.days >= 0
    done = int((known & found.is_done).sum())
    first = found.started[known].min() if known.any() else np.datetime64("NaT", "D")
    since = None if np.isnat(first) else first.item()
    open_clients, to_come = len(in_hand(morning).clients), int(work.ahead.is_team.sum())
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
