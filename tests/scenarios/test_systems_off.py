"""A system is switched off by deleting its tab: the rest is unchanged, cell for cell.

A business of middling size with every tab filled is looked at with and without each optional tab.
Whatever differs must be the system's own: its columns, its messages, its tab.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import pytest

from sheetops.model.history import History
from sheetops.model.mail import FollowUp
from sheetops.plan.plan import Plan, make_plan
from sheetops.template import demo
from sheetops.workbook import book as books
from sheetops.workbook.contract import TABS
from sheetops.workbook.raw import RawBook, Value
from tests.sheets import afterwards, applied, grid, sheet

DAY = date(2026, 11, 20)
EVE = date(2026, 11, 18)
OPTIONAL = tuple(tab.name for tab in TABS if not tab.required)

Cell = tuple[str, str, str]
"""A tab, a row's key, a heading."""

_LONG_AGO = DAY - timedelta(days=150)
_CALENDAR = ("Country for holidays", "Extra days off")


@dataclass(frozen=True)
class Own:
    """What the systems of a tab do elsewhere, and nobody else does.

    `columns` (tab and heading) are wholly theirs. In `shared` ones, a cell may differ only where it
    has, with the tab, one of the words. `messages` are what they send; None stands for all.
    """

    columns: frozenset[tuple[str, str]] = frozenset()
    shared: tuple[str, ...] = ()
    messages: frozenset[str] | None = frozenset()


def _cells_of(*places: str) -> frozenset[tuple[str, str]]:
    return frozenset((tab, heading) for tab, _, heading in (one.partition(".") for one in places))


OWNERS = ("Personal check-in", "Ring, don't write", "Tell the owner", "Bring a friend")
"""Messages to people of the team: without their addresses they are held."""
_FIT = ("prerequisite", "missing:", "Not ready to start")
OWN: dict[str, Own] = {
    "Follow-ups": Own(),
    "Notes": Own(
        _cells_of("Clients.Delta", "Offers.Delta"), messages=frozenset({"Personal check-in"})
    ),
    "Offers": Own(
        shared=("Inactive", "No sign of life"),
        messages=frozenset({"Personal check-in", "Ring, don't write"}),
    ),
    "Messages": Own(
        _cells_of("Clients.Next follow-up", "Clients.Delta", "Offers.Delta"), messages=None
    ),
    "Questions": Own(
        _cells_of("Clients.Known %", "Clients.Fit"),
        shared=_FIT,
        messages=frozenset({"Personal check-in"}),  # has the answers and open questions beside it
    ),
    "Answers": Own(
        _cells_of("Clients.Known %", "Clients.Fit", "Questions.Answered %"),
        shared=_FIT,
        messages=frozenset({"Personal check-in"}),
    ),
    "Segments": Own(_cells_of("Clients.Next follow-up"), messages=frozenset({"By invitation"})),
    "Team": Own(messages=frozenset(OWNERS)),
    "Time off": Own(),
    "Settings": Own(messages=None),
    "Capacity": Own(),
    "Runs": Own(),
}


def _business() -> dict[str, list[dict[str, Value]]]:
    """The demo, where nobody has spoken with anybody for long, and some thanks were spoken."""
    tabs = demo.business(DAY, mistakes=())
    for row in (*tabs["Answers"], *tabs["Notes"]):
        row["Date"] = _LONG_AGO
    for row in tabs["Clients"]:
        row["Last contact"] = None
    for row in [row for row in tabs["Clients"] if row["Status"] == "Finished"][:3]:
        note = {"Date": DAY, "Client": row["Client"], "Who": None, "Remember": None}
        tabs["Notes"].append({**note, "What they said": "Thank-you: rang them."})
    return tabs


@cache
def _before(plain: bool) -> tuple[RawBook, History]:
    """The workbook two days ago, with that day's mails sent and its plan written. A plain one has
    the calendar that holds where there are no Settings."""
    tabs = {name: grid(name, rows) for name, rows in _business().items()}
    chosen = {**demo.settings(DAY), "Workbook id": "" if plain else "off"}
    kept = {name: value for name, value in chosen.items() if not (plain and name in _CALENDAR)}
    tabs["Settings"] = grid("Settings", [{"Setting": n, "Value": v} for n, v in kept.items()])
    raw = sheet(tabs)
    made = make_plan(books.read(raw), History(), EVE)
    return applied(raw, made), afterwards(made)


