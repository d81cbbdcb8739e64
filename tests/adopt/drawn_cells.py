"""The cells of trackers that are drawn as text: what stands in a column, client by client."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from tests.adopt.trackers import TODAY

FIRST = [
    "Ada", "Ben", "Cleo", "Dora", "Eli", "Fay", "Gus", "Hal", "Ida", "Jon", "Kim", "Lea", "Mo",
    "Nia", "Oz", "Pia",
]  # fmt: skip
LAST = [
    "Amber", "Birch", "Cedar", "Dune", "Elm", "Fern", "Grove", "Heath", "Ivy", "Juniper", "Kelp",
    "Linden", "Moss", "Nettle",
]  # fmt: skip
TRADES = [
    "Studio", "& Co", "Dental", "Travel", "Bakery", "Legal", "Fitness", "Homes", "Florist", "Tech",
    "Cafe", "Media",
]  # fmt: skip
CITIES = ("Bristol", "Leeds", "York", "Hull")
WORDS = ("prefers mornings", "call the office first", "asked for a quote of the second part", None)


@dataclass
class Who:
    """A client of a table, and how many steps they have done."""

    at: int
    random: Random
    start: date
    done: int = 0

    def __post_init__(self) -> None:
        self.first = FIRST[self.at % len(FIRST)]
        self.last = LAST[(self.at * 3 + self.at // len(LAST)) % len(LAST)]
        self.firm = f"{LAST[self.at % len(LAST)]} {TRADES[(self.at * 5) % len(TRADES)]}"
        self.tel = f"020 7946 0{self.at:03d}"


def choices(rest: str) -> list[str]:
    """The words between slashes; one that has a slash itself has a backslash before it."""
    return [word.replace("\\/", "/") for word in re.split(r"(?<!\\)/", rest)]


def typed(cell: str) -> Any:
    """A cell as somebody typed it: a number is one."""
    return int(cell) if re.fullmatch(r"-?\d+", cell) else cell or None


def dated(then: date, form: str) -> Any:
    """A day: a date, with `time` a moment, else text of that form."""
    if form == "time":
        return datetime(then.year, then.month, then.day, 9, 30)  # noqa: DTZ001 # as Excel has it
    return f"{then:{form}}" if form else then


def mark(values: str, who: Who, number: int) -> Any:
    """The mark of the step of that number, done or open."""
    kind, _, rest = values.partition(":")
    if kind in _MARKS:
        return _MARKS[kind](rest, who, number, number < who.done)
    return value(values, who)


def _date(rest: str, who: Who, number: int, is_done: bool) -> Any:
    """When a step was done; `FORM or WORD`: for every fifth client, the word stands there."""
    rest, _, word = rest.partition(" or ")
    if word and who.at % 5 == 4:
        return word
    then = min(who.start + timedelta(3 + 4 * number), TODAY - timedelta(1))
    return dated(then, rest) if is_done else None


def _due(rest: str, who: Who, number: int, _is_done: bool) -> Any:
    return dated(who.start + timedelta(5 + 4 * number), rest)


def _tick(rest: str, _who: Who, _number: int, is_done: bool) -> Any:
    yes, _, no = rest.partition("/")
    return yes if is_done else no or None


def _words(rest: str, who: Who, number: int, is_done: bool) -> Any:
    """Words for done, for the step in hand (one of several), and for what is still to come."""
    words = choices(rest)
    if is_done:
        return words[0] or None
    middle = words[1 + who.at % max(len(words) - 2, 1)] if len(words) > 1 else ""
    return (middle if number == who.done else words[-1]) or None


_MARKS: dict[str, Callable[[str, Who, int, bool], Any]] = {
    "date": _date,
    "due": _due,
    "tick": _tick,
    "bool": lambda _rest, _who, _number, is_done: is_done,
    "words": _words,
}


def of_task(values: str, who: Who, number: int, task: str) -> Any:
    """The cell of a client's task."""
    kind, _, rest = values.partition(":")
    words = choices(rest)
    made: dict[str, Callable[[], Any]] = {
        "once": lambda: value(rest, who) if number == 0 else None,
        "task": lambda: task,
        "order": lambda: number + 1,
        "taskpick": lambda: words[number % len(words)],
        "begun": lambda: dated(who.start + timedelta(1 + 4 * number), rest),
    }
    return made[kind]() if kind in made else mark(values, who, number)


def value(values: str, who: Who) -> Any:
    """A cell that does not depend on a step."""
    kind, _, rest = values.partition(":")
    return _DAYS[kind](who, rest) if kind in _DAYS else _PLAIN[kind](who)


def _picked(who: Who, rest: str) -> Any:
    words = choices(rest)
    return words[who.at % len(words)] or None


_DAYS: dict[str, Callable[[Who, str], Any]] = {
    "pick": _picked,
    "id": lambda who, rest: f"{rest}{101 + who.at}",
    "start": lambda who, rest: dated(who.start, rest),
    "ahead": lambda who, rest: dated(TODAY + timedelta(20 + 9 * who.at), rest),
    "past": lambda who, rest: dated(TODAY - timedelta(1 + 2 * who.at), rest),
    "birth": lambda who, rest: dated(date(1970 + who.at, 1 + who.at % 12, 3 + who.at), rest),
}

_PLAIN: dict[str, Callable[[Who], Any]] = {
    "firm": lambda who: who.firm,
    "person": lambda who: f"{who.first} {who.last}",
    "reversed": lambda who: f"{who.last}, {who.first}",
    "couple": lambda who: f"{who.first} & {FIRST[(who.at + 5) % len(FIRST)]}",
    "first": lambda who: who.first,
    "last": lambda who: who.last,
    "mail": lambda who: f"{who.first.lower()}.{who.last.lower()}@example.com",
    "phone": lambda who: f"+44 {who.tel[1:]}",
    "contact": lambda who: f"{who.first} {who.last}, {who.first.lower()}@example.com, {who.tel}",
    "mailphone": lambda who: f"{who.first.lower()}@example.com / {who.tel}",
    "no": lambda who: who.at + 1,
    "money": lambda who: 400 + 50 * who.at,
    "euros": lambda who: f"{900 + 100 * who.at} €",
    "dollars": lambda who: f"${1200 + 100 * who.at:,}",
    "int": lambda who: 3 + who.at % 7,
    "pct": lambda who: (who.at % 5) / 4,
    "note": lambda who: WORDS[who.at % len(WORDS)],
    "city": lambda who: CITIES[who.at % len(CITIES)],
    "url": lambda who: f"https://example.com/{who.at}",
    "blank": lambda _who: None,
    "street": lambda who: f"{who.at + 3} {LAST[(who.at + 4) % len(LAST)]} Lane",
}
