"""Which table is what: the role of each, by its headings, its values and its tab's title."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from sheetops.adopting.finding import Region
from sheetops.adopting.matching import Match, Matcher
from sheetops.adopting.titles import TITLES
from sheetops.adopting.vocabulary import ROLE_IN_TEAM, STATUS_OF_STEP, plain
from sheetops.contract import BY_NAME

_TITLE = 1.0
_MANY = 3
_BLANK = 0.4
_REPEATED = 0.8  # of a list of clients, at least so many have a row of their own
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
_RANK = tuple(BY_NAME)


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
    best = max((fuzz.token_sort_ratio(said, name) for name in TITLES[role]), default=0.0)
    if best >= 88:  # noqa: PLR2004 # a slip or another order of words
        return best / 100
    words = set(said.split())
    return 0.8 if any(set(name.split()) <= words for name in TITLES[role]) else 0.0


def stand_once(region: Region, client: str) -> bool:
    """Whether a client's name stands only in the first of the client's rows."""
    values = region.values(client)
    blank = sum(value is None for value in values)
    return bool(values) and values[0] is not None and blank >= _BLANK * len(values)


def candidates(region: Region, steps: int) -> list[Candidate]:
    """The roles that a table may have, the best first; `steps` is how many of its columns are
    steps."""
    if not region.rows:
        return []
    matcher = Matcher(region)
    found = []
    for role in BY_NAME:
        match = matcher.match(role)
        score = _score(role, region, matcher, match, steps)
        if score > 0:
            found.append(Candidate(region, matcher, match, score))
    return sorted(found, key=lambda one: -one.score)


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
    return 10.0 if title == 1.0 and needed and ours else 0.0


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
    if not told and steps < 2 and not title:  # noqa: PLR2004 # one column may be anything
        return 0.0
    if _repeats(matcher, match):
        return 0.1
    by_heading = match.has("Client") and "Client" not in match.told
    if not by_heading and "Email" not in told and steps < _MANY:
        return 0.0  # what may be names may be anything
    return match.total + min(steps, 6) * 0.5


def _steps(matcher: Matcher, match: Match, steps: int, title: float) -> float:
    if not match.has("Step") or not match.may("Client"):
        return 0.0
    if not (match.may("Done") or match.has(STATUS_OF_STEP) or match.has("Due")):
        return 0.0
    if match.has("Client") and not _repeats(matcher, match) and title < 0.8:  # noqa: PLR2004 # the title says nothing
        return 0.1
    return match.total + 1.5


def _offers(matcher: Matcher, match: Match, steps: int, title: float) -> float:
    if not match.has("Offer") or not (match.has("Price") or match.has("What it is")):
        return 0.0
    names = matcher.values[match.theirs["Offer"][0]]
    return match.total if names.unique > _REPEATED and names.emails == 0 else 0.0


def _offer_steps(matcher: Matcher, match: Match, steps: int, title: float) -> float:
    if not match.has("Step") or matcher.match("Steps").has("Client"):
        return 0.0
    told = sum(match.has(heading) for heading in ("Working days", "Waiting on", "Order", "Offer"))
    if told < 2 and not (told and title):  # noqa: PLR2004 # a list of tasks is no path
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
    return match.total + 0.8


def _notes(matcher: Matcher, match: Match, steps: int, title: float) -> float:
    if not match.has("Client", "Date", "What they said") or steps >= 2:  # noqa: PLR2004
        return 0.0
    others = set(matcher.match("Clients").theirs) & {"Email", "Phone", "Status", "Start date"}
    if others - {"Start date"} or (not title and not _repeats(matcher, match)):
        return 0.0
    return match.total + 0.5


def _time_off(matcher: Matcher, match: Match, steps: int, title: float) -> float:
    if not match.has("Name", "From", "To") or not title:
        return 0.0
    return match.total + 0.5


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
    found: Sequence[Sequence[Candidate]],
) -> tuple[dict[str, Candidate], list[Candidate]]:
    """One table for each role, the best first; and the tables that would be of a role which
    another has."""
    given: dict[str, Candidate] = {}
    rivals: list[Candidate] = []
    best = sorted((one for each in found for one in each[:1]), key=lambda one: -_weight(one))
    for one in best:
        if one.score <= 0.5:  # noqa: PLR2004 # it is hardly anything
            continue
        if one.role in given:
            rivals.append(one)
        else:
            given[one.role] = one
    return given, rivals


def _weight(one: Candidate) -> float:
    """Of two tables of one role, that with more columns and rows is meant."""
    return one.score + min(len(one.region.rows), 40) / 40


def ordered(given: Mapping[str, Candidate]) -> list[Candidate]:
    """The tables in the order of our tabs."""
    return [given[role] for role in _RANK if role in given]
