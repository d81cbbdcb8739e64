"""Which table is what: the role of each, by its headings, its values and its tab's title."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from sheetops.adopt.detect.matching import Match, Matcher
from sheetops.adopt.detect.tables import Region
from sheetops.adopt.language.headings import ROLE_IN_TEAM, STATUS_OF_STEP, plain
from sheetops.adopt.language.tab_titles import titles
from sheetops.workbook.contract import BY_NAME

# What speaks for a role is added up: each heading that is found counts up to one.
_TITLE = 1.0
"""A tab's title says as much as a heading."""
_ALIKE = 88
"""Percent of letters: a slip, or another order of words."""
_IN_TITLE = 0.8
"""A title that holds the name of a role says it less surely than one that is it."""
_MANY = 3
"""So many steps are a list of clients, even if only their values say who they are."""
_TWO = 2
"""One column of marks, or one heading, may be anything."""
_PER_STEP, _STEPS = 0.5, 6
"""A step says half as much as a heading; more than six say no more."""
_HARDLY = 0.1
"""Headings fit, rows do not: only to be told apart from nothing."""
_AS_STEPS, _AS_TEAM, _AS_OTHERS = 1.5, 0.8, 0.5
"""What makes up for fewer headings: a list of steps, of the team, of notes or absences."""
_OURS_ALL = 10.0
"""A tab that has all headings of our template's comes before every other."""
_LEAST = 0.5
"""With less, a table is hardly anything."""
_BLANK = 0.4
"""With more blank cells than this, a client's name stands in the first of its rows only."""
_REPEATED = 0.8
"""Of a list of clients, at least so many have a row of their own."""
_OURS = (
    "Messages",
    "Questions",
    "Answers",
    "Segments",
    "Follow-ups",
    "Settings",
    "Runs",
    "Capacity",
)
"""Tabs that only a workbook made from our template has: they must have all of its headings."""


@dataclass(frozen=True)
class Candidate:
    """A role that a table may have, its match, and how well it fits."""

    region: Region
    matcher: Matcher
    match: Match
    score: float

    @property
    def role(self) -> str:
        return self.match.role


def title_fits(role: str, title: str) -> float:
    """How well a tab's title says its role, from 0 to 1."""
    said = plain(title)
    best = max((fuzz.token_sort_ratio(said, name) for name in titles(role)), default=0.0)
    if best >= _ALIKE:
        return best / 100
    words = set(said.split())
    return _IN_TITLE if any(set(name.split()) <= words for name in titles(role)) else 0.0


def stand_once(region: Region, client: str) -> bool:
    """Whether a client's name stands only in the first of the client's rows."""
    values = region.values(client)
    blank = sum(value is None for value in values)
    return bool(values) and values[0] is not None and blank >= _BLANK * len(values)


def candidates(matcher: Matcher, steps: int) -> list[Candidate]:
    """The roles that a table may have, the best first; `steps` is how many of its columns are
    steps."""
    region = matcher.region
    if not region.rows:
        return []
    choices = []
    for role in BY_NAME:
        match = matcher.match(role)
        score = _score(role, region, matcher, match, steps)
        if score > 0:
            choices.append(Candidate(region, matcher, match, score))
    return sorted(choices, key=lambda candidate: -candidate.score)


def _score(role: str, region: Region, matcher: Matcher, match: Match, steps: int) -> float:
    title = title_fits(role, region.sheet)
    if role in _OURS:
        return _as_ours(role, match, title)
    check = _CHECKS[role]
    points = check(matcher, match, steps, title)
    return points + _TITLE * title if points > 0 else 0.0


def _as_ours(role: str, match: Match, title: float) -> float:
    needed = [column.heading for column in BY_NAME[role] if column.required]
    ours = all(plain(match.theirs.get(h, ("",))[0]) == plain(h) for h in needed)
    return _OURS_ALL if title == 1.0 and needed and ours else 0.0


def _repeats(matcher: Matcher, match: Match) -> bool:
    """Whether clients stand in several rows."""
    names = match.theirs.get("Client", ())
    if len(names) != 1:
        return False
    values = matcher.values[names[0]]
    return values.unique < _REPEATED or stand_once(matcher.region, names[0])


