"""Matching the headings of a table with ours: by their names, and by the values below them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sheetops.adopt.detect.tables import Region
from sheetops.adopt.detect.types import Values, look
from sheetops.adopt.detect.value_score import FILLED, MOST_MARKS, Table, Told
from sheetops.adopt.language.headings import (
    HELPERS,
    LAST_NAME,
    LIKELY,
    MAYBE,
    STATUS_OF_STEP,
    SURE,
    plain,
)
from sheetops.adopt.language.name_score import ENOUGH, by_name, strengthen, weights
from sheetops.adopt.language.patterns import of_the_whole, said_by_a_word, says_status
from sheetops.adopt.language.vocabulary import hint_words
from sheetops.workbook.contract import BY_NAME, Kind

_CLOSE = 0.05
"""Two matches so near one another cannot be told apart: no two ways of saying lie nearer."""
_EXACT = 0.1
"""Our very heading comes before all else that may say it."""
_KNOWN = 0.3
"""Of the words of a status that its heading only may say, at least so many are known to us."""
_MOSTLY = 0.6
"""Of three statuses, one may be the business's own word."""
_SEVERAL = 6
"""From fewer rows, nothing is said of how far values differ."""
_EACH = 0.8
"""Who looks after clients stands there again: with so many names, it is no one of us."""
_SAME = 0.5
"""A client may stand twice, for two offers; a few names for all, or addresses, are of others."""
_SHARED = 0.7
"""Of ten clients, so many have an offer of their own only where the heading says it plainly."""
_NAMES = frozenset({"Client", "First name", "Company", "Offer", "Owner", "Step"})
_FIRST_ORDER = ("Client", "Status", "Offer", "Start date", "Step", "Done", "Name")


@dataclass(frozen=True)
class Match:
    """What a table's headings mean under a role: theirs by ours, with how sure that is; and what
    each of ours may be where nobody can say (best first)."""

    role: str
    theirs: Mapping[str, tuple[str, ...]]
    scores: Mapping[str, float]
    unsure: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told: frozenset[str] = frozenset()
    """Those of ours that no heading says, only the values."""

    def has(self, *headings: str) -> bool:
        return all(heading in self.theirs for heading in headings)

    def may(self, heading: str) -> bool:
        """Whether a column has the heading, or several may have it."""
        return heading in self.theirs or heading in self.unsure

    @property
    def total(self) -> float:
        return sum(self.scores.values())


