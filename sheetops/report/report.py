"""Everything that the report says, gathered once, as plain figures."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from sheetops.model.snapshot import Snapshot
from sheetops.report.bottlenecks import Delays, Stalled, delays, stalled_clients
from sheetops.report.figures import Capacity, WhatIf
from sheetops.report.quality import FitOutcome, Quality, fit_outcome, of_offers
from sheetops.report.revenue import Top, top_clients
from sheetops.report.summary import Answer, answer
from sheetops.report.team_load import Team, of_team
from sheetops.report.time_saved import GivenBack, given_back
from sheetops.systems.clients.origins import Source, sources


@dataclass(frozen=True)
class Report:
    """The report of one day. Shares lie between 0 and 1, sums are in the business's currency."""

    today: date
    business: str
    answer: Answer
    capacity: Capacity
    team: Team
    stalled: Stalled
    delays: Delays
    quality: Quality
    fit: FitOutcome
    given_back: GivenBack
    sources: tuple[Source, ...]
    top: Top
    what_ifs: tuple[WhatIf, ...]
    asked: tuple[str, ...]
    """What was asked and could not be answered, in words."""
    problems: int

    @property
    def monday(self) -> date:
        """The Monday of the report's week."""
        return self.today - timedelta(self.today.weekday())

    def as_dict(self) -> dict[str, Any]:
        """For `--json`: days in ISO form; what-ifs with what they change."""
        found = asdict(self)
        for one in found["what_ifs"]:
            del one["before"], one["after"]
        return {name: _plain(value) for name, value in found.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def gather(
    snapshot: Snapshot,
    capacity: Capacity,
    what_ifs: tuple[WhatIf, ...] = (),
    asked: tuple[str, ...] = (),
) -> Report:
    """The report of this morning, around the figures of `capacity`."""
    team, stalled = of_team(capacity), stalled_clients(snapshot)
    slow = delays(snapshot)
    return Report(
        today=snapshot.today,
        business=snapshot.business.name or snapshot.book.name,
        answer=answer(capacity, team, stalled, slow),
        capacity=capacity,
        team=team,
        stalled=stalled,
        delays=slow,
        quality=of_offers(snapshot),
        fit=fit_outcome(snapshot),
        given_back=given_back(snapshot),
        sources=sources(snapshot),
        top=top_clients(snapshot),
        what_ifs=what_ifs,
        asked=asked,
        problems=len(snapshot.book.problems) + len(snapshot.problems),
    )