def _clients(matcher: Matcher, match: Match, steps: int, title: float) -> float:
    if not match.has("Client") and "Client" not in match.unsure:
        return 0.0
    told = [h for h in ("Email", "Phone", "Status", "Start date", "Offer", "Owner", "Client ID")
            if h in match.theirs]  # fmt: skip
    if not told and steps < _TWO and not title:
        return 0.0
    if _repeats(matcher, match):
        return _HARDLY
    by_heading = match.has("Client") and "Client" not in match.told
    if not by_heading and "Email" not in told and steps < _MANY:
        return 0.0  # what may be names may be anything
    return match.total + min(steps, _STEPS) * _PER_STEP


def _steps(matcher: Matcher, match: Match, steps: int, title: float) -> float:
    if not match.has("Step") or not match.may("Client"):
        return 0.0
    if not (match.may("Done") or match.has(STATUS_OF_STEP) or match.has("Due")):
        return 0.0
    if match.has("Client") and not _repeats(matcher, match) and title < _IN_TITLE:
        return _HARDLY
    return match.total + _AS_STEPS


def _offers(matcher: Matcher, match: Match, steps: int, title: float) -> float:
    if not match.has("Offer") or not (match.has("Price") or match.has("What it is")):
        return 0.0
    names = matcher.values[match.theirs["Offer"][0]]
    return match.total if names.unique > _REPEATED and names.emails == 0 else 0.0


def _offer_steps(matcher: Matcher, match: Match, steps: int, title: float) -> float:
    if not match.has("Step") or matcher.match("Steps").has("Client"):
        return 0.0
    told = sum(match.has(heading) for heading in ("Working days", "Waiting on", "Order", "Offer"))
    if told < _TWO and not (told and title):  # a list of tasks is no path
        return 0.0
    return match.total


def _team(matcher: Matcher, match: Match, steps: int, title: float) -> float:
    if not match.has("Name"):
        return 0.0
    other = set(matcher.match("Clients").theirs) & {"Offer", "Status", "Start date", "Client ID"}
    told = match.has("Hours per week") or match.has(ROLE_IN_TEAM)
    if other or not (told or (title and match.has("Email"))):
        said = plain(match.theirs["Name"][0]) not in {"name", "nom", "nombre", "nome", "naam"}
        if other or not (said and match.has("Email")):
            return 0.0
    return match.total + _AS_TEAM


def _notes(matcher: Matcher, match: Match, steps: int, title: float) -> float:
    if not match.has("Client", "Date", "What they said") or steps >= _TWO:
        return 0.0
    others = set(matcher.match("Clients").theirs) & {"Email", "Phone", "Status", "Start date"}
    if others - {"Start date"} or (not title and not _repeats(matcher, match)):
        return 0.0
    return match.total + _AS_OTHERS


def _time_off(matcher: Matcher, match: Match, steps: int, title: float) -> float:
    if not match.has("Name", "From", "To") or not title:
        return 0.0
    return match.total + _AS_OTHERS


_CHECKS: dict[str, Callable[[Matcher, Match, int, float], float]] = {
    "Clients": _clients,
    "Steps": _steps,
    "Offers": _offers,
    "Offer steps": _offer_steps,
    "Team": _team,
    "Notes": _notes,
    "Time off": _time_off,
}


def assign(
    choices: Sequence[Sequence[Candidate]],
) -> tuple[dict[str, Candidate], list[Candidate]]:
    """The best table of each role, in the order of our tabs; and the tables that would be of a
    role which another has."""
    given: dict[str, Candidate] = {}
    rivals: list[Candidate] = []
    best = sorted(
        (candidate for of_table in choices for candidate in of_table[:1]),
        key=lambda candidate: -_weight(candidate),
    )
    for candidate in best:
        if candidate.score <= _LEAST:
            continue
        if candidate.role in given:
            rivals.append(candidate)
        else:
            given[candidate.role] = candidate
    return {role: given[role] for role in BY_NAME if role in given}, rivals


def _weight(candidate: Candidate) -> float:
    """Of two tables of one role, that with more columns and rows is meant."""
    return candidate.score + min(len(candidate.region.rows), 40) / 40
