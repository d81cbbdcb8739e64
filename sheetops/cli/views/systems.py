"""Which of the six systems are on in this workbook, and what each would need to be.

Owners decide with this list what to set up next. Most systems have parts that need different tabs,
so each part is listed, and a system may be partly on. The list says no more than what this version
does: a tab that is read, and on which nothing acts, is not a system that is on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from sheetops.cli.views import day_text
from sheetops.cli.views.columns import pad, wrap
from sheetops.cli.views.day import ProblemView, of_problems
from sheetops.plan.plan import Plan
from sheetops.systems.messages.post_service_delta import PARTS
from sheetops.workbook.book import Book
from sheetops.workbook.contract import BY_NAME

BESIDE = "Beside them"


@dataclass(frozen=True)
class SystemState:
    """A part of a system: whether it is on, what it `needs` (words; blank: nothing), and a `note`.

    `of` is its system, or what it is beside them. `is_built` is False where this version does not
    act yet, whatever tabs there are. `state` is one word: `on`, `off`, or `later` where it is not
    built yet.
    """

    name: str
    is_on: bool
    needs: str
    note: str
    of: str = ""
    is_built: bool = True
    state: str = field(init=False)

    def __post_init__(self) -> None:
        state = ("on" if self.is_on else "off") if self.is_built else "later"
        object.__setattr__(self, "state", state)


@dataclass(frozen=True)
class Check:
    """Which systems are on, and what needs a person."""

    systems: tuple[SystemState, ...]
    problems: tuple[ProblemView, ...]


@dataclass(frozen=True)
class _Part:
    """A part as `systems.toml` declares it, where its fields are explained."""

    of: str
    name: str
    note: str
    tabs: tuple[str, ...] = ()
    basis: tuple[str, ...] = ("Clients", "Offer steps", "Steps")
    rows: str = ""
    offers: str = ""
    needs: str = ""
    is_built: bool = True


@cache
def _parts() -> tuple[_Part, ...]:
    text = files("sheetops").joinpath("cli/views/systems.toml").read_text(encoding="utf-8")
    return tuple(_Part(**part) for part in tomllib.loads(text)["part"])


def _sending(book: Book) -> str:
    if not book.has("Settings"):
        return "a tab Settings, to say that mail may leave"
    if book.business.sending == "preview":
        return "Sending in Settings set to ask or send (preview sends nothing)"
    return "" if book.business.sender else "a Sender address in Settings"


def _people(book: Book) -> str:
    if not any(book.frame("Team")["Email"]):
        return "people with an Email in Team"
    return _sending(book)


def _summary(book: Book) -> str:
    if not book.business.owner:
        return "an Owner's address in Settings"
    return _sending(book)


def _prompts(book: Book) -> str:
    return "" if book.business.prompts_per_week else "Personal prompts per week in Settings above 0"


def _prerequisites(book: Book) -> str:
    frame = book.frame("Questions")
    named = (frame["For"] == "fit") & (frame["Must be"] != "")
    return "" if named.any() else "a question with For = fit and a Must be in Questions"


def _parts_afterwards(book: Book) -> str:
    declared = set(book.frame("Messages")["Part"])
    return "" if declared & set(PARTS) else f"a message in Messages whose Part is {_either(PARTS)}"


_NEEDS: Mapping[str, Callable[[Book], str]] = {
    "": lambda _: "",
    "sending": _sending,
    "people": _people,
    "summary": _summary,
    "prompts": _prompts,
    "prerequisites": _prerequisites,
    "parts_afterwards": _parts_afterwards,
}


def of_plan(plan: Plan) -> Check:
    """What a look at the workbook says."""
    return Check(of(plan.book), of_problems(plan.problems))


def of(book: Book) -> tuple[SystemState, ...]:
    """The state of every part of every system in a workbook, the six systems first."""
    return tuple(_state(book, part) for part in _parts())


def _state(book: Book, part: _Part) -> SystemState:
    tabs = dict.fromkeys((*part.basis, *part.tabs))
    missing = _listed([words for tab in tabs for words in _lacking(book, tab)])
    needs = missing or (_beyond_tabs(book, part) if part.is_built else "")
    is_on = part.is_built and not needs
    return SystemState(part.name, is_on, needs, part.note, part.of, part.is_built)


def _beyond_tabs(book: Book, part: _Part) -> str:
    """What a part needs beyond its tabs, in words."""
    if part.rows and not len(book.frame(part.rows)):
        return f"at least one row in {part.rows}"
    if needs := _NEEDS[part.needs](book):
        return needs
    if part.offers and not book.frame("Offers")[part.offers].notna().any():
        return f"{part.offers} of an offer in Offers"
    return ""


def _lacking(book: Book, tab: str) -> Iterator[str]:
    """What a tab lacks, in words: itself, or columns."""
    if tab not in book.present:
        yield f"a tab {tab}"
        return
    columns = book.lacking(BY_NAME[tab])
    if columns:
        word = "column" if len(columns) == 1 else "columns"
        yield f"the {word} {_listed(columns)} in {tab}"


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:  # noqa: PLR2004 # one thing needs no "and"
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _either(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


def check_lines(check: Check) -> Iterator[str]:
    """The systems, then the problems."""
    yield from lines(check.systems)
    yield ""
    yield from day_text.problems(check.problems)


def lines(states: Sequence[SystemState]) -> Iterator[str]:
    """Every system with its state; under it its parts, what each does or will do, and needs."""
    groups: dict[str, list[SystemState]] = {}
    for state in states:
        groups.setdefault(state.of, []).append(state)
    for name, parts in groups.items():
        yield name if name == BESIDE else f"{name}: {_of_parts(parts)}"
        for state in parts:
            yield f"  {pad(state.state, 5)}  {state.name}"
            yield from wrap(state.note, " " * 9)
            if state.needs:
                yield from wrap(f"Needs {state.needs}.", " " * 9)
        yield ""
    six = [_of_parts(parts) for name, parts in groups.items() if name != BESIDE]
    counts = {word: six.count(word) for word in ("on", "partly on", "off")}
    shown = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    yield f"Of the {len(six)} systems: {shown}."


def _of_parts(parts: Sequence[SystemState]) -> str:
    """The state of a system: on, off, or partly on."""
    on = sum(1 for part in parts if part.is_on)
    return "off" if not on else "on" if on == len(parts) else "partly on"
