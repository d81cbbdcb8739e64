"""What went wrong and who knows of it: told once, and once more when all is well again.

An incident is known by its kind, not by its words, which may differ from try to try. Some kinds
pass by themselves (somebody has the workbook open), and are told only if they last. What has been
told is remembered in the ledger; a message that could not leave is tried again at the next look.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sheetops.errors import AnotherRun, SheetopsError, UnsafeRun, WorkbookChanged, WorkbookInUse

_PATIENCE = timedelta(hours=1)
_PASSING = frozenset(one.__name__ for one in (AnotherRun, WorkbookChanged, WorkbookInUse))


@dataclass(frozen=True)
class Incident:
    """Something that is wrong since `since` (with its time zone). `told` once the owner knows, or
    need not be told by us; `looking` if no job has met it, only looks that had nothing to do."""

    kind: str
    what: str
    mend: str
    since: datetime
    told: bool = False
    looking: bool = False


@dataclass(frozen=True)
class Notice:
    """A message to the owner. `key` is the same for the same incident, whoever tells it."""

    key: str
    subject: str
    body: str


@dataclass(frozen=True)
class Incidents:
    """All incidents by kind; `well` when something good was seen after the owner had been told."""

    found: Mapping[str, Incident]
    over: tuple[Incident, ...] = ()

    @classmethod
    def from_text(cls, text: str) -> Incidents:
        """As `text` keeps them; none for a blank one."""
        if not text:
            return cls({})
        data = json.loads(text)
        found = [_from_plain(item) for item in data["found"]]
        return cls(
            {incident.kind: incident for incident in found}, tuple(map(_from_plain, data["over"]))
        )

    def as_text(self) -> str:
        """For the ledger; blank where there is nothing to keep."""
        if not self.found and not self.over:
            return ""
        found = [_plain(incident) for incident in self.found.values()]
        return json.dumps({"found": found, "over": [_plain(incident) for incident in self.over]})

    def with_error(
        self, error: SheetopsError, now: datetime, *, looking: bool = False
    ) -> Incidents:
        """With what went wrong now. A guard rail tells the owner by itself."""
        kind = type(error).__name__
        known = self.found.get(kind)
        new = Incident(
            kind,
            error.what,
            error.mend,
            min(known.since, now) if known else now,  # a clock may have been wrong
            told=known.told if known else isinstance(error, UnsafeRun),
            looking=looking and (known is None or known.looking),
        )
        over = tuple(incident for incident in self.over if incident.kind != kind)
        if len(over) < len(self.over):  # it came back before anybody heard that it was over
            new = replace(new, told=True)
        return Incidents({**self.found, kind: new}, over)

    def well(self) -> Incidents:
        """After a job that went well: what was told is over, and the rest never mattered."""
        told = tuple(incident for incident in self.found.values() if incident.told)
        return Incidents({}, (*self.over, *told))

    @property
    def only_in_looking(self) -> bool:
        """Whether a look that finds nothing wrong, and nothing to do, shows that all is well."""
        return all(incident.looking for incident in self.found.values())

    def to_tell(self, now: datetime) -> tuple[Notice, ...]:
        """What the owner should hear now."""
        new = [
            incident
            for incident in self.found.values()
            if not incident.told and _lasts(incident, now)
        ]
        return (*map(_bad_news, new), *self.left_over())

    def untold(self) -> tuple[Notice, ...]:
        """The bad news that nobody is known to have heard."""
        return tuple(_bad_news(incident) for incident in self.found.values() if not incident.told)

    def left_over(self) -> tuple[Notice, ...]:
        """The good news that could not leave at an earlier look: it goes before any bad news."""
        return (_good_news(self.over),) if self.over else ()

    def after(self, notice: Notice) -> Incidents:
        """Once that has been told."""
        if self.over and notice.key == _good_news(self.over).key:
            return Incidents(self.found)
        found = {
            kind: replace(incident, told=incident.told or _bad_news(incident).key == notice.key)
            for kind, incident in self.found.items()
        }
        return Incidents(found, self.over)


def _lasts(incident: Incident, now: datetime) -> bool:
    return incident.kind not in _PASSING or now - incident.since >= _PATIENCE


def _bad_news(incident: Incident) -> Notice:
    return Notice(
        f"trouble {incident.kind} {incident.since.isoformat()}",
        "sheetops could not do its work",
        f"Good day,\n\n{incident.what}\n\n{incident.mend}\n\n"
        "It is tried again by itself. You will hear of this once more when all is well.",
    )


def _good_news(over: tuple[Incident, ...]) -> Notice:
    first = min(incident.since for incident in over)
    was = "\n".join(f"- {incident.what}" for incident in over)
    return Notice(
        f"well {first.isoformat()} {len(over)}",
        "sheetops works again",
        f"Good day,\n\nall is well again. What was wrong:\n\n{was}",
    )


def _plain(incident: Incident) -> dict[str, object]:
    return {**asdict(incident), "since": incident.since.isoformat()}


def _from_plain(data: dict[str, object]) -> Incident:
    return Incident(
        kind=str(data["kind"]),
        what=str(data["what"]),
        mend=str(data["mend"]),
        since=datetime.fromisoformat(str(data["since"])),
        told=bool(data["told"]),
        looking=bool(data.get("looking")),
    )
