"""What went wrong and who knows of it: told once, and once more when all is well again.

A trouble is known by its kind, not by its words, which may differ from try to try. Some kinds pass
by themselves (somebody has the workbook open), and are told only if they last. What has been told
is remembered in the ledger; a message that could not leave is tried again at the next look.
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
class Trouble:
    """Something that is wrong since `since` (with its time zone). `told` once the owner knows, or
    need not be told by us; `looking` if no job has met it, only looks that had nothing to do."""

    kind: str
    what: str
    mend: str
    since: datetime
    told: bool = False
    looking: bool = False


@dataclass(frozen=True)
class Telling:
    """A message to the owner. `key` is the same for the same trouble, whoever tells it."""

    key: str
    subject: str
    body: str


@dataclass(frozen=True)
class Troubles:
    """All troubles by kind; `well` when something good was seen after the owner had been told."""

    found: Mapping[str, Trouble]
    over: tuple[Trouble, ...] = ()

    @classmethod
    def from_text(cls, text: str) -> Troubles:
        """As `text` keeps them; none for a blank one."""
        if not text:
            return cls({})
        data = json.loads(text)
        found = [_trouble(one) for one in data["found"]]
        return cls({one.kind: one for one in found}, tuple(map(_trouble, data["over"])))

    def as_text(self) -> str:
        """For the ledger; blank where there is nothing to keep."""
        if not self.found and not self.over:
            return ""
        found = [_plain(one) for one in self.found.values()]
        return json.dumps({"found": found, "over": [_plain(one) for one in self.over]})

    def with_error(self, error: SheetopsError, now: datetime, *, looking: bool = False) -> Troubles:
        """With what went wrong now. A guard rail tells the owner by itself."""
        kind = type(error).__name__
        known = self.found.get(kind)
        new = Trouble(
            kind,
            error.what,
            error.mend,
            min(known.since, now) if known else now,  # a clock may have been wrong
            told=known.told if known else isinstance(error, UnsafeRun),
            looking=looking and (known is None or known.looking),
        )
        over = tuple(one for one in self.over if one.kind != kind)
        if len(over) < len(self.over):  # it came back before anybody heard that it was over
            new = replace(new, told=True)
        return Troubles({**self.found, kind: new}, over)

    def well(self) -> Troubles:
        """After a job that went well: what was told is over, and the rest never mattered."""
        told = tuple(one for one in self.found.values() if one.told)
        return Troubles({}, (*self.over, *told))

    @property
    def only_in_looking(self) -> bool:
        """Whether a look that finds nothing wrong, and nothing to do, shows that all is well."""
        return all(one.looking for one in self.found.values())

    def to_tell(self, now: datetime) -> tuple[Telling, ...]:
        """What the owner should hear now."""
        new = [one for one in self.found.values() if not one.told and _lasts(one, now)]
        return (*map(_bad_news, new), *self.left_over())

    def untold(self) -> tuple[Telling, ...]:
        """The bad news that nobody is known to have heard."""
        return tuple(_bad_news(one) for one in self.found.values() if not one.told)

    def left_over(self) -> tuple[Telling, ...]:
        """The good news that could not leave at an earlier look: it goes before any bad news."""
        return (_good_news(self.over),) if self.over else ()

    def after(self, telling: Telling) -> Troubles:
        """Once that has been told."""
        if self.over and telling.key == _good_news(self.over).key:
            return Troubles(self.found)
        found = {
            kind: replace(one, told=one.told or _bad_news(one).key == telling.key)
            for kind, one in self.found.items()
        }
        return Troubles(found, self.over)


def _lasts(trouble: Trouble, now: datetime) -> bool:
    return trouble.kind not in _PASSING or now - trouble.since >= _PATIENCE


def _bad_news(trouble: Trouble) -> Telling:
    return Telling(
        f"trouble {trouble.kind} {trouble.since.isoformat()}",
        "sheetops could not do its work",
        f"Good day,\n\n{trouble.what}\n\n{trouble.mend}\n\n"
        "It is tried again by itself. You will hear of this once more when all is well.",
    )


def _good_news(over: tuple[Trouble, ...]) -> Telling:
    first = min(one.since for one in over)
    was = "\n".join(f"- {one.what}" for one in over)
    return Telling(
        f"well {first.isoformat()} {len(over)}",
        "sheetops works again",
        f"Good day,\n\nall is well again. What was wrong:\n\n{was}",
    )


def _plain(trouble: Trouble) -> dict[str, object]:
    return {**asdict(trouble), "since": trouble.since.isoformat()}


def _trouble(data: dict[str, object]) -> Trouble:
    return Trouble(
        kind=str(data["kind"]),
        what=str(data["what"]),
        mend=str(data["mend"]),
        since=datetime.fromisoformat(str(data["since"])),
        told=bool(data["told"]),
        looking=bool(data.get("looking")),
    )