@cache
def _plan(without: str = "", *, plain: bool = False) -> Plan:
    raw, history = _before(plain)
    kept = {name: tab for name, tab in raw.tabs.items() if name != without}
    raw = RawBook(raw.name, kept, raw.fingerprint)
    return make_plan(books.read(raw, history.client_keys), history, DAY)


def _cells(plan: Plan) -> Iterator[tuple[Cell, object]]:
    for tab, frame in plan.status.items():
        for heading in frame.columns:
            for key, value in zip(frame.index, frame[heading], strict=True):
                blank = value is None or value == "" or value != value  # noqa: PLR0124 # NaN is not itself
                yield (tab, str(key), str(heading)), None if blank else value


def _follow_ups(plan: Plan) -> dict[str, FollowUp]:
    """Every follow-up of the day by key, as it reads; replies to nobody where there is no Team."""
    return {one.key: replace(one, reply_to="") for one in plan.routing.all}


def _differing(tab: str) -> tuple[dict[Cell, tuple[object, object]], set[str]]:
    """The cells of other tabs that differ, with and without; and the messages of which a follow-up
    came, went or changed."""
    plain = tab == "Settings"
    whole, without = _plan(plain=plain), _plan(tab, plain=plain)
    one, other = dict(_cells(whole)), dict(_cells(without))
    cells = {
        cell: (one.get(cell), other.get(cell))
        for cell in one.keys() | other.keys()
        if cell[0] != tab and one.get(cell) != other.get(cell)
    }
    had, has = _follow_ups(whole), _follow_ups(without)
    changed = {key for key in had.keys() | has.keys() if had.get(key) != has.get(key)}
    return cells, {(had.get(key) or has[key]).message for key in changed}


def test_every_optional_tab_is_looked_at() -> None:
    assert set(OWN) == set(OPTIONAL)


@pytest.mark.parametrize("tab", OPTIONAL)
def test_without_a_tab_the_rest_is_unchanged_cell_for_cell(tab: str) -> None:
    own = OWN[tab]
    cells, messages = _differing(tab)
    if own.messages is not None:
        assert messages <= own.messages
    for (where, key, heading), (had, has) in cells.items():
        if (where, heading) in own.columns:
            continue
        place = (where, key, heading, had, has)
        if where == "Follow-ups":  # what was listed is of the messages that changed
            assert own.messages is None or own.messages, place
        else:
            assert heading in {"Flag", "Why"}, place
            said = dict(_cells(_plan()))
            whole = f"{said.get((where, key, 'Flag'))} {said.get((where, key, 'Why'))}"
            assert any(words in whole for words in own.shared), place


@pytest.mark.parametrize(
    "tab", [name for name, own in OWN.items() if own.columns or own.shared or own.messages]
)
def test_without_its_tab_a_system_says_nothing(tab: str) -> None:
    """Else the test above would hold for nothing."""
    own = OWN[tab]
    cells, messages = _differing(tab)
    assert own.columns - {("Clients", "Next follow-up")} <= {(w, h) for w, _, h in cells}
    assert not own.messages or messages
    without = dict(_cells(_plan(tab)))
    theirs = own.columns if tab not in {"Notes", "Segments"} else ()
    assert all(without.get(cell) is None for cell in cells if (cell[0], cell[2]) in theirs)


@pytest.mark.parametrize("tab", OPTIONAL)
def test_only_the_tabs_own_system_says_something_new(tab: str) -> None:
    """What is amiss without a tab is that something needs it, and nothing else."""
    plain = tab == "Settings"
    new = set(_plan(tab, plain=plain).problems) - set(_plan(plain=plain).problems)
    if tab in {"Notes", "Offers", "Messages", "Questions", "Answers", "Time off", "Capacity"}:
        assert not new


def test_all_optional_tabs_may_be_missing_at_once() -> None:
    raw, history = _before(plain=True)
    kept = {name: tab for name, tab in raw.tabs.items() if name not in OPTIONAL}
    made = make_plan(books.read(RawBook(raw.name, kept, raw.fingerprint)), history, DAY)
    whole = _plan(plain=True)
    for heading in ("Stage", "Waiting on", "Current step", "Days waiting", "Consistency %"):
        assert made.status["Clients"][heading].tolist() == whole.status["Clients"][heading].tolist()
    assert not made.mails
