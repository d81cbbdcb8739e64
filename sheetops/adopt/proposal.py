"""What we make of a workbook: a mapping, what we are unsure of, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice

from sheetops.adopt.detect.matching import Match, Matcher
from sheetops.adopt.detect.roles import Candidate, assign, candidates
from sheetops.adopt.detect.tables import Region, regions
from sheetops.adopt.detect.wide import FEWEST, Shape, steps_of
from sheetops.adopt.language import dates, status_words
from sheetops.adopt.language.headings import STATUS_OF_STEP, plain
from sheetops.adopt.translate import vetted
from sheetops.workbook.contract import BY_NAME, PARTIES, STATUSES
from sheetops.workbook.mapping import Mapping, Order, StepColumns, key_of
from sheetops.workbook.raw import RawBook, Value

NO_ROLE = ""
Words = dict[str, dict[str, str]]
Columns = Map[str, tuple[str, ...]]
_SAME = 0.8  # a few names of the list of steps may be spelled otherwise in the list of clients


@dataclass(frozen=True)
class Question:
    """What nobody can say but a person: which of `candidates` is meant.

    `heading` is ours; `word` is a word of theirs whose meaning is asked, `step` a column of theirs.
    """

    tab: str
    heading: str
    candidates: tuple[str, ...]
    why: str
    word: str = ""
    step: str = ""

    def as_dict(self) -> dict[str, str | list[str]]:
        """As it is printed as JSON."""
        about = {"word": self.word, "step": self.step}
        return {
            "tab": self.tab, "heading": self.heading, "candidates": list(self.candidates),
            **{name: text for name, text in about.items() if text}, "why": self.why,
        }  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """A mapping to be asked about: the table of each key, and what is unsure."""

    book: RawBook
    mapping: Mapping
    shape: str
    tables: Map[str, Region]
    unsure: tuple[Question, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, object]:
        """As it is printed as JSON."""
        columns = {
            key: {
                column.heading: names[column.heading][-1]
                for column in BY_NAME[self.mapping.tabs[key]].staff_columns
                if column.heading in names
            }
            for key, names in self.mapping.columns.items()
        }
        return {
            "tabs": dict(self.mapping.tabs),
            "columns": columns,
            "shape": self.shape,
            "unsure": [question.as_dict() for question in self.unsure],
        }


def propose(book: RawBook, today: date) -> Proposal:
    """Look at every tab, and say which table is what and which heading is which."""
    matchers = [Matcher(region) for tab in book.tabs.values() for region in regions(tab)]
    shapes = {id(matcher.region): steps_of(matcher, today) for matcher in matchers}
    given, rivals = assign(
        [candidates(matcher, len(shapes[id(matcher.region)].steps)) for matcher in matchers]
    )
    return _Proposer(book, given, rivals, shapes, today).proposal()


class _Proposer:
    """Puts the proposal together from the tables that have a role."""

    def __init__(
        self,
        book: RawBook,
        given: Map[str, Candidate],
        rivals: Sequence[Candidate],
        shapes: Map[int, Shape],
        today: date,
    ) -> None:
        self.book = book
        self.given = given
        self.rivals = rivals
        self.today = today
        self.shapes = shapes
        self.unsure: list[Question] = []
        self.notes: list[str] = []
        self.keys = self._keys()
        self.order: Order | None = self._order()

    def _keys(self) -> dict[str, str]:
        """The name of each role's table: of two on a tab, the one of the earlier role is first."""
        count: Counter[str] = Counter()
        keys = {}
        for role, candidate in self.given.items():
            sheet = candidate.region.sheet
            count[sheet] += 1
            keys[role] = key_of(sheet, count[sheet])
        return keys

    def _order(self) -> Order | None:
        return dates.order_of(
            cell
            for candidate in self.given.values()
            for name in candidate.region.headings
            for cell in candidate.region.values(name)
        )

    def proposal(self) -> Proposal:
        clients = self.given.get("Clients")
        shape = self.shapes[id(clients.region)] if clients else Shape()
        is_wide = len(shape.steps) >= FEWEST and "Steps" not in self.given
        columns = {
            self.keys[role]: self._columns(candidate, shape if is_wide else Shape())
            for role, candidate in self.given.items()
        }
        words: Words = {}
        steps: dict[str, dict[str, StepColumns]] = {}
        for role, candidate in self.given.items():
            self._settle(candidate, columns[self.keys[role]], words)
        if clients is not None and is_wide:
            steps[self.keys["Clients"]] = dict(shape.steps)
            self._settle_steps(clients, shape, words)
        self._ask_of_dates()
        self._ask_of_rivals()
        self._ask_of_parties(steps)
        self._note_what_is_missing(columns, is_wide)
        tabs = dict.fromkeys((*self.book.tabs, *self.book.other_tabs), NO_ROLE)
        tabs |= {key: role for role, key in self.keys.items()}
        mapping = Mapping(tabs, columns, steps, words, dates=self.order or "")
        tables = {self.keys[role]: candidate.region for role, candidate in self.given.items()}
        return Proposal(
            self.book, mapping, "wide" if is_wide else "long", tables,
            tuple(self.unsure), tuple(self.notes),
        )  # fmt: skip

    def _columns(self, candidate: Candidate, shape: Shape) -> Columns:
        """Their headings by ours, without those that are steps and those whose cells hold
        something else."""
        taken = shape.columns if candidate.role == "Clients" else ()
        match = candidate.matcher.match(candidate.role, taken)
        if candidate.role == "Steps":
            match = self._of_steps(candidate, match)
        if candidate.role == "Clients":
            match = self._named_by_steps(candidate, self._with_start(candidate, match))
        for ours, names in match.unsure.items():
            if ours not in match.theirs:
                why = f"Several may be {ours}." if len(names) > 1 else f"It may be {ours}, or not."
                self.unsure.append(Question(self.keys[candidate.role], ours, names, why))
        kept = {}
        for ours, names in match.theirs.items():
            problem = vetted(candidate.region, candidate.role, ours, names, self.order or "")
            if problem:
                self.notes.append(
                    f"{self.keys[candidate.role]}: {names[-1]} is left out: {problem}"
                )
            else:
                kept[ours] = names
        return kept

    def _with_start(self, candidate: Candidate, match: Match) -> Match:
        """The match with the start date that only the dates tell."""
        shape = self.shapes[id(candidate.region)]
        if match.has("Start date"):
            return match
        if shape.start:
            return replace(match, theirs={**match.theirs, "Start date": (shape.start,)})
        names = tuple(dict.fromkeys((*shape.starts, *match.unsure.get("Start date", ()))))
        return replace(match, unsure={**match.unsure, "Start date": names}) if names else match

    def _named_by_steps(self, candidate: Candidate, match: Match) -> Match:
        """The match with the client's name, where several columns may be it and the list of steps
        has the names of one."""
        steps, names = self.given.get("Steps"), match.unsure.get("Client", ())
        if steps is None or match.has("Client") or not steps.match.has("Client"):
            return match
        known = _words(steps.region, steps.match.theirs["Client"][0])
        fits = [
            name
            for name in names
            if known and len(known & _words(candidate.region, name)) >= _SAME * len(known)
        ]
        if len(fits) != 1:
            return match
        unsure = {ours: names for ours, names in match.unsure.items() if ours != "Client"}
        return replace(match, theirs={**match.theirs, "Client": (fits[0],)}, unsure=unsure)

    def _of_steps(self, candidate: Candidate, match: Match) -> Match:
        """Whether a step is done: by its date or tick, and by the words of its status."""
        theirs = dict(match.theirs)
        status = theirs.pop(STATUS_OF_STEP, ())
        name = theirs.get("Done", ("",))[0]
        if name and "Due" not in theirs and self._is_plan(candidate, name, status):
            theirs["Due"] = theirs.pop("Done")
        if "Due" in theirs and "Done" not in theirs and not status:
            self._end_dates(candidate, theirs)
        if "Done" not in theirs and status:
            theirs["Done"] = status
        elif status:
            theirs[STATUS_OF_STEP] = status
        return replace(match, theirs=theirs)

    def _is_plan(self, candidate: Candidate, name: str, status: Sequence[str]) -> bool:
        """Whether an end date is planned: where the status says that steps are open."""
        if not status:
            return False
        rows = zip(candidate.region.values(name), candidate.region.values(status[0]), strict=True)
        open_days = [day for day, said in rows if status_words.mark_of(said) == status_words.OPEN]
        return sum(day is not None for day in open_days) > len(open_days) / 2

    def _end_dates(self, candidate: Candidate, theirs: dict[str, tuple[str, ...]]) -> None:
        """End dates of which nothing says whether they are planned: of what is done, some are
        blank and none lies ahead."""
        cells = candidate.region.values(theirs["Due"][0])
        days = [v.date() if isinstance(v, datetime) else v for v in cells if isinstance(v, date)]
        name = theirs["Due"][0]
        if "due" not in plain(name) and days and len(days) < len(cells) and max(days) <= self.today:
            why = "It may be when it is due, or when it was done."
            self.unsure.append(Question(self.keys["Steps"], "Done", (name,), why))

    def _settle(self, candidate: Candidate, columns: Columns, words: Words) -> None:
        """What the words of the columns mean that hold a choice or a mark."""
        key = self.keys[candidate.role]
        if candidate.role == "Clients" and "Status" in columns:
            self._settle_statuses(key, candidate.region.values(columns["Status"][0]), words)
        for ours in ("Done", STATUS_OF_STEP):
            if candidate.role == "Steps" and ours in columns:
                self._settle_marks(key, candidate.region.values(columns[ours][0]), words)

    def _settle_statuses(self, key: str, cells: Sequence[Value], words: Words) -> None:
        known = {}
        for text in dict.fromkeys(cell for cell in cells if isinstance(cell, str)):
            said = status_words.key(text)
            status = status_words.status_of(text)
            if status:
                known[said] = status
            else:
                why = f'Nobody but you knows what the status "{text}" means.'
                self.unsure.append(Question(key, "Status", STATUSES, why, word=text))
        words["Status"] = known

    def _settle_marks(self, key: str, cells: Sequence[Value], words: Words, step: str = "") -> None:
        texts = [v for v in cells if isinstance(v, str) and not dates.looks_like(v)]
        settled, asked = status_words.settled(texts)
        known = {word: meaning for word, meaning in settled.items() if word in status_words.sent()}
        spelled = {status_words.key(text): text for text in texts}
        for word, meanings in asked.items():
            why = f'Nobody but you knows what "{spelled[word]}" means.'
            self.unsure.append(Question(key, "Done", meanings, why, word=spelled[word], step=step))
        if known:
            words[step or "Done"] = {**words.get(step or "Done", {}), **known}

    def _settle_steps(self, candidate: Candidate, shape: Shape, words: Words) -> None:
        key = self.keys[candidate.role]
        for step, place in shape.steps.items():
            for name in (place.done, place.mark):
                if name:
                    self._settle_marks(key, candidate.region.values(name), words, step)
        for step, (choices, why) in shape.unsure.items():
            self.unsure.append(Question(key, "Step", choices, why, step=step))

    def _ask_of_dates(self) -> None:
        """Ask about texts that may mean two days, by the first column of them."""
        if self.order:
            return
        unclear = (
            (self.keys[role], name)
            for role, candidate in self.given.items()
            for name in candidate.region.headings
            if any(map(dates.is_ambiguous, candidate.region.values(name)))
        )
        for key, name in islice(unclear, 1):
            why = f'Dates such as those of "{name}" are text and may mean two days.'
            self.unsure.append(Question(key, "dates", ("day first", "month first"), why))

    def _ask_of_rivals(self) -> None:
        for rival in self.rivals:
            taken = self.keys.get(rival.role, "")
            if taken == rival.region.sheet:
                continue
            why = f'"{taken}" is read as {rival.role}; only one tab can be.'
            self.unsure.append(Question(rival.region.sheet, "tab", (rival.role, "none"), why))

    def _ask_of_parties(self, steps: Map[str, Map[str, StepColumns]]) -> None:
        """Ask whom steps wait on, where nothing says it."""
        why = "Nothing says whom this step waits on."
        for key, columns_of in steps.items():
            self.unsure += [
                Question(key, "Waiting on", PARTIES, why, step=step)
                for step, columns in columns_of.items()
                if not columns.waiting_on
            ]

    def _note_what_is_missing(self, columns: Map[str, Columns], is_wide: bool) -> None:
        if not {"Clients", "Steps"} & self.given.keys():
            self.notes.append("No tab was found that lists clients or their steps.")
        for role in ("Clients", "Steps"):
            key = self.keys.get(role)
            if key is None:
                continue
            for column in BY_NAME[role].staff_columns:
                if column.required and column.heading not in columns[key]:
                    self._note_missing(key, column.heading)
        if "Clients" in self.given and not is_wide and "Steps" not in self.given:
            self.notes.append("No steps were found: neither a tab of them nor columns.")

    def _note_missing(self, key: str, heading: str) -> None:
        """Note that nothing says a heading, unless a person is asked which column does."""
        asked = {(question.tab, question.heading) for question in self.unsure if not question.word}
        if (key, heading) not in asked:
            note = f"{key}: no column says {heading}. {_INSTEAD.get(heading, '')}"
            self.notes.append(note.strip())


def _words(region: Region, name: str) -> set[str]:
    return {plain(str(value)) for value in region.values(name) if value is not None}


_INSTEAD = {
    "Offer": "All clients are taken to have one offer.",
    "Status": "Who has an open step is Active, everyone else Finished.",
    "Start date": "A first step waits from no day that is known.",
}
