"""The wide shape: one row per client, and a column per step that holds a date, a tick or a word."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sheetops.adopt.detect.matching import Matcher
from sheetops.adopt.detect.start_dates import (
    days_of,
    has_verb,
    is_always_dated,
    is_start,
    lies_before,
)
from sheetops.adopt.detect.start_dates import starts as starts_of
from sheetops.adopt.detect.tables import Region
from sheetops.adopt.language import dates
from sheetops.adopt.language.headings import SURE, plain
from sheetops.adopt.language.name_score import ENOUGH, weights
from sheetops.adopt.language.patterns import says_status
from sheetops.adopt.language.status_words import is_understood
from sheetops.adopt.language.tab_titles import not_steps
from sheetops.adopt.language.vocabulary import hint
from sheetops.workbook.mapping import StepColumns

FEWEST = 2
"""A sheet is wide from so many step columns on."""
_MOSTLY = 0.75
"""Of four cells of a step, one may be a remark."""
_AHEAD = 0.3
"""So many dates to come are plans, and not what was done."""
_BLOCK = 3
"""So many columns side by side with the same words are a list of marks, whatever these mean."""
_WORDS, _SHORT = 5, 25
"""Marks are at most so many different words, and of at most so many letters."""
_NEAR = 3
"""A note or an owner may lie between two steps."""
_PAIR = re.compile(
    r"(.+?)(?:\s*[-–:(]\s*|\s+)(?:date|datum|on|am|le|fecha|data|done|completed|erledigt)\)?", re.I
)
_PLAN = re.compile(
    r"(.+?)(?:\s*[-–:(]\s*|\s+)(?:due|due date|deadline|due by|fällig|fällig am|frist|bis)\)?", re.I
)
_STATUS = re.compile(r"(.+?)\s*[-–:(]?\s*(?:status|stand|statut|estado|stato)\)?", re.I)
_SUBS = {"Done": "done", "Due": "due", "Owner": "owner", "Started": "", "Notes": ""}


@dataclass(frozen=True)
class Shape:
    """The step columns of a table, in its order; and those of which nobody can say whether they
    are one, with the reason.

    `start` is the column that must be the start date, though its heading does not say so: every
    client has a day there, and none has done anything before it. `starts` are those that may be.
    """

    steps: Mapping[str, StepColumns] = field(default_factory=dict)
    unsure: Mapping[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    start: str = ""
    starts: tuple[str, ...] = ()

    @property
    def columns(self) -> set[str]:
        """The headings that belong to steps."""
        return {name for columns in self.steps.values() for name in names_of(columns)}


def names_of(columns: StepColumns) -> tuple[str, ...]:
    """The headings of a step's columns."""
    return tuple(filter(None, (columns.done, columns.mark, columns.due, columns.owner)))


def steps_of(matcher: Matcher, today: date) -> Shape:
    """The step columns of a table."""
    region = matcher.region
    grouped = _grouped(region, matcher)
    inside = {name for columns in grouped.values() for name in names_of(columns)}
    spoken = _spoken_for(region, matcher, inside)
    names = [name for name in region.headings if name not in inside and name not in spoken]
    marks = [name for name in names if _is_mark(region, name)]
    marks += [name for name in _blocks(region, names) if name not in marks]
    others = {*_empty(region, names, marks), *_neighbours(region, names, marks)}
    marks = [name for name in region.headings if name in {*marks, *others}]
    always = [name for name in marks if is_always_dated(matcher.values[name])]
    plans = [name for name in always if min(days_of(region, name), default=today) > today]
    starts = starts_of(region, matcher, [name for name in always if name not in plans], marks)
    marks = [name for name in marks if name not in {*plans, *starts}]
    steps = {**grouped, **_with_pairs(marks)}
    start = starts[0] if len(starts) == 1 and is_start(region, starts[0], marks) else ""
    maybe = () if start else tuple(starts)
    named = matcher.match("Clients", inside).theirs.get("Start date", (start,))[0]
    steps = {
        s: columns
        for s, columns in steps.items()
        if not lies_before(region, columns.done, named, always)
    }
    if not steps:
        return Shape(start=start, starts=maybe)
    kept, apart = _together(region, steps, spoken)
    return replace(_dated(region, kept, apart, today), start=start, starts=maybe)


