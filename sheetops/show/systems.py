"""Which systems are on in this workbook, what a missing one would need, and what is not built yet.

Owners decide with this list what to set up next, so it says no more than what this version does: a
tab that is read, and on which nothing acts, is not a system that is on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sheetops.book import Book
from sheetops.contract import BY_NAME
from sheetops.show.columns import pad, wrap

_THREE = ("Clients", "Offer steps", "Steps")


@dataclass(frozen=True)
class SystemState:
    """One system: whether it is on, what it `needs` (words; blank if nothing), and a `note`.

    `is_built` is False where this version does not act yet, whatever tabs there are.
    """

    name: str
    is_on: bool
    needs: str
    note: str
    is_built: bool = True

    @property
    def state(self) -> str:
        """In one word: `on`, `off`, or `later` where it is not built yet."""
        if not self.is_built:
            return "later"
        return "on" if self.is_on else "off"

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {**asdict(self), "state": self.state}


@dataclass(frozen=True)
class _System:
    name: str
    tabs: tuple[str, ...]
    note: str
    is_built: bool = True
    more: Callable[[Book], str] = lambda _: ""
    """What it needs beyond its tabs, in words."""
    basis: tuple[str, ...] = _THREE
    """Tabs without which nothing can be said of anybody."""


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


def _messages(book: Book) -> str:
    return "" if len(book.frame("Messages")) else "at least one row in Messages"


def _messages_that_leave(book: Book) -> str:
    return _messages(book) or _sending(book)


_SYSTEMS = (
    _System(
        "It was a spreadsheet",
        _THREE,
        "Only grey columns, new rows and the blank ID of a new client are written. "
        "sheetops explain CLIENT tells one client's whole story.",
    ),
    _System(
        "Client delivery: right path",
        _THREE,
        "Lays out the steps of new clients; flags what is stalled, on course to miss a promise, due "
        "soon or paused, and says why, from the days you declare and the waits it has learned. "
        "sheetops insights tells what slows you down.",
    ),
    _System(
        "Client delivery: right support",
        ("Messages",),
        "Works out reminders while a step waits, before it is due and after; they leave as "
        "follow-ups. Consequences and rewards are not carried out yet.",
        more=_messages,
    ),
    _System(
        "Client delivery: right fit",
        ("Questions", "Answers"),
        "Questions and answers are read; leads are not scored yet.",
        is_built=False,
    ),
    _System(
        "Client fulfilment",
        ("Questions", "Answers", "Segments"),
        "Questions, answers and segments are read; nothing is proposed or sent from them yet.",
        is_built=False,
    ),
    _System(
        "Personal touch",
        ("Notes",),
        "Notes are read and shown by sheetops explain; nobody is prompted to get in touch yet.",
        is_built=False,
    ),
    _System(
        "Consistency",
        _THREE,
        "Scores how closely each client's steps follow the path of the offer. Refunded and Do not "
        "serve get no follow-up, ever.",
    ),
    _System(
        "Post-service delta",
        ("Messages",),
        "What is missing after delivery is not counted yet. Messages some days after a finish "
        "already go out.",
        is_built=False,
    ),
    _System(
        "Capacity report",
        ("Team", "Time off"),
        "Hours and absences are read; no report is made yet.",
        is_built=False,
    ),
    _System(
        "Follow-ups",
        ("Messages",),
        "Puts what is due to a client into one mail a day.",
        more=_messages_that_leave,
    ),
    _System(
        "Decisions on follow-ups",
        ("Messages", "Follow-ups"),
        "Lists what needs approval or a person's hand, and obeys the column Decision.",
        more=_messages,
    ),
    _System(
        "Morning mail to staff",
        ("Team",),
        "Tells each person what is stalled, what is theirs to do, and what waits for a decision.",
        more=_people,
    ),
    _System(
        "Morning summary to the owner",
        ("Settings",),
        "One mail for the whole business.",
        more=_summary,
    ),
    _System(
        "Settings",
        ("Settings",),
        "Time zone, working days, holidays, addresses, and whether anything is sent.",
        basis=(),
    ),
    _System("Runs", ("Runs",), "Each run leaves one line in the workbook."),
)


def of(book: Book) -> tuple[SystemState, ...]:
    """The state of every system in a workbook, those of the mission first."""
    return tuple(_state(book, system) for system in _SYSTEMS)


def _state(book: Book, system: _System) -> SystemState:
    tabs = dict.fromkeys((*system.basis, *system.tabs))
    missing = _listed([words for tab in tabs for words in _lacking(book, tab)])
    needs = missing or (system.more(book) if system.is_built else "")
    is_on = system.is_built and not needs
    return SystemState(system.name, is_on, needs, system.note, system.is_built)


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


def lines(states: Sequence[SystemState]) -> Iterator[str]:
    """Every system with its state, what it does or will do, and what it needs."""
    for state in states:
        yield f"{pad(state.state, 5)}  {state.name}"
        yield from wrap(state.note, " " * 7)
        if state.needs:
            yield from wrap(f"Needs {state.needs}.", " " * 7)
    on = sum(1 for state in states if state.is_on)
    later = sum(1 for state in states if not state.is_built)
    yield ""
    yield f"{on} on, {len(states) - on - later} off, {later} not built yet."