class Matcher:
    """Matches one table with the headings of any role; looks at each column once."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.values: dict[str, Values] = {
            name: look(region.values(name)) for name in region.headings
        }

    def scores(self, role: str) -> dict[str, dict[str, float]]:
        """By our heading, how well each of theirs says and holds it."""
        kinds = {column.heading: column.kind for column in BY_NAME[role]}
        scores: dict[str, dict[str, float]] = {}
        for name, heading in self.region.headings.items():
            weighed: dict[str, float] = dict(weights(role, heading.text))
            if not any(self.holds(role, ours, name) for ours in weighed):
                strengthen(weighed, said_by_a_word(role, plain(heading.text)))
            if heading.group:
                strengthen(weighed, by_name(role, plain(heading.full)))
            for ours, known in weighed.items():
                weight = known
                fits = self._fits(kinds.get(ours, Kind.TEXT), ours, name)
                if role == "Clients" and not self._may_be(ours, known, name):
                    continue
                exact = _EXACT if plain(heading.text) == plain(ours) else 0.0
                if ours == "Status" and weight < SURE and self.values[name].statuses < _KNOWN:
                    weight = min(weight, MAYBE)  # its words are those of something else
                if fits:
                    scores.setdefault(ours, {})[name] = weight * fits + exact
        return scores

    def _fits(self, kind: Kind, ours: str, name: str) -> float:
        values = self.values[name]
        if ours in _NAMES and values.marks > MOST_MARKS:
            return 0.0  # yes and no, done and open: nothing is called that
        if ours == "Owner" and values.count >= _SEVERAL and values.unique > _EACH:
            return 0.0  # another for every row: that is no one of us
        if ours == STATUS_OF_STEP:
            return values.may_be(Kind.TEXT, ours) if values.numbers < ENOUGH else 1.0
        return values.may_be(kind, ours)

    def _is_status_of_all(self, name: str) -> bool:
        """Whether a heading of a status is the only one, or says that it is the client's: "Delivery
        status" beside "Payment status" is that of a step."""
        others = [other for other in self.region.headings if other != name and says_status(other)]
        return not others or of_the_whole(name)

    def _says_statuses(self, name: str) -> bool:
        """Whether most cells of a column are the status of a client."""
        return self.values[name].statuses >= _MOSTLY

    def holds(self, role: str, ours: str, name: str) -> bool:
        """Whether the cells of a column may be those of a heading of ours."""
        kind = BY_NAME[role][ours].kind if ours not in HELPERS else Kind.TEXT
        return self._fits(kind, ours, name) > 0

    def _may_be(self, ours: str, known: float, name: str) -> bool:
        """Whether a column is as clients have it: names that differ, and offers that several have,
        where only a word of the heading says so."""
        values = self.values[name]
        if ours == "Start date" and known < LIKELY:
            return values.filled >= FILLED  # what some only have is a step
        if values.count < _SEVERAL:
            return True
        if ours in {"Client", "Email"}:
            return values.unique >= _SAME
        if ours == "Status" and known < LIKELY:
            return self._is_status_of_all(name)
        return ours != "Offer" or known >= LIKELY or values.unique <= _SHARED

    def match(self, role: str, taken: Iterable[str] = ()) -> Match:
        """The best match of the table with a role's headings; `taken` are spoken for."""
        scores = self.scores(role)
        used = set(taken)
        theirs: dict[str, tuple[str, ...]] = {}
        sure: dict[str, float] = {}
        unsure: dict[str, tuple[str, ...]] = {}
        split = self._split_name(scores) if role == "Clients" else None
        if split is not None:
            theirs["First name"], theirs["Client"] = (split[0],), split
            sure["First name"] = sure["Client"] = 1.0
            used |= set(split)
        elif role == "Clients":
            self._by_last_name(scores)
        for ours in _in_order(role, scores):
            ranked = self._ranked(ours, scores, used)
            if ours in theirs or not ranked:
                continue
            best, score = ranked[0]
            needed = self._is_needed(role, ours)
            rivals = [name for name, other in ranked if score - other < _CLOSE]
            if len(ranked) == 1 and ours == "Status" and self._says_statuses(best):
                score = max(score, ENOUGH)
            if score < ENOUGH or (needed and self._are_rivals(role, ours, rivals, scores)):
                if needed:
                    unsure[ours] = tuple(name for name, _ in ranked)
                continue
            theirs[ours], sure[ours] = (best,), min(score, 1.0)
            used.add(best)
        return self._by_values(Match(role, theirs, sure, unsure), used)

    def _by_values(self, match: Match, used: set[str]) -> Match:
        """The match with what no heading says, but the values do."""
        table = Table(self.region, self.values, used)
        if match.role == "Steps":
            return self._of_steps(match, table)
        if match.role == "Clients":
            if "Client" not in match.theirs:
                match = _with(match, "Client", table.client())
            if "Status" not in match.theirs:
                match = _with(match, "Status", table.status())
            if not match.may("Offer"):
                match = _with(match, "Offer", table.offer())
            if "Email" not in match.theirs and table.email().sure:
                match = _with(match, "Email", table.email())
        return match

    def _of_steps(self, match: Match, table: Table) -> Match:
        if match.has("Client") and "Step" not in match.theirs and "Step" not in match.unsure:
            match = _with(match, "Step", table.step(match.theirs["Client"][0]))
        elif match.has("Step") and "Client" not in match.theirs:
            match = _with(match, "Client", table.client_of(match.theirs["Step"][0]))
        both = table.dated_and_marked(match.unsure.get("Done", ()))
        if both is not None:
            match = _with(match, "Done", Told(both[:1]))
            match = _with(match, STATUS_OF_STEP, Told(both[1:]))
        if match.has("Client", "Step") and not match.theirs.keys() & {"Done", STATUS_OF_STEP}:
            match = _with(match, "Done", table.done())
        return match

    @staticmethod
    def _is_needed(role: str, ours: str) -> bool:
        return ours not in HELPERS and BY_NAME[role][ours].required

    def _ranked(
        self, ours: str, scores: Mapping[str, Mapping[str, float]], used: set[str]
    ) -> list[tuple[str, float]]:
        """Their headings for one of ours, the best first; of equals, the one that says less of
        another heading."""
        ranked = [(n, s) for n, s in scores.get(ours, {}).items() if n not in used]
        return sorted(ranked, key=lambda scored: (-scored[1], self._other(ours, scored[0], scores)))

    @staticmethod
    def _other(ours: str, name: str, scores: Mapping[str, Mapping[str, float]]) -> float:
        return max((s.get(name, 0.0) for other, s in scores.items() if other != ours), default=0.0)

    def _are_rivals(
        self, role: str, ours: str, names: Sequence[str], scores: Mapping[str, Mapping[str, float]]
    ) -> bool:
        """Whether several of their headings may be ours alike: none of them is better as another,
        and they hold different things."""
        free = [name for name in names if self._other(ours, name, scores) < ENOUGH]
        if len(free) <= 1:
            return len(names) > 1 and not free and role != "Clients"
        held = {tuple(map(str, self.region.values(name))) for name in free}
        return len(held) > 1

    def _split_name(self, scores: Mapping[str, Mapping[str, float]]) -> tuple[str, ...] | None:
        """The columns of first and last name, where the client's name stands in two."""
        heads = {plain(heading.text): name for name, heading in self.region.headings.items()}
        first = self._best("First name", scores)
        last = self._best(LAST_NAME, scores)
        if last is None and first is not None:
            last = next((heads[word] for word in heads if word in hint_words("name")), None)
            if last is not None and self._holds(last, first):
                return None  # it is the whole name
        if first is None and last is not None:
            first = next((heads[word] for word in heads if word in hint_words("given_name")), None)
        if first is None or last is None or first == last:
            return None
        whole = scores.get("Client", {})
        better = [n for n, s in whole.items() if s > LIKELY and n not in {first, last}]
        return None if better else (first, last)

    def _by_last_name(self, scores: dict[str, dict[str, float]]) -> None:
        """A last name without a first one is what the client is called."""
        last = self._best(LAST_NAME, scores)
        if last is not None and self._best("Client", scores) is None:
            scores.setdefault("Client", {})[last] = LIKELY

    @staticmethod
    def _best(ours: str, scores: Mapping[str, Mapping[str, float]]) -> str | None:
        weighed = scores.get(ours, {})
        best = max(weighed, key=lambda name: weighed[name], default=None)
        return best if best is not None and weighed[best] >= ENOUGH else None

    def _holds(self, whole: str, part: str) -> bool:
        """Whether the values of a column mostly hold those of another."""
        pairs = [
            (str(a), str(b))
            for a, b in zip(self.region.values(whole), self.region.values(part), strict=True)
            if a and b
        ]
        return sum(b in a for a, b in pairs) > len(pairs) / 2


def _with(match: Match, ours: str, told: Told) -> Match:
    """The match with what the values tell of a heading; who was asked about is asked about still,
    unless one column is left."""
    if told.sure:
        theirs, scores = {**match.theirs, ours: told.sure}, {**match.scores, ours: ENOUGH}
        unsure = {heading: names for heading, names in match.unsure.items() if heading != ours}
        return Match(match.role, theirs, scores, unsure, match.told | {ours})
    if not told.maybe:
        return match
    may = tuple(dict.fromkeys((*match.unsure.get(ours, ()), *told.maybe)))
    return replace(match, unsure={**match.unsure, ours: may})


def _in_order(role: str, scores: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Our headings as they are matched: what is needed first, then what is said best."""
    rest = sorted(
        (ours for ours in scores if ours not in _FIRST_ORDER),
        key=lambda ours: -max(scores[ours].values()),
    )
    return [*(ours for ours in _FIRST_ORDER if ours in scores), *rest]