def _spoken_for(region: Region, matcher: Matcher, inside: set[str]) -> set[str]:
    """Headings that surely are something else of the client, such as the start date."""
    match = matcher.match("Clients", inside)
    soft = {"Finished on", "Promised by", "Notes", "Referred by", "Satisfaction"}
    spoken = {name for ours, names in match.theirs.items() if ours not in soft for name in names}
    for name, heading in region.headings.items():
        said = weights("Clients", heading.text)
        ends = {"Finished on", "Promised by"} if _is_doing(matcher, name) else set()
        sure = [ours for ours, weight in said.items() if weight >= SURE and ours not in ends]
        if any(matcher.holds("Clients", ours, name) for ours in sure):
            spoken.add(name)
        if plain(heading.text) in not_steps() or hint("other_time", r"(?:{})\b").match(
            plain(heading.text)
        ):
            spoken.add(name)
    return spoken


def _is_doing(matcher: Matcher, name: str) -> bool:
    """Whether a heading that may be an end names something that is done, such as "Go-live"."""
    return has_verb(name) and not is_always_dated(matcher.values[name])


def _is_mark(region: Region, name: str) -> bool:
    """Whether the cells of a column are marks of a step; an empty column may be one."""
    cells = [value for value in region.values(name) if value is not None]
    if not cells:
        return has_verb(name)
    good = sum(is_understood(v) or (isinstance(v, str) and dates.looks_like(v)) for v in cells)
    numbers = sum(isinstance(v, int | float) and v not in {0, 1} for v in cells)
    return good >= _MOSTLY * len(cells) and numbers == 0


def _blocks(region: Region, names: Sequence[str]) -> list[str]:
    """Columns side by side that hold the same few words, whatever these mean: a list of marks."""
    held = {name: _words(region, name) for name in names}
    place = {name: at for at, name in enumerate(region.headings)}
    runs: list[list[str]] = []
    for name in names:
        last = runs[-1][-1] if runs else ""
        if last and place[name] - place[last] == 1 and held[name] & held[last]:
            runs[-1].append(name)
        elif held[name]:
            runs.append([name])
    return [
        name
        for run in runs
        if len(run) >= _BLOCK and len(set.union(*(held[member] for member in run))) <= _WORDS
        for name in run
    ]


def _neighbours(region: Region, names: Sequence[str], marks: Sequence[str]) -> list[str]:
    """Columns beside a step that hold a few words, of which at least one is a mark: the others are
    asked about."""
    place = {name: at for at, name in enumerate(region.headings)}
    steps = {place[name] for name in marks}
    return [
        name
        for name in names
        if name not in marks
        and {place[name] - 1, place[name] + 1} & steps
        and _half_known(_words(region, name))
    ]


def _half_known(words: Collection[str]) -> bool:
    known = sum(is_understood(word) for word in words)
    return known > 0 and 2 * known >= len(words)


def _words(region: Region, name: str) -> set[str]:
    """The words of a column, none if it holds anything else or too many."""
    cells = [value for value in region.values(name) if value is not None]
    words = {plain(value) or value for value in cells if isinstance(value, str)}
    is_words = all(isinstance(v, str) and len(v) <= _SHORT for v in cells)
    return words if is_words and len(words) <= _WORDS and len(cells) >= _BLOCK else set()


def _empty(region: Region, names: Sequence[str], marks: Sequence[str]) -> list[str]:
    """Columns that nobody has filled yet and that stand among steps, or in a group of them."""
    place = {name: at for at, name in enumerate(region.headings)}
    groups = {region.headings[name].group for name in marks} - {""}
    first = min((place[name] for name in marks), default=0)
    last = max((place[name] for name in marks), default=0)
    blank = [n for n in names if all(value is None for value in region.values(n))]
    return [
        name
        for name in blank
        if region.headings[name].group in groups or first < place[name] < last
    ]


def _grouped(region: Region, matcher: Matcher) -> dict[str, StepColumns]:
    """Steps that are groups of columns: Contract over Due and Done, Invoice over Due and Done."""
    by_group: dict[str, dict[str, str]] = {}
    for name, heading in region.headings.items():
        if heading.group:
            by_group.setdefault(heading.group, {})[name] = heading.text
    steps: dict[str, StepColumns] = {}
    for group, leaves in by_group.items():
        parts = _parts_of_step(region, matcher, leaves)
        parts = parts or _parts_by_values(region, matcher, leaves, by_group.values())
        if parts is not None:
            steps[group] = parts
    return steps if len(steps) >= FEWEST else {}


