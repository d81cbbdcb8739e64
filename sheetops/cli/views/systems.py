"""Which of the six systems are on in this workbook, and what each would need to be.

Owners decide with this list what to set up next. Most systems have parts that need different tabs,
so each part is listed, and a system may be partly on. The list says no more than what this version
does: a tab that is read, and on which nothing acts, is not a system that is on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sheetops.cli.views import day_text
from sheetops.cli.views.columns import pad, wrap
from sheetops.cli.views.day import ProblemView, of_problems
from sheetops.plan.plan import Plan
from sheetops.systems.messages.gaps import PARTS
from sheetops.workbook.book import Book
from sheetops.workbook.contract import BY_NAME

_THREE = ("Clients", "Offer steps", "Steps")


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


def _rows(tab: str) -> Callable[[Book], str]:
    return lambda book: "" if len(book.frame(tab)) else f"at least one row in {tab}"


def _messages_that_leave(book: Book) -> str:
    return _rows("Messages")(book) or _sending(book)


def _of_offers(heading: str) -> Callable[[Book], str]:
    """An offer with a number under a heading."""
    return lambda book: (
        "" if book.frame("Offers")[heading].notna().any() else f"{heading} of an offer in Offers"
    )


def _prompts(book: Book) -> str:
    if not book.business.prompts_per_week:
        return "Personal prompts per week in Settings above 0"
    return _of_offers("Personal check-in every (weeks)")(book)


def _prerequisites(book: Book) -> str:
    frame = book.frame("Questions")
    named = (frame["For"] == "fit") & (frame["Must be"] != "")
    return "" if named.any() else "a question with For = fit and a Must be in Questions"


def _parts_afterwards(book: Book) -> str:
    declared = set(book.frame("Messages")["Part"])
    return "" if declared & set(PARTS) else f"a message in Messages whose Part is {_either(PARTS)}"


BESIDE = "Beside them"
_SYSTEMS: Mapping[str, tuple[_Part, ...]] = {
    "Client fulfilment": (
        _Part(
            "What we know",
            ("Questions", "Answers"),
            "Shows how much is known of each client, and gives the next question worth asking to "
            "whoever speaks to them next.",
            more=_rows("Questions"),
        ),
        _Part(
            "Segments",
            ("Segments", "Messages"),
            "Plain conditions on columns and answers; a message may go to a segment, once or every "
            "few weeks.",
            more=_rows("Segments"),
        ),
        _Part(
            "Inactive clients",
            ("Offers",),
            "Flags who has given no sign of life; they get the help that a message with the When "
            "inactive names.",
            more=_of_offers("Inactive after (days)"),
        ),
    ),
    "The personal touch": (
        _Part(
            "Prompts to get in touch",
            ("Notes", "Offers", "Team"),
            "Asks a person, now and then, to speak to a client, with their notes beside it. It "
            "never writes to the client itself.",
            more=_prompts,
        ),
    ),
    "It was a spreadsheet": (
        _Part(
            "One source of truth",
            _THREE,
            "Only grey columns, new rows and the blank ID of a new client are written. "
            "sheetops explain CLIENT tells one client's whole story.",
        ),
    ),
    "Optimised client delivery": (
        _Part(
            "Right path",
            _THREE,
            "Lays out the steps of new clients; flags what is stalled, on course to miss a "
            "promise, due soon or paused, and says why, from the days you declare and the waits it "
            "has learned. sheetops insights tells what slows you down.",
        ),
        _Part(
            "Right support",
            ("Messages",),
            "Reminders while a step waits, before it is due and after, to clients and third "
            "parties; rewards for being early; and the consequences that you declare, once every "
            "earlier reminder has gone out.",
            more=_rows("Messages"),
        ),
        _Part(
            "Right fit",
            ("Questions", "Answers"),
            "Scores leads by their answers to prerequisites, and says which are missing before "
            "they start.",
            more=_prerequisites,
        ),
    ),
    "Consistency": (
        _Part(
            "The same for everyone",
            _THREE,
            "Scores how closely each client's steps follow the path of the offer, and shows "
            "exceptions as such. Refunded and Do not serve get no follow-up, ever, and do not come "
            "in again unseen.",
        ),
    ),
    "The post-service delta": (
        _Part(
            "After delivery",
            ("Messages",),
            "Counts which parts of the follow-on service a finished client still lacks; what asks "
            "for more business waits for an answer that was not unhappy.",
            more=_parts_afterwards,
        ),
    ),
    BESIDE: (
        _Part(
            "Capacity report",
            ("Team", "Time off"),
            "Hours and absences are read; no report is made yet.",
            is_built=False,
        ),
        _Part(
            "Follow-ups",
            ("Messages",),
            "Puts what is due to a client into one mail a day.",
            more=_messages_that_leave,
        ),
        _Part(
            "Decisions on follow-ups",
            ("Messages", "Follow-ups"),
            "Lists what needs approval or a person's hand, and obeys the column Decision.",
            more=_rows("Messages"),
        ),
        _Part(
            "Morning mail to staff",
            ("Team",),
            "Tells each person what is stalled, what is theirs to do, and what waits for a "
            "decision.",
            more=_people,
        ),
        _Part(
            "Morning summary to the owner",
            ("Settings",),
            "One mail for the whole business.",
            more=_summary,
        ),
        _Part(
            "Settings",
            ("Settings",),
            "Time zone, working days, holidays, addresses, and whether anything is sent.",
            basis=(),
        ),
        _Part("Runs", ("Runs",), "Each run leaves one line in the workbook."),
    ),
}


def of_plan(plan: Plan) -> Check:
    """What a look at the workbook says."""
    return Check(of(plan.book), of_problems(plan.problems))


def of(book: Book) -> tuple[SystemState, ...]:
    """The state of every part of every system in a workbook, the six systems first."""
    return tuple(_state(book, name, part) for name, parts in _SYSTEMS.items() for part in parts)


def _state(book: Book, system: str, part: _Part) -> SystemState:
    tabs = dict.fromkeys((*part.basis, *part.tabs))
    missing = _listed([words for tab in tabs for words in _lacking(book, tab)])
    needs = missing or (part.more(book) if part.is_built else "")
    is_on = part.is_built and not needs
    return SystemState(part.name, is_on, needs, part.note, system, part.is_built)


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
