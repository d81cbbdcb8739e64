"""What the figures leave out because the workbook does not say it, and where to fill it in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sheetops.model.snapshot import Snapshot
from sheetops.report.figures.backlog import offered
from sheetops.report.figures.figures import LeftOut, Unit
from sheetops.report.figures.headroom import open_offers
from sheetops.report.figures.leads import Known
from sheetops.report.figures.staff import unreadable_days
from sheetops.report.figures.workload import Workload, stuck_steps
from sheetops.workbook.headers import folded


def left_out(work: Workload, leads: Known) -> tuple[LeftOut, ...]:
    """All of it, that which matters most first."""
    return tuple(
        one
        for part in (_of_team(work), _of_steps(work), _of_clients(work.snapshot), _of_leads(leads))
        for one in part
        if one.count
    )


def _of_team(work: Workload) -> Iterator[LeftOut]:
    snapshot, who = work.snapshot, work.who
    yield from unreadable_days(snapshot)
    missing = int((who.is_team & np.isnan(who.hours)).sum())
    what = f"{_of(missing, 'person', 'people')} without Hours per week: counted in steps."
    yield LeftOut(what, missing, "Team", "Hours per week", "Fill in the hours for clients.")
    strangers = [name for name, known in zip(who.names, who.is_team, strict=True) if not known]
    what = f"Owners of steps who are not in Team: {', '.join(strangers[:3])}."
    yield LeftOut(what, len(strangers), "Team", "Name", "List everybody who works for clients.")
    if not snapshot.book.has("Time off"):
        what = "Nobody's time off is known, as there is no tab Time off."
        yield LeftOut(what, 1, "Time off", "", "Add the tab from the template.")
    frame = snapshot.book.frame("Time off")
    vague = int((frame["From"].isna() | frame["To"].isna()).sum())
    what = f"{_of(vague, 'absence', 'absences')} without both days: nobody is taken to be away."
    yield LeftOut(what, vague, "Time off", "To", "Fill in From and To.")
    if not snapshot.business.calendar.days_off:
        what = "No public holidays are known: every week counts as whole."
        yield LeftOut(what, 1, "Settings", "Value", 'Fill in "Country for holidays".')


def _of_steps(work: Workload) -> Iterator[LeftOut]:
    ahead = work.ahead
    nobody = int((ahead.is_team & (ahead.person < 0)).sum())
    what = f"{_of(nobody, 'step', 'steps')} of the team that nobody owns: in no person's load."
    yield LeftOut(what, nobody, "Steps", "Owner", "Name an Owner in Steps, Offer steps or Clients.")
    in_hours = np.array([unit is Unit.HOURS for unit in work.units], dtype=bool)
    owned = ahead.is_team & (ahead.person >= 0) & np.isnan(ahead.hours)
    owned[owned] = in_hours[ahead.person[owned]]
    what = f"{_of(int(owned.sum()), 'step', 'steps')} to come without Hours: in no load."
    yield LeftOut(what, int(owned.sum()), "Offer steps", "Hours", "Fill in the hours it takes.")
    lost = int((work.known.rows(ahead) == 2 * work.known.count + 1).sum())
    what = f"{_of(lost, 'step', 'steps')} to come of which nobody knows how long they take."
    yield LeftOut(what, lost, "Offer steps", "Working days", "Fill in how many it may take.")
    stuck = stuck_steps(work)
    what = (
        f"{_of(stuck, 'step', 'steps')} open for longer than any such step ever was: nobody can "
        "say when the work behind comes."
    )
    yield LeftOut(what, stuck, "Steps", "Done", "Tick what is done; pause or finish the client.")
    doubts = offered(work.snapshot).doubts
    bad = [name for name in open_offers(work.snapshot) if folded(name) in doubts]
    what = f"Offers with a step that cannot be read: {', '.join(bad[:3])}."
    yield LeftOut(what, len(bad), "Offer steps", "", "Mend what the tab's problems name.")


def _of_clients(snapshot: Snapshot) -> Iterator[LeftOut]:
    clients = snapshot.clients
    doubtful = int((clients.doubt != "").sum())
    what = f"{_of(doubtful, 'client', 'clients')} with a data problem: left alone in every figure."
    yield LeftOut(what, doubtful, "Clients", "Why", "Mend what the column says.")
    paused = int((clients.is_served & clients.is_paused & (clients.doubt == "")).sum())
    what = f"{_of(paused, 'paused client', 'paused clients')}: their work comes back when they do."
    yield LeftOut(what, paused, "Clients", "Pause until", "End the pause when they go on.")


def _of_leads(leads: Known) -> Iterator[LeftOut]:
    missing = int((~leads.is_counted).sum())
    what = f"{_of(missing, 'lead', 'leads')} without a chance: in no figure."
    yield LeftOut(what, missing, "Clients", "Chance %", "Fill in how likely they are to start.")
    undated = int((leads.is_counted & ~leads.is_dated).sum())
    what = f"{_of(undated, 'lead', 'leads')} with no start to come: in no week's load."
    yield LeftOut(what, undated, "Clients", "Start date", "Fill in when they are likely to start.")


def _of(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