def _parts_by_values(
    region: Region,
    matcher: Matcher,
    leaves: Mapping[str, str],
    groups: Collection[Mapping[str, str]],
) -> StepColumns | None:
    """The parts of a step by what they hold, where several groups have the same headings: a day
    that every client has is a plan, one that some have is when it was done."""
    texts = {plain(text) for text in leaves.values()}
    same = [group for group in groups if {plain(text) for text in group.values()} == texts]
    if len(leaves) < FEWEST or len(same) < FEWEST:
        return None
    days = [name for name in leaves if matcher.values[name].dates >= _MOSTLY]
    plans = [name for name in days if is_always_dated(matcher.values[name])]
    done = [name for name in days if name not in plans]
    done = done or [name for name in leaves if name not in days and _is_mark(region, name)]
    if len(done) != 1 or len(plans) > 1:
        return None
    return StepColumns(done[0], due=plans[0] if plans else "")


def _parts_of_step(
    region: Region, matcher: Matcher, leaves: Mapping[str, str]
) -> StepColumns | None:
    parts: dict[str, Any] = {}
    for name, text in leaves.items():
        part = _part(text, matcher.values[name].dates)
        if part is None:
            return None
        if part and part not in parts:
            parts[part] = name
    if "done" not in parts and "mark" not in parts:
        return None
    if "done" not in parts:
        parts["done"] = parts.pop("mark")
    return StepColumns(**parts)


def _part(text: str, dated: float) -> str | None:
    """What a column below a step's name holds; None if it is no part of a step."""
    said = plain(text)
    if said in {"date", "datum", "fecha", "data", "dato"}:
        return "done"
    weighed = weights("Steps", text)
    if weighed.get("Status of the step", 0) >= ENOUGH:
        return "mark"
    best = max(_SUBS, key=lambda ours: weighed.get(ours, 0.0))
    return _SUBS[best] if weighed.get(best, 0.0) >= ENOUGH else None


def _with_pairs(names: Sequence[str]) -> dict[str, StepColumns]:
    """Steps of single columns; "Contract" beside "Contract date" and "Contract due" is one step."""
    by_text = {plain(name): name for name in names}
    by_text |= {plain(m[1]): n for n in names if (m := _STATUS.fullmatch(n.strip()))}
    steps = {name: StepColumns(name) for name in names}
    for name in names:
        for pattern, part in ((_PLAN, "due"), (_PAIR, "done")):
            match = pattern.fullmatch(name.strip())
            base = by_text.get(plain(match[1])) if match else None
            if base is None or base == name or base not in steps:
                continue
            columns = steps[base]
            steps.pop(name, None)
            if part == "due":
                steps[base] = replace(columns, due=name)
            else:
                steps[base] = replace(columns, done=name, mark=columns.done)
            break
    return steps


def _together(
    region: Region, steps: Mapping[str, StepColumns], spoken: Collection[str]
) -> tuple[dict[str, StepColumns], list[str]]:
    """The steps that stand side by side, and those apart from them whose names say nothing."""
    place = {name: at for at, name in enumerate(region.headings)}
    runs: list[list[str]] = []
    for step in sorted(steps, key=lambda step: place[steps[step].done]):
        at = place[steps[step].done]
        last = place[steps[runs[-1][-1]].done] if runs else 0
        if runs and not any(last < place[name] < at for name in spoken) and at - last <= _NEAR:
            runs[-1].append(step)
        else:
            runs.append([step])
    longest = max(runs, key=len)
    kept, apart = {}, []
    states = [step for step in steps if says_status(step)]
    for run in runs:
        for step in run:
            if len(states) == 1 and step in states and len(steps) > FEWEST:
                apart.append(step)  # "Payment status" among ticks: of what, nobody can say
            elif run is longest or len(run) >= FEWEST or has_verb(step):
                kept[step] = steps[step]
            else:
                apart.append(step)
    return kept, apart


def _dated(
    region: Region, kept: Mapping[str, StepColumns], apart: Sequence[str], today: date
) -> Shape:
    """The steps without those whose dates lie ahead: they are plans, or nobody can say."""
    unsure = dict.fromkeys(apart, (("a step", "no step"), "It stands apart from the other steps."))
    steps = {}
    for step, columns in kept.items():
        days = days_of(region, columns.done)
        if days and sum(day > today for day in days) >= _AHEAD * len(days) and not columns.mark:
            unsure[step] = (("Done", "Due"), "Many of its dates lie ahead.")
        else:
            steps[step] = columns
    return Shape(steps, unsure)


def best_guess(step: str) -> str:
    """Whom a step may wait on, by its name: only to be offered, never to be taken unasked."""
    return "Client" if hint("by_client").search(plain(step)) else "Team"
